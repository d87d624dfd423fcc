//! `cargo xtask torture`: SIGKILL at random moments while projects and checkpoints are written.

use crate::cargo::program;

/// Builds the program and hands the arguments on.
pub fn run(arguments: &[String]) -> Result<(), String> {
    program("hls-torture", arguments)
}
