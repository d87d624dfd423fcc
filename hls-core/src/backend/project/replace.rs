//! A new tree takes the place of the old one in one step.
//!
//! `NAME.PID-N.new` is a tree that is being written. Once it is whole it is called `NAME.PID-N.old`, and exchanged with
//! `NAME`: from then on the name says what it is, an old tree, which is removed or kept. So what a killed program leaves
//! says by its name what is to be done with it.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::place::{Place, inspect};
use super::write_error::{WriteError, at};
use crate::disk::{Temporary, leftovers, sync_directory};

/// Exchanges two directories in one step; `false` where the file system cannot do that, and nothing has happened.
#[cfg(any(target_os = "linux", target_os = "macos"))]
pub(super) fn exchange(a: &Path, b: &Path) -> io::Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Exchanges two directories in one step; `false` where the file system cannot do that, and nothing has happened.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn exchange(_a: &Path, _b: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Puts the finished tree `new` in the place of `directory`; returns where the old tree is kept, if it is.
pub(super) fn install(
    directory: &Path,
    mut new: Temporary,
    place: &Place,
    exchange: impl Fn(&Path, &Path) -> io::Result<bool>,
) -> Result<Option<PathBuf>, WriteError> {
    let parent = directory.parent().unwrap_or(directory);
    if let Place::Free = place {
        // An empty directory is replaced by the rename itself.
        at(directory, new.rename(directory))?;
        at(parent, sync_directory(parent))?;
        return Ok(None);
    }
    // As long as this program lives, no other one takes the old tree for a leftover.
    let _lock = File::open(directory).ok().filter(|old| old.try_lock().is_ok());
    let written = new.path().to_owned();
    let old = written.with_extension("old");
    at(&written, new.rename(&old))?;
    match exchange(&old, directory) {
        Ok(true) => {}
        Ok(false) => at(directory, replace_in_two_steps(directory, &old, &written))?,
        Err(error) => {
            // It is the new tree still. The error that matters is this one.
            let _ = fs::rename(&old, &written).and_then(|()| fs::remove_dir_all(&written));
            return at(directory, Err(error));
        }
    }
    at(parent, sync_directory(parent))?;
    Ok(settle(directory, &old))
}

/// Where nothing can be exchanged: the old tree goes away and the new one, which is at `old`, comes.
fn replace_in_two_steps(directory: &Path, old: &Path, new: &Path) -> io::Result<()> {
    let result = fs::rename(old, new).and_then(|()| fs::rename(directory, old)).and_then(|()| {
        // Killed here, `recover` finds no project, and an old one.
        fs::rename(new, directory).inspect_err(|_| {
            let _ = fs::rename(old, directory);
        })
    });
    if result.is_err() {
        let _ = fs::remove_dir_all(new);
    }
    result
}

/// Removes the old tree, unless it holds anything that nobody emitted; returns where it is kept then.
fn settle(directory: &Path, old: &Path) -> Option<PathBuf> {
    match inspect(old) {
        Ok(Place::Free | Place::Project { touched: false, .. }) => {
            // Under a name that means garbage, because half a tree could not be told from one that was worked in. What
            // cannot be removed now, the next write removes.
            let garbage = old.with_extension("new");
            let _ = fs::rename(old, &garbage).and_then(|()| fs::remove_dir_all(&garbage));
            None
        }
        _ => {
            let kept = free_sibling(directory);
            match fs::rename(old, &kept) {
                Ok(()) => Some(kept),
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(_) => Some(old.to_owned()),
            }
        }
    }
}

/// Puts in order what killed writes to `directory` have left; returns where an old tree is kept, if one is.
///
/// What cannot be done now is left to the next write.
pub(super) fn recover(directory: &Path) -> Option<PathBuf> {
    let mut kept = None;
    for (old, _lock) in leftovers(directory, "", ".old") {
        let is_project = matches!(inspect(&old), Ok(Place::Project { .. }));
        if is_project && !directory.exists() && fs::rename(&old, directory).is_ok() {
            let _ = directory.parent().map(sync_directory);
        } else {
            kept = settle(directory, &old).or(kept);
        }
    }
    for (new, _lock) in leftovers(directory, "", ".new") {
        let _ = fs::remove_dir_all(new);
    }
    kept
}

fn free_sibling(directory: &Path) -> PathBuf {
    let sibling = |suffix: &str| {
        let mut name: OsString = directory.file_name().unwrap_or_default().to_owned();
        name.push(suffix);
        directory.with_file_name(name)
    };
    let numbered = (2..).map(|number| sibling(&format!(".previous-{number}")));
    std::iter::once(sibling(".previous"))
        .chain(numbered)
        .find(|path| fs::symlink_metadata(path).is_err())
        .unwrap_or_else(|| sibling(".previous"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::backend::Project;

    /// A small tree with a manifest, without a back end.
    fn project(text: &str) -> Project {
        let manifest = format!("{{\n  \"format\": \"hls4rs project\",\n  \"note\": {text:?},\n  \"files\": {{}}\n}}\n");
        let files = BTreeMap::from([("model.json".to_owned(), manifest.into_bytes())]);
        let mut project = Project { name: "jet".to_owned(), files };
        project.attach("firmware/jet.cpp", text.as_bytes().to_vec()).unwrap();
        project
    }

    fn write_tree(project: &Project, root: &Path) {
        fs::create_dir(root).unwrap();
        project.write_tree(root, true).unwrap();
    }

    fn entries(directory: &Path) -> Vec<String> {
        let names = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    #[test]
    fn without_an_exchange_two_renames_do() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("jet");
        project("one").write(&target).unwrap();
        let new = Temporary::directory(&target).unwrap();
        project("two").write_tree(new.path(), true).unwrap();
        let kept = install(&target, new, &inspect(&target).unwrap(), |_, _| Ok(false)).unwrap();
        assert_eq!((kept, entries(root.path())), (None, vec!["jet".to_owned()]));
        project("two").verify(&target).unwrap();
    }

    #[test]
    fn a_failed_exchange_leaves_the_old_tree() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("jet");
        project("one").write(&target).unwrap();
        let new = Temporary::directory(&target).unwrap();
        project("two").write_tree(new.path(), false).unwrap();
        project("two").flush_tree(new.path()).unwrap();
        let refuse = |_: &Path, _: &Path| Err(io::Error::other("no"));
        let error = install(&target, new, &inspect(&target).unwrap(), refuse).unwrap_err().to_string();
        assert_eq!((error, entries(root.path())), (format!("{}: no", target.display()), vec!["jet".to_owned()]));
        project("one").verify(&target).unwrap();
    }

    #[test]
    fn an_old_tree_without_a_project_is_put_back() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("jet");
        // What two renames leave when they are interrupted between them.
        write_tree(&project("one"), &root.path().join("jet.1-0.old"));
        write_tree(&project("two"), &root.path().join("jet.1-0.new"));
        assert_eq!(recover(&target), None);
        assert_eq!(entries(root.path()), ["jet"]);
        project("one").verify(&target).unwrap();
    }

    #[test]
    fn leftovers_are_removed_but_no_results() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("jet");
        write_tree(&project("one"), &target);
        write_tree(&project("two"), &root.path().join("jet.1-0.old"));
        // Half a tree, and an old one in which an HLS tool has worked for hours.
        fs::create_dir_all(root.path().join("jet.1-1.new/firmware")).unwrap();
        let worked = root.path().join("jet.2-0.old");
        write_tree(&project("three"), &worked);
        fs::write(worked.join("report.xml"), "hours").unwrap();
        let living = Temporary::directory(&target).unwrap();
        let name = living.path().file_name().unwrap().to_str().unwrap().to_owned();

        let written = project("four").write(&target).unwrap();
        assert_eq!(written.kept, Some(written.path.with_file_name("jet.previous")));
        assert_eq!(entries(root.path()), ["jet", name.as_str(), "jet.previous"]);
        project("four").verify(&target).unwrap();
        assert_eq!(fs::read_to_string(root.path().join("jet.previous/report.xml")).unwrap(), "hours");
    }
}
