//! Quantization-aware training on burn.
#![allow(missing_docs, dead_code)]
mod kernels;
mod precision;
mod value;
mod layer;
mod random;
pub mod layers;
pub use precision::Precision;
pub use value::Value;
pub use layer::Layer;
pub use random::seed;
