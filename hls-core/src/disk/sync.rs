//! What a rename needs to survive a loss of power: the content on the disk, and the directory as well.

use std::fs::{self, File};
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

/// Whether one [`sync_file_system`] does for the file system of `handle` what flushing files and directories one by one
/// does.
#[cfg(target_os = "linux")]
pub fn is_synced_at_once(handle: &File) -> bool {
    // ext4, xfs, btrfs, f2fs and tmpfs. Others (network, user space, overlays) may answer before their server or the
    // file system below them has done it, or keep its errors to themselves.
    const KNOWN: [u64; 5] = [0xef53, 0x5846_5342, 0x9123_683e, 0xf2f5_2010, 0x0102_1994];
    let known = rustix::fs::fstatfs(handle).is_ok_and(|found| KNOWN.contains(&(found.f_type as u64)));
    known && reports_errors(&fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default())
}

/// Whether the system call tells of writes that failed: since Linux 5.8.
#[cfg(target_os = "linux")]
fn reports_errors(release: &str) -> bool {
    let mut numbers = release.split(|c: char| !c.is_ascii_digit()).map_while(|number| number.parse::<u32>().ok());
    numbers.next().zip(numbers.next()) >= Some((5, 8))
}

/// Flushes all that was written to the file system of `handle` since it was opened: one wait for the disk, however many
/// files there are.
///
/// # Errors
/// The system's reason, which may be a file of another program.
#[cfg(target_os = "linux")]
pub fn sync_file_system(handle: &File) -> io::Result<()> {
    Ok(rustix::fs::syncfs(handle)?)
}

/// Whether there is one call for all files: not here.
#[cfg(not(target_os = "linux"))]
pub fn is_synced_at_once(_handle: &File) -> bool {
    false
}

/// Flushes nothing.
///
/// # Errors
/// Always: here files and directories are flushed one by one.
#[cfg(not(target_os = "linux"))]
pub fn sync_file_system(_handle: &File) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Flushes the names in a directory to the disk, where the system can do that.
///
/// # Errors
/// The system's reason, for example a disk that does not answer.
#[cfg(unix)]
pub fn sync_directory(path: &Path) -> io::Result<()> {
    match File::open(path)?.sync_all() {
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn old_systems_flush_one_by_one() {
        for (release, expected) in [
            ("5.8.0", true),
            ("5.7.19-x", false),
            ("4.19.0", false),
            ("6.1", true),
            ("10.0.1-y", true),
            ("", false),
            ("5", false),
        ] {
            assert_eq!(reports_errors(release), expected, "{release}");
        }
        // No file system of the list.
        assert!(!is_synced_at_once(&File::open("/proc").unwrap()));
    }
}
