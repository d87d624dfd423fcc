//! Slices of the CPU backend's tensors.

use burn::backend::flex::FlexTensor;
use burn::backend::ops::FloatTensorOps;
use burn::backend::{DType, Flex};

/// The elements of a contiguous tensor.
macro_rules! elements {
    ($tensor:expr, $float:ty) => {{
        let tensor = &$tensor;
        &tensor.storage::<$float>()[tensor.layout().start_offset()..][..tensor.layout().num_elements()]
    }};
}
pub(crate) use elements;

/// The elements of a contiguous tensor for writing; copied first where the tensor is shared.
macro_rules! elements_mut {
    ($tensor:expr, $float:ty) => {{
        let tensor = &mut $tensor;
        let (start, length) = (tensor.layout().start_offset(), tensor.layout().num_elements());
        &mut tensor.storage_mut::<$float>()[start..][..length]
    }};
}
pub(crate) use elements_mut;

/// The tensor in row-major order, still the only owner of its memory where it was.
pub(crate) fn contiguous(tensor: FlexTensor) -> FlexTensor {
    if tensor.is_contiguous() { tensor } else { tensor.to_contiguous() }
}

/// Contiguous `f32`: what the training kernels work on.
pub(crate) fn as_f32(tensor: FlexTensor) -> FlexTensor {
    cast(contiguous(tensor), DType::F32)
}

/// The tensor in another float type.
pub(crate) fn cast(tensor: FlexTensor, dtype: DType) -> FlexTensor {
    if tensor.dtype() == dtype { tensor } else { Flex::float_cast(tensor, dtype.into()) }
}
