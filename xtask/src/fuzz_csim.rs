//! `cargo xtask fuzz-csim`: random models through training forward, emulator and C simulation.

use crate::ap_types;
use crate::cargo::program;

/// Builds the program and hands the arguments on.
pub fn run(arguments: &[String]) -> Result<(), String> {
    ap_types::run()?;
    program("hls-fuzz-csim", arguments)
}
