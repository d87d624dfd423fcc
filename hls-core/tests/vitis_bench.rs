//! The emitted test bench: what it reports, and everything that must make it fail.

mod common;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use common::{Numbers, emit, headers, models};
use hls_core::backend::Project;
use hls_core::csim::{self, CsimError};
use tempfile::TempDir;

fn project() -> Project {
    let graph = models::pipelined();
    emit(&graph, Numbers(3).input(&graph, 20))
}

/// The bench of a project, compiled once for all that it is asked.
struct Bench {
    directory: TempDir,
}

impl Bench {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("project");
        project().write(&root).unwrap();
        let output = Command::new("g++")
            .args(["-std=c++14", "-O0", "-w", "-isystem"])
            .arg(headers())
            .args([root.join("firmware/pipelined.cpp"), root.join("pipelined_test.cpp")])
            .arg("-o")
            .arg(directory.path().join("bench"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Self { directory }
    }

    fn data(&self, name: &str) -> PathBuf {
        self.directory.path().join("project/tb_data").join(name)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(self.directory.path().join("bench"));
        command.current_dir(self.directory.path().join("project")).args(arguments).output().unwrap()
    }

    /// Runs with other data and restores them.
    #[track_caller]
    fn fails_with(&self, name: &str, change: impl Fn(&str) -> String, message: &str) {
        let path = self.data(name);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, change(&text)).unwrap();
        self.fails(&[], message);
        fs::write(&path, text).unwrap();
    }

    #[track_caller]
    fn fails(&self, arguments: &[&str], message: &str) {
        let output = self.run(arguments);
        let text = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        assert!(!output.status.success(), "succeeded, but should have said `{message}`: {text}");
        assert!(text.contains(message), "`{message}` is not in: {text}");
    }
}

#[test]
fn reports() {
    let bench = Bench::new();
    let output = bench.run(&[]);
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout), "20 vectors, 0 mismatches\n");
    assert_eq!(String::from_utf8_lossy(&bench.run(&["--limit", "3"]).stdout), "3 vectors, 0 mismatches\n");

    let results = bench.directory.path().join("results");
    assert!(bench.run(&["tb_data", "--results", results.to_str().unwrap()]).status.success());
    let expected = fs::read_to_string(bench.data("expected.dat")).unwrap();
    let rows: Vec<&str> = expected.lines().skip(1).collect();
    let written = fs::read_to_string(results).unwrap();
    assert_eq!(written.lines().map(str::trim_end).collect::<Vec<_>>(), rows);
}

/// One bit, in the last element of the last output of the last vector.
#[test]
fn a_wrong_bit_is_named() {
    let bench = Bench::new();
    let flip = |text: &str| {
        let (rest, last) = text.trim_end().rsplit_once(' ').unwrap();
        format!("{rest} {}\n", last.parse::<i64>().unwrap() ^ 1)
    };
    let expected = fs::read_to_string(bench.data("expected.dat")).unwrap();
    let got: i64 = expected.trim_end().rsplit_once(' ').unwrap().1.parse().unwrap();
    let message = format!("sample 19, rows[1]: got {got}, expected {}\n20 vectors, 1 mismatches\n", got ^ 1);
    bench.fails_with("expected.dat", flip, &message);
}

#[test]
fn bad_data_fail() {
    let bench = Bench::new();
    let cut = |text: &str| text.trim_end().rsplit_once(' ').unwrap().0.to_owned();
    bench.fails_with("input.dat", cut, "input.dat: 119 values, but 20 x 6 were announced");
    bench.fails_with("expected.dat", cut, "were announced");
    bench.fails_with("expected.dat", |text| format!("{text} 1"), "were announced");
    bench.fails_with("input.dat", |text| text.replacen(" 6\n", " 7\n", 1), "7 columns, but the model has 6");
    bench.fails_with("input.dat", |text| format!("{text} x"), "value 120 is not an integer");
    bench.fails_with("input.dat", |_| "vectors\n".to_owned(), "the first line is not two sizes");
    bench.fails_with("input.dat", |_| String::new(), "the first line is not two sizes");
    bench.fails_with("input.dat", |_| "1 6\n1 2 3 4 5 16\n".to_owned(), "1 inputs, but 20 expected outputs");
    let outside =
        |text: &str| text.replacen("20 6\n", "20 6\n99 ", 1).trim_end().rsplit_once(' ').unwrap().0.to_owned();
    bench.fails_with("input.dat", outside, "sample 0: input[0] = 99 is no mantissa of the input type");
    bench.fails(&["elsewhere"], "cannot open elsewhere/input.dat");
    bench.fails(&["--limit", "0"], "there is no vector to run");
    bench.fails(&["--verbose"], "unexpected argument --verbose");
    fs::remove_file(bench.data("expected.dat")).unwrap();
    bench.fails(&[], "cannot open tb_data/expected.dat");
}

/// A streaming model whose source was changed: what the simulation says.
#[track_caller]
fn stream_fails(from: &str, to: &str, message: &str) {
    let graph = models::streaming();
    let mut project = emit(&graph, Numbers(3).input(&graph, 2));
    let path = "firmware/streaming.cpp";
    let text = project.text(path).unwrap();
    assert!(text.contains(from), "there is no `{from}`");
    project.files.insert(path.to_owned(), text.replace(from, to).into_bytes());
    let error = csim::run_project(&project, &headers()).unwrap_err();
    assert!(matches!(&error, CsimError::Bench(text) if text.contains(message)), "{error}");
}

