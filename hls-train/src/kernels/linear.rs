//! A quantized linear layer with its activation as one operation.

use std::sync::Arc;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, DType, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{Tensor, TensorData};
use hls_core::fixed::{FixedType, Real};
use hls_core::simd;

use super::flex::{as_f32, cast, contiguous, elements, elements_mut};
use super::pass::{Activation, Forward, constant_range, mask, mask_constants, probe_width};
#[cfg(feature = "gpu")]
use super::portable;
use super::products::{product, product_gradients};
use super::unfold::Unfold;
use crate::Precision;

/// The formats of a linear layer and what follows it.
#[derive(Clone, Debug)]
pub(crate) struct LinearPlan {
    pub weight: Precision,
    pub bias: Precision,
    /// The type of the sum, where the declaration names one; otherwise the sum is exact.
    pub accumulator: Option<FixedType>,
    pub activation: Activation,
    /// For a convolution: what each row of the matrix product sees of a sample.
    pub unfold: Option<Arc<Unfold>>,
}

/// `activation(x . quantized(weight) + quantized(bias))`.
///
/// Shapes: `x` is `[batch, inputs]`, `weight` `[inputs, outputs]`, `bias` `[outputs]`; the result is `[batch, outputs]`. With
/// an unfolding `x` is `[batch, features]`, the inputs are what a place sees of one group, and the result is
/// `[batch * places, outputs]`. The result has the float type of `x`: weights are quantized in the wider of both types, so
/// that the `f64` result is exact.
pub(crate) fn linear(x: Tensor<2>, weight: Tensor<2>, bias: Tensor<1>, plan: LinearPlan) -> Tensor<2> {
    let y = <Dispatch as LinearOps>::linear(x.into_dispatch(), weight.into_dispatch(), bias.into_dispatch(), plan);
    Tensor::from_dispatch(y)
}

#[backend_extension(Flex, Cube: cfg(feature = "gpu"), Autodiff)]
pub(crate) trait LinearOps: Backend {
    fn linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        plan: LinearPlan,
    ) -> FloatTensor<Self>;
}

/// What the backward pass needs of the forward pass.
#[derive(Clone, Debug)]
pub(crate) struct Saved<B: Backend> {
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    quantized: FloatTensor<B>,
    bias: FloatTensor<B>,
    /// The sum before the activation.
    sum: FloatTensor<B>,
    /// The float type of `x`, which its gradient has as well.
    dtype: DType,
    plan: LinearPlan,
}

/// The gradients of a linear layer; `x` only where it is wanted.
pub(crate) struct LinearGradients<B: Backend> {
    x: Option<FloatTensor<B>>,
    weight: FloatTensor<B>,
    bias: FloatTensor<B>,
}

/// The two passes of the operation on a backend without differentiation.
pub(crate) trait LinearKernel: Backend {
    fn forward(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        plan: LinearPlan,
    ) -> FloatTensor<Self>;

    fn forward_saving(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        plan: LinearPlan,
    ) -> (FloatTensor<Self>, Saved<Self>);

    fn backward(gradient: FloatTensor<Self>, saved: Saved<Self>, wants_x: bool) -> LinearGradients<Self>;
}

impl LinearKernel for Flex {
    fn forward(x: FlexTensor, weight: FlexTensor, bias: FlexTensor, plan: LinearPlan) -> FlexTensor {
        let dtype = x.dtype();
        if dtype == DType::F64 {
            let weight = quantized_constant(cast(weight, dtype), plan.weight);
            let mut y = product(x, &weight, plan.unfold.as_deref());
            let bias = quantized_constant(cast(bias, dtype), plan.bias);
            finish(elements_mut!(y, f64), elements!(bias, f64), &plan);
            return y;
        }
        let weight = quantized_constant(as_f32(weight), plan.weight);
        let mut y = product(cast(x, DType::F32), &weight, plan.unfold.as_deref());
        let bias = quantized_constant(as_f32(bias), plan.bias);
        finish(elements_mut!(y, f32), elements!(bias, f32), &plan);
        cast(y, dtype)
    }

