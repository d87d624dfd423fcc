//! Batch normalization: folded into the layer before it, or a scale and a shift of its own.

use std::fmt::Debug;
use std::marker::PhantomData;

use burn::module::{Module, Param, RunningState};
use burn::tensor::{Device, Tensor};
use hls_core::diagnostics::{Code, Diagnostic};
use hls_core::fixed::{FixedType, Quantizer};
use hls_core::ops;
use hls_core::rules::{ShapeRule, legal_types};
use hls_core::shape::Message;

use super::Types;
use crate::Precision;
use crate::kernels::Activation;
use crate::kernels::constants::constants;
use crate::layer::{Layer, Site};
use crate::lower::{LinearWeights, Lowered, Lowering, quantized};
use crate::value::{Linear, Value};

/// How much of the running statistics one batch replaces.
const MOMENTUM: f32 = 0.1;

/// Added to the variance.
pub(crate) const EPSILON: f32 = 1e-5;

/// The precision of a normalization's scale or shift: a `Fixed<..>`, or [`Folded`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the precision of a scale",
    label = "expected `Folded` or `Fixed<W, I>` here"
)]
pub trait ScaleQuantizer: Clone + Copy + Debug + Default + Send + Sync + 'static {
    /// The named type; `None` where it is folded into other weights.
    const TYPE: Option<FixedType>;
}

/// The default of [`BatchNorm`]: scale and shift become part of the weights of the layer before it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Folded;

impl ScaleQuantizer for Folded {
    const TYPE: Option<FixedType> = None;
}

impl<Q: Quantizer> ScaleQuantizer for Q {
    const TYPE: Option<FixedType> = Some(Q::TYPE);
}

/// Batch normalization over `N` channels: folded into the [`Dense`](super::Dense) layer before it, or a layer of its own.
///
/// `BatchNorm<N>` is folded. The folded weights are what is quantized, while training too, so the trained function is the
/// built one: training folds the statistics of the batch, evaluation and hardware the running ones. It costs nothing in
/// hardware and has no precision of its own.
///
/// `BatchNorm<N, S, B>` multiplies each channel by a scale of precision `S` and adds a shift of precision `B` (without
/// `B`, of `S`), exactly. It may stand anywhere, and behind binary and ternary weights it has to: they take no scale.
/// Shape: the last dimension is `N`, kept.
#[derive(Module, Debug)]
pub struct BatchNorm<const N: usize, S: Debug = Folded, B: Debug = S> {
    /// The scale of each channel, `[N]`.
    pub gamma: Param<Tensor<1>>,
    /// The shift of each channel, `[N]`.
    pub beta: Param<Tensor<1>>,
    /// `[N]`, of the values before normalization.
    pub running_mean: RunningState<Tensor<1>>,
    /// `[N]`, of the values before normalization.
    pub running_var: RunningState<Tensor<1>>,
    /// Of scale and shift; nothing where they are folded.
    #[module(skip)]
    precisions: Option<(Precision, Precision)>,
    #[module(skip)]
    types: Types<(S, B)>,
}

impl<const N: usize, S: Debug, B: Debug> BatchNorm<N, S, B> {
    /// What a channel is multiplied by, and what is added to it: the one definition of the normalization by `mean` and
    /// `variance`, all `[N]`.
    fn scale_and_shift(&self, mean: Tensor<1>, variance: Tensor<1>) -> (Tensor<1>, Tensor<1>) {
        let scale = self.gamma.val() / variance.add_scalar(EPSILON).sqrt();
        let shift = self.beta.val() - mean * scale.clone();
        (scale, shift)
    }

    /// Weight `[inputs, N]` and bias `[N]` with the normalization by `mean` and `variance` in them.
    ///
    /// Training, evaluation and lowering all call this, so the weights of the hardware are the trained ones to the
    /// last bit.
    fn fold(&self, weight: Tensor<2>, bias: Tensor<1>, mean: Tensor<1>, variance: Tensor<1>) -> (Tensor<2>, Tensor<1>) {
        let scale = self.gamma.val() / variance.add_scalar(EPSILON).sqrt();
        let bias = (bias - mean) * scale.clone() + self.beta.val();
        (weight * scale.unsqueeze(), bias)
    }

