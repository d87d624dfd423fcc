//! How a project reaches the disk.

mod common;

use std::fs;
use std::path::Path;

use common::{Numbers, emit, models};
use hls_core::backend::{Difference, Project, VerifyError, WriteError, verify};

fn project(seed: u64) -> Project {
    let graph = models::pipelined();
    emit(&graph, Numbers(seed).input(&graph, 5))
}

#[track_caller]
fn assert_holds(directory: &Path, project: &Project) {
    for (path, bytes) in &project.files {
        assert_eq!(fs::read(directory.join(path)).unwrap(), *bytes, "{path}");
    }
}

fn siblings(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn writes_below_missing_directories_and_leaves_nothing_else() {
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("a/b/jet");
    let written = project(1).write(&target).unwrap();
    assert_eq!((written.unchanged, written.kept), (false, None));
    assert_holds(&target, &project(1));
    assert_eq!(siblings(&root.path().join("a/b")), ["jet"]);
    assert!(written.path.ends_with("a/b/jet") && written.path.is_absolute());
}

#[test]
fn an_empty_directory_is_filled() {
    let root = tempfile::tempdir().unwrap();
    project(1).write(root.path().join("")).unwrap();
    assert_holds(root.path(), &project(1));
}

#[test]
fn the_same_project_touches_nothing() {
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("jet");
    project(1).write(&target).unwrap();
    fs::create_dir(target.join("jet_prj")).unwrap();
    let written = project(1).write(&target).unwrap();
    assert_eq!((written.unchanged, written.kept), (true, None));
    assert!(target.join("jet_prj").is_dir());
}

#[test]
fn another_project_replaces_the_old_one() {
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("jet");
    project(1).write(&target).unwrap();
    let written = project(2).write(&target).unwrap();
    assert_eq!((written.unchanged, written.kept), (false, None));
    assert_holds(&target, &project(2));
    assert_eq!(siblings(root.path()), ["jet"]);
}

#[test]
fn results_of_the_old_firmware_are_kept_aside() {
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("jet");
    project(1).write(&target).unwrap();
    let report = "jet_prj/solution1/report.xml";
    fs::create_dir_all(target.join("jet_prj/solution1")).unwrap();
    fs::write(target.join(report), "hours").unwrap();

    let kept = project(2).write(&target).unwrap().kept.unwrap();
    assert_eq!(kept.file_name().unwrap(), "jet.previous");
    assert_holds(&target, &project(2));
    assert!(!target.join("jet_prj").exists());
    assert_holds(&kept, &project(1));
    assert_eq!(fs::read_to_string(kept.join(report)).unwrap(), "hours");

    // An edited file is as much of a reason, and what was kept before stays.
    fs::write(target.join("project.tcl"), "set part mine").unwrap();
    let kept = project(1).write(&target).unwrap().kept.unwrap();
    assert_eq!(kept.file_name().unwrap(), "jet.previous-2");
    assert_eq!(fs::read_to_string(kept.join("project.tcl")).unwrap(), "set part mine");
    assert_eq!(siblings(root.path()), ["jet", "jet.previous", "jet.previous-2"]);
}

#[test]
fn anything_else_is_not_overwritten() {
    let root = tempfile::tempdir().unwrap();
    let foreign = root.path().join("thesis");
    fs::create_dir(&foreign).unwrap();
    for (file, text) in [("chapter1.tex", "words"), ("model.json", "{\"format\": \"something else\"}")] {
        fs::write(foreign.join(file), text).unwrap();
        let error = project(1).write(&foreign).unwrap_err();
        assert!(matches!(error, WriteError::NotAProject(_)), "{error}");
        assert!(error.to_string().contains("thesis is not empty"), "{error}");
        assert_eq!(fs::read_to_string(foreign.join(file)).unwrap(), text);
    }
    assert_eq!(siblings(root.path()), ["thesis"]);
}

#[test]
fn errors_name_the_path() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("file");
    fs::write(&file, "").unwrap();
    for target in [file.clone(), file.join("below")] {
        let error = project(1).write(&target).unwrap_err().to_string();
        assert!(error.contains(file.to_str().unwrap()), "{error}");
    }
    assert_eq!(siblings(root.path()), ["file"]);
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_and_the_launcher_is_executable() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("real")).unwrap();
    std::os::unix::fs::symlink("real", root.path().join("link")).unwrap();
    project(1).write(root.path().join("link")).unwrap();
    assert_holds(&root.path().join("real"), &project(1));
    assert!(root.path().join("link").is_symlink());
    let mode = |file: &str| fs::metadata(root.path().join("real").join(file)).unwrap().permissions().mode();
    assert_eq!((mode("build.sh") & 0o100, mode("project.tcl") & 0o111), (0o100, 0));
}

