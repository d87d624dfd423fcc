//! Why a training cannot begin, go on or be resumed.

use std::fmt;
use std::path::PathBuf;

/// Why a training failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum TrainError {
    /// A setting is impossible.
    Settings(&'static str),
    /// The samples do not fit the model.
    Samples(String),
    /// The loss became infinite or no number.
    Diverged {
        /// The epoch, from 1.
        epoch: usize,
    },
    /// A checkpoint was made by another training.
    Mismatch {
        /// The checkpoint's directory.
        directory: PathBuf,
        /// What differs.
        what: &'static str,
    },
    /// A file of a checkpoint is damaged.
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
}

impl fmt::Display for TrainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings(message) => write!(f, "training settings: {message}"),
            Self::Samples(message) => write!(f, "samples: {message}"),
            Self::Diverged { epoch } => {
                write!(f, "the loss is not finite in epoch {epoch}; a smaller learning rate may help")
            }
            Self::Mismatch { directory, what } => {
                let directory = directory.display();
                write!(
                    f,
                    "the checkpoint in {directory} belongs to another {what}; remove it or name another directory"
                )
            }
            Self::Corrupt { path, message } => write!(f, "{}: {message}", path.display()),
            Self::Io { path, source } => write!(f, "{}: {source}", path.display()),
        }
    }
}

impl std::error::Error for TrainError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
