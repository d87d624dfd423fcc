//! Batch normalization, folded into the layer before it.

use burn::module::{Module, Param, RunningState};
use burn::tensor::{Device, Tensor};
use hls_core::diagnostics::{Code, Diagnostic};
use hls_core::rules::ShapeRule;

use crate::Precision;
use crate::kernels::Activation;
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering};
use crate::value::{Linear, Value};

/// How much of the running statistics one batch replaces.
const MOMENTUM: f32 = 0.1;

/// Added to the variance.
const EPSILON: f32 = 1e-5;

/// Batch normalization over `N` channels, folded into the [`Dense`](super::Dense) layer before it.
///
/// The folded weights are what is quantized, while training too, so the trained function is the built one: training
/// folds the statistics of the batch, evaluation and hardware the running ones. It costs nothing in hardware and has no
/// precision of its own.
#[derive(Module, Debug)]
pub struct BatchNorm<const N: usize> {
    /// The scale of each channel, `[N]`.
    pub gamma: Param<Tensor<1>>,
    /// The shift of each channel, `[N]`.
    pub beta: Param<Tensor<1>>,
    /// `[N]`, of the values before normalization.
    pub running_mean: RunningState<Tensor<1>>,
    /// `[N]`, of the values before normalization.
    pub running_var: RunningState<Tensor<1>>,
}

impl<const N: usize> BatchNorm<N> {
    /// Weight `[inputs, N]` and bias `[N]` with the normalization by `mean` and `variance` in them.
    ///
    /// Training, evaluation and lowering all call this, so the weights of the hardware are the trained ones to the
    /// last bit.
    fn fold(&self, weight: Tensor<2>, bias: Tensor<1>, mean: Tensor<1>, variance: Tensor<1>) -> (Tensor<2>, Tensor<1>) {
        let scale = self.gamma.val() / variance.add_scalar(EPSILON).sqrt();
        let bias = (bias - mean) * scale.clone() + self.beta.val();
        (weight * scale.unsqueeze(), bias)
    }

    /// The fold of the running statistics.
    pub(crate) fn fold_running(&self, weight: Tensor<2>, bias: Tensor<1>) -> (Tensor<2>, Tensor<1>) {
        let device = weight.device();
        let mean = self.running_mean.value_sync().to_device(&device);
        let variance = self.running_var.value_sync().to_device(&device);
        self.fold(weight, bias, mean, variance)
    }

    /// The fold of the batch's statistics, which also move the running ones.
    fn fold_batch(&self, linear: &Linear) -> (Tensor<2>, Tensor<1>) {
        let float = Linear {
            weight_precision: Precision::Float,
            bias_precision: Precision::Float,
            accumulator: None,
            ..linear.clone()
        };
        let values = float.compute(Activation::IDENTITY);
        let mean = values.clone().mean_dim(0);
        let variance = (values - mean.clone()).square().mean_dim(0);
        let (mean, variance) = (mean.squeeze_dim::<1>(0), variance.squeeze_dim::<1>(0));
        let follow = |state: &RunningState<Tensor<1>>, batch: &Tensor<1>| {
            let batch = batch.clone().detach();
            let old = state.value_sync().to_device(&batch.device());
            state.update((old.mul_scalar(1.0 - MOMENTUM) + batch.mul_scalar(MOMENTUM)).detach());
        };
        follow(&self.running_mean, &mean);
        follow(&self.running_var, &variance);
        self.fold(linear.weight.clone(), linear.bias.clone(), mean, variance)
    }
}

impl<const N: usize> Layer for BatchNorm<N> {
    const RULE: ShapeRule = ShapeRule::Fold { channels: N };

    fn init(device: &Device) -> Self {
        Self {
            gamma: Param::from_tensor(Tensor::ones([N], device)),
            beta: Param::from_tensor(Tensor::zeros([N], device)),
            running_mean: RunningState::new(Tensor::zeros([N], device)),
            running_var: RunningState::new(Tensor::ones([N], device)),
        }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        // The shape rules allow no other layer in front; without one there is nothing to fold into.
        let Some(linear) = inputs[0].linear() else { return inputs[0].clone() };
        let training = self.gamma.val().is_tracked();
        let (weight, bias) = if training {
            self.fold_batch(linear)
        } else {
            self.fold_running(linear.weight.clone(), linear.bias.clone())
        };
        Value::pending(Linear { weight, bias, ..linear.clone() }, inputs[0].shape())
    }

    fn lower(&self, lowering: &mut Lowering, _: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        let (weight, bias) = match lowering.linear(inputs) {
            Some(linear) => self.fold_running(linear.weight.clone(), linear.bias.clone()),
            None => return Err(Diagnostic::error(Code::Shape, "has no Dense layer before it to be folded into")),
        };
        lowering.refold(inputs, weight, bias)
    }

    fn declaration(&self) -> String {
        let [channels] = self.gamma.val().dims();
        format!("BatchNorm<{channels}>")
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        Vec::new()
    }
}
