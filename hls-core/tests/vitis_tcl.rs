//! The scripts of an emitted project, run: under tclsh, with stubs for the tools' commands.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::{Numbers, emit, headers, models};
use tempfile::TempDir;

/// A written project and a `PATH` on which the three tools are stubs.
struct Installation {
    directory: TempDir,
}

fn tool_script(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/tools").join(name)
}

impl Installation {
    fn new(tools: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let graph = models::pipelined();
        emit(&graph, Numbers(3).input(&graph, 20)).write(directory.path().join("project")).unwrap();
        let bin = directory.path().join("bin");
        fs::create_dir(&bin).unwrap();
        for tool in tools {
            let script = tool_script("hls.tcl");
            let text = format!("#!/bin/sh\nexec tclsh {} {tool} \"$@\"\n", script.display());
            let path = bin.join(tool);
            fs::write(&path, text).unwrap();
            let status = Command::new("chmod").arg("+x").arg(&path).status().unwrap();
            assert!(status.success());
        }
        Self { directory }
    }

    fn project(&self) -> PathBuf {
        self.directory.path().join("project")
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", self.directory.path().join("bin").display());
        command.env("PATH", path).env("CALLS", self.calls_path()).env("HEADERS", headers());
        command.env_remove("HLS_STEPS").env_remove("HLS_TOOL");
        // Scripts find their project wherever they are called from.
        command.current_dir(self.directory.path());
        command
    }

    fn build(&self, arguments: &[&str]) -> Output {
        self.command(self.project().join("build.sh")).args(arguments).output().unwrap()
    }

    fn calls_path(&self) -> PathBuf {
        self.directory.path().join("calls")
    }

    fn calls(&self) -> String {
        fs::read_to_string(self.calls_path()).unwrap_or_default()
    }
}

#[track_caller]
fn assert_success(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[track_caller]
fn assert_failure(output: &Output, message: &str) {
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "succeeded, but should have said `{message}`");
    assert!(text.contains(message), "`{message}` is not in: {text}");
}

#[track_caller]
fn check_golden(name: &str, calls: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/vitis/calls").join(name);
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, calls).unwrap();
    }
    assert_eq!(calls, fs::read_to_string(&path).unwrap(), "{name}");
}

#[track_caller]
fn check_tool(tool: &str) {
    let installation = Installation::new(&[tool]);
    assert_success(&installation.build(&["csim", "csynth", "cosim", "export", "vsynth"]));
    check_golden(&format!("{tool}.txt"), &installation.calls());
}

#[test]
fn vivado_hls() {
    check_tool("vivado_hls");
}

#[test]
fn vitis_hls() {
    check_tool("vitis_hls");
}

#[test]
fn vitis_run() {
    check_tool("vitis-run");
}

#[test]
fn steps_as_arguments_of_the_tool() {
    let installation = Installation::new(&["vitis_hls"]);
    let script = installation.project().join("build_prj.tcl");
    let run =
        |steps: &str| installation.command("vitis_hls").arg("-f").arg(&script).args(steps.split(' ')).output().unwrap();
    assert_success(&run("reset csynth"));
    let calls = installation.calls();
    assert!(calls.starts_with("open_project -reset pipelined_prj\n"), "{calls}");
    assert!(calls.contains("\ncsynth_design\n") && !calls.contains("csim_design"), "{calls}");
    assert_failure(&run("csyn"), "unknown step csyn; the steps are reset csim csynth cosim export vsynth");
}

#[test]
fn without_steps_it_simulates_and_synthesizes() {
    let installation = Installation::new(&["vitis-run"]);
    assert_success(&installation.build(&[]));
    let calls = installation.calls();
    assert!(calls.contains("csim_design\n") && calls.contains("csynth_design\n"), "{calls}");
    assert!(!calls.contains("cosim_design") && !calls.contains("export_design"), "{calls}");
}

#[test]
fn a_mismatch_fails_the_build() {
    let installation = Installation::new(&["vitis-run"]);
    let path = installation.project().join("tb_data/expected.dat");
    let text = fs::read_to_string(&path).unwrap();
    let (first, rest) = text.split_once('\n').unwrap();
    let (value, rest) = rest.split_once(' ').unwrap();
    let wrong = value.parse::<i64>().unwrap() ^ 1;
    fs::write(&path, format!("{first}\n{wrong} {rest}")).unwrap();
    let message = format!("sample 0, doubled[0]: got {value}, expected {wrong}");
    assert_failure(&installation.build(&["csim", "csynth"]), &message);
    assert!(!installation.calls().contains("csynth_design"));
}

/// The stubs are strict: a command that the tool does not have ends the build.
#[test]
fn an_unknown_command_is_an_error() {
    let installation = Installation::new(&["vitis-run"]);
    let output =
        installation.command(installation.project().join("build.sh")).env("WITHOUT", "set_part").output().unwrap();
    assert_failure(&output, "invalid command name \"set_part\"");
}

#[test]
fn the_launcher_names_what_it_needs() {
    let installation = Installation::new(&[]);
    assert_failure(&installation.build(&[]), "none of vitis-run, vitis_hls, vivado_hls, v++ is on the PATH");
    assert_failure(&installation.build(&["synth"]), "unexpected argument synth");
    assert_failure(&installation.build(&["--tool", "quartus"]), "unknown tool quartus");
    assert_failure(&installation.build(&["--tool", "v++", "csim"]), "csim needs one of the other tools");
    let help = installation.build(&["--help"]);
    assert_success(&help);
    assert!(String::from_utf8_lossy(&help.stdout).starts_with("usage: ./build.sh"));
}

#[test]
fn logic_synthesis() {
    let installation = Installation::new(&[]);
    let script = installation.project().join("vivado_synth.tcl");
    let output = installation.command("tclsh").arg(tool_script("vivado.tcl")).arg(script).output().unwrap();
    assert_success(&output);
    check_golden("vivado.txt", &installation.calls());
}