    fn forward_saving(
        x: FlexTensor,
        weight: FlexTensor,
        bias: FlexTensor,
        plan: LinearPlan,
    ) -> (FlexTensor, Saved<Self>) {
        let dtype = x.dtype();
        // Gradients are f32 in any case; the values are as wide as without a tape.
        let wide = (dtype == DType::F64).then(|| Self::forward(x.clone(), weight.clone(), bias.clone(), plan.clone()));
        let (x, weight, bias) = (as_f32(x), as_f32(weight), as_f32(bias));
        let quantized = quantized_constant(weight.clone(), plan.weight);
        let mut sum = product(x.clone(), &quantized, plan.unfold.as_deref());
        let quantized_bias = quantized_constant(bias.clone(), plan.bias);
        let bias_values = elements!(quantized_bias, f32);
        let y = if plan.activation.is_identity() {
            finish(elements_mut!(sum, f32), bias_values, &plan);
            sum.clone()
        } else {
            let shape = sum.shape();
            let sums = elements_mut!(sum, f32);
            let mut values = vec![0.0; sums.len()];
            finish_saving(sums, &mut values, bias_values, &plan);
            FlexTensor::from_data(TensorData::new(values, shape))
        };
        (wide.unwrap_or_else(|| cast(y, dtype)), Saved { x, weight, quantized, bias, sum, dtype, plan })
    }

    fn backward(gradient: FlexTensor, saved: Saved<Self>, wants_x: bool) -> LinearGradients<Self> {
        let Saved { x, weight, quantized, bias, sum, dtype, plan } = saved;
        let mut gradient = as_f32(gradient);
        let outputs = bias.layout().num_elements();
        let mut bias_gradient = vec![0.0; outputs];
        {
            let gradient = elements_mut!(gradient, f32);
            if let Some(bounds) = plan.activation.bounds() {
                mask(gradient, elements!(sum, f32), bounds);
            }
            probe_width(gradient, elements!(sum, f32), plan.activation);
            add_rows(gradient, &mut bias_gradient);
        }
        if let Some(range) = constant_range(plan.bias) {
            mask_constants(&mut bias_gradient, elements!(bias, f32), range);
        }
        let unfold = plan.unfold.as_deref();
        let (mut weight_gradient, x) = product_gradients(x, gradient, quantized, unfold, wants_x);
        if let Some(range) = constant_range(plan.weight) {
            mask_constants(elements_mut!(weight_gradient, f32), elements!(weight, f32), range);
        }
        LinearGradients {
            x: x.map(|x| cast(x, dtype)),
            weight: weight_gradient,
            bias: FlexTensor::from_data(TensorData::new(bias_gradient, [outputs])),
        }
    }
}

#[cfg(feature = "gpu")]
impl LinearKernel for burn::backend::Cube {
    fn forward(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        plan: LinearPlan,
    ) -> FloatTensor<Self> {
        Self::forward_saving(x, weight, bias, plan).0
    }

    fn forward_saving(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        plan: LinearPlan,
    ) -> (FloatTensor<Self>, Saved<Self>) {
        let dtype = x.dtype();
        let (y, quantized, sum) = portable::linear(
            Tensor::from_primitive::<Self>(x.clone()),
            Tensor::from_primitive::<Self>(weight.clone()),
            Tensor::from_primitive::<Self>(bias.clone()),
            &plan,
        );
        let [y, quantized, sum] = [y, quantized, sum].map(super::gpu_primitive);
        (y, Saved { x, weight, quantized, bias, sum, dtype, plan })
    }

    fn backward(gradient: FloatTensor<Self>, saved: Saved<Self>, wants_x: bool) -> LinearGradients<Self> {
        let Saved { x, weight, quantized, bias, sum, plan, .. } = saved;
        let inputs = portable::LinearInputs {
            x: Tensor::from_primitive::<Self>(x),
            weight: Tensor::from_primitive::<Self>(weight),
            quantized: Tensor::from_primitive::<Self>(quantized),
            bias: Tensor::from_primitive::<Self>(bias),
            sum: Tensor::from_primitive::<Self>(sum),
        };
        let (x, weight, bias) = portable::linear_backward(Tensor::from_primitive::<Self>(gradient), inputs, &plan);
        LinearGradients {
            x: wants_x.then(|| super::gpu_primitive(x)),
            weight: super::gpu_primitive(weight),
            bias: super::gpu_primitive(bias),
        }
    }
}

