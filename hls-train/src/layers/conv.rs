//! Convolutions: with one or two dimensions, grouped, depthwise, pointwise, transposed.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use hls_core::diagnostics::Diagnostic;
use hls_core::fixed::{FixedType, WeightQuantizer};
use hls_core::rules::{Convolution, Plane, ShapeRule, Window, legal_accumulator, legal_weights};
use hls_core::shape::Message;

use super::Types;
use super::dense::{Accumulator, Exact, initial_weights};
use super::geometry::{Geometry, Transposed, window};
use crate::Precision;
use crate::kernels::unfold::Unfold;
use crate::layer::{Layer, Site};
use crate::lower::{LinearWeights, Lowered, Lowering};
use crate::value::{Linear, Value};

/// `[steps, IN]` to `[steps', OUT]`. See [`Conv`].
pub type Conv1d<const IN: usize, const OUT: usize, K, W, B = W, A = Exact> = Conv<1, IN, OUT, 1, K, W, B, A>;

/// `[height, width, IN]` to `[height', width', OUT]`. See [`Conv`].
pub type Conv2d<const IN: usize, const OUT: usize, K, W, B = W, A = Exact> = Conv<2, IN, OUT, 1, K, W, B, A>;

/// A [`Conv1d`] in `GROUPS` parts: each group of outputs sees its own group of inputs only.
pub type GroupedConv1d<const IN: usize, const OUT: usize, const GROUPS: usize, K, W, B = W, A = Exact> =
    Conv<1, IN, OUT, GROUPS, K, W, B, A>;

/// A [`Conv2d`] in `GROUPS` parts: each group of outputs sees its own group of inputs only. With as many groups as inputs
/// and a multiple of them as outputs it is a depthwise convolution with a multiplier.
pub type GroupedConv2d<const IN: usize, const OUT: usize, const GROUPS: usize, K, W, B = W, A = Exact> =
    Conv<2, IN, OUT, GROUPS, K, W, B, A>;

/// Every channel of `[steps, CHANNELS]` with a window of its own. See [`Conv`].
pub type DepthwiseConv1d<const CHANNELS: usize, K, W, B = W, A = Exact> =
    Conv<1, CHANNELS, CHANNELS, CHANNELS, K, W, B, A>;

/// Every channel of `[height, width, CHANNELS]` with a window of its own. See [`Conv`].
pub type DepthwiseConv2d<const CHANNELS: usize, K, W, B = W, A = Exact> =
    Conv<2, CHANNELS, CHANNELS, CHANNELS, K, W, B, A>;

/// The transposed convolution of `[steps, IN]`. See [`Transposed`] for the shapes, [`Conv`] for the rest.
pub type ConvTranspose1d<const IN: usize, const OUT: usize, K, W, B = W, A = Exact> =
    Conv<1, IN, OUT, 1, Transposed<K>, W, B, A>;

/// The transposed convolution of `[height, width, IN]`. See [`Transposed`] for the shapes, [`Conv`] for the rest.
pub type ConvTranspose2d<const IN: usize, const OUT: usize, K, W, B = W, A = Exact> =
    Conv<2, IN, OUT, 1, Transposed<K>, W, B, A>;

/// At every place of a window, `what it sees . weight + bias`: exact products and an exact sum, not rounded. The next
/// quantizing layer does the only rounding.
///
/// Declare it as [`Conv1d`], [`Conv2d`] or one of the others: `Conv2d<3, 32, Same<Kernel<3>>, Fixed<8, 3>>`. Channels are the
/// last dimension. `K` is the window, `W` the precision of the weights, `B` of the bias, `A` the accumulator, as in
/// [`Dense`](super::Dense). A window of one position is a pointwise convolution and is built as one.
///
/// Weights are a matrix `[rows * columns * IN / GROUPS, OUT]`: the positions of the window row by row, the channels of each
/// in order; the outputs group by group. Those of a transposed convolution are in the order in which the moving window
/// sees them, which is the reverse of what the scattering form numbers.
// The bounds stand on the implementations, so that a wrong precision is one error, at the field.
#[derive(Module, Debug)]
pub struct Conv<const DIMS: usize, const IN: usize, const OUT: usize, const GROUPS: usize, K, W, B = W, A = Exact> {
    /// `[rows * columns * IN / GROUPS, OUT]`.
    pub weight: Param<Tensor<2>>,
    /// `[OUT]`.
    pub bias: Param<Tensor<1>>,
    #[module(skip)]
    weight_precision: Precision,
    #[module(skip)]
    bias_precision: Precision,
    #[module(skip)]
    accumulator: Option<FixedType>,
    #[module(skip)]
    geometry: Convolution,
    #[module(skip)]
    types: Types<(K, W, B, A)>,
}

impl<
    const DIMS: usize,
    const IN: usize,
    const OUT: usize,
    const GROUPS: usize,
    K: Geometry,
    W: WeightQuantizer,
    B: WeightQuantizer,
    A: Accumulator,
