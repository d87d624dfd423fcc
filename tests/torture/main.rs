//! SIGKILL at random moments while projects, checkpoints and searches are written; `cargo xtask torture` builds and runs it.
//!
//! The program starts itself as the one that is killed: a child that does nothing but write.

mod child;
mod emission;
mod models;
mod search;
mod training;
mod victim;
mod weights;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use hls_core::random::Choices;

/// Kill writers of projects and checkpoints at random moments, and check what is left.
#[derive(Parser)]
struct Arguments {
    /// Kills while a project is emitted, and as many while a checkpoint and while weights are saved
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    kills: u32,

    /// Seed of the moments
    #[arg(long, default_value_t = 1)]
    seed: u64,

    #[command(subcommand)]
    child: Option<Child>,
}

/// What a child does. The tests of a full disk use it as well.
#[derive(Subcommand)]
enum Child {
    /// Write two projects in turn to a directory, for ever
    #[command(hide = true)]
    Emit { directory: PathBuf },
    /// Write one of the two projects
    #[command(hide = true)]
    EmitOnce { directory: PathBuf, index: usize },
    /// Train with checkpoints in a directory, and stop after an epoch
    #[command(hide = true)]
    Train { directory: PathBuf, epochs: usize, stop: Option<usize> },
    /// Search in a directory, or go on there
    #[command(hide = true)]
    Search { directory: PathBuf },
    /// Save the weights of two models in turn to a file, for ever
    #[command(hide = true)]
    Save { path: PathBuf },
    /// Write a file of so many bytes
    #[command(hide = true)]
    File { path: PathBuf, bytes: usize },
}

#[allow(clippy::print_stdout, clippy::print_stderr)] // a program: its output is its purpose
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.child {
        Some(child) => child::run(child).map(|()| String::new()),
        None => all(arguments.kills, arguments.seed),
    };
    match result {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn all(kills: u32, seed: u64) -> Result<String, String> {
    let mut choices = Choices::new(seed);
    let emission = emission::torture(kills, &mut choices).map_err(|error| format!("emission, seed {seed}: {error}"))?;
    let training = training::torture(kills, &mut choices).map_err(|error| format!("training, seed {seed}: {error}"))?;
    let weights = weights::torture(kills, &mut choices).map_err(|error| format!("weights, seed {seed}: {error}"))?;
    let search = search::torture(kills, &mut choices).map_err(|error| format!("search, seed {seed}: {error}"))?;
    Ok(format!("{emission}\n{training}\n{weights}\n{search}\n"))
}
