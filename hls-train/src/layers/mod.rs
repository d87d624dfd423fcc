//! The layers of a declaration. Each is a burn module, a rule for shapes, a forward pass and a lowering.

use std::marker::PhantomData;

mod add;
mod argmax;
mod average;
mod batch_norm;
mod bounded_relu;
mod concatenate;
mod conv;
mod dense;
mod dot;
mod dropout;
mod embedding;
mod flatten;
mod geometry;
mod hard_sigmoid;
mod hard_tanh;
mod layer_norm;
mod leaky_relu;
mod maximum;
mod minimum;
mod multiply;
mod normalization;
mod p_relu;
mod pad;
mod pool;
mod quantize;
mod relu;
mod reshape;
mod rms_norm;
#[cfg(test)]
mod row_tests;
mod separable_conv;
mod sign;
mod slice;
mod softmax;
mod subtract;
mod table;
#[cfg(test)]
mod tests;
mod thresholded_relu;
mod transpose;
mod up_sampling;
#[cfg(test)]
mod window_tests;

pub use add::Add;
pub use argmax::Argmax;
pub use average::Average;
pub(crate) use batch_norm::EPSILON;
pub use batch_norm::{BatchNorm, Folded, ScaleQuantizer};
pub use bounded_relu::{BoundedRelu, Relu1, Relu6};
pub use concatenate::Concatenate;
pub use conv::{
    Conv, Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d, DepthwiseConv1d, DepthwiseConv2d, GroupedConv1d,
    GroupedConv2d,
};
pub use dense::{Accumulator, Dense, Exact};
pub use dot::Dot;
pub use dropout::Dropout;
pub use embedding::Embedding;
pub use flatten::Flatten;
pub use geometry::{Causal, Dilated, Geometry, Global, Kernel, Kernel2d, Pool, PoolGeometry, Same, Transposed};
pub use hard_sigmoid::HardSigmoid;
pub use hard_tanh::HardTanh;
pub use layer_norm::LayerNorm;
pub use leaky_relu::LeakyRelu;
pub use maximum::Maximum;
pub use minimum::Minimum;
pub use multiply::Multiply;
pub use p_relu::PRelu;
pub use pad::{Cropping1d, Cropping2d, Pad, ZeroPadding1d, ZeroPadding2d};
pub use pool::{
    AveragePool, AveragePool1d, AveragePool2d, GlobalAveragePool1d, GlobalAveragePool2d, GlobalMaxPool1d,
    GlobalMaxPool2d, MaxPool, MaxPool1d, MaxPool2d,
};
pub use quantize::Quantize;
pub use relu::Relu;
pub use reshape::Reshape;
pub use rms_norm::RmsNorm;
pub use separable_conv::{SeparableConv, SeparableConv1d, SeparableConv2d};
pub use sign::Sign;
pub use slice::Slice;
pub use softmax::{ArgmaxOnly, Implementation, LAST, Latency, Softmax, Stable};
pub use subtract::Subtract;
pub use table::{Elu, Exp, Gelu, Index, ItsInput, Reciprocal, Selu, Sigmoid, Silu, Softplus, Softsign, Table, Tanh};
pub use thresholded_relu::ThresholdedRelu;
pub use transpose::{Permute, Transpose};
pub use up_sampling::{Bilinear, Interpolate, Nearest, UpSampling, UpSampling1d, UpSampling2d};

/// The precisions of a declaration as types: nothing while the program runs, whatever they are.
type Types<T> = PhantomData<fn() -> T>;

/// Stands for a number that a declaration leaves out.
const ABSENT: usize = usize::MAX;
