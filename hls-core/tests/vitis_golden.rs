//! Whole emitted projects against `tests/golden`; `BLESS=1` rewrites them.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Numbers, assert_csim_agrees, emit, headers, jet, models};
use hls_core::backend::Project;
use hls_core::fixed::Rounding;
use hls_core::ir::{Graph, Hardware};
use hls_core::rules::IoType;

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/vitis").join(name)
}

fn project(graph: &Graph) -> Project {
    emit(graph, Numbers(3).input(graph, 20))
}

fn files_below(root: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else {
                found.insert(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found
}

#[track_caller]
fn check(graph: &Graph) {
    let project = project(graph);
    let root = golden(graph.name());
    if std::env::var_os("BLESS").is_some() {
        let _ = fs::remove_dir_all(&root);
        project.write(&root).unwrap();
    }
    let expected: BTreeSet<String> = project.files.keys().cloned().collect();
    assert_eq!(files_below(&root), expected);
    for (path, bytes) in &project.files {
        let golden = fs::read(root.join(path)).unwrap();
        let (golden, emitted) = (String::from_utf8_lossy(&golden), String::from_utf8_lossy(bytes));
        assert_eq!(emitted, golden, "{path}: rewrite the golden files with BLESS=1 where this is meant");
    }
}

#[test]
fn everything() {
    check(&models::everything());
}

#[test]
fn pipelined() {
    check(&models::pipelined());
}

#[test]
fn merges() {
    check(&models::merges());
}

#[test]
fn streaming() {
    check(&models::streaming());
}

#[test]
fn pruned() {
    check(&models::pruned());
}

#[test]
fn emitting_twice_gives_the_same_bytes() {
    let graph = models::everything();
    assert_eq!(project(&graph), project(&graph.clone()));
}

#[test]
fn golden_projects_compute_what_the_emulator_computes() {
    for graph in [models::everything(), models::pipelined(), models::merges(), models::streaming(), models::pruned()] {
        let input = Numbers(4).input(&graph, 500);
        assert_csim_agrees(&emit(&graph, input), 500);
    }
}

/// How tensors travel changes no bit: the models of arrays as streams, and the other way round.
#[test]
fn golden_projects_travel_in_the_other_way() {
    for graph in [models::everything(), models::pipelined(), models::merges(), models::streaming(), models::pruned()] {
        let json = graph.to_json().unwrap();
        let (from, to) = match graph.io_type() {
            IoType::IoParallel => ("\"io_parallel\"", "\"io_stream\""),
            IoType::IoStream => ("\"io_stream\"", "\"io_parallel\""),
        };
        let json = json.replace(from, to).replace("\"fifo_depth\":5", "\"fifo_depth\":null");
        let other = Graph::from_json(&json).unwrap();
        assert_ne!(other.io_type(), graph.io_type());
        let (project, input) = (project(&other), Numbers(3).input(&graph, 20));
        let data = "tb_data/expected.dat";
        assert_eq!(project.files[data], emit(&graph, input).files[data]);
        assert_csim_agrees(&project, 20);
    }
}

/// Both language versions that the Tcl asks for, all the warnings, and the optimizer, which finds more of them.
#[test]
fn compiles_without_a_warning() {
    for graph in [
        models::everything(),
        models::pipelined(),
        models::merges(),
        models::streaming(),
        models::pruned(),
        jet(Rounding::Rnd, |_| Hardware::default()),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("project");
        project(&graph).write(&root).unwrap();
        for options in [["-std=c++14", "-O0"], ["-std=c++14", "-O2"], ["-std=c++0x", "-O0"]] {
            let output = Command::new("g++")
                .args(options)
                .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-isystem"])
                .arg(headers())
                .arg(root.join(format!("firmware/{}.cpp", graph.name())))
                .arg(root.join(format!("{}_test.cpp", graph.name())))
                .arg("-o")
                .arg(directory.path().join("bench"))
                .output()
                .unwrap();
            assert!(output.status.success(), "{options:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

const PORT: &str = "#pragma HLS INTERFACE ap_vld port=input_data";

/// What the synthesis front end sees: pragmas, labels, and constants of exactly their bits; they compute the same.
#[test]
fn the_code_for_synthesis_computes_the_same() {
    for graph in [models::everything(), models::pipelined(), models::merges(), models::streaming(), models::pruned()] {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("project");
        project(&graph).write(&root).unwrap();
        let source = root.join(format!("firmware/{}.cpp", graph.name()));
        let compile = |arguments: &[&str]| {
            let mut command = Command::new("g++");
            command.args(["-std=c++14", "-DNNET_SYNTHESIS", "-w", "-isystem"]).arg(headers()).args(arguments);
            let output = command.arg(&source).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            output.stdout
        };
        let text = String::from_utf8(compile(&["-E"])).unwrap();
        let lines: &[&str] = match graph.name() {
            "pipelined" => &[PORT, "#pragma HLS PIPELINE II=3", "#pragma HLS PIPELINE II=CONFIG_T::reuse_factor"],
            "merges" => &[PORT, "#pragma HLS PIPELINE II=1"],
            "streaming" => &[
                "#pragma HLS INTERFACE axis port=input_data",
                "#pragma HLS DATAFLOW",
                "#pragma HLS STREAM variable=relu_copy2 depth=5",
                "#pragma HLS DATA_PACK variable=elements",
            ],
            _ => &[PORT, "#pragma HLS DATAFLOW", "#pragma HLS PIPELINE II=CONFIG_T::reuse_factor"],
        };
        for line in lines {
            assert!(text.lines().any(|found| found.trim() == *line), "there is no `{line}`");
        }
        let bench = root.join(format!("{}_test.cpp", graph.name()));
        let binary = directory.path().join("bench");
        compile(&[bench.to_str().unwrap(), "-o", binary.to_str().unwrap()]);
        let output = Command::new(&binary).arg(root.join("tb_data")).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "20 vectors, 0 mismatches\n");
    }
}
