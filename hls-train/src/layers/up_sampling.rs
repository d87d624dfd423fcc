//! More positions than there are.

use std::fmt::Debug;
use std::marker::PhantomData;

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor, TensorData};
use hls_core::diagnostics::Diagnostic;
use hls_core::ops;
use hls_core::rules::{Blend, Interpolation, Plane, ShapeRule, Upsampling};

use super::{ABSENT, Types};
use crate::Precision;
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering};
use crate::value::Value;

/// What results become that lie between positions.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an interpolation",
    label = "expected `Nearest` or `Bilinear`"
)]
pub trait Interpolate: Clone + Copy + Debug + Default + Send + Sync + 'static {
    /// The interpolation.
    const INTERPOLATION: Interpolation;
}

/// Copies of the position that is nearest.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nearest;

/// The exact weighted sum of the four positions around.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bilinear;

impl Interpolate for Nearest {
    const INTERPOLATION: Interpolation = Interpolation::Nearest;
}

impl Interpolate for Bilinear {
    const INTERPOLATION: Interpolation = Interpolation::Bilinear;
}

/// Every step of `[steps, channels]` `FACTOR` times. See [`UpSampling`].
pub type UpSampling1d<const FACTOR: usize> = UpSampling<1, 1, FACTOR, Nearest>;

/// Every position of `[height, width, channels]` as a rectangle of `ROWS` by `COLUMNS` positions, by default a square. See
/// [`UpSampling`].
pub type UpSampling2d<const ROWS: usize, const COLUMNS: usize = ABSENT, I = Nearest> = UpSampling<2, ROWS, COLUMNS, I>;

/// Every position of a sample as several, the channels kept: `[height, width, channels]` to
/// `[height * ROWS, width * COLUMNS, channels]`.
///
/// Declare it as [`UpSampling1d`] or [`UpSampling2d`]: `UpSampling2d<2>`, `UpSampling2d<2, 4, Bilinear>`. Under [`Nearest`]
/// the results are copies. Under [`Bilinear`] result `i` of an axis lies at `(i + 1/2) / FACTOR - 1/2` among the positions,
/// at the ends on the outermost one, and factors are powers of two: so the weights are exact, and the sum is not rounded.
/// It has up to `log2(2 * ROWS) + log2(2 * COLUMNS)` more fractional bits; the next quantizing layer does the only rounding.
// The bound stands on the implementation, so that a wrong interpolation is one error, at the field.
#[derive(Module, Debug)]
pub struct UpSampling<const DIMS: usize, const ROWS: usize, const COLUMNS: usize, I: Debug> {
    #[module(skip)]
    upsampling: Upsampling,
    #[module(skip)]
    types: Types<I>,
}

impl<const DIMS: usize, const ROWS: usize, const COLUMNS: usize, I: Interpolate> UpSampling<DIMS, ROWS, COLUMNS, I> {
    const UPSAMPLING: Upsampling = Upsampling {
        factor: [ROWS, if COLUMNS == ABSENT { ROWS } else { COLUMNS }],
        dims: DIMS,
        interpolation: I::INTERPOLATION,
    };

    /// The layer with another geometry than its type says.
    #[must_use]
    pub fn with_upsampling(self, upsampling: Upsampling) -> Self {
        Self { upsampling, ..self }
    }
}

/// The results along dimension 1 of `[.., positions, elements]`; axis 0 are rows, 1 columns.
fn along(tensor: Tensor<3>, upsampling: &Upsampling, axis: usize) -> Tensor<3> {
    let [outer, inputs, elements] = tensor.dims();
    let factor = upsampling.factor[axis];
    if factor == 1 {
        return tensor;
    }
    if upsampling.interpolation == Interpolation::Nearest {
        let copies = tensor.reshape([outer, inputs, 1, elements]).expand([outer, inputs, factor, elements]);
        return copies.reshape([outer, inputs * factor, elements]);
    }
    let blends: Vec<Blend> = (0..inputs * factor).map(|output| upsampling.blend(axis, inputs, output)).collect();
    let device = tensor.device().without_autodiff();
    let part = |end: fn(&Blend) -> (usize, usize)| {
        let positions: Vec<i64> = blends.iter().map(|blend| end(blend).0 as i64).collect();
        // Powers of two and small numbers: exact.
        let weights = blends.iter().map(|blend| end(blend).1 as f64 / upsampling.scale(axis) as f64);
        let weights = TensorData::new(weights.collect::<Vec<f64>>(), [1, blends.len(), 1]);
        let positions = Tensor::<1, Int>::from_data(positions.as_slice(), &tensor.device());
        let weights = Tensor::<3>::from_data(weights, (&device, tensor.dtype())).to_device(&tensor.device());
        tensor.clone().select(1, positions) * weights
    };
    part(|blend| blend.earlier) + part(|blend| blend.later)
}

impl<const DIMS: usize, const ROWS: usize, const COLUMNS: usize, I: Interpolate> Layer
    for UpSampling<DIMS, ROWS, COLUMNS, I>
{
    const RULE: ShapeRule = ShapeRule::Upsample(Self::UPSAMPLING);

    fn init(_: &Device) -> Self {
        Self { upsampling: Self::UPSAMPLING, types: PhantomData }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let (flat, shape) = (inputs[0].flat(), inputs[0].shape());
        // What does not fit is refused by the declaration and when the model is lowered.
        let Some(Plane { rows, columns, channels }) = Plane::of(&shape, self.upsampling.dims) else {
            return inputs[0].clone();
        };
        let [batch, _] = flat.dims();
        let [down, across] = self.upsampling.factor;
        // The narrow axis first: fewer elements go through the other one.
        let wide = along(flat.reshape([batch * rows, columns, channels]), &self.upsampling, 1);
        let all = along(wide.reshape([batch, rows, columns * across * channels]), &self.upsampling, 0);
        let shape = Plane { rows: rows * down, columns: columns * across, channels }.shape(self.upsampling.dims);
        Value::of(all.reshape([batch, shape.size()]), shape)
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        lowering.push(site, ops::Upsample { upsampling: self.upsampling }, inputs)
    }

    fn declaration(&self) -> String {
        let [rows, columns] = self.upsampling.factor;
        match (self.upsampling.dims, self.upsampling.interpolation) {
            (1, _) => format!("UpSampling1d<{columns}>"),
            (_, Interpolation::Nearest) => format!("UpSampling2d<{rows}, {columns}>"),
            (_, Interpolation::Bilinear) => format!("UpSampling2d<{rows}, {columns}, Bilinear>"),
        }
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        Vec::new()
    }
}
