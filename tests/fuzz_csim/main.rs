//! Random models through training forward, emulator and C simulation; `cargo xtask fuzz-csim` builds and runs it.

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use hls_core::csim::{self, Simulator};
use hls_core::random::RandomModel;
use hls_tests::agreement::{all_three, smallest};
use rayon::prelude::*;

/// Compare training forward, emulator and C simulation, bit for bit, on random models.
#[derive(Parser)]
struct Arguments {
    /// Models to draw; model i has the seed SEED + i
    #[arg(long, default_value_t = 200)]
    models: u64,

    /// Seed of the first model
    #[arg(long, default_value_t = 0)]
    seed: u64,

    /// Draw convolutional models
    #[arg(long)]
    convolutional: bool,

    /// Inputs of each model
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    samples: u32,
}

#[allow(clippy::print_stdout, clippy::print_stderr)] // a program: its output is its purpose
fn main() -> ExitCode {
    let Arguments { models, seed, convolutional, samples } = Arguments::parse();
    println!("{models} models from seed {seed}, {samples} inputs each");
    let simulator = match csim::headers(None).and_then(|headers| Simulator::new(&headers)) {
        Ok(simulator) => simulator,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let start = Instant::now();
    let check = |model: &RandomModel| all_three(model, samples as usize, &simulator);
    let failed = |seed| {
        let model = if convolutional { RandomModel::convolutional(seed) } else { RandomModel::new(seed) };
        let failure = check(&model).err()?;
        eprintln!("{failure}");
        Some((model, failure))
    };
    let failures: Vec<_> = (seed..seed.saturating_add(models)).into_par_iter().filter_map(failed).collect();
    println!("{models} models, {} that disagree, {:.0} s", failures.len(), start.elapsed().as_secs_f64());
    let Some((model, failure)) = failures.into_iter().next() else { return ExitCode::SUCCESS };
    eprintln!("\nseed {}, made smaller:", model.seed);
    eprintln!("{}", smallest(&model, failure, check).1);
    ExitCode::FAILURE
}
