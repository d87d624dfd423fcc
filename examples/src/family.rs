//! Several taggers of one task in one table.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Cell, CellAlignment, Table};
use hls_train::HlsModel;
use serde::Serialize;

use crate::arguments;
use crate::summary::{Comparison, Summary};
use crate::tagger::{self, TaggerError};

/// The command line of a family.
///
/// Trains every tagger with its float twin on the embedded jets, compares the executions bit for bit, and ends with one
/// table.
#[derive(Clone, Debug, PartialEq, Parser)]
#[command(name = "jet_family", version)]
pub struct Arguments {
    /// Write the HLS project of each tagger into the directory of --out
    #[arg(long)]
    pub emit_hls: bool,

    /// Compile the emitted C++ of each tagger and compare every output bit on the test part
    #[arg(long)]
    pub csim: bool,

    /// Where projects and trainings are written, a directory for each tagger
    #[arg(long, value_name = "DIR", default_value = "build/jet_family")]
    pub out: PathBuf,

    /// Times that training sees all training jets, at most
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    pub epochs: u32,

    /// Seed of the initial weights and of the order of the jets
    #[arg(long, value_name = "N", default_value_t = 42)]
    pub seed: u64,

    /// Print no progress, only the table
    #[arg(long)]
    pub quiet: bool,

    /// Print the results as one JSON array on the last line of stdout
    #[arg(long)]
    pub json: bool,
}

type Run = fn(&arguments::Arguments) -> Result<Summary, TaggerError>;

/// The taggers, in the order of the table.
#[derive(Clone, Debug, Default)]
pub struct Family {
    members: Vec<(&'static str, &'static str, Run)>,
}

/// One tagger's results.
#[derive(Clone, Debug, Serialize)]
pub struct Member {
    /// What it is called in the table.
    pub name: &'static str,
    /// Its results.
    #[serde(flatten)]
    pub summary: Summary,
}

impl Family {
    /// Adds a tagger under a name for the table.
    #[must_use]
    pub fn member<M: HlsModel>(mut self, name: &'static str) -> Self {
        self.members.push((name, M::NAME, tagger::run::<M>));
        self
    }

    /// Trains and compares all taggers.
    ///
    /// # Errors
    /// The first tagger that cannot be trained or built.
    pub fn run(&self, arguments: &Arguments) -> Result<Vec<Member>, TaggerError> {
        let member = |&(name, model, run): &(&'static str, &str, Run)| {
            let summary = run(&arguments.of(model))?;
            Ok(Member { name, summary })
        };
        self.members.iter().map(member).collect()
    }
}

impl Arguments {
    /// The command line of one tagger.
    fn of(&self, model: &str) -> arguments::Arguments {
        let Self { emit_hls, csim, out, epochs, seed, quiet, json } = self.clone();
        // Everything else as if it were not given.
        let defaults = arguments::Arguments::parse_from(["jet_tagger"]);
        arguments::Arguments { emit_hls, csim, out: out.join(model), epochs, seed, quiet, json, ..defaults }
    }
}

/// Runs a family and prints its table, or the same as JSON; errors go to standard error.
#[allow(clippy::print_stdout, clippy::print_stderr)] // a program's outermost function: printing is its purpose
pub fn main(family: &Family, arguments: &Arguments) -> ExitCode {
    let printed = family.run(arguments).and_then(|members| {
        let exact = members.iter().all(|member| member.summary.is_exact());
        let json = || serde_json::to_string(&members).map_err(TaggerError::Json);
        println!("{}", if arguments.json { json()? } else { table(&members).to_string() });
        Ok(exact)
    });
    match printed {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("error: executions of one model differ; this is a defect of hls4rs, please report it");
            ExitCode::FAILURE
        }
        Err(error) => tagger::failed(&error),
    }
}

fn table(members: &[Member]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_header(["tagger", "float twin", "QAT forward", "emulator", "QAT = emulator", "= C simulation", "EBOPs"]);
    let percent = |value: f64| format!("{:.2} %", 100.0 * value);
    let equal = |comparison: &Comparison| match comparison.mismatches {
        0 => format!("all {}", comparison.vectors),
        mismatches => format!("{mismatches} of {} differ", comparison.vectors),
    };
    for Member { name, summary } in members {
        let accuracy = &summary.accuracy;
        let figures = [
            percent(accuracy.float),
            percent(accuracy.qat),
            percent(accuracy.emulator),
            equal(&summary.bit_exact),
            summary.csim.as_ref().map_or_else(|| "not run".to_owned(), equal),
            summary.ebops.to_string(),
        ];
        let figures = figures.map(|figure| Cell::new(figure).set_alignment(CellAlignment::Right));
        table.add_row(std::iter::once(Cell::new(name)).chain(figures));
    }
    table
}
