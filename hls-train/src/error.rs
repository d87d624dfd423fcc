//! Everything that can go wrong between a declaration and a project on disk.

use std::fmt;

use hls_core::backend::{EmitError, WriteError};
use hls_core::diagnostics::{Diagnostic, Diagnostics};

use crate::calibration::CalibrationError;
use crate::training::{SamplesError, TrainError};
use crate::weights::WeightsError;

/// Why a model was not trained or not built.
#[non_exhaustive]
pub enum Error {
    /// The samples are none.
    Samples(SamplesError),
    /// The training failed.
    Train(TrainError),
    /// The weights cannot be read or written.
    Weights(WeightsError),
    /// The model cannot be quantized.
    Calibration(CalibrationError),
    /// The model cannot be built: everything that was found.
    Diagnostics(Diagnostics),
    /// The project cannot be emitted.
    Emit(EmitError),
    /// The project cannot be written.
    Write(WriteError),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Samples(error) => error.fmt(f),
            Self::Train(error) => error.fmt(f),
            Self::Weights(error) => error.fmt(f),
            Self::Calibration(error) => error.fmt(f),
            Self::Diagnostics(diagnostics) => diagnostics.fmt(f),
            Self::Emit(error) => error.fmt(f),
            Self::Write(error) => error.fmt(f),
        }
    }
}

// What `fn main() -> Result<(), Error>` prints, so it is the text for people.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Samples(_) | Self::Diagnostics(_) => None,
            Self::Train(error) => error.source(),
            Self::Weights(error) => error.source(),
            Self::Calibration(error) => error.source(),
            Self::Emit(error) => error.source(),
            Self::Write(error) => error.source(),
        }
    }
}

macro_rules! from {
    ($($source:ty => $variant:ident),* $(,)?) => {$(
        impl From<$source> for Error {
            fn from(error: $source) -> Self {
                Self::$variant(error.into())
            }
        }
    )*};
}

from!(
    SamplesError => Samples,
    TrainError => Train,
    WeightsError => Weights,
    CalibrationError => Calibration,
    Diagnostic => Diagnostics,
    Diagnostics => Diagnostics,
    EmitError => Emit,
    WriteError => Write,
);
