//! Temporary names: whose they are, and which of them a killed program has left behind.
//!
//! The writer holds a lock on what bears the name. The system takes the lock away when the program ends, however it
//! ends; so a name without a lock is a leftover, whatever became of process numbers since, and on whichever side of a
//! container's wall the writer ran.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Distinguishes the names of one process.
static NUMBER: AtomicU64 = AtomicU64::new(0);

/// A new file or directory beside its final place; removed on drop, unless it was moved away.
pub(crate) struct Temporary {
    path: PathBuf,
    /// The open file, which holds the lock; `None` for a directory where the system opens none.
    handle: Option<File>,
}

impl Temporary {
    /// A new, empty file beside `place`: `.NAME.PID-N.tmp`.
    pub fn file(place: &Path) -> io::Result<Self> {
        Self::create(place, ".", ".tmp", |path| OpenOptions::new().write(true).create_new(true).open(path).map(Some))
    }

    /// A new, empty directory beside `place`: `NAME.PID-N.new`.
    pub fn directory(place: &Path) -> io::Result<Self> {
        Self::create(place, "", ".new", |path| {
            fs::create_dir(path)?;
            Ok(File::open(path).ok())
        })
    }

    fn create(
        place: &Path,
        prefix: &str,
        suffix: &str,
        make: impl Fn(&Path) -> io::Result<Option<File>>,
    ) -> io::Result<Self> {
        loop {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let mut name = OsString::from(prefix);
            name.push(place.file_name().unwrap_or_default());
            name.push(format!(".{}-{number}{suffix}", std::process::id()));
            let path = place.with_file_name(name);
            let handle = match make(&path) {
                // Of a killed program whose number this one has got.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                made => made?,
            };
            let created = Self { path, handle };
            // Between its creation and its lock, another writer may have taken it for a leftover.
            if !matches!(created.lock(), Some(Err(TryLockError::WouldBlock))) && created.path.exists() {
                return Ok(created);
            }
        }
    }

    fn lock(&self) -> Option<Result<(), TryLockError>> {
        // Where there are no locks nothing is ever taken for a leftover, which is safe.
        self.handle.as_ref().map(File::try_lock)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The open file, for writing.
    pub fn handle(&self) -> Option<&File> {
        self.handle.as_ref()
    }

    /// Renames it to `to`, which a file replaces; what is there then stays. On an error it keeps its name.
    pub fn rename(&mut self, to: &Path) -> io::Result<()> {
        fs::rename(&self.path, to)?;
        self.path.clear();
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if self.path.as_os_str().is_empty() {
            return;
        }
        // A leftover is only garbage, and the next writer's to remove.
        let _ = fs::remove_file(&self.path).or_else(|_| fs::remove_dir_all(&self.path));
    }
}

/// What killed programs have left beside `place` under temporary names that end with `suffix`, each locked so that no
/// other program takes it, in the order of their names.
pub(crate) fn leftovers(place: &Path, prefix: &str, suffix: &str) -> Vec<(PathBuf, File)> {
    let directory = super::sync::parent(place);
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    let is_temporary = |name: &OsStr| {
        let (Some(name), Some(place)) = (name.to_str(), place.file_name().and_then(OsStr::to_str)) else {
            return false;
        };
        let number = name.strip_prefix(prefix).and_then(|name| name.strip_prefix(place)?.strip_prefix('.'));
        number.and_then(|number| number.strip_suffix(suffix)?.split_once('-')).is_some_and(|(process, number)| {
            [process, number].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
        })
    };
    let mut paths: Vec<PathBuf> =
        entries.flatten().filter(|entry| is_temporary(&entry.file_name())).map(|entry| entry.path()).collect();
    paths.sort();
    let locked = |path: PathBuf| {
        let file = File::open(&path).ok()?;
        file.try_lock().is_ok().then_some((path, file))
    };
    paths.into_iter().filter_map(locked).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_leftover_once_its_writer_is_gone() {
        let root = tempfile::tempdir().unwrap();
        let place = root.path().join("jet");
        let living = Temporary::directory(&place).unwrap();
        for name in ["jet.1-0.new", "jet.4294967295-7.new", "jets.1-0.new", "jet.x-0.new", "jet.1.new", "jet.1-0.old"] {
            fs::create_dir(root.path().join(name)).unwrap();
        }
        let found: Vec<PathBuf> = leftovers(&place, "", ".new").into_iter().map(|(path, _)| path).collect();
        assert_eq!(found, ["jet.1-0.new", "jet.4294967295-7.new"].map(|name| root.path().join(name)));
        let path = living.path().to_owned();
        drop(living);
        assert!(!path.exists());
    }

    #[test]
    fn names_of_an_earlier_process_of_this_number_are_passed_over() {
        let root = tempfile::tempdir().unwrap();
        let place = root.path().join("jet");
        let next = NUMBER.load(Ordering::Relaxed);
        for number in next..next + 50 {
            fs::create_dir(root.path().join(format!("jet.{}-{number}.new", std::process::id()))).unwrap();
        }
        let made = Temporary::directory(&place).unwrap();
        assert_eq!(fs::read_dir(made.path()).unwrap().count(), 0);
    }
}
