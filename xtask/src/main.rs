//! Tasks of the workspace: `cargo xtask <task>`, one file each.

// A command line prints.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod ap_types;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask <task>

tasks:
  ap-types    fetch the open ap_fixed headers that C simulation needs, once, into the cache";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words[..] {
        ["ap-types"] => ap_types::run(),
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
