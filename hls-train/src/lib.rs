//! Quantization-aware training on burn: the layers of a declaration, their training and the way to the hardware.
//!
//! This is the one crate that a user depends on: see [`prelude`].
//!
//! ```
//! use hls_train::prelude::*;
//!
//! #[hls_model(input = [Fixed<12, 4>; 2])]
//! struct Tagger {
//!     fc1: Dense<2, 8, Fixed<6, 2>>,
//!     relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
//!     fc2: Dense<8, 2, Fixed<6, 2>>,
//! }
//!
//! # fn main() -> Result<(), Error> {
//! // Points inside and outside of a circle.
//! let points: Vec<f32> = (0..2000).map(|index| ((index * 377) % 1000) as f32 / 250.0 - 2.0).collect();
//! let classes = points.chunks(2).map(|x| usize::from(x[0] * x[0] + x[1] * x[1] > 2.0)).collect();
//! let samples = Samples::new(2, points, classes)?;
//!
//! let (training, validation) = samples.split_at(800);
//! let settings = Settings { epochs: 5, batch_size: 100, ..Settings::default() };
//! let trained = Trainer::new(settings).run::<Tagger>(&training, &validation, &mut ())?;
//!
//! // The forward pass of training, the emulator and the firmware agree in every bit.
//! let prediction = trained.model.predict(validation.inputs());
//! let emulator = hls_train::core::emulator::Emulator::new(&trained.model.graph()?);
//! let raw: Vec<i64> = validation.inputs().iter().map(|&x| Tagger::INPUT.quantize_f64(x.into())).collect();
//! assert_eq!(prediction.outputs[0], emulator.run(&raw).map_err(hls_train::core::backend::EmitError::from)?.values(0));
//! # Ok(())
//! # }
//! ```

extern crate self as hls_train;

pub mod calibration;
mod declaration;
pub mod design;
mod emit;
mod error;
mod kernels;
mod layer;
pub mod layers;
pub mod learned;
mod lower;
pub mod metrics;
mod model;
mod precision;
pub mod prelude;
pub mod profile;
pub mod progress;
pub mod prune;
mod random;
pub mod report;
pub mod scan;
mod seal;
pub mod search;
pub mod training;
mod value;
pub mod weights;

pub use burn;
pub use hls_core as core;
pub use hls_macros::hls_model;

pub use calibration::{Calibration, CalibrationError, Range};
pub use declaration::DeclaredModel;
pub use design::{Design, DesignError};
pub use emit::{Emit, Emitted};
pub use error::Error;
pub use layer::{Layer, Site};
pub use lower::{Lowered, Lowering};
pub use model::{Carrier, HlsModel, Prediction};
pub use precision::Precision;
pub use random::seed;
pub use value::Value;
pub use weights::WeightsError;

/// What the code of `#[hls_model]` names; no part of the interface.
#[doc(hidden)]
pub mod __private {
    pub use burn::module::Module;
    pub use burn::tensor::{Device, Tensor};
    pub use hls_core::diagnostics::{Diagnostic, Diagnostics};
    pub use hls_core::fixed::{FixedType, Quantizer};
    pub use hls_core::ir::Graph;
    pub use hls_core::rules::{IoType, LayerAttributes, ModelAttributes, ShapeRule, Source, Strategy, legal_types};
    pub use hls_core::shape::{Message, Shape};

    pub use crate::{HlsModel, Layer, Lowered, Lowering, Precision, Site, Value};
}

/// Compiles the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
