//! The operations of quantization-aware training, each one fused operation of the backend.
//!
//! On burn's CPU backend an operation is one pass over memory, forward and backward; on every other device the same
//! function is composed of burn's own tensor operations. Both are tested against each other.

pub(crate) mod activation;
pub(crate) mod adam;
pub(crate) mod constants;
pub(crate) mod cross_entropy;
mod flex;
pub(crate) mod linear;
mod pass;
pub(crate) mod piecewise;
#[cfg(any(test, feature = "gpu"))]
mod portable;
pub(crate) mod probe;
mod products;
pub(crate) mod quotient;
pub(crate) mod seen;
pub(crate) mod table;
pub(crate) mod unfold;

pub(crate) use pass::Activation;

/// The primitive of a tensor that was made from a GPU primitive and never left its device.
#[cfg(feature = "gpu")]
fn gpu_primitive<const D: usize>(
    tensor: burn::tensor::Tensor<D>,
) -> burn::backend::tensor::FloatTensor<burn::backend::Cube> {
    match tensor.try_into_primitive::<burn::backend::Cube>() {
        Ok(primitive) => primitive,
        Err(_) => unreachable!("operations keep the device of their inputs"),
    }
}

#[cfg(test)]
mod tests;
