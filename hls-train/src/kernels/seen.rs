//! What a window sees at every place, as an operation of its own: for layers that are no matrix product.

use std::sync::Arc;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, DType, Dispatch, Flex, backend_extension};
use burn::tensor::{Tensor, TensorData};

use super::flex::{as_f32, cast, contiguous, elements};
#[cfg(feature = "gpu")]
use super::portable;
use super::unfold::Unfold;

/// `[batch, features]` to `[batch * places, width]`: see [`Unfold`].
pub(crate) fn seen(x: Tensor<2>, unfold: Arc<Unfold>) -> Tensor<2> {
    Tensor::from_dispatch(<Dispatch as SeenOps>::seen(x.into_dispatch(), unfold))
}

#[backend_extension(Flex, Cube: cfg(feature = "gpu"), Autodiff)]
pub(crate) trait SeenOps: Backend {
    fn seen(x: FloatTensor<Self>, unfold: Arc<Unfold>) -> FloatTensor<Self>;
}

/// The two passes of the operation on a backend without differentiation.
pub(crate) trait SeenKernel: Backend {
    fn forward(x: FloatTensor<Self>, unfold: &Unfold) -> FloatTensor<Self>;
    fn backward(gradient: FloatTensor<Self>, unfold: &Unfold) -> FloatTensor<Self>;
}

impl SeenKernel for Flex {
    fn forward(x: FlexTensor, unfold: &Unfold) -> FlexTensor {
        let x = contiguous(x);
        match x.dtype() {
            DType::F64 => {
                let values = unfold.apply(elements!(x, f64));
                let rows = values.len() / unfold.width().max(1);
                FlexTensor::from_data(TensorData::new(values, [rows, unfold.width()]))
            }
            DType::F32 => {
                let values = unfold.apply(elements!(x, f32));
                let rows = values.len() / unfold.width().max(1);
                FlexTensor::from_data(TensorData::new(values, [rows, unfold.width()]))
            }
            other => cast(Self::forward(cast(x, DType::F32), unfold), other),
        }
    }

    fn backward(gradient: FlexTensor, unfold: &Unfold) -> FlexTensor {
        let gradient = as_f32(gradient);
        let gradient = elements!(gradient, f32);
        let batch = gradient.len() / (unfold.places() * unfold.width()).max(1);
        let mut of_x = vec![0.0_f32; batch * unfold.features()];
        unfold.add_folded(gradient, &mut of_x);
        FlexTensor::from_data(TensorData::new(of_x, [batch, unfold.features()]))
    }
}

#[cfg(feature = "gpu")]
impl SeenKernel for burn::backend::Cube {
    fn forward(x: FloatTensor<Self>, unfold: &Unfold) -> FloatTensor<Self> {
        super::gpu_primitive(portable::seen(Tensor::from_primitive::<Self>(x), unfold))
    }

    fn backward(gradient: FloatTensor<Self>, unfold: &Unfold) -> FloatTensor<Self> {
        let gradient = Tensor::<2>::from_primitive::<Self>(gradient);
        let batch = gradient.dims()[0] / unfold.places().max(1);
        super::gpu_primitive(portable::folded(gradient, unfold, batch))
    }
}

impl SeenOps for Flex {
    fn seen(x: FloatTensor<Self>, unfold: Arc<Unfold>) -> FloatTensor<Self> {
        Self::forward(x, &unfold)
    }
}

#[cfg(feature = "gpu")]
impl SeenOps for burn::backend::Cube {
    fn seen(x: FloatTensor<Self>, unfold: Arc<Unfold>) -> FloatTensor<Self> {
        Self::forward(x, &unfold)
    }
}

#[derive(Debug)]
struct SeenBackward;

impl<B: SeenKernel> Backward<B, 1> for SeenBackward {
    type State = Arc<Unfold>;

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradient = grads.consume::<B>(&ops.node);
        if let [Some(parent)] = ops.parents {
            grads.register::<B>(parent.id, B::backward(gradient, &ops.state));
        }
    }
}

impl<B: SeenKernel, C: CheckpointStrategy> SeenOps for Autodiff<B, C> {
    fn seen(x: FloatTensor<Self>, unfold: Arc<Unfold>) -> FloatTensor<Self> {
        match SeenBackward.prepare::<C>([x.node()]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let y = B::forward(x.into_primitive(), &unfold);
                prep.finish(unfold, y)
            }
            OpsKind::UnTracked(prep) => prep.finish(B::forward(x.into_primitive(), &unfold)),
        }
    }
}
