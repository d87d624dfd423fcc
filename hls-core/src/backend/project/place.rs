//! The place that a project shall take.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::verify::{Difference, differences};
use super::write_error::{WriteError, at};
use crate::backend::manifest::{Inventory, MANIFEST};
use crate::disk::create_directories;

/// What lies where the project shall go.
pub(super) enum Place {
    Free,
    /// An emitted project; whether it holds anything that its manifest does not list as it is now.
    Project {
        manifest: Vec<u8>,
        touched: bool,
    },
}

/// The directory without symbolic links, so that a link is followed and not replaced.
pub(super) fn resolved(directory: &Path) -> Result<PathBuf, WriteError> {
    match fs::canonicalize(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let parent = match directory.parent() {
                Some(parent) if parent != Path::new("") => parent,
                _ => Path::new("."),
            };
            at(parent, create_directories(parent))?;
            let parent = at(parent, fs::canonicalize(parent))?;
            match directory.file_name() {
                Some(name) => Ok(parent.join(name)),
                None => at(directory, Err(io::Error::new(io::ErrorKind::InvalidInput, "names no directory"))),
            }
        }
        result => at(directory, result),
    }
}

/// What lies in `directory`.
pub(super) fn inspect(directory: &Path) -> Result<Place, WriteError> {
    let mut entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Place::Free),
        entries => at(directory, entries)?,
    };
    if entries.next().is_none() {
        return Ok(Place::Free);
    }
    let not_a_project = || WriteError::NotAProject(directory.to_owned());
    let path = directory.join(MANIFEST);
    let manifest = match fs::read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(not_a_project()),
        manifest => at(&path, manifest)?,
    };
    let inventory = Inventory::parse(&manifest).ok_or_else(not_a_project)?;
    let differences =
        differences(directory, &inventory.files).map_err(|(path, error)| WriteError::Io { path, error })?;
    // A file that is absent took nobody any work.
    let touched = differences.iter().any(|difference| !matches!(difference, Difference::Missing(_)));
    Ok(Place::Project { manifest, touched })
}
