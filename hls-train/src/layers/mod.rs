//! The layers of a declaration. Each is a burn module, a rule for shapes, a forward pass and a lowering.

use std::marker::PhantomData;

mod add;
mod argmax;
mod batch_norm;
mod bounded_relu;
mod concatenate;
mod dense;
mod dropout;
mod flatten;
mod hard_sigmoid;
mod hard_tanh;
mod leaky_relu;
mod p_relu;
mod quantize;
mod relu;
mod softmax;
mod table;
#[cfg(test)]
mod tests;
mod thresholded_relu;

pub use add::Add;
pub use argmax::Argmax;
pub use batch_norm::BatchNorm;
pub use bounded_relu::{BoundedRelu, Relu1, Relu6};
pub use concatenate::Concatenate;
pub use dense::{Accumulator, Dense, Exact};
pub use dropout::Dropout;
pub use flatten::Flatten;
pub use hard_sigmoid::HardSigmoid;
pub use hard_tanh::HardTanh;
pub use leaky_relu::LeakyRelu;
pub use p_relu::PRelu;
pub use quantize::Quantize;
pub use relu::Relu;
pub use softmax::Softmax;
pub use table::{Elu, Exp, Gelu, Index, ItsInput, Reciprocal, Selu, Sigmoid, Silu, Softplus, Softsign, Table, Tanh};
pub use thresholded_relu::ThresholdedRelu;

/// The precisions of a declaration as types: nothing while the program runs, whatever they are.
type Types<T> = PhantomData<fn() -> T>;
