//! Rectification and fake quantization of a tensor as one operation.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, DType, Dispatch, Flex, backend_extension};
use burn::tensor::Tensor;

use super::Activation;
use super::flex::{as_f32, cast, contiguous, elements, elements_mut};
use super::pass::{Forward, mask, probe_width};
#[cfg(feature = "gpu")]
use super::portable;
use crate::Precision;

/// `max(x, 0)` where wanted, then an assignment to the precision, with a straight-through gradient.
pub(crate) fn activate<const D: usize>(x: Tensor<D>, activation: Activation) -> Tensor<D> {
    if activation.is_identity() {
        return x;
    }
    Tensor::from_dispatch(<Dispatch as ActivationOps>::activate(x.into_dispatch(), activation))
}

#[backend_extension(Flex, Cube: cfg(feature = "gpu"), Autodiff)]
pub(crate) trait ActivationOps: Backend {
    fn activate(x: FloatTensor<Self>, activation: Activation) -> FloatTensor<Self>;
}

/// The two passes of the operation on a backend without differentiation.
pub(crate) trait ActivationKernel: Backend {
    fn forward(x: FloatTensor<Self>, activation: Activation) -> FloatTensor<Self>;
    fn backward(gradient: FloatTensor<Self>, x: FloatTensor<Self>, activation: Activation) -> FloatTensor<Self>;
}

impl ActivationKernel for Flex {
    fn forward(x: FlexTensor, activation: Activation) -> FlexTensor {
        // A shared tensor is copied when it is written to, so the source stays as it is.
        let mut x = contiguous(x);
        match x.dtype() {
            DType::F64 => Forward::new(None, activation).apply_in_place(elements_mut!(x, f64)),
            DType::F32 => Forward::new(None, activation).apply_in_place(elements_mut!(x, f32)),
            other => return cast(Self::forward(cast(x, DType::F32), activation), other),
        }
        x
    }

    fn backward(gradient: FlexTensor, x: FlexTensor, activation: Activation) -> FlexTensor {
        let bounds = activation.bounds();
        if bounds.is_none() && !matches!(activation.precision, Precision::Learned { .. }) {
            return gradient;
        }
        let (mut gradient, x) = (as_f32(gradient), as_f32(x));
        if let Some(bounds) = bounds {
            mask(elements_mut!(gradient, f32), elements!(x, f32), bounds);
        }
        probe_width(elements!(gradient, f32), elements!(x, f32), activation);
        gradient
    }
}

#[cfg(feature = "gpu")]
impl ActivationKernel for burn::backend::Cube {
    fn forward(x: FloatTensor<Self>, activation: Activation) -> FloatTensor<Self> {
        // Every operation is element by element, so the shape does not matter.
        let (flat, shape) = flatten(x);
        unflatten(portable::activate(flat, activation), shape)
    }

    fn backward(gradient: FloatTensor<Self>, x: FloatTensor<Self>, activation: Activation) -> FloatTensor<Self> {
        let (gradient, shape) = flatten(gradient);
        unflatten(portable::mask(gradient, flatten(x).0, activation.bounds()), shape)
    }
}

#[cfg(feature = "gpu")]
pub(super) fn flatten(x: FloatTensor<burn::backend::Cube>) -> (Tensor<1>, burn::tensor::Shape) {
    use burn::backend::TensorMetadata;
    use burn::backend::ops::FloatTensorOps;
    let shape = x.shape();
    let flat = burn::backend::Cube::float_reshape(x, [shape.num_elements()].into());
    (Tensor::from_primitive::<burn::backend::Cube>(flat), shape)
}

#[cfg(feature = "gpu")]
pub(super) fn unflatten(x: Tensor<1>, shape: burn::tensor::Shape) -> FloatTensor<burn::backend::Cube> {
    use burn::backend::ops::FloatTensorOps;
    burn::backend::Cube::float_reshape(super::gpu_primitive(x), shape)
}

impl ActivationOps for Flex {
    fn activate(x: FloatTensor<Self>, activation: Activation) -> FloatTensor<Self> {
        Self::forward(x, activation)
    }
}

#[cfg(feature = "gpu")]
impl ActivationOps for burn::backend::Cube {
    fn activate(x: FloatTensor<Self>, activation: Activation) -> FloatTensor<Self> {
        Self::forward(x, activation)
    }
}

#[derive(Debug)]
struct ActivationBackward;

impl<B: ActivationKernel> Backward<B, 1> for ActivationBackward {
    type State = (FloatTensor<B>, Activation);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradient = grads.consume::<B>(&ops.node);
        let (x, activation) = ops.state;
        if let [Some(parent)] = ops.parents {
            grads.register::<B>(parent.id, B::backward(gradient, x, activation));
        }
    }
}

impl<B: ActivationKernel, C: CheckpointStrategy> ActivationOps for Autodiff<B, C> {
    fn activate(x: FloatTensor<Self>, activation: Activation) -> FloatTensor<Self> {
        match ActivationBackward.prepare::<C>([x.node()]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let x = x.into_primitive();
                let y = B::forward(x.clone(), activation);
                prep.finish((x, activation), y)
            }
            OpsKind::UnTracked(prep) => prep.finish(B::forward(x.into_primitive(), activation)),
        }
    }
}
