//! Pooling: the largest value or the mean of every channel, under a window or over all positions.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use hls_core::diagnostics::Diagnostic;
use hls_core::fixed::Quantizer;
use hls_core::ops;
use hls_core::rules::{Plane, ShapeRule, Window, legal_types};
use hls_core::shape::{Message, Shape};

use super::Types;
use super::geometry::{Global, Pool, PoolGeometry};
use crate::Precision;
use crate::kernels::quotient::assign_quotients;
use crate::kernels::seen::seen;
use crate::kernels::unfold::Unfold;
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering};
use crate::value::Value;

/// [`MaxPool`] of `[steps, channels]` under `SIZE` steps, `STRIDE` apart (without it, side by side).
pub type MaxPool1d<const SIZE: usize, const STRIDE: usize = 0> = MaxPool<1, Pool<SIZE, STRIDE>>;

/// [`MaxPool`] of `[height, width, channels]` under `SIZE` rows and columns, `STRIDE` apart (without it, side by side).
pub type MaxPool2d<const SIZE: usize, const STRIDE: usize = 0> = MaxPool<2, Pool<SIZE, STRIDE>>;

/// [`AveragePool`] of `[steps, channels]` under `SIZE` steps, `STRIDE` apart (without it, side by side).
pub type AveragePool1d<const SIZE: usize, Q, const STRIDE: usize = 0> = AveragePool<1, Pool<SIZE, STRIDE>, Q>;

/// [`AveragePool`] of `[height, width, channels]` under `SIZE` rows and columns, `STRIDE` apart (without it, side by side).
pub type AveragePool2d<const SIZE: usize, Q, const STRIDE: usize = 0> = AveragePool<2, Pool<SIZE, STRIDE>, Q>;

/// The largest value of every channel: `[steps, channels]` to `[channels]`.
pub type GlobalMaxPool1d = MaxPool<1, Global>;

/// The largest value of every channel: `[height, width, channels]` to `[channels]`.
pub type GlobalMaxPool2d = MaxPool<2, Global>;

/// The mean of every channel, assigned to `Q`: `[steps, channels]` to `[channels]`.
pub type GlobalAveragePool1d<Q> = AveragePool<1, Global, Q>;

/// The mean of every channel, assigned to `Q`: `[height, width, channels]` to `[channels]`.
pub type GlobalAveragePool2d<Q> = AveragePool<2, Global, Q>;

/// The largest value of every channel at every place of the window `K`, or of all positions with [`Global`].
///
/// It changes no value, so it has no precision. Padding is never chosen: `MaxPool<2, Same<Kernel<3, 2>>>`. The gradient goes to
/// the value that was chosen.
#[derive(Module, Debug)]
pub struct MaxPool<const DIMS: usize, K: Debug> {
    #[module(skip)]
    window: Option<Window>,
    #[module(skip)]
    dims: usize,
    #[module(skip)]
    types: Types<K>,
}

/// The exact sum of every channel at every place of the window `K`, over the number of its positions, assigned to `Q`:
/// rounded once. With [`Global`] it is the mean of all positions.
///
/// Positions of the padding count for neither sum nor number: `AveragePool<2, Same<Kernel<3, 2>>, Q>`. The gradient passes
/// as through an assignment to `Q`, a share of it to each value.
#[derive(Module, Debug)]
pub struct AveragePool<const DIMS: usize, K: Debug, Q: Debug> {
    #[module(skip)]
    window: Option<Window>,
    #[module(skip)]
    dims: usize,
    #[module(skip)]
    precision: Precision,
    #[module(skip)]
    types: Types<(K, Q)>,
}

/// The window on the positions of a layer with `dims` dimensions.
const fn window<K: PoolGeometry>(dims: usize) -> Option<Window> {
    match K::WINDOW {
        Some(window) if dims == 1 => Some(window.along()),
        window => window,
    }
}

impl<const DIMS: usize, K: Debug> MaxPool<DIMS, K> {
    /// The layer with another window than its type says; `None` is all positions.
    #[must_use]
    pub fn with_window(self, window: Option<Window>, dims: usize) -> Self {
        Self { window, dims, ..self }
    }
}