#[test]
fn an_attached_file_belongs_to_the_project() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path().join("project");
    let mut project = project(1);
    let before = project.text("model.json").unwrap().to_owned();
    project.attach("data/constants.json", b"{}\n".to_vec()).unwrap();
    project.write(&place).unwrap();
    assert_holds(&place, &project);
    // The manifest lists it, so it is no stranger that would be kept aside.
    assert_eq!(manifest(&project)["files"].as_object().unwrap().len(), project.files.len() - 1);
    assert_eq!(project.write(&place).unwrap().kept, None);
    // All else in the manifest is as it was, to the byte.
    let added = project.text("model.json").unwrap().lines().filter(|line| !before.contains(line)).count();
    assert_eq!(added, 1);
    for path in ["model.json", "data/constants.json", "/etc/x", "../x", "a//b", "", "c:x", "a\\b"] {
        assert!(project.attach(path, Vec::new()).is_err(), "{path}");
    }
}

fn manifest(project: &Project) -> serde_json::Value {
    serde_json::from_str(project.text("model.json").unwrap()).unwrap()
}

#[test]
fn verify_names_every_missing_changed_and_extra_file() {
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("jet");
    assert!(matches!(verify(&target).unwrap_err(), VerifyError::NotAProject(_)));
    let project = project(1);
    project.write(&target).unwrap();
    verify(&target).unwrap();
    project.verify(&target).unwrap();

    fs::remove_file(target.join("build.sh")).unwrap();
    fs::write(target.join("project.tcl"), "set part mine").unwrap();
    fs::write(target.join("firmware/notes.txt"), "").unwrap();
    fs::create_dir_all(target.join("jet_prj/solution1")).unwrap();
    let expected = [
        Difference::Missing("build.sh".to_owned()),
        Difference::Changed("project.tcl".to_owned()),
        Difference::Extra("firmware/notes.txt".to_owned()),
        Difference::Extra("jet_prj/".to_owned()),
    ];
    let error = verify(&target).unwrap_err();
    let text = error.to_string();
    assert!(
        text.ends_with("missing build.sh, changed project.tcl, extra firmware/notes.txt, extra jet_prj/"),
        "{text}"
    );
    assert!(matches!(error, VerifyError::Differs { differences, .. } if differences == expected));

    // Every byte of every file counts, those of the manifest where the project is there to compare.
    project.write(&target).unwrap();
    for (path, bytes) in &project.files {
        let changed: Vec<u8> = bytes.iter().copied().chain([b' ']).collect();
        fs::write(target.join(path), changed).unwrap();
        assert!(project.verify(&target).is_err() && (verify(&target).is_err() || path == "model.json"), "{path}");
        fs::write(target.join(path), bytes).unwrap();
    }
    project.verify(&target).unwrap();
}

#[cfg(unix)]
#[test]
fn a_manifest_leads_nowhere_else() {
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("jet");
    fs::create_dir(&target).unwrap();
    fs::write(root.path().join("secret"), "").unwrap();
    std::os::unix::fs::symlink("../secret", target.join("link")).unwrap();
    let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let files = format!(r#"{{"format": "hls4rs project", "files": {{"../secret": "{hash}", "link": "{hash}"}}}}"#);
    fs::write(target.join("model.json"), files).unwrap();
    let error = verify(&target).unwrap_err().to_string();
    assert!(error.ends_with("missing ../secret, changed link"), "{error}");
}
