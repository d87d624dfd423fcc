//! A project: files in memory, and how they reach the disk.

mod place;
mod replace;
mod verify;
mod write_error;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use self::place::Place;
pub use self::verify::{Difference, VerifyError, verify};
pub use self::write_error::WriteError;
use self::write_error::at;
use super::EmitError;
use super::manifest::{MANIFEST, with_file};
use crate::disk::{Temporary, is_synced_at_once, sync_directory, sync_file_system};

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
    /// The new tree is written and flushed beside the directory and then takes its place in one step: whatever
    /// interrupts a write, there is the old tree or the new one, never a mixture and never none. Where the file system
    /// cannot exchange two directories, an interruption may leave the old tree beside its place; the next write puts it
    /// back. Whatever else a killed write has left beside the directory, the next one removes.
    ///
    /// An older project that lay there is removed. If it holds files that its manifest does not list (the HLS tool's own
    /// project, reports) or that were edited, the whole old tree is moved to `<directory>.previous` (`.previous-2`, ..)
    /// instead: results of old firmware never lie in a new project, and nothing that took hours is deleted. Where the
    /// same project lies there already, nothing is touched.
    ///
    /// # Errors
    /// [`WriteError::NotAProject`] where the directory holds anything else; [`WriteError::Io`] names the path.
    pub fn write(&self, directory: impl AsRef<Path>) -> Result<Written, WriteError> {
        let directory = place::resolved(directory.as_ref())?;
        let recovered = replace::recover(&directory);
        let place = place::inspect(&directory)?;
        if let Place::Project { manifest, .. } = &place
            && self.files.get(MANIFEST) == Some(manifest)
            && self.is_intact(&directory)
        {
            return Ok(Written { path: directory, unchanged: true, kept: recovered });
        }
        let new = at(&directory, Temporary::directory(&directory))?;
        // The handle is older than all that is written, so it sees all errors.
        let at_once = new.handle().filter(|handle| is_synced_at_once(handle));
        self.write_tree(new.path(), at_once.is_none())?;
        if at_once.is_some_and(|handle| sync_file_system(handle).is_err()) {
            // Of whose file, and whether it is one of these, each of them tells.
            self.flush_tree(new.path())?;
        }
        let kept = replace::install(&directory, new, &place, replace::exchange)?;
        Ok(Written { kept: kept.or(recovered), path: directory, unchanged: false })
    }

    /// Whether every file of the project lies there with the same bytes.
    fn is_intact(&self, directory: &Path) -> bool {
        self.files.iter().all(|(path, bytes)| fs::read(directory.join(path)).is_ok_and(|found| found == *bytes))
    }

    /// Writes every file below the empty directory `root`, and flushes files and directories if asked to.
    fn write_tree(&self, root: &Path, flush: bool) -> Result<(), WriteError> {
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
            // Before it is closed: some systems tell of an error only once.
            if flush {
                at(&path, file.sync_all())?;
            }
        }
        if flush { self.flush_directories(root) } else { Ok(()) }
    }

    /// Flushes every file below `root`, and the directories.
    fn flush_tree(&self, root: &Path) -> Result<(), WriteError> {
        for relative in self.files.keys() {
            let path = root.join(relative);
            at(&path, File::open(&path).and_then(|file| file.sync_all()))?;
        }
        self.flush_directories(root)
    }

    fn flush_directories(&self, root: &Path) -> Result<(), WriteError> {
        let mut directories = BTreeSet::from([root.to_owned()]);
        for relative in self.files.keys() {
            let path = root.join(relative);
            directories.extend(path.ancestors().skip(1).take_while(|parent| *parent != root).map(Path::to_owned));
        }
        directories.iter().try_for_each(|directory| at(directory, sync_directory(directory)))
    }
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
