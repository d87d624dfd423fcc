//! The example as its users run it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Cargo builds examples beside the directory of the tests.
fn program() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let name = format!("jet_tagger{}", std::env::consts::EXE_SUFFIX);
    tests.parent().unwrap().with_file_name("examples").join(name)
}

fn run(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(program()).current_dir(directory).args(arguments).output().unwrap()
}

#[track_caller]
fn succeed(directory: &Path, arguments: &[&str]) -> String {
    let output = run(directory, arguments);
    let (text, errors) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{arguments:?}: {}\n{text}\n{errors}", output.status);
    text
}

#[track_caller]
fn refused(directory: &Path, arguments: &[&str], reason: &str) {
    let output = run(directory, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{arguments:?}");
    assert!(errors.contains(reason), "{arguments:?}: {errors}\nlacks: {reason}");
}

fn last_line_as_json(text: &str) -> serde_json::Value {
    serde_json::from_str(text.lines().last().unwrap()).unwrap()
}

/// Every file below a directory by its relative path.
fn tree(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display())) {
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
fn the_command_of_the_readme() {
    let readme = include_str!("../../README.md");
    let command = "cargo run --release --example jet_tagger -- ";
    let line = readme.lines().find_map(|line| line.strip_prefix(command)).expect("the README names the command");
    let arguments: Vec<&str> = line.split('#').next().unwrap().split_whitespace().collect();
    let directory = tempfile::tempdir().unwrap();
    let table = succeed(directory.path(), &arguments);
    assert!(table.contains("QAT forward == emulator") && table.contains("build/jet_tagger"), "{table}");
    assert!(tree(&directory.path().join("build/jet_tagger")).contains_key(Path::new("standardization.json")));

    // Training is resumed, so this is the same model, now with every execution.
    let json = succeed(directory.path(), &["--json", "--quiet", "--csim", "--predict", "jets.csv"]);
    let summary = last_line_as_json(&json);
    let accuracy = |which: &str| summary["accuracy"][which].as_f64().unwrap();
    assert!(accuracy("float") > 0.70, "{json}");
    assert!(accuracy("float") - accuracy("qat") <= 0.010, "{json}");
    assert_eq!(accuracy("qat"), accuracy("emulator"));
    assert_eq!(summary["auc"]["qat"], summary["auc"]["emulator"]);
    for execution in ["bit_exact", "csim"] {
        assert_eq!(summary[execution], serde_json::json!({ "vectors": 17851, "mismatches": 0 }), "{json}");
    }
    assert_eq!(summary["project"], "build/jet_tagger");
    let predictions = fs::read_to_string(directory.path().join("jets.csv")).unwrap();
    assert_eq!(predictions.lines().count(), 17_852);
}

#[test]
fn a_killed_training_goes_on_to_the_same_firmware() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path();
    let arguments = |out: &'static str| ["--emit-hls", "--quiet", "--epochs", "12", "--seed", "7", "--out", out];
    succeed(place, &arguments("whole"));

    let mut killed = 0;
    for attempt in 0..3 {
        let mut child = Command::new(program())
            .current_dir(place)
            .args(arguments("parts"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Somewhere in the float training, then in the quantized one.
        let first = place.join(if attempt == 0 { "parts.training/float" } else { "parts.training/quantized" });
        let start = Instant::now();
        while !first.exists() && start.elapsed() < Duration::from_secs(60) {
            sleep(Duration::from_millis(5));
        }
        sleep(Duration::from_millis(40 * attempt));
        child.kill().unwrap();
        killed += usize::from(!child.wait().unwrap().success());
    }
    assert!(killed > 0, "the training ended before it could be killed");
    succeed(place, &arguments("parts"));
    assert!(tree(&place.join("whole")) == tree(&place.join("parts")));

    // Emitting once more gives the same bytes as well.
    succeed(place, &["--fresh", "--emit-hls", "--quiet", "--epochs", "12", "--seed", "7", "--out", "parts"]);
    assert!(tree(&place.join("whole")) == tree(&place.join("parts")));
}

#[test]
fn what_cannot_be_is_refused_with_a_reason() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path();
    refused(place, &["--reuse", "3"], "unexpected argument '--reuse'");
    refused(place, &["--backend", "quartus"], "[possible values: vitis]");
    refused(place, &["--clock-ns", "0"], "expected a number greater than 0");
    refused(place, &["--data", "absent.arff"], "absent.arff");
    fs::create_dir(place.join("mine")).unwrap();
    fs::write(place.join("mine/thesis.tex"), "years of work").unwrap();
    refused(place, &["--emit-hls", "--quiet", "--epochs", "0", "--out", "mine"], "not overwritten");
    assert_eq!(tree(&place.join("mine")).len(), 1);

    // Before training, not after it.
    refused(place, &["--emit-hls", "--part", "xcvu13p"], "`xcvu13p` is no name of a part");
    assert!(!place.join("build").exists());
    // The command that helps is named.
    let output = Command::new(program())
        .current_dir(place)
        .args(["--csim"])
        .env("HLS4RS_CACHE", place.join("empty"))
        .env_remove("XILINX_HLS")
        .env_remove("XILINX_VITIS")
        .env_remove("XILINX_VIVADO")
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && errors.contains("cargo xtask ap-types"), "{errors}");
    assert!(!place.join("build").exists());
}

