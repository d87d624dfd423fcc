//! A convolution of every channel on its own, then one of every position on its own.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use hls_core::diagnostics::Diagnostic;
use hls_core::fixed::{FixedFormat, FixedType, WeightQuantizer, WeightType};
use hls_core::ops;
use hls_core::rules::{Convolution, Plane, ShapeRule, Window, legal_accumulator, legal_types, legal_weights};
use hls_core::shape::Message;

use super::Types;
use super::dense::{Accumulator, Exact, initial_weights};
use super::geometry::{Geometry, window};
use crate::Precision;
use crate::kernels::Activation;
use crate::kernels::unfold::Unfold;
use crate::layer::{Layer, Site};
use crate::lower::{LinearWeights, Lowered, Lowering, quantized};
use crate::value::{Linear, Value};

/// `[steps, IN]` to `[steps', OUT]`. See [`SeparableConv`].
pub type SeparableConv1d<const IN: usize, const OUT: usize, K, D, W = D, B = W, M = Exact, A = Exact> =
    SeparableConv<1, IN, OUT, K, D, W, B, M, A>;

/// `[height, width, IN]` to `[height', width', OUT]`. See [`SeparableConv`].
pub type SeparableConv2d<const IN: usize, const OUT: usize, K, D, W = D, B = W, M = Exact, A = Exact> =
    SeparableConv<2, IN, OUT, K, D, W, B, M, A>;

/// A depthwise convolution with the window `K` and no bias, then a pointwise one: the exact sums of the first, or what they
/// become as `M`, are the inputs of the second, whose sums are exact as well.
///
/// Declare it as [`SeparableConv1d`] or [`SeparableConv2d`]: `SeparableConv2d<16, 32, Same<Kernel<3>>, Fixed<6, 1>>`. `D` is
/// the precision of the depthwise weights, `W` of the pointwise ones, `B` of the bias, `M` a fixed-point type between the
/// two (without one the products of the second are as wide as the sums of the first), `A` the accumulator of the second.
///
/// In hardware it is two layers, `<field>_depthwise` and `<field>`, with `<field>_intermediate` between them where `M` is
/// named. Settings of the field are those of the pointwise one; strategy, parallelization and, where it is legal for its
/// matrix `[rows * columns, IN]`, the reuse factor are those of the depthwise one too, which else has the reuse factor 1.
// The bounds stand on the implementations, so that a wrong precision is one error, at the field.
#[derive(Module, Debug)]
pub struct SeparableConv<const DIMS: usize, const IN: usize, const OUT: usize, K, D, W = D, B = W, M = Exact, A = Exact>
{
    /// `[rows * columns, IN]`: the positions of the window row by row.
    pub depthwise: Param<Tensor<2>>,
    /// Of the pointwise convolution, `[IN, OUT]`.
    pub weight: Param<Tensor<2>>,
    /// `[OUT]`.
    pub bias: Param<Tensor<1>>,
    #[module(skip)]
    depthwise_precision: Precision,
    #[module(skip)]
    weight_precision: Precision,
    #[module(skip)]
    bias_precision: Precision,
    #[module(skip)]
    intermediate: Option<Precision>,
    #[module(skip)]
    accumulator: Option<FixedType>,
    #[module(skip)]
    types: Types<(K, D, W, B, M, A)>,
}

impl<
    const DIMS: usize,
    const IN: usize,
    const OUT: usize,
    K: Geometry,
    D: WeightQuantizer,
    W: WeightQuantizer,
    B: WeightQuantizer,
    M: Accumulator,
    A: Accumulator,
> SeparableConv<DIMS, IN, OUT, K, D, W, B, M, A>
{
    const WINDOW: Window = window::<K>(DIMS);
    const POINTWISE: Convolution = Convolution { window: Window::new([1, 1], [1, 1]), dims: DIMS, groups: 1 };

    /// The sums of the depthwise convolution, not computed yet; `None` where its window does not fit.
    fn channels(&self, input: &Value) -> Option<Value> {
        let plane = Plane::of(&input.shape(), DIMS)?;
        let placed = Self::WINDOW.on(&plane)?;
        // From the weights, not from `IN`: a search may have pruned channels.
        let [_, channels] = self.depthwise.val().dims();
        let linear = Linear {
            input: input.flat(),
            weight: self.depthwise.val(),
            bias: Tensor::zeros([channels], &self.bias.val().device()),
            weight_precision: self.depthwise_precision,
            bias_precision: Precision::Float,
            accumulator: None,
            unfold: Some(Arc::new(Unfold::new(placed, &plane, channels, 0.0))),
        };
        let [rows, columns] = placed.map(|placed| placed.outputs);
        Some(Value::pending(linear, Plane { rows, columns, channels }.shape(DIMS)))
    }
}

impl<
    const DIMS: usize,
    const IN: usize,
    const OUT: usize,
    K: Geometry,
    D: WeightQuantizer,
    W: WeightQuantizer,
    B: WeightQuantizer,
    M: Accumulator,
    A: Accumulator,
