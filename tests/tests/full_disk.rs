//! No space for what is written: an error that names the path, and the old content to the byte.
//!
//! A limit on the size of files stands for the full disk, since anyone may set one; where the tests may mount a small
//! file system, one is really filled.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const PROGRAM: &str = env!("CARGO_BIN_EXE_hls-torture");

/// Runs a child under a limit of so many blocks of 512 bytes a file; a write beyond it fails, and kills nobody.
fn limited(blocks: usize, arguments: &[&str]) -> Output {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    Command::new("sh").arg("-c").arg(script).arg(PROGRAM).args(arguments).output().unwrap()
}

fn unlimited(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).output().unwrap()
}

/// Every file below a directory, temporary ones too.
fn tree(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                files.insert(path.clone(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

#[track_caller]
fn succeeds(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[track_caller]
fn fails_with(output: &Output, path: &str, reason: &str) {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{}: {errors}", output.status);
    assert!(errors.contains(path) && errors.contains(reason), "{errors}\nlacks {path} or {reason}");
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

const TOO_LARGE: &str = "File too large";

#[test]
fn a_project_that_does_not_fit_leaves_the_old_one() {
    let root = tempfile::tempdir().unwrap();
    let place = root.path().join("project");
    // Also where there was nothing.
    fails_with(&limited(2, &["emit-once", text(&place), "1"]), text(&place), TOO_LARGE);
    assert!(fs::read_dir(root.path()).unwrap().next().is_none());

    succeeds(&unlimited(&["emit-once", text(&place), "0"]));
    let before = tree(root.path());
    for blocks in [0, 1, 2, 4, 8] {
        fails_with(&limited(blocks, &["emit-once", text(&place), "1"]), text(&place), TOO_LARGE);
        assert!(tree(root.path()) == before, "{blocks} blocks");
    }
    succeeds(&limited(4096, &["emit-once", text(&place), "1"]));
    assert!(tree(root.path()) != before);
}

#[test]
fn a_checkpoint_that_does_not_fit_leaves_the_old_one() {
    let root = tempfile::tempdir().unwrap();
    let place = root.path().join("training");
    let train = ["train", text(&place), "6"];
    fails_with(&limited(1, &train), text(&place), TOO_LARGE);
    assert!(tree(root.path()).is_empty(), "{:?}", tree(root.path()).keys());

    succeeds(&unlimited(&["train", text(&place), "6", "2"]));
    let before = tree(&place);
    let largest = before.values().map(Vec::len).max().unwrap();
    // Under the larger limit the weights of the next epoch are written, but no state names them.
    for blocks in [0, 1, largest * 3 / 4 / 512] {
        fails_with(&limited(blocks, &train), text(&place), TOO_LARGE);
        let after = tree(&place);
        assert!(before.iter().all(|(path, bytes)| after.get(path) == Some(bytes)), "{blocks} blocks");
    }
    // And it goes on from there, to the files of a training with all the space.
    succeeds(&unlimited(&train));
    let names: Vec<PathBuf> = tree(&place).into_keys().collect();
    fs::remove_dir_all(&place).unwrap();
    succeeds(&unlimited(&train));
    assert_eq!(tree(&place).into_keys().collect::<Vec<_>>(), names);
}

#[test]
fn a_file_that_does_not_fit_leaves_the_old_one() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("predictions.csv");
    succeeds(&unlimited(&["file", text(&path), "5000"]));
    let before = tree(root.path());
    for (blocks, bytes) in [(0, "1"), (1, "100000"), (9, "4609"), (9, "1000000")] {
        fails_with(&limited(blocks, &["file", text(&path), bytes]), text(&path), TOO_LARGE);
        assert!(tree(root.path()) == before, "{blocks} blocks, {bytes} bytes");
    }
}

/// A file system of its own, as large as asked for; `None` where that is not allowed.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(kilobytes: usize) -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let size = format!("size={kilobytes}k");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(directory.path());
        mount.output().is_ok_and(|output| output.status.success()).then_some(Self(directory))
    }

    /// Leaves so many kilobytes free.
    fn fill(&self, free: usize) {
        let filler = self.0.path().join("filler");
        let mut file = fs::File::create(&filler).unwrap();
        while std::io::Write::write_all(&mut file, &[0; 1024]).is_ok() {}
        let length = file.metadata().unwrap().len();
        file.set_len(length.saturating_sub(free as u64 * 1024)).unwrap();
    }

    fn read_only(&self) {
        let mut remount = Command::new("mount");
        remount.args(["-o", "remount,ro"]).arg(self.0.path());
        assert!(remount.status().unwrap().success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).output();
    }
}

#[test]
fn a_full_file_system_leaves_what_was_there() {
    let Some(disk) = SmallDisk::mount(1024) else { return };
    let root = disk.0.path();
    let (project, training, file) = (root.join("out/project"), root.join("training"), root.join("predictions.csv"));
    succeeds(&unlimited(&["emit-once", text(&project), "0"]));
    succeeds(&unlimited(&["file", text(&file), "50000"]));
    succeeds(&unlimited(&["train", text(&training), "3", "1"]));
    let no_space = "No space left on device";
    for free in [0, 4, 16, 40] {
        disk.fill(free);
        let before = tree(root);
        fails_with(&unlimited(&["emit-once", text(&project), "1"]), text(&project), no_space);
        fails_with(&unlimited(&["file", text(&file), "100000"]), text(&file), no_space);
        assert!(tree(root) == before, "{free} kilobytes");
        if free < 16 {
            fails_with(&unlimited(&["train", text(&training), "3"]), text(&training), no_space);
            let after = tree(root);
            assert!(before.iter().all(|(path, bytes)| after.get(path) == Some(bytes)), "{free} kilobytes");
        }
    }
    fs::remove_file(root.join("filler")).unwrap();
    succeeds(&unlimited(&["emit-once", text(&project), "1"]));
    succeeds(&unlimited(&["train", text(&training), "3"]));
}

#[test]
fn a_read_only_file_system_is_named() {
    let Some(disk) = SmallDisk::mount(1024) else { return };
    let root = disk.0.path();
    let (project, training, file) = (root.join("project"), root.join("training"), root.join("predictions.csv"));
    succeeds(&unlimited(&["emit-once", text(&project), "0"]));
    succeeds(&unlimited(&["train", text(&training), "3", "1"]));
    succeeds(&unlimited(&["file", text(&file), "5000"]));
    let before = tree(root);
    disk.read_only();
    let read_only = "Read-only file system";
    fails_with(&unlimited(&["emit-once", text(&project), "1"]), text(&project), read_only);
    fails_with(&unlimited(&["emit-once", text(&root.join("new/project")), "1"]), text(root), read_only);
    fails_with(&unlimited(&["train", text(&training), "3"]), text(&training), read_only);
    fails_with(&unlimited(&["file", text(&file), "10"]), text(&file), read_only);
    assert!(tree(root) == before);
    // What is there already needs no writing.
    succeeds(&unlimited(&["emit-once", text(&project), "0"]));
}
