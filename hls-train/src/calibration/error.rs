//! Why a float model cannot be quantized.

use std::fmt;

use hls_core::diagnostics::Diagnostics;

/// Why no formats were chosen.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CalibrationError {
    /// There are no samples.
    Empty,
    /// The samples are those of another model.
    Features {
        /// How many features they have.
        samples: usize,
        /// How many the model takes.
        model: usize,
    },
    /// The numbers are no whole samples.
    Length {
        /// How many numbers there are.
        inputs: usize,
        /// How many numbers a sample has.
        features: usize,
    },
    /// A sample has a number that is infinite or none.
    NotFinite {
        /// The sample, from 0.
        sample: usize,
        /// The feature, from 0.
        feature: usize,
    },
    /// A percentile that is not more than 0 and at most 100.
    Percentile(f64),
    /// The float model has values that are not finite.
    Overflow {
        /// The layer.
        layer: String,
    },
    /// The model cannot be built, as declared or with the formats that were chosen.
    Model(Diagnostics),
}

impl fmt::Display for CalibrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there are no samples to calibrate with"),
            Self::Features { samples, model } => {
                write!(f, "calibration samples have {samples} features, the model takes {model}")
            }
            Self::Length { inputs, features } => {
                write!(f, "{inputs} numbers are no whole samples of {features} features")
            }
            Self::NotFinite { sample, feature } => {
                write!(f, "calibration sample {sample}, feature {feature} is not finite")
            }
            Self::Percentile(percent) => {
                write!(f, "a percentile of {percent} is not possible; legal are numbers above 0 up to 100")
            }
            Self::Overflow { layer } => {
                write!(f, "layer `{layer}`: the float model has values that are not finite on the calibration samples")
            }
            Self::Model(diagnostics) => write!(f, "the quantized model cannot be built: {diagnostics}"),
        }
    }
}

impl std::error::Error for CalibrationError {}