/// What would hang in hardware ends the simulation: packets that are missing, and packets that nobody takes.
#[test]
fn streams_that_do_not_balance_fail() {
    let read = "nnet::read_stream<3>(relu_copy1, data1);";
    let twice = format!("{read} {read}");
    stream_fails(read, &twice, "error: the stream relu_copy1 is read while it is empty");
    stream_fails(read, "", "error: the stream relu_copy1 still holds elements at its end");
    let write = "nnet::write_stream<1>(result, classes_out);";
    let twice = format!("{write} {write}");
    stream_fails(write, "", "error: sample 0: classes has 0 of 1 packets");
    stream_fails(write, &twice, "error: sample 0: classes still holds packets after the call");
    let input = "nnet::clone_stream<3>(input_data, input_copy1, input_copy2);";
    let rest = format!("{input} input_data.write(input_data_spare);");
    let rest = rest.replace("input_data_spare", "nnet::array<input_t, 4>()");
    stream_fails(input, &rest, "error: sample 0: input still holds packets after the call");
}

/// Our stream by itself: order, both forms of reading, depth, name; it is taken where the tools' own is not.
#[test]
fn the_stream_of_simulations() {
    let directory = tempfile::tempdir().unwrap();
    let graph = models::streaming();
    let project = emit(&graph, Numbers(3).input(&graph, 1));
    let header = project.text("firmware/nnet/hls_stream.h").unwrap();
    assert!(!headers().join("hls_stream.h").exists(), "the simulations of these tests run with the tools' own stream");
    fs::write(directory.path().join("ours.h"), header).unwrap();
    let source = r#"
        #include "ours.h"
        #define CHECK(condition) if (!(condition)) return __LINE__
        int main() {
            hls::stream<int, 4> stream("numbers");
            int x = 7;
            CHECK(stream.empty() && !stream.full() && !stream.read_nb(x) && x == 7);
            stream << 1;
            stream.write(2);
            CHECK(stream.write_nb(3) && stream.size() == 3 && stream.depth() == 3);
            CHECK(stream.read() == 1);
            stream.read(x);
            CHECK(x == 2 && stream.size() == 1 && stream.depth() == 3);
            stream >> x;
            CHECK(x == 3 && stream.empty() && stream.name() == "numbers");
            stream.write(4);
            CHECK(stream.read_nb(x) && x == 4);
            return 0;
        }
    "#;
    fs::write(directory.path().join("main.cpp"), source).unwrap();
    let binary = directory.path().join("main");
    let compiled = Command::new("g++")
        .args(["-std=c++11", "-Wall", "-Wextra", "-Wpedantic", "-Werror"])
        .arg(directory.path().join("main.cpp"))
        .arg("-o")
        .arg(&binary)
        .output()
        .unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    assert_eq!(Command::new(&binary).status().unwrap().code(), Some(0));
}

/// Where the tools' stream is on the path, it is taken.
#[test]
fn the_tools_own_stream_goes_first() {
    let directory = tempfile::tempdir().unwrap();
    let graph = models::streaming();
    let root = directory.path().join("project");
    emit(&graph, Numbers(3).input(&graph, 1)).write(&root).unwrap();
    fs::create_dir(directory.path().join("tools")).unwrap();
    fs::write(directory.path().join("tools/hls_stream.h"), "#error the tools' own\n").unwrap();
    let output = Command::new("g++")
        .args(["-std=c++14", "-fsyntax-only", "-w", "-isystem"])
        .arg(headers())
        .arg("-isystem")
        .arg(directory.path().join("tools"))
        .arg(root.join("firmware/streaming.cpp"))
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("the tools' own"));
}

#[test]
fn many_simulations_with_precompiled_headers() {
    let simulator = csim::Simulator::new(&headers()).unwrap();
    for seed in 0..2 {
        let graph = models::pipelined();
        let project = emit(&graph, Numbers(seed).input(&graph, 30));
        assert_eq!(simulator.run_project(&project).unwrap(), csim::run_project(&project, &headers()).unwrap());
    }
    assert!(matches!(csim::Simulator::new("/nonexistent".as_ref()), Err(CsimError::Compile(_))));
}

#[test]
fn simulation_tells_mismatches_from_failures() {
    let mut changed = project();
    let text = changed.text("tb_data/expected.dat").unwrap();
    let (head, row) = text.split_once('\n').unwrap();
    let (value, rest) = row.split_once(' ').unwrap();
    let text = format!("{head}\n{} {rest}", value.parse::<i64>().unwrap() + 1);
    changed.files.insert("tb_data/expected.dat".to_owned(), text.into_bytes());
    let report = csim::run_project(&changed, &headers()).unwrap();
    assert_eq!((report.vectors, report.mismatches, report.first.len()), (20, 1, 1));
    assert!(report.first[0].starts_with("sample 0, doubled[0]: got "), "{}", report.first[0]);

    changed.files.remove("tb_data/input.dat");
    let error = csim::run_project(&changed, &headers()).unwrap_err();
    assert!(matches!(&error, CsimError::Bench(text) if text.contains("cannot open")), "{error}");

    changed.files.insert("firmware/pipelined.cpp".to_owned(), b"int".to_vec());
    let error = csim::run_project(&changed, &headers()).unwrap_err();
    assert!(matches!(error, CsimError::Compile(_)), "{error}");
}
