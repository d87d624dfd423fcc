//! A project: files in memory, and how they reach the disk.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::EmitError;
use super::manifest::{Inventory, MANIFEST, hash, with_file};

/// What a back end has emitted: the bytes of every file by its relative path, with `/` between its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The name of the model.
    pub name: String,
    /// The files, the manifest [`MANIFEST`](super::MANIFEST) among them.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// What [`Project::write`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Where the project lies.
    pub path: PathBuf,
    /// Whether the same project lay there already, so that nothing was touched.
    pub unchanged: bool,
    /// Where the old tree was moved, if it held anything that its manifest does not list.
    pub kept: Option<PathBuf>,
}

/// Why a project is not on the disk; what was there before still is.
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
fn at<T>(path: &Path, result: io::Result<T>) -> Result<T, WriteError> {
    result.map_err(|error| WriteError::Io { path: path.to_owned(), error })
}

/// What lies where the project shall go.
enum Place {
    Free,
    /// An emitted project; whether it holds anything that its manifest does not list as it is now.
    Project {
        manifest: Vec<u8>,
        touched: bool,
    },
}

impl Project {
    /// One file as text, or `None` where there is no such file or it is no text.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        std::str::from_utf8(self.files.get(path)?).ok()
    }

    /// Adds a file that belongs to the model, for example the constants that its inputs are scaled with; the manifest
    /// lists it.
    ///
    /// # Errors
    /// [`EmitError::Attachment`] where the path is taken, absolute or leads out of the project.
    pub fn attach(&mut self, path: &str, bytes: Vec<u8>) -> Result<(), EmitError> {
        let plain = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', ':']);
        if self.files.contains_key(path) || !path.split('/').all(plain) {
            return Err(EmitError::Attachment(path.to_owned()));
        }
        let manifest = self.files.get(MANIFEST).and_then(|manifest| with_file(manifest, path, &bytes));
        let manifest = manifest.ok_or_else(|| EmitError::Attachment(path.to_owned()))?;
        self.files.insert(MANIFEST.to_owned(), manifest);
        self.files.insert(path.to_owned(), bytes);
        Ok(())
    }

    /// Writes the project as the whole content of `directory`.
    ///
    /// The new tree is written and flushed beside the directory and then renamed into its place, so an interrupted
    /// write leaves the old tree or the new one, never a mixture. An older project that lay there is removed. If it
    /// holds files that its manifest does not list (the HLS tool's own project, reports) or that were edited, the
    /// whole old tree is moved to `<directory>.previous` (`.previous-2`, ..) instead: results of old firmware never
    /// lie in a new project, and nothing that took hours is deleted. Where the same project lies there already,
    /// nothing is touched.
    ///
    /// # Errors
    /// [`WriteError::NotAProject`] where the directory holds anything else; [`WriteError::Io`] names the path.
    pub fn write(&self, directory: impl AsRef<Path>) -> Result<Written, WriteError> {
        let directory = resolved(directory.as_ref())?;
        let place = inspect(&directory)?;
        if let Place::Project { manifest, touched: _ } = &place
            && self.files.get(MANIFEST) == Some(manifest)
            && self.is_intact(&directory)
        {
            return Ok(Written { path: directory, unchanged: true, kept: None });
        }
        let new = sibling(&directory, &format!(".{}.new", std::process::id()));
        let written = self.write_tree(&new).and_then(|()| replace(&directory, &new, &place));
        if written.is_err() {
            // The error that matters is the first one.
            let _ = fs::remove_dir_all(&new);
        }
        Ok(Written { kept: written?, path: directory, unchanged: false })
    }

    /// Whether every file of the project lies there with the same bytes.
    fn is_intact(&self, directory: &Path) -> bool {
        self.files.iter().all(|(path, bytes)| fs::read(directory.join(path)).is_ok_and(|found| found == *bytes))
    }

    fn write_tree(&self, root: &Path) -> Result<(), WriteError> {
        if root.exists() {
            at(root, fs::remove_dir_all(root))?;
        }
        at(root, fs::create_dir_all(root))?;
        for (relative, bytes) in &self.files {
            let path = root.join(relative);
            if let Some(parent) = path.parent() {
                at(parent, fs::create_dir_all(parent))?;
            }
            let mut file = at(&path, File::create(&path))?;
            at(&path, file.write_all(bytes))?;
            if bytes.starts_with(b"#!") {
                at(&path, make_executable(&file))?;
            }
            at(&path, file.sync_all())?;
        }
        Ok(())
    }
}

