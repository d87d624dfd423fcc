//! One file.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::sync::{create_directories, parent, sync_directory};
use super::temporary::{Temporary, leftovers};

/// Writes a file in one step: a reader, also after a crash, sees the old content or the new one.
///
/// The directory of `path` is made if it is absent. What killed writers of the same file have left is removed. A
/// symbolic link is followed, not replaced.
///
/// # Errors
/// The error of `write` or of the system. The file is then as it was before, unless it was the very last step that
/// failed, flushing the directory: then the new file is there, and a loss of power may bring the old one back.
pub fn write_atomically(path: &Path, write: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>) -> io::Result<()> {
    let target = target(path)?;
    let directory = parent(&target);
    create_directories(directory)?;
    for (leftover, _lock) in leftovers(&target, ".", ".tmp") {
        // Only garbage: the file itself can be written all the same.
        let _ = fs::remove_file(leftover);
    }
    let mut temporary = Temporary::file(&target)?;
    if let Some(file) = temporary.handle() {
        let mut writer = BufWriter::new(file);
        write(&mut writer)?;
        writer.flush()?;
        drop(writer);
        file.sync_all()?;
    }
    temporary.rename(&target)?;
    sync_directory(directory)
}

/// As many links as the systems follow, one behind the other.
const MOST_LINKS: usize = 40;

/// The file itself, behind all links, whether it is there or not.
fn target(path: &Path) -> io::Result<PathBuf> {
    if let Ok(target) = fs::canonicalize(path) {
        return Ok(target);
    }
    // The last link leads to a file that is not there yet.
    let mut target = path.to_owned();
    for _ in 0..MOST_LINKS {
        if !target.is_symlink() {
            return Ok(target);
        }
        target = parent(&target).join(fs::read_link(&target)?);
    }
    Err(io::Error::other("too many symbolic links, one behind the other"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(directory: &Path) -> Vec<String> {
        let names = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_whole() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("new/a.txt");
        for content in ["one", "two"] {
            write_atomically(&path, |file| file.write_all(content.as_bytes())).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
        assert_eq!(entries(path.parent().unwrap()), ["a.txt"]);
    }

    #[test]
    fn a_failure_leaves_the_old_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.txt");
        fs::write(&path, "old").unwrap();
        let error = write_atomically(&path, |file| {
            file.write_all(b"half")?;
            Err(io::Error::other("no more"))
        });
        assert_eq!(error.unwrap_err().to_string(), "no more");
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(entries(directory.path()), ["a.txt"]);
    }

    #[test]
    fn leftovers_of_killed_writers_are_removed_and_those_of_living_ones_stay() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.txt");
        fs::write(directory.path().join(".a.txt.1-5.tmp"), "half").unwrap();
        fs::write(directory.path().join(".b.txt.1-5.tmp"), "of another file").unwrap();
        let living = Temporary::file(&path).unwrap();
        let name = living.path().file_name().unwrap().to_str().unwrap().to_owned();
        write_atomically(&path, |file| file.write_all(b"whole")).unwrap();
        assert_eq!(entries(directory.path()), [name.as_str(), ".b.txt.1-5.tmp", "a.txt"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_and_the_file_is_an_ordinary_one() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let (real, link) = (directory.path().join("real.txt"), directory.path().join("link.txt"));
        fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink("real.txt", &link).unwrap();
        let mode = fs::metadata(&real).unwrap().permissions().mode();
        write_atomically(&link, |file| file.write_all(b"new")).unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode(), mode);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_file_that_is_not_there_yet_is_followed() {
        use std::os::unix::fs::symlink;
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        symlink("second", at("first")).unwrap();
        symlink("new/real.txt", at("second")).unwrap();
        write_atomically(&at("first"), |file| file.write_all(b"new")).unwrap();
        assert!(at("first").is_symlink() && at("second").is_symlink());
        assert_eq!(fs::read_to_string(at("new/real.txt")).unwrap(), "new");
        symlink("round", at("about")).unwrap();
        symlink("about", at("round")).unwrap();
        assert!(write_atomically(&at("about"), |file| file.write_all(b"new")).is_err());
        assert!(at("about").is_symlink() && at("round").is_symlink());
    }
}
