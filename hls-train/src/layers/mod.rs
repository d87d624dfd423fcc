//! The layers of a declaration. Each is a burn module, a rule for shapes, a forward pass and a lowering.

use std::marker::PhantomData;

mod add;
mod argmax;
mod batch_norm;
mod concatenate;
mod dense;
mod dropout;
mod flatten;
mod quantize;
mod relu;
mod sign;
mod softmax;
#[cfg(test)]
mod tests;

pub use add::Add;
pub use argmax::Argmax;
pub use batch_norm::{BatchNorm, Folded, ScaleQuantizer};
pub use concatenate::Concatenate;
pub use dense::{Accumulator, Dense, Exact};
pub use dropout::Dropout;
pub use flatten::Flatten;
pub use quantize::Quantize;
pub use relu::Relu;
pub use sign::Sign;
pub use softmax::Softmax;

/// The precisions of a declaration as types: nothing while the program runs, whatever they are.
type Types<T> = PhantomData<fn() -> T>;
