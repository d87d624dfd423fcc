//! Whether a project on the disk is what its manifest says.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Project;
use crate::backend::manifest::{Inventory, MANIFEST, hash};

/// What is not as it was emitted; each path is relative to the project, with `/` between its parts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// A listed file is not there.
    Missing(String),
    /// A listed file has other bytes, or is no file.
    Changed(String),
    /// A file, a link or, with `/` at its end, a whole directory is there that is not listed.
    Extra(String),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => write!(f, "missing {path}"),
            Self::Changed(path) => write!(f, "changed {path}"),
            Self::Extra(path) => write!(f, "extra {path}"),
        }
    }
}

/// Why a directory is not the project as it was emitted.
#[derive(Debug)]
#[non_exhaustive]
pub enum VerifyError {
    /// There is no directory, or none with a manifest of ours.
    NotAProject(PathBuf),
    /// Every difference, in the order of missing, changed and extra files.
    Differs {
        /// The project.
        path: PathBuf,
        /// At least one.
        differences: Vec<Difference>,
    },
    /// The operating system refused.
    Io {
        /// What was to be read.
        path: PathBuf,
        /// Its reason.
        error: io::Error,
    },
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAProject(path) => {
                write!(f, "{} is no emitted project: it has no {MANIFEST} of ours", path.display())
            }
            Self::Differs { path, differences } => {
                write!(f, "{} is not as it was emitted: ", path.display())?;
                differences
                    .iter()
                    .enumerate()
                    .try_for_each(|(index, difference)| write!(f, "{}{difference}", if index == 0 { "" } else { ", " }))
            }
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl std::error::Error for VerifyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}

/// Checks every file of the project in `directory` against the hashes of its manifest.
///
/// The manifest is what is believed: to compare it too, see [`Project::verify`].
///
/// # Errors
/// [`VerifyError::Differs`] with every missing, changed and extra file, or why there is nothing to compare.
pub fn verify(directory: impl AsRef<Path>) -> Result<(), VerifyError> {
    let directory = directory.as_ref();
    let path = directory.join(MANIFEST);
    let not_a_project = || VerifyError::NotAProject(directory.to_owned());
    let manifest = match fs::read(&path) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Err(not_a_project());
        }
        manifest => manifest.map_err(|error| VerifyError::Io { path, error })?,
    };
    compare(directory, &Inventory::parse(&manifest).ok_or_else(not_a_project)?.files)
}

impl Project {
    /// Checks that `directory` holds this project and nothing else, the manifest included.
    ///
    /// # Errors
    /// [`VerifyError::Differs`] with every missing, changed and extra file, or why there is nothing to compare.
    pub fn verify(&self, directory: impl AsRef<Path>) -> Result<(), VerifyError> {
        let directory = directory.as_ref();
        if !directory.is_dir() {
            return Err(VerifyError::NotAProject(directory.to_owned()));
        }
        compare(directory, &self.files.iter().map(|(path, bytes)| (path.clone(), hash(bytes))).collect())
    }
}

fn compare(directory: &Path, files: &BTreeMap<String, String>) -> Result<(), VerifyError> {
    let differences = differences(directory, files).map_err(|(path, error)| VerifyError::Io { path, error })?;
    if differences.is_empty() {
        return Ok(());
    }
    Err(VerifyError::Differs { path: directory.to_owned(), differences })
}

/// All differences between `directory` and a list of hashes by path. A manifest that is not listed is no difference.
///
/// Nothing outside of `directory` is read, whatever paths are listed, and no directory that no listed file is in: it may
/// be as large as an HLS tool's project.
pub(super) fn differences(
    directory: &Path,
    files: &BTreeMap<String, String>,
) -> Result<Vec<Difference>, (PathBuf, io::Error)> {
    let mut missing: BTreeMap<&str, &str> = files.iter().map(|(path, hash)| (path.as_str(), hash.as_str())).collect();
    let mut differences = Vec::new();
    let mut open = vec![(directory.to_owned(), String::new())];
    while let Some((directory, prefix)) = open.pop() {
        let at = |error| (directory.clone(), error);
        for entry in fs::read_dir(&directory).map_err(at)? {
            let entry = entry.map_err(at)?;
            let path = entry.path();
            let kind = entry.file_type().map_err(|error| (path.clone(), error))?;
            let relative = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if kind.is_dir() {
                let inside = format!("{relative}/");
                if files.range(inside.clone()..).next().is_some_and(|(file, _)| file.starts_with(&inside)) {
                    open.push((path, inside));
                } else {
                    differences.push(Difference::Extra(inside));
                }
                continue;
            }
            // A name that is no text cannot be listed, nor can what it looks like with its odd parts replaced.
            let listed = entry.file_name().to_str().and_then(|_| missing.remove(relative.as_str()));
            match listed {
                Some(expected) => {
                    if !kind.is_file() || hash(&fs::read(&path).map_err(|error| (path, error))?) != *expected {
                        differences.push(Difference::Changed(relative));
                    }
                }
                None if relative == MANIFEST && kind.is_file() => {}
                None => differences.push(Difference::Extra(relative)),
            }
        }
    }
    differences.extend(missing.into_keys().map(|path| Difference::Missing(path.to_owned())));
    differences.sort();
    Ok(differences)
}
