//! Calls cargo, always with the same shape.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The one shape in which the workspace is built: the whole of it, in release, so that burn is compiled once.
///
/// Not `--all-targets`: that builds examples as test programs, and the tests run the examples themselves.
pub const SHAPE: [&str; 2] = ["--release", "--workspace"];

/// Runs a cargo command; what it prints goes to this program's output.
pub fn cargo<S: AsRef<std::ffi::OsStr>>(words: impl IntoIterator<Item = S>) -> Result<(), String> {
    run(Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())).args(words))
}

/// Builds everything and runs one of the workspace's programs.
pub fn program<S: AsRef<std::ffi::OsStr>>(name: &str, words: impl IntoIterator<Item = S>) -> Result<(), String> {
    cargo(["build", "--quiet", "--bins", "--examples"].into_iter().chain(SHAPE))?;
    let path = target().join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    run(Command::new(path).args(words))
}

/// The directory that cargo builds into.
pub fn target() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| xtask.with_file_name("target"), PathBuf::from)
}

fn run(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().display().to_string();
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("error: {name}: {status}")),
        Err(error) => Err(format!("error: {name}: {error}")),
    }
}
