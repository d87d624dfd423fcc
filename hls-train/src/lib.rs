//! Quantization-aware training on burn: the layers of a declaration, their training and the way to the hardware.
//!
//! This is the one crate that a user depends on: see [`prelude`].

extern crate self as hls_train;

mod emit;
mod error;
mod kernels;
mod layer;
pub mod layers;
mod lower;
pub mod metrics;
mod model;
mod precision;
pub mod prelude;
pub mod progress;
mod random;
pub mod training;
mod value;

pub use burn;
pub use hls_core as core;
pub use hls_macros::hls_model;

pub use emit::{Emit, Emitted};
pub use error::Error;
pub use layer::{Layer, Site};
pub use lower::{Lowered, Lowering};
pub use model::{Carrier, HlsModel, Prediction};
pub use precision::Precision;
pub use random::seed;
pub use value::Value;

/// What the code of `#[hls_model]` names; no part of the interface.
#[doc(hidden)]
pub mod __private {
    pub use burn::module::Module;
    pub use burn::tensor::{Device, Tensor};
    pub use hls_core::diagnostics::{Diagnostic, Diagnostics};
    pub use hls_core::fixed::{FixedType, Quantizer};
    pub use hls_core::ir::Graph;
    pub use hls_core::rules::{IoType, LayerAttributes, ModelAttributes, ShapeRule, Source, Strategy};
    pub use hls_core::shape::{Message, Shape};

    pub use crate::{HlsModel, Layer, Lowered, Lowering, Precision, Site, Value};
}
