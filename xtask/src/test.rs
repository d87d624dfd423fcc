//! `cargo xtask test`: fetches the `ap_fixed` headers where they are missing, then runs every test of the workspace.

use crate::ap_types;
use crate::cargo::{SHAPE, cargo};

/// Runs the tests, those in the documentation included; `filter` goes to the test programs, for example a name.
pub fn run(filter: &[String]) -> Result<(), String> {
    ap_types::run()?;
    cargo(["test"].into_iter().chain(SHAPE).chain(["--"]).chain(filter.iter().map(String::as_str)))
}
