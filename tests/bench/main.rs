//! The benchmarks; `cargo xtask bench` builds and runs them.

mod emit;
mod emulator;
mod figure;
mod images;
mod jet;
mod million;
mod rn07;
mod training;

use std::io::Write;
use std::process::{Command, ExitCode, Stdio};

use comfy_table::{Table, presets};
use figure::Figure;
use hls_core::disk::write_atomically;

type Benchmark = (&'static str, fn() -> Vec<Figure>);

const BENCHMARKS: [Benchmark; 11] = [
    ("emulator/jet", emulator::one_thread),
    ("emulator/jet_2_threads", emulator::two_threads),
    ("qat/jet", training::quantized),
    ("float/jet", training::float),
    ("emit/jet", emit::jet),
    ("emit/mlp_1m", emit::million_weights),
    ("emulator/rn07", images::emulator),
    ("qat/rn07", images::quantized),
    ("float/rn07", images::float),
    ("emit/rn07", images::emission),
    ("csim_compile/rn07", images::compilation),
];

#[allow(clippy::print_stdout, clippy::print_stderr)] // a program: its output is its purpose
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--only", name] => only(name),
        ["--write", path] => all(path),
        _ => Err("usage: hls-bench --write FILE.json | --only NAME".to_owned()),
    };
    match result {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The figures of one benchmark, as one line of JSON.
fn only(name: &str) -> Result<String, String> {
    let Some((_, run)) = BENCHMARKS.iter().find(|(other, _)| *other == name) else {
        let names: Vec<&str> = BENCHMARKS.iter().map(|(name, _)| *name).collect();
        return Err(format!("unknown benchmark `{name}`; there are {}", names.join(", ")));
    };
    serde_json::to_string(&run()).map_err(|error| error.to_string())
}

/// Runs every benchmark in a process of its own, so that memory and caches of one do not disturb the next, writes all
/// figures to `path` and returns them as a table.
fn all(path: &str) -> Result<String, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut figures: Vec<Figure> = Vec::new();
    for (name, _) in BENCHMARKS {
        let output = Command::new(&program).args(["--only", name]).stderr(Stdio::inherit()).output();
        let output = output.map_err(|error| format!("{}: {error}", program.display()))?;
        if !output.status.success() {
            return Err(format!("{name}: {}", output.status));
        }
        let own: Vec<Figure> = serde_json::from_slice(&output.stdout).map_err(|error| format!("{name}: {error}"))?;
        figures.extend(own);
    }
    let json = serde_json::to_string_pretty(&figures).map_err(|error| error.to_string())?;
    write_atomically(path.as_ref(), |file| writeln!(file, "{json}")).map_err(|error| format!("{path}: {error}"))?;
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(["benchmark", "value", "unit"]);
    for figure in &figures {
        table.add_row([figure.name.clone(), figure.rounded(), figure.unit.clone()]);
    }
    Ok(format!("{table}\n\nwritten to {path}"))
}