/// The system's limit on the size of a file, in blocks of 512 bytes, stands for a full disk.
#[cfg(unix)]
#[test]
fn predictions_that_do_not_fit_leave_the_old_ones() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path();
    let arguments = ["--epochs", "0", "--quiet", "--predict", "scores.csv"];
    succeed(place, &arguments);
    let before = fs::read(place.join("scores.csv")).unwrap();
    assert!(before.len() > 500_000);

    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 500; exec \"$0\" \"$@\""]).arg(program());
    let output = limited.current_dir(place).args(arguments).args(["--fresh", "--seed", "9"]).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(errors.contains("scores.csv: cannot be written: File too large"), "{errors}");
    assert!(fs::read(place.join("scores.csv")).unwrap() == before);
    assert!(!fs::read_dir(place).unwrap().any(|entry| entry.unwrap().file_name().to_string_lossy().ends_with(".tmp")));
}

/// What can be asked about a tagger, with trainings so short that the answers mean nothing.
#[test]
fn studies_write_their_answers_and_a_design_that_loads() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path();
    let short = ["--epochs", "1", "--batch-size", "1024", "--quiet", "--json"];
    let all = ["--profile", "--scan", "--prune", "--learn-bits", "--search", "--trials", "4"];
    let json = succeed(place, &[&short[..], &all].concat());
    let summary = last_line_as_json(&json);
    for name in ["profile", "trace", "scan", "pruned", "learned", "front"] {
        let path = summary["studies"][name].as_str().unwrap_or_else(|| panic!("{name}: {json}"));
        let text = fs::read_to_string(place.join(path)).unwrap();
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{name}");
    }
    let front: serde_json::Value =
        serde_json::from_slice(&fs::read(place.join("build/jet_tagger.designs/front.json")).unwrap()).unwrap();
    assert_eq!(front["uniform"].as_array().unwrap().len(), 5);
    let winner = &front["points"][front["winner"].as_u64().unwrap() as usize];
    let designs = ["winner.json", "pruned_weights.json", "pruned_neurons.json", "pruned_multipliers.json"];
    for (index, name) in designs.into_iter().enumerate() {
        let path = format!("build/jet_tagger.designs/{name}");
        let loaded = last_line_as_json(&succeed(place, &["--design", &path, "--quiet", "--json"]));
        assert_eq!(loaded["bit_exact"], serde_json::json!({ "vectors": 17851, "mismatches": 0 }));
        if index == 0 {
            assert_eq!(loaded["ebops"], winner["objectives"]["ebops"]);
        }
    }
    refused(place, &["--design", "build/jet_tagger.designs/front.json"], "not a design");
    let scan = ["--scan", "--scan-layer", "fc9"];
    refused(place, &[&short[..], &scan].concat(), "layer `fc9` has no width to scan");
}

#[test]
fn the_report_holds_what_the_run_found_out() {
    let directory = tempfile::tempdir().unwrap();
    let arguments = ["--report", "--profile", "--quiet", "--json", "--epochs", "1", "--out", "here/tagger"];
    let summary = last_line_as_json(&succeed(directory.path(), &arguments));
    assert_eq!(summary["report"], "here/tagger.report/report.html");
    let files = tree(&directory.path().join("here/tagger.report"));
    assert_eq!(files.keys().map(|path| path.to_str().unwrap()).collect::<Vec<_>>(), ["report.html", "report.json"]);
    let report: serde_json::Value = serde_json::from_slice(&files[Path::new("report.json")]).unwrap();
    assert!(report["verdict"]["text"].as_str().unwrap().contains("QAT forward == emulator on 17,851 vectors"));
    let quantized = &report["quality"]["executions"][1]["metrics"];
    let share = quantized["correct"].as_f64().unwrap() / quantized["samples"].as_f64().unwrap();
    assert_eq!(share, summary["accuracy"]["emulator"].as_f64().unwrap());
    assert_eq!(report["provenance"]["seeds"]["weights and order of the samples"], 42);
    assert!(report["profile"]["ranges"].as_array().unwrap().len() > 5 && report["front"].is_null());
    // No clock, no directory: the same run gives the same page.
    succeed(directory.path(), &arguments);
    assert!(files == tree(&directory.path().join("here/tagger.report")));
}
