//! Weights out of the example and into it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Cargo builds examples beside the directory of the tests.
fn program() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let name = format!("jet_tagger{}", std::env::consts::EXE_SUFFIX);
    tests.parent().unwrap().with_file_name("examples").join(name)
}

fn run(directory: &Path, arguments: &str) -> Output {
    Command::new(program()).current_dir(directory).args(arguments.split_whitespace()).output().unwrap()
}

#[track_caller]
fn succeed(directory: &Path, arguments: &str) -> serde_json::Value {
    let output = run(directory, &format!("--quiet --json {arguments}"));
    let (text, errors) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{arguments}: {}\n{text}\n{errors}", output.status);
    serde_json::from_str(text.lines().last().unwrap()).unwrap()
}

/// Every file below a directory by its relative path.
fn tree(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                files.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

#[test]
fn weights_that_were_saved_give_the_same_firmware() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path();
    let trained = succeed(place, "--epochs 2 --seed 5 --emit-hls --out trained --save-weights files/jet.npz");
    // From one format to the other and on to the firmware.
    let first = succeed(place, "--weights files/jet.npz --save-weights files/jet.safetensors --out first");
    assert!(!place.join("first").exists() && place.join("first.training").is_dir());
    let second = succeed(place, "--weights files/jet.safetensors --emit-hls --out second --predict jets.csv");
    for loaded in [first, second] {
        for figure in ["accuracy", "auc"] {
            assert_eq!(loaded[figure]["qat"], trained[figure]["qat"]);
            assert_eq!(loaded[figure]["emulator"], trained[figure]["emulator"]);
        }
        assert_eq!(loaded["bit_exact"], serde_json::json!({ "vectors": 17851, "mismatches": 0 }));
        // The float model has the same weights, so it is another one than the one trained as a float.
        assert_ne!(loaded["accuracy"]["float"], loaded["accuracy"]["qat"]);
    }
    let firmware = tree(&place.join("trained"));
    assert!(firmware.contains_key(Path::new("firmware/parameters.h")));
    assert!(firmware == tree(&place.join("second")));
}

#[track_caller]
fn refused(directory: &Path, arguments: &str, reason: &str) {
    let output = run(directory, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{arguments}");
    assert!(errors.contains(reason), "{arguments}: {errors}\nlacks: {reason}");
}

#[test]
fn weights_that_cannot_be_used_are_refused_with_a_reason() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path();
    refused(place, "--weights absent.npz", "error: absent.npz: No such file");
    refused(place, "--weights weights.h5", "legal are `.safetensors` and `.npz`");
    refused(place, "--save-weights weights.h5", "legal are `.safetensors` and `.npz`");
    let foreign = Path::new(env!("CARGO_MANIFEST_DIR")).join("../hls-train/tests/weights/f4.npz");
    fs::copy(foreign, place.join("foreign.npz")).unwrap();
    refused(place, "--weights foreign.npz", "`fc1.weight` has the shape [2, 3], the model's is [16, 64]");
    refused(place, "--weights foreign.npz", "`fc4.bias` [5] is missing");
    refused(place, "--weights foreign.npz", "the model has no `bn1.beta`, ");
    assert!(!place.join("build").exists());
}
