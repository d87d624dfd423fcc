//! Why a project is not written.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::backend::manifest::MANIFEST;

/// Why a project is not on the disk.
///
/// What was there before still is, unless it was the last step that failed, flushing the directory above: then the new
/// project is there, and a loss of power may bring the old one back.
#[derive(Debug)]
#[non_exhaustive]
pub enum WriteError {
    /// The directory holds something that is no emitted project.
    NotAProject(PathBuf),
    /// The operating system refused.
    Io {
        /// What was to be read, written or moved.
        path: PathBuf,
        /// Its reason.
        error: io::Error,
    },
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAProject(path) => {
                let path = path.display();
                write!(f, "{path} is not empty and no emitted project (it has no {MANIFEST} of ours): not overwritten")
            }
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NotAProject(_) => None,
            Self::Io { error, .. } => Some(error),
        }
    }
}

/// Names the path of an operation that failed.
pub(super) fn at<T>(path: &Path, result: io::Result<T>) -> Result<T, WriteError> {
    result.map_err(|error| WriteError::Io { path: path.to_owned(), error })
}
