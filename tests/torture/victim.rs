//! A child that is killed at a random moment.

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use hls_core::random::Choices;

/// Starts this program with `arguments`, waits until it writes, and kills it within `longest` from then.
///
/// `false` where it ended by itself before that, with success.
///
/// # Errors
/// Where the child failed, or could not be started.
pub fn kill(arguments: &[&OsStr], longest: Duration, choices: &mut Choices) -> Result<bool, String> {
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("the child cannot be started: {error}"))?;
    let output = child.stdout.take().ok_or("the child has no output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line).map_err(|error| error.to_string())?;
    let moment = choices.range(0, 1_000_000) as f64 / 1e6;
    sleep(longest.mul_f64(moment));
    // SIGKILL: no destructor runs.
    child.kill().map_err(|error| error.to_string())?;
    let status = child.wait().map_err(|error| error.to_string())?;
    match status.code() {
        None => Ok(true),
        Some(0) => Ok(false),
        Some(_) => Err(format!("the child failed: {status}")),
    }
}
