//! Why a search ended without a front.

use std::fmt;
use std::path::PathBuf;

use hls_core::diagnostics::Diagnostics;

use crate::CalibrationError;
use crate::design::DesignError;
use crate::learned::LearnError;
use crate::training::TrainError;

/// Why a search ended without a front. What it has finished is kept.
#[derive(Debug)]
#[non_exhaustive]
pub enum SearchError {
    /// A setting is impossible.
    Settings(String),
    /// The directory holds another search.
    Mismatch {
        /// The directory.
        directory: PathBuf,
    },
    /// A file of the search is damaged.
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// A file cannot be read or written.
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A training failed.
    Train(TrainError),
    /// A candidate cannot be quantized.
    Calibration(CalibrationError),
    /// The training of widths failed.
    Learn(LearnError),
    /// A design cannot be built or kept.
    Design(DesignError),
    /// Nothing that was searched or learned can be built: what is wrong with one of them.
    Unbuildable(Box<SearchError>),
    /// No design meets the constraints.
    Nothing,
}

impl SearchError {
    /// Whether it is a design that cannot be built: one of many, which a search does without.
    pub(super) const fn is_of_a_design(&self) -> bool {
        matches!(
            self,
            Self::Design(DesignError::Model(_))
                | Self::Calibration(CalibrationError::Model(_))
                | Self::Learn(LearnError::Model(_) | LearnError::Start(CalibrationError::Model(_)))
        )
    }
}

impl fmt::Display for SearchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings(message) => write!(f, "search settings: {message}"),
            Self::Mismatch { directory } => {
                let directory = directory.display();
                write!(
                    f,
                    "{directory} holds a search of another model, data or settings; remove it or name another one"
                )
            }
            Self::Corrupt { path, message } => write!(f, "{}: {message}", path.display()),
            Self::Io { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Train(error) => error.fmt(f),
            Self::Calibration(error) => error.fmt(f),
            Self::Learn(error) => error.fmt(f),
            Self::Design(error) => error.fmt(f),
            Self::Unbuildable(first) => write!(f, "nothing that was searched or learned can be built: {first}"),
            Self::Nothing => f.write_str("no design meets the constraints"),
        }
    }
}

impl std::error::Error for SearchError {}

macro_rules! from {
    ($($name:ident($error:ty)),*) => {$(
        impl From<$error> for SearchError {
            fn from(error: $error) -> Self {
                Self::$name(error)
            }
        }
    )*};
}

from!(Train(TrainError), Calibration(CalibrationError), Learn(LearnError), Design(DesignError));

impl From<Diagnostics> for SearchError {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Design(DesignError::Model(diagnostics))
    }
}
