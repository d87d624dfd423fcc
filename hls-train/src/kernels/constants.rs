//! Constants in their format, as one operation with a gradient.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, DType, Dispatch, Flex, backend_extension};
use burn::tensor::Tensor;
use hls_core::fixed::{FixedType, SliceQuantizer, saturating};

use super::flex::{as_f32, cast, contiguous, elements, elements_mut};
use super::pass::{mask_constants, range};
#[cfg(feature = "gpu")]
use super::portable;
use crate::Precision;

/// Trained constants as the hardware holds them: quantized, those outside the range at its nearest end.
///
/// The gradient passes, except where a constant is outside the range and would be led further out.
pub(crate) fn constants<const D: usize>(x: Tensor<D>, precision: Precision) -> Tensor<D> {
    match precision.fixed() {
        Some(ty) => Tensor::from_dispatch(<Dispatch as ConstantsOps>::constants(x.into_dispatch(), ty)),
        None => x,
    }
}

#[backend_extension(Flex, Cube: cfg(feature = "gpu"), Autodiff)]
pub(crate) trait ConstantsOps: Backend {
    fn constants(x: FloatTensor<Self>, ty: FixedType) -> FloatTensor<Self>;
}

/// The two passes of the operation on a backend without differentiation.
pub(crate) trait ConstantsKernel: Backend {
    fn forward(x: FloatTensor<Self>, ty: FixedType) -> FloatTensor<Self>;
    fn backward(gradient: FloatTensor<Self>, x: FloatTensor<Self>, ty: FixedType) -> FloatTensor<Self>;
}

impl ConstantsKernel for Flex {
    fn forward(x: FlexTensor, ty: FixedType) -> FlexTensor {
        let mut x = contiguous(x);
        match x.dtype() {
            DType::F64 => SliceQuantizer::fake(&saturating(ty)).apply_in_place(elements_mut!(x, f64)),
            DType::F32 => SliceQuantizer::fake(&saturating(ty)).apply_in_place(elements_mut!(x, f32)),
            other => return cast(Self::forward(cast(x, DType::F32), ty), other),
        }
        x
    }

    fn backward(gradient: FlexTensor, x: FlexTensor, ty: FixedType) -> FlexTensor {
        let (mut gradient, x) = (as_f32(gradient), as_f32(x));
        mask_constants(elements_mut!(gradient, f32), elements!(x, f32), range(&ty));
        gradient
    }
}

#[cfg(feature = "gpu")]
impl ConstantsKernel for burn::backend::Cube {
    fn forward(x: FloatTensor<Self>, ty: FixedType) -> FloatTensor<Self> {
        let (flat, shape) = super::activation::flatten(x);
        super::activation::unflatten(portable::assign(flat, saturating(ty)), shape)
    }

    fn backward(gradient: FloatTensor<Self>, x: FloatTensor<Self>, ty: FixedType) -> FloatTensor<Self> {
        let (gradient, shape) = super::activation::flatten(gradient);
        let masked = portable::mask_constants(gradient, super::activation::flatten(x).0, Some(range(&ty)));
        super::activation::unflatten(masked, shape)
    }
}

impl ConstantsOps for Flex {
    fn constants(x: FloatTensor<Self>, ty: FixedType) -> FloatTensor<Self> {
        Self::forward(x, ty)
    }
}

#[cfg(feature = "gpu")]
impl ConstantsOps for burn::backend::Cube {
    fn constants(x: FloatTensor<Self>, ty: FixedType) -> FloatTensor<Self> {
        Self::forward(x, ty)
    }
}

#[derive(Debug)]
struct ConstantsBackward;

impl<B: ConstantsKernel> Backward<B, 1> for ConstantsBackward {
    type State = (FloatTensor<B>, FixedType);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradient = grads.consume::<B>(&ops.node);
        let (x, ty) = ops.state;
        if let [Some(parent)] = ops.parents {
            grads.register::<B>(parent.id, B::backward(gradient, x, ty));
        }
    }
}

impl<B: ConstantsKernel, C: CheckpointStrategy> ConstantsOps for Autodiff<B, C> {
    fn constants(x: FloatTensor<Self>, ty: FixedType) -> FloatTensor<Self> {
        match ConstantsBackward.prepare::<C>([x.node()]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let x = x.into_primitive();
                let y = B::forward(x.clone(), ty);
                prep.finish((x, ty), y)
            }
            OpsKind::UnTracked(prep) => prep.finish(B::forward(x.into_primitive(), ty)),
        }
    }
}