> Layer for SeparableConv<DIMS, IN, OUT, K, D, W, B, M, A>
{
    const RULE: ShapeRule = ShapeRule::Separable {
        window: Self::WINDOW,
        dims: DIMS,
        channels: IN,
        outputs: OUT,
        signs: !W::WEIGHT.takes_scale(),
    };
    const LEGAL: Result<(), Message> = {
        // The depthwise convolution has no bias; any type will do.
        let none = WeightType::Fixed(FixedType::exact(FixedFormat::unsigned(1, 1)));
        let between = match M::TYPE {
            Some(ty) => legal_types(&[("intermediate", ty)]),
            None => Ok(()),
        };
        match (legal_weights(D::WEIGHT, none), legal_weights(W::WEIGHT, B::WEIGHT), between) {
            (Ok(()), Ok(()), Ok(())) => legal_accumulator(A::TYPE),
            (Err(message), ..) => Err(Message::new().text("depthwise ").text(message.as_str())),
            (_, Err(message), _) | (.., Err(message)) => Err(message),
        }
    };

    fn init(device: &Device) -> Self {
        let taps = Self::WINDOW.taps();
        let matrix = |weights: Vec<f32>, dims: [usize; 2]| {
            Param::from_tensor(Tensor::from_data(TensorData::new(weights, dims), device))
        };
        Self {
            depthwise: matrix(initial_weights(D::WEIGHT, taps, IN), [taps, IN]),
            weight: matrix(initial_weights(W::WEIGHT, IN, OUT), [IN, OUT]),
            bias: Param::from_tensor(Tensor::zeros([OUT], device)),
            depthwise_precision: Precision::of_weight::<D>(),
            weight_precision: Precision::of_weight::<W>(),
            bias_precision: Precision::of_weight::<B>(),
            intermediate: M::TYPE.map(Precision::Fixed),
            accumulator: A::TYPE,
            types: PhantomData,
        }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        // A window that does not fit is refused by the declaration and when the model is lowered.
        let Some(channels) = self.channels(inputs[0]) else { return inputs[0].clone() };
        let channels = match self.intermediate {
            Some(precision) => channels.activated(Activation::quantize(precision)),
            None => channels,
        };
        let flat = channels.flat();
        let [batch, size] = flat.dims();
        let [inputs, outputs] = self.weight.val().dims();
        let linear = Linear {
            input: flat.reshape([batch * size / inputs.max(1), inputs]),
            weight: self.weight.val(),
            bias: self.bias.val(),
            weight_precision: self.weight_precision,
            bias_precision: self.bias_precision,
            // A float model has no accumulator to overflow.
            accumulator: self.accumulator.filter(|_| self.weight_precision != Precision::Float),
            unfold: None,
        };
        Value::pending(linear, channels.shape().with_channels(outputs))
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        let weight = self.depthwise.val().without_autodiff();
        let weight_type = lowering.weight(self.depthwise_precision)?;
        // Zeros that make no product wider.
        let fraction = quantized("depthwise", weight.clone(), weight_type)?.format.fraction()
            + lowering.input_type(inputs)?.fraction();
        let [_, groups] = weight.dims();
        let channels = LinearWeights {
            weight,
            bias: Tensor::zeros([groups], &self.bias.val().device().without_autodiff()),
            weight_type,
            bias_type: FixedType::exact(FixedFormat::unsigned(1, 1 - fraction)),
            accumulator: None,
            convolution: Some(Convolution { window: Self::WINDOW, dims: DIMS, groups }),
        };
        let mut last = lowering.push_linear_part(site, "depthwise", channels, inputs)?;
        if let Some(precision) = self.intermediate {
            let ty = lowering.fixed("intermediate", precision)?;
            last = lowering.push_part(site, "intermediate", ops::Quantize { ty }, &[&last])?;
        }
        let positions = LinearWeights {
            weight: self.weight.val().without_autodiff(),
            bias: self.bias.val().without_autodiff(),
            weight_type: lowering.weight(self.weight_precision)?,
            bias_type: lowering.fixed("bias", self.bias_precision)?,
            accumulator: self.accumulator,
            convolution: Some(Self::POINTWISE),
        };
        lowering.push_linear(site, positions, &[&last])
    }

    fn declaration(&self) -> String {
        let precisions = [self.depthwise_precision, self.weight_precision, self.bias_precision];
        let mut types: Vec<String> = precisions.into_iter().map(Precision::declaration).collect();
        let exact = || "Exact".to_owned();
        types.push(self.intermediate.map_or_else(exact, Precision::declaration));
        types.push(self.accumulator.map_or_else(exact, |accumulator| accumulator.declaration()));
        // Those at the end that say what is meant anyway.
        let defaults = [None, Some(types[0].clone()), Some(types[1].clone()), Some(exact()), Some(exact())];
        while types.last().is_some_and(|last| defaults[types.len() - 1].as_ref() == Some(last)) {
            types.pop();
        }
        let [channels, outputs] = self.weight.val().dims();
        format!("SeparableConv{DIMS}d<{channels}, {outputs}, {}, {}>", K::spelling(), types.join(", "))
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        let mut precisions = vec![
            ("depthwise", &mut self.depthwise_precision),
            ("weight", &mut self.weight_precision),
            ("bias", &mut self.bias_precision),
        ];
        precisions.extend(self.intermediate.as_mut().map(|precision| ("intermediate", precision)));
        precisions
    }
}