> Conv<DIMS, IN, OUT, GROUPS, K, W, B, A>
{
    const WINDOW: Window = window::<K>(DIMS);

    /// Rows of the matrix.
    const INPUTS: usize = Self::WINDOW.taps() * (IN / if GROUPS == 0 { 1 } else { GROUPS });

    /// Where the matrix is placed. A search may have pruned channels of a depthwise convolution, whose groups they are.
    fn placement(&self) -> Convolution {
        let [outputs] = self.bias.val().dims();
        let is_depthwise = GROUPS > 1 && GROUPS == IN && GROUPS == OUT && self.geometry.groups == GROUPS;
        if is_depthwise { Convolution { groups: outputs, ..self.geometry } } else { self.geometry }
    }

    /// The layer with another geometry than its type says.
    #[must_use]
    pub fn with_geometry(self, geometry: Convolution) -> Self {
        Self { geometry, ..self }
    }

    /// The same layer with another accumulator; `None` is the exact one.
    #[must_use]
    pub fn with_accumulator(self, accumulator: Option<FixedType>) -> Self {
        Self { accumulator, ..self }
    }
}

impl<
    const DIMS: usize,
    const IN: usize,
    const OUT: usize,
    const GROUPS: usize,
    K: Geometry,
    W: WeightQuantizer,
    B: WeightQuantizer,
    A: Accumulator,
> Layer for Conv<DIMS, IN, OUT, GROUPS, K, W, B, A>
{
    const RULE: ShapeRule = ShapeRule::Convolution {
        window: Self::WINDOW,
        dims: DIMS,
        channels: IN,
        outputs: OUT,
        groups: GROUPS,
        signs: !W::WEIGHT.takes_scale(),
    };
    const LEGAL: Result<(), Message> = match legal_weights(W::WEIGHT, B::WEIGHT) {
        Ok(()) => legal_accumulator(A::TYPE),
        wrong => wrong,
    };

    fn init(device: &Device) -> Self {
        let weights = initial_weights(W::WEIGHT, Self::INPUTS, OUT);
        Self {
            weight: Param::from_tensor(Tensor::from_data(TensorData::new(weights, [Self::INPUTS, OUT]), device)),
            bias: Param::from_tensor(Tensor::zeros([OUT], device)),
            weight_precision: Precision::of_weight::<W>(),
            bias_precision: Precision::of_weight::<B>(),
            accumulator: A::TYPE,
            geometry: Convolution { window: Self::WINDOW, dims: DIMS, groups: GROUPS },
            types: PhantomData,
        }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let Convolution { window, dims, groups } = self.placement();
        let shape = inputs[0].shape();
        let plane = Plane::of(&shape, dims);
        // A window that does not fit is refused by the declaration and when the model is lowered.
        let Some((plane, placed)) = plane.and_then(|plane| Some((plane, window.on(&plane)?))) else {
            return inputs[0].clone();
        };
        let flat = inputs[0].flat();
        let [outputs] = self.bias.val().dims();
        let (input, unfold) = if window.is_pointwise() && groups == 1 {
            let [batch, _] = flat.dims();
            (flat.reshape([batch * plane.positions(), plane.channels]), None)
        } else {
            (flat, Some(Arc::new(Unfold::new(placed, &plane, groups, 0.0))))
        };
        let linear = Linear {
            input,
            weight: self.weight.val(),
            bias: self.bias.val(),
            weight_precision: self.weight_precision,
            bias_precision: self.bias_precision,
            // A float model has no accumulator to overflow.
            accumulator: self.accumulator.filter(|_| self.weight_precision != Precision::Float),
            unfold,
        };
        let [rows, columns] = placed.map(|placed| placed.outputs);
        Value::pending(linear, Plane { rows, columns, channels: outputs }.shape(dims))
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        let linear = LinearWeights {
            weight: self.weight.val().without_autodiff(),
            bias: self.bias.val().without_autodiff(),
            weight_type: lowering.weight(self.weight_precision)?,
            bias_type: lowering.fixed("bias", self.bias_precision)?,
            accumulator: self.accumulator,
            convolution: Some(self.placement()),
        };
        lowering.push_linear(site, linear, inputs)
    }

    fn declaration(&self) -> String {
        let mut types = vec![K::spelling(), self.weight_precision.declaration()];
        if self.bias_precision != self.weight_precision || self.accumulator.is_some() {
            types.push(self.bias_precision.declaration());
        }
        types.extend(self.accumulator.map(|accumulator| accumulator.declaration()));
        // From the weights, not from `OUT`: a search may have pruned filters.
        let [outputs] = self.bias.val().dims();
        let [inputs, _] = self.weight.val().dims();
        let Convolution { window, groups, .. } = self.placement();
        let channels = inputs / window.taps().max(1) * groups;
        let types = types.join(", ");
        match groups {
            1 => format!("Conv{DIMS}d<{channels}, {outputs}, {types}>"),
            _ => format!("GroupedConv{DIMS}d<{channels}, {outputs}, {groups}, {types}>"),
        }
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        vec![("weight", &mut self.weight_precision), ("bias", &mut self.bias_precision)]
    }
}
