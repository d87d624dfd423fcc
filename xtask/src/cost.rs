//! `cargo xtask fit-cost` and `cargo xtask validate-cost`: fit the cost model to synthesis results, and say what it is
//! worth on results that it did not see.

use std::path::{Path, PathBuf};

use crate::cargo::{cargo, target};

const USAGE: &str = "usage: cargo xtask fit-cost|validate-cost [--data DIR]";

/// The tables that both read.
const TABLES: [&str; 3] = ["results_resource.csv", "results_latency.csv", "mlp_layers.csv"];

/// Writes the calibration that is part of hls-core.
pub fn fit(words: &[String]) -> Result<(), String> {
    let file = workspace().join("hls-core").join("src").join("cost").join("calibration.json");
    run("fit", &file, words)
}

/// Prints the table of held-out errors and writes `target/cost_validation.json`.
pub fn validate(words: &[String]) -> Result<(), String> {
    run("validate", &target().join("cost_validation.json"), words)
}

fn run(task: &str, file: &Path, words: &[String]) -> Result<(), String> {
    let data = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => workspace().join("..").join("shared").join("data").join("synthesis"),
        ["--data", directory] => PathBuf::from(directory),
        _ => return Err(USAGE.to_owned()),
    };
    if let Some(missing) = TABLES.iter().find(|table| !data.join(table).is_file()) {
        return Err(format!(
            "error: {} has no {missing}; --data DIR names the synthesis results\n{USAGE}",
            data.display()
        ));
    }
    // Not the shape of everything else: this needs no burn, and is built in seconds.
    let built = ["run", "--quiet", "--release", "-p", "hls-core", "--example", "cost_model", "--", task, "--data"];
    let words = built.iter().map(AsRef::as_ref).chain([data.as_os_str(), "--write".as_ref(), file.as_os_str()]);
    cargo(words)
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}