    /// Mean and variance that training has collected.
    fn running(&self, device: &Device) -> (Tensor<1>, Tensor<1>) {
        (self.running_mean.value_sync().to_device(device), self.running_var.value_sync().to_device(device))
    }

    /// The fold of the running statistics.
    pub(crate) fn fold_running(&self, weight: Tensor<2>, bias: Tensor<1>) -> (Tensor<2>, Tensor<1>) {
        let (mean, variance) = self.running(&weight.device());
        self.fold(weight, bias, mean, variance)
    }

    /// Mean and variance of a batch `[rows, N]`, which also move the running ones, unless there is but one row: it has no
    /// variance, and as the last of an epoch it would leave the hardware a tenth less.
    fn batch_statistics(&self, values: Tensor<2>) -> (Tensor<1>, Tensor<1>) {
        let rows = values.dims()[0];
        let mean = values.clone().mean_dim(0);
        let variance = (values - mean.clone()).square().mean_dim(0);
        let (mean, variance) = (mean.squeeze_dim::<1>(0), variance.squeeze_dim::<1>(0));
        let follow = |state: &RunningState<Tensor<1>>, batch: &Tensor<1>| {
            let batch = batch.clone().detach();
            let old = state.value_sync().to_device(&batch.device());
            state.update((old.mul_scalar(1.0 - MOMENTUM) + batch.mul_scalar(MOMENTUM)).detach());
        };
        if rows > 1 {
            follow(&self.running_mean, &mean);
            follow(&self.running_var, &variance);
        }
        (mean, variance)
    }

    /// The fold of the batch's statistics, which also move the running ones.
    fn fold_batch(&self, linear: &Linear) -> (Tensor<2>, Tensor<1>) {
        let float = Linear {
            weight_precision: Precision::Float,
            bias_precision: Precision::Float,
            accumulator: None,
            ..linear.clone()
        };
        let (mean, variance) = self.batch_statistics(float.compute(Activation::IDENTITY));
        self.fold(linear.weight.clone(), linear.bias.clone(), mean, variance)
    }

    fn folded(&self, input: &Value) -> Value {
        // The shape rules allow no other layer in front; without one there is nothing to fold into.
        let Some(linear) = input.linear() else { return input.clone() };
        let (weight, bias) = if self.is_training() {
            self.fold_batch(linear)
        } else {
            self.fold_running(linear.weight.clone(), linear.bias.clone())
        };
        Value::pending(Linear { weight, bias, ..linear.clone() }, input.shape())
    }

    fn scaled(&self, input: &Value, scale: Precision, shift: Precision) -> Value {
        let flat = input.flat();
        let [batch, size] = flat.dims();
        let channels = input.shape().channels().max(1);
        let rows = flat.reshape([batch * size / channels, channels]);
        let (mean, variance) =
            if self.is_training() { self.batch_statistics(rows.clone()) } else { self.running(&rows.device()) };
        let (by, plus) = self.scale_and_shift(mean, variance);
        let [by, plus] = [(by, scale), (plus, shift)]
            .map(|(values, precision)| constants(values.cast(rows.dtype()), precision).unsqueeze::<2>());
        let result = rows * by + plus;
        Value::of(result.reshape([batch, size]), input.shape())
    }

