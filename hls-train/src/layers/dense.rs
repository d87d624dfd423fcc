//! A fully connected layer.

use std::fmt::Debug;
use std::marker::PhantomData;

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use hls_core::diagnostics::Diagnostic;
use hls_core::fixed::{FixedType, Quantizer, WeightQuantizer, WeightType};
use hls_core::rules::{ShapeRule, legal_accumulator, legal_weights};
use hls_core::shape::{Message, Shape};

use super::Types;
use crate::Precision;
use crate::layer::{Layer, Site};
use crate::lower::{LinearWeights, Lowered, Lowering};
use crate::random::Generator;
use crate::value::{Linear, Value};

/// The type of a linear layer's sum: a `Fixed<..>` that wraps, or [`Exact`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an accumulator",
    label = "expected `Exact` or `Fixed<W, I>` here"
)]
pub trait Accumulator: Clone + Copy + Debug + Default + Send + Sync + 'static {
    /// The named type; `None` where the sum is exact.
    const TYPE: Option<FixedType>;
}

/// The default accumulator: as many bits as the exact sum needs, inferred from the trained weights.
#[derive(Clone, Copy, Debug, Default)]
pub struct Exact;

impl Accumulator for Exact {
    const TYPE: Option<FixedType> = None;
}

impl<Q: Quantizer> Accumulator for Q {
    const TYPE: Option<FixedType> = Some(Q::TYPE);
}

/// The weights that a layer of this type starts with, `[inputs, outputs]`, from the thread's generator.
pub(super) fn initial_weights(ty: WeightType, inputs: usize, outputs: usize) -> Vec<f32> {
    let bound = match ty.limits() {
        // Of smaller weights all would be zero, and nothing would be trained.
        Some((_, high)) if ty.is_ternary() => high as f32,
        // He: keeps the variance through rectified layers.
        _ => (6.0 / inputs.max(1) as f32).sqrt(),
    };
    let mut generator = Generator::of_thread();
    (0..inputs * outputs).map(|_| (generator.unit() * 2.0 - 1.0) * bound).collect()
}

/// `x . weight + bias`: exact products and an exact sum, not rounded. The next quantizing layer does the only rounding.
///
/// Shapes: `[IN]` to `[OUT]`. `W` is the precision of the weights, `B` of the bias. `A` names the accumulator; it must
/// wrap and keep every product bit.
///
/// Weights may also be [`Binary`](hls_core::fixed::Binary), [`Ternary`](hls_core::fixed::Ternary),
/// [`PowerOfTwo`](hls_core::fixed::PowerOfTwo) or [`PerChannel`](hls_core::fixed::PerChannel); the bias then has a
/// precision of its own: `Dense<16, 64, Binary, Fixed<8, 3>>`. The gradient passes straight through; a weight outside the
/// range (binary and ternary: -1 to 1) moves only inwards.
// The bounds stand on the implementations, so that a wrong precision is one error, at the field.
#[derive(Module, Debug)]
pub struct Dense<const IN: usize, const OUT: usize, W, B = W, A = Exact> {
    /// `[IN, OUT]`.
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
    types: Types<(W, B, A)>,
}

impl<const IN: usize, const OUT: usize, W: WeightQuantizer, B: WeightQuantizer, A: Accumulator>
    Dense<IN, OUT, W, B, A>
{
    /// The same layer with another accumulator; `None` is the exact one.
    #[must_use]
    pub fn with_accumulator(self, accumulator: Option<FixedType>) -> Self {
        Self { accumulator, ..self }
    }
}

impl<const IN: usize, const OUT: usize, W: WeightQuantizer, B: WeightQuantizer, A: Accumulator> Layer
    for Dense<IN, OUT, W, B, A>
{
    const RULE: ShapeRule = if W::WEIGHT.takes_scale() {
        ShapeRule::Linear { inputs: IN, outputs: OUT }
    } else {
        ShapeRule::LinearOfSigns { inputs: IN, outputs: OUT }
    };
    const LEGAL: Result<(), Message> = match legal_weights(W::WEIGHT, B::WEIGHT) {
        Ok(()) => legal_accumulator(A::TYPE),
        wrong => wrong,
    };

    fn init(device: &Device) -> Self {
        let weights = initial_weights(W::WEIGHT, IN, OUT);
        Self {
            weight: Param::from_tensor(Tensor::from_data(TensorData::new(weights, [IN, OUT]), device)),
            bias: Param::from_tensor(Tensor::zeros([OUT], device)),
            weight_precision: Precision::of_weight::<W>(),
            bias_precision: Precision::of_weight::<B>(),
            accumulator: A::TYPE,
            types: PhantomData,
        }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let linear = Linear {
            input: inputs[0].flat(),
            weight: self.weight.val(),
            bias: self.bias.val(),
            weight_precision: self.weight_precision,
            bias_precision: self.bias_precision,
            // A float model has no accumulator to overflow.
            accumulator: self.accumulator.filter(|_| self.weight_precision != Precision::Float),
            unfold: None,
        };
        // From the weights, not from `OUT`: a search may have pruned neurons.
        let [outputs] = self.bias.val().dims();
        Value::pending(linear, Shape::new([outputs]))
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        let linear = LinearWeights {
            weight: self.weight.val().without_autodiff(),
            bias: self.bias.val().without_autodiff(),
            weight_type: lowering.weight(self.weight_precision)?,
            bias_type: lowering.fixed("bias", self.bias_precision)?,
            accumulator: self.accumulator,
            convolution: None,
        };
        lowering.push_linear(site, linear, inputs)
    }

    fn declaration(&self) -> String {
        let [inputs, outputs] = self.weight.val().dims();
        let mut types = vec![self.weight_precision.declaration()];
        if self.bias_precision != self.weight_precision || self.accumulator.is_some() {
            types.push(self.bias_precision.declaration());
        }
        types.extend(self.accumulator.map(|accumulator| accumulator.declaration()));
        format!("Dense<{inputs}, {outputs}, {}>", types.join(", "))
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        vec![("weight", &mut self.weight_precision), ("bias", &mut self.bias_precision)]
    }
}
