//! `cargo xtask test`: fetches the `ap_fixed` headers where they are missing, then runs every test of the workspace.

use crate::ap_types;
use crate::cargo::{SHAPE, cargo};

/// Runs the tests; `filter` goes to the test programs, for example a name.
pub fn run(filter: &[String]) -> Result<(), String> {
    ap_types::run()?;
    let filter = || ["--"].into_iter().chain(filter.iter().map(String::as_str));
    cargo(["test"].into_iter().chain(SHAPE).chain(filter()))?;
    // The examples in the documentation are no target.
    cargo(["test", "--release", "--workspace", "--doc"].into_iter().chain(filter()))
}