#[cfg(feature = "gpu")]
impl LinearOps for burn::backend::Cube {
    fn linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        plan: LinearPlan,
    ) -> FloatTensor<Self> {
        Self::forward(x, weight, bias, plan)
    }
}

/// Constants in their format, in the tensor's own float type; the last dimension is the outputs.
fn quantized_constant(tensor: FlexTensor, precision: Precision) -> FlexTensor {
    let Some(ty) = precision.weight() else { return tensor };
    let mut tensor = contiguous(tensor);
    let outputs = tensor.shape().last().copied().unwrap_or(1);
    match tensor.dtype() {
        DType::F64 => ty.quantize_values(outputs, elements_mut!(tensor, f64)),
        _ => ty.quantize_values(outputs, elements_mut!(tensor, f32)),
    }
    tensor
}

/// Rows that stay in the first-level cache between the steps of a pass.
fn piece(row: usize) -> usize {
    (2048 / row.max(1)).max(1) * row.max(1)
}

fn finish<F: Real>(sums: &mut [F], bias: &[F], plan: &LinearPlan) {
    let pass = Forward::new(plan.accumulator, plan.activation);
    for piece in sums.chunks_mut(piece(bias.len())) {
        add_bias(piece, bias);
        pass.apply_in_place(piece);
    }
}

fn finish_saving(sums: &mut [f32], values: &mut [f32], bias: &[f32], plan: &LinearPlan) {
    let accumulate = Forward::new(plan.accumulator, Activation::IDENTITY);
    let activate = Forward::new(None, plan.activation);
    let piece = piece(bias.len());
    for (sums, values) in sums.chunks_mut(piece).zip(values.chunks_mut(piece)) {
        add_bias(sums, bias);
        accumulate.apply_in_place(sums);
        activate.apply(sums, values);
    }
}

fn add_bias<F: Real>(values: &mut [F], bias: &[F]) {
    if bias.is_empty() {
        return;
    }
    simd::dispatch(
        #[inline(always)]
        || {
            for row in values.chunks_exact_mut(bias.len()) {
                row.iter_mut().zip(bias).for_each(|(value, &bias)| *value += bias);
            }
        },
    );
}

/// Adds the sum of all rows to `total`.
fn add_rows(values: &[f32], total: &mut [f32]) {
    if total.is_empty() {
        return;
    }
    simd::dispatch(
        #[inline(always)]
        || {
            for row in values.chunks_exact(total.len()) {
                total.iter_mut().zip(row).for_each(|(total, &value)| *total += value);
            }
        },
    );
}

impl LinearOps for Flex {
    fn linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        plan: LinearPlan,
    ) -> FloatTensor<Self> {
        Self::forward(x, weight, bias, plan)
    }
}

#[derive(Debug)]
struct LinearBackward;

impl<B: LinearKernel> Backward<B, 3> for LinearBackward {
    type State = Saved<B>;

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradient = grads.consume::<B>(&ops.node);
        let [x, weight, bias] = ops.parents;
        let gradients = B::backward(gradient, ops.state, x.is_some());
        if let (Some(node), Some(gradient)) = (x, gradients.x) {
            grads.register::<B>(node.id, gradient);
        }
        if let Some(node) = weight {
            grads.register::<B>(node.id, gradients.weight);
        }
        if let Some(node) = bias {
            grads.register::<B>(node.id, gradients.bias);
        }
    }
}

impl<B: LinearKernel, C: CheckpointStrategy> LinearOps for Autodiff<B, C> {
    fn linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        plan: LinearPlan,
    ) -> FloatTensor<Self> {
        let nodes = [x.node(), weight.node(), bias.node()];
        let (x, weight, bias) = (x.into_primitive(), weight.into_primitive(), bias.into_primitive());
        match LinearBackward.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let (y, saved) = B::forward_saving(x, weight, bias, plan);
                prep.finish(saved, y)
            }
            OpsKind::UnTracked(prep) => prep.finish(B::forward(x, weight, bias, plan)),
        }
    }
}