impl<const DIMS: usize, K: Debug, Q: Debug> AveragePool<DIMS, K, Q> {
    /// The layer with another window than its type says; `None` is all positions.
    #[must_use]
    pub fn with_window(self, window: Option<Window>, dims: usize) -> Self {
        Self { window, dims, ..self }
    }
}

/// What the places of a window see.
struct Places {
    /// `[batch * places * channels, positions of the window]`.
    values: Tensor<2>,
    batch: usize,
    /// The shape of the results.
    shape: Shape,
    /// How many positions of the input each place sees.
    counts: Vec<u32>,
}

impl Places {
    /// `None` where the window does not fit, which the declaration and the lowering refuse.
    fn new(input: &Value, window: Option<Window>, dims: usize, padding: f32) -> Option<Self> {
        let plane = Plane::of(&input.shape(), dims)?;
        let kept = window.is_some();
        let window = window.unwrap_or(Window::new([plane.rows, plane.columns], [1, 1]));
        let placed = window.on(&plane)?;
        let flat = input.flat();
        let [batch, _] = flat.dims();
        let unfold = Arc::new(Unfold::new(placed, &plane, plane.channels, padding));
        let (places, taps) = (unfold.places(), window.taps());
        let values = seen(flat, unfold).reshape([batch * places * plane.channels, taps]);
        let counts = hls_core::rules::taps(placed, plane.columns).iter().map(|seen| seen.len().max(1) as u32).collect();
        let [rows, columns] = placed.map(|placed| placed.outputs);
        let shape = Plane { rows, columns, ..plane }.shape(dims);
        let shape = if kept { shape } else { Shape::new([plane.channels]) };
        Some(Self { values, batch, shape, counts })
    }

    fn result(&self, rows: Tensor<2>) -> Tensor<2> {
        rows.reshape([self.batch, self.shape.size()])
    }
}

impl<const DIMS: usize, K: PoolGeometry> Layer for MaxPool<DIMS, K> {
    const RULE: ShapeRule = ShapeRule::Pool { window: window::<K>(DIMS), dims: DIMS };

    fn init(_: &Device) -> Self {
        Self { window: window::<K>(DIMS), dims: DIMS, types: PhantomData }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        // Smaller than every number, and finite: a gradient times infinity would be none.
        let places = Places::new(inputs[0], self.window, self.dims, f32::MIN);
        places.map_or_else(
            || inputs[0].clone(),
            |places| Value::of(places.result(places.values.clone().max_dim(1)), places.shape),
        )
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        lowering.push(site, ops::MaxPool { window: self.window, dims: self.dims }, inputs)
    }

    fn declaration(&self) -> String {
        format!("MaxPool<{DIMS}, {}>", K::spelling())
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        Vec::new()
    }
}

impl<const DIMS: usize, K: PoolGeometry, Q: Quantizer> Layer for AveragePool<DIMS, K, Q> {
    const RULE: ShapeRule = ShapeRule::Pool { window: window::<K>(DIMS), dims: DIMS };
    const LEGAL: Result<(), Message> = legal_types(&[("result", Q::TYPE)]);

    fn init(_: &Device) -> Self {
        Self { window: window::<K>(DIMS), dims: DIMS, precision: Precision::of::<Q>(), types: PhantomData }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let Some(places) = Places::new(inputs[0], self.window, self.dims, 0.0) else { return inputs[0].clone() };
        let sums = places.result(places.values.clone().sum_dim(1));
        let channels = places.shape.channels();
        let divisors: Vec<u32> = places.counts.iter().flat_map(|&count| std::iter::repeat_n(count, channels)).collect();
        Value::of(assign_quotients(sums, &divisors, self.precision), places.shape)
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        let ty = lowering.fixed("result", self.precision)?;
        lowering.push(site, ops::AveragePool { window: self.window, dims: self.dims, ty }, inputs)
    }

    fn declaration(&self) -> String {
        format!("AveragePool<{DIMS}, {}, {}>", K::spelling(), self.precision.declaration())
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        vec![("result", &mut self.precision)]
    }
}
