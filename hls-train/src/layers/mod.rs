//! The layers of a declaration. Each is a burn module, a rule for shapes, a forward pass and a lowering.

use std::marker::PhantomData;

mod add;
mod argmax;
mod batch_norm;
mod concatenate;
mod dense;
mod dropout;
mod embedding;
mod flatten;
mod layer_norm;
mod normalization;
mod quantize;
mod relu;
mod rms_norm;
#[cfg(test)]
mod row_tests;
mod softmax;
#[cfg(test)]
mod tests;

pub use add::Add;
pub use argmax::Argmax;
pub use batch_norm::BatchNorm;
pub use concatenate::Concatenate;
pub use dense::{Accumulator, Dense, Exact};
pub use dropout::Dropout;
pub use embedding::Embedding;
pub use flatten::Flatten;
pub use layer_norm::LayerNorm;
pub use quantize::Quantize;
pub use relu::Relu;
pub use rms_norm::RmsNorm;
pub use softmax::{ArgmaxOnly, Implementation, LAST, Latency, Softmax, Stable};

/// The precisions of a declaration as types: nothing while the program runs, whatever they are.
type Types<T> = PhantomData<fn() -> T>;
