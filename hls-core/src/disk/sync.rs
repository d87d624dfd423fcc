//! What a rename needs to survive a loss of power: the directory on the disk as well.

use std::fs;
use std::io;
use std::path::Path;

/// Makes a directory and those above it, all flushed to the disk.
///
/// # Errors
/// The system's reason.
pub fn create_directories(path: &Path) -> io::Result<()> {
    let absent: Vec<&Path> = path.ancestors().take_while(|ancestor| !is_there(ancestor)).collect();
    fs::create_dir_all(path)?;
    // Each new name stands in the directory above it.
    absent.iter().try_for_each(|directory| sync_directory(parent(directory)))
}

fn is_there(path: &Path) -> bool {
    path == Path::new("") || path.exists()
}

/// The directory that a path stands in; that of a bare name is empty, not absent.
pub(super) fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Flushes the names in a directory to the disk, where the system can do that.
///
/// # Errors
/// The system's reason, for example a disk that does not answer.
#[cfg(unix)]
pub fn sync_directory(path: &Path) -> io::Result<()> {
    match fs::File::open(path)?.sync_all() {
        // Some network and user-space file systems flush no directories; there is nothing else to be done there.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
        result => result,
    }
}

/// Flushes the names in a directory to the disk, where the system can do that.
///
/// # Errors
/// None: here it cannot.
#[cfg(not(unix))]
pub fn sync_directory(_path: &Path) -> io::Result<()> {
    Ok(())
}
