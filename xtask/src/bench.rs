//! `cargo xtask bench`: builds the benchmarks, runs them, prints a table and writes `target/bench.json`.

use crate::cargo::{program, target};

/// Runs all benchmarks.
pub fn run() -> Result<(), String> {
    program("hls-bench", ["--write".as_ref(), target().join("bench.json").as_os_str()])
}