/// The directory without symbolic links, so that a link is followed and not replaced.
fn resolved(directory: &Path) -> Result<PathBuf, WriteError> {
    match fs::canonicalize(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let parent = match directory.parent() {
                Some(parent) if parent != Path::new("") => parent,
                _ => Path::new("."),
            };
            at(parent, fs::create_dir_all(parent))?;
            let parent = at(parent, fs::canonicalize(parent))?;
            match directory.file_name() {
                Some(name) => Ok(parent.join(name)),
                None => at(directory, Err(io::Error::new(io::ErrorKind::InvalidInput, "names no directory"))),
            }
        }
        result => at(directory, result),
    }
}

fn inspect(directory: &Path) -> Result<Place, WriteError> {
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
    let touched = is_touched(directory, "", &inventory)?;
    Ok(Place::Project { manifest, touched })
}

/// Whether anything below `directory` is not as the manifest lists it; `prefix` is the path from the project's root.
fn is_touched(directory: &Path, prefix: &str, inventory: &Inventory) -> Result<bool, WriteError> {
    for entry in at(directory, fs::read_dir(directory))? {
        let entry = at(directory, entry)?;
        let path = entry.path();
        let Ok(name) = entry.file_name().into_string() else { return Ok(true) };
        let relative = format!("{prefix}{name}");
        let kind = at(&path, entry.file_type())?;
        let touched = if kind.is_dir() {
            let inside = format!("{relative}/");
            // A directory that no listed file is in may be as large as an HLS tool's project.
            !inventory.files.keys().any(|file| file.starts_with(&inside)) || is_touched(&path, &inside, inventory)?
        } else if relative == MANIFEST {
            false
        } else {
            match inventory.files.get(&relative) {
                Some(expected) if kind.is_file() => hash(&at(&path, fs::read(&path))?) != *expected,
                _ => true,
            }
        };
        if touched {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Puts the tree `new` in the place of `directory`; returns where the old tree is kept.
fn replace(directory: &Path, new: &Path, place: &Place) -> Result<Option<PathBuf>, WriteError> {
    let Place::Project { touched, .. } = place else {
        // An empty directory is replaced by the rename itself.
        at(directory, fs::rename(new, directory))?;
        return Ok(None);
    };
    let old =
        if *touched { free_sibling(directory) } else { sibling(directory, &format!(".{}.old", std::process::id())) };
    at(directory, fs::rename(directory, &old))?;
    if let Err(error) = fs::rename(new, directory) {
        at(&old, fs::rename(&old, directory))?;
        return at(directory, Err(error));
    }
    if *touched {
        return Ok(Some(old));
    }
    at(&old, fs::remove_dir_all(&old))?;
    Ok(None)
}

fn sibling(directory: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = directory.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    directory.with_file_name(name)
}

fn free_sibling(directory: &Path) -> PathBuf {
    let numbered = (2..).map(|number| sibling(directory, &format!(".previous-{number}")));
    std::iter::once(sibling(directory, ".previous"))
        .chain(numbered)
        .find(|path| !path.exists())
        .unwrap_or_else(|| sibling(directory, ".previous"))
}

#[cfg(unix)]
fn make_executable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mut permissions = file.metadata()?.permissions();
    permissions.set_mode(permissions.mode() | (permissions.mode() & 0o444) >> 2);
    file.set_permissions(permissions)
}

#[cfg(not(unix))]
fn make_executable(_file: &File) -> io::Result<()> {
    Ok(())
}
