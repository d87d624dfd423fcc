//! Tasks of the workspace: `cargo xtask <task>`, one file each.

// A command line prints.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod ap_types;
mod bench;
mod cargo;
mod cost;
mod fuzz_csim;
mod test;
mod torture;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask <task>

tasks:
  test [FILTER..]     every test of the workspace; fetches the ap_fixed headers first
  ap-types            fetch the open ap_fixed headers that C simulation needs, once, into the cache
  bench               run the benchmarks, print a table, write target/bench.json
  fuzz-csim [--models N] [--seed S] [--samples K]
                      compare training forward, emulator and C simulation on random models
  torture [--kills N] [--seed S]
                      kill emission and training at random moments, check that nothing is lost
  fit-cost [--data DIR]
                      fit the cost model to synthesis results, write hls-core/src/cost/calibration.json
  validate-cost [--data DIR]
                      cross-validate it with whole shapes and networks held out, write target/cost_validation.json";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words[..] {
        ["test", ..] => test::run(&arguments[1..]),
        ["ap-types"] => ap_types::run(),
        ["bench"] => bench::run(),
        ["fuzz-csim", ..] => fuzz_csim::run(&arguments[1..]),
        ["torture", ..] => torture::run(&arguments[1..]),
        ["fit-cost", ..] => cost::fit(&arguments[1..]),
        ["validate-cost", ..] => cost::validate(&arguments[1..]),
        ["--help" | "-h" | "help"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(USAGE.to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