    /// A design from elsewhere may have other sizes than a declaration.
    fn check_sizes(&self, linear: Option<&LinearWeights>) -> Result<(), Diagnostic> {
        let device = self.gamma.val().device();
        let (mean, variance) = self.running(&device);
        let [channels] = self.gamma.val().dims();
        let sizes = [self.beta.val().dims(), mean.dims(), variance.dims()];
        if sizes.iter().any(|size| *size != [channels]) {
            let message = format!("{channels} scales do not go with {sizes:?} shifts, means and variances");
            return Err(Diagnostic::error(Code::Malformed, message));
        }
        match linear.map(|linear| linear.bias.dims()) {
            Some([outputs]) if outputs != channels => {
                let message = format!("normalizes {channels} channels, but is folded into {outputs} outputs");
                Err(Diagnostic::error(Code::Shape, message))
            }
            _ => Ok(()),
        }
    }

    fn is_training(&self) -> bool {
        self.gamma.val().is_tracked()
    }
}

impl<const N: usize, S: ScaleQuantizer, B: ScaleQuantizer> Layer for BatchNorm<N, S, B> {
    const RULE: ShapeRule = match S::TYPE {
        None => ShapeRule::Fold { channels: N },
        Some(_) => ShapeRule::Channelwise { channels: N },
    };
    const LEGAL: Result<(), Message> = match (S::TYPE, B::TYPE) {
        (None, None) => Ok(()),
        (Some(scale), Some(shift)) => legal_types(&[("scale", scale), ("shift", shift)]),
        _ => Err(Message::new().text("scale and shift are both folded or both have a precision")),
    };

    fn init(device: &Device) -> Self {
        Self {
            gamma: Param::from_tensor(Tensor::ones([N], device)),
            beta: Param::from_tensor(Tensor::zeros([N], device)),
            running_mean: RunningState::new(Tensor::zeros([N], device)),
            running_var: RunningState::new(Tensor::ones([N], device)),
            precisions: S::TYPE.zip(B::TYPE).map(|(scale, shift)| (Precision::Fixed(scale), Precision::Fixed(shift))),
            types: PhantomData,
        }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        match self.precisions {
            None => self.folded(inputs[0]),
            Some((scale, shift)) => self.scaled(inputs[0], scale, shift),
        }
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        self.check_sizes(lowering.linear(inputs).filter(|_| self.precisions.is_none()))?;
        if let Some((scale, shift)) = self.precisions {
            let (scale, shift) = (lowering.fixed("scale", scale)?, lowering.fixed("shift", shift)?);
            let (mean, variance) = self.running(&self.gamma.val().device());
            let (by, plus) = self.scale_and_shift(mean, variance);
            let (by, plus) = (by.without_autodiff(), plus.without_autodiff());
            let op = ops::ScaleShift {
                scale: quantized("scale", by.clone(), scale.into())?,
                shift: quantized("shift", plus.clone(), shift.into())?,
            };
            let lowered = lowering.push(site, op, inputs)?;
            lowering.constants(lowered, "scale", by, scale);
            lowering.constants(lowered, "shift", plus, shift);
            return Ok(lowered);
        }
        let (weight, bias) = match lowering.linear(inputs) {
            Some(linear) if !linear.weight_type.takes_scale() => {
                let message = format!("weights `{}` take no scale", linear.weight_type.declaration());
                return Err(Diagnostic::error(Code::Type, message)
                    .help("give the normalization precisions of its own: `BatchNorm<N, Fixed<8, 3>>`"));
            }
            Some(linear) => self.fold_running(linear.weight.clone(), linear.bias.clone()),
            None => return Err(Diagnostic::error(Code::Shape, "has no Dense layer before it to be folded into")),
        };
        lowering.refold(site, inputs, weight, bias)
    }

    fn declaration(&self) -> String {
        let [channels] = self.gamma.val().dims();
        match self.precisions {
            None => format!("BatchNorm<{channels}>"),
            Some((scale, shift)) if scale == shift => format!("BatchNorm<{channels}, {}>", scale.declaration()),
            Some((scale, shift)) => {
                format!("BatchNorm<{channels}, {}, {}>", scale.declaration(), shift.declaration())
            }
        }
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        self.precisions.as_mut().map(|(scale, shift)| vec![("scale", scale), ("shift", shift)]).unwrap_or_default()
    }
}
