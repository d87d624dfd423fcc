//! Why a model cannot be trained or built.

use std::fmt;
use std::path::PathBuf;

use hls_train::WeightsError;
use hls_train::core::backend::{EmitError, WriteError};
use hls_train::core::csim::CsimError;
use hls_train::core::diagnostics::{Diagnostic, Diagnostics};
use hls_train::core::emulator::EmulatorError;
use hls_train::core::reports::ReportError;
use hls_train::design::DesignError;
use hls_train::learned::LearnError;
use hls_train::profile::ProfileError;
use hls_train::prune::PruneError;
use hls_train::report::WriteReportError;
use hls_train::scan::ScanError;
use hls_train::search::SearchError;
use hls_train::training::{SamplesError, TrainError};

use crate::images::ImagesError;
use crate::jets::JetsError;
use crate::parts::PartsError;
use crate::predictions::PredictionsError;

macro_rules! tagger_error {
    ($($(#[$doc:meta])* $name:ident($error:ty)),* $(,)?) => {
        /// Why a run ended without a result.
        #[derive(Debug)]
        #[non_exhaustive]
        pub enum TaggerError {
            $($(#[$doc])* $name($error),)*
            /// A file or directory cannot be used.
            Io {
                /// Which one.
                path: PathBuf,
                /// The system's reason.
                source: std::io::Error,
            },
            /// There is no such sample to trace.
            NoSample {
                /// The one that was asked for, from 0.
                sample: usize,
                /// How many there are.
                samples: usize,
            },
            /// A report of a tool cannot be used.
            Report {
                /// Which one.
                path: PathBuf,
                /// What is wrong with it.
                source: ReportError,
            },
        }

        impl fmt::Display for TaggerError {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$name(error) => error.fmt(f),)*
                    Self::Io { path, source } => write!(f, "{}: {source}", path.display()),
                    Self::NoSample { sample, samples } => {
                        write!(f, "--sample {sample}: there are {samples} test samples, from 0")
                    }
                    Self::Report { path, source } => write!(f, "{}: {source}", path.display()),
                }
            }
        }

        $(impl From<$error> for TaggerError {
            fn from(error: $error) -> Self {
                Self::$name(error)
            }
        })*
    };
}

tagger_error! {
    /// The table of jets cannot be used.
    Jets(JetsError),
    /// The data are no samples for a training.
    Samples(SamplesError),
    /// The pictures cannot be used.
    Images(ImagesError),
    /// The pictures cannot be split.
    Parts(PartsError),
    /// The weights cannot be read or written.
    Weights(WeightsError),
    /// The training failed.
    Training(TrainError),
    /// The model cannot be lowered.
    Model(Diagnostics),
    /// The target is not legal.
    Target(Diagnostic),
    /// The emulator does not take the samples.
    Emulator(EmulatorError),
    /// The project cannot be emitted.
    Emit(EmitError),
    /// The project cannot be written.
    Write(WriteError),
    /// The C simulation cannot be run.
    Csim(CsimError),
    /// The predictions cannot be written.
    Predictions(PredictionsError),
    /// A design cannot be used or kept.
    Design(DesignError),
    /// The ranges cannot be measured.
    Profile(ProfileError),
    /// The widths cannot be scanned.
    Scan(ScanError),
    /// The model cannot be pruned.
    Prune(PruneError),
    /// The widths cannot be learned.
    Learn(LearnError),
    /// The search failed.
    Search(SearchError),
    /// The report cannot be written.
    Page(WriteReportError),
    /// The result cannot be printed.
    Json(serde_json::Error),
}

impl std::error::Error for TaggerError {}
