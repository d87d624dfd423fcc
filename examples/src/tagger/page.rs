//! The page of --report.

use std::collections::BTreeMap;

use hls_train::report::{Compared, LedgerEntry, Report};

use super::{Prepared, TaggerError};
use crate::arguments::Arguments;
use crate::summary::{Comparison, Summary};

/// Fills in what the run knows and writes the page and its data beside the project.
pub(super) fn write(
    arguments: &Arguments,
    data: &Prepared,
    mut report: Report,
    summary: &mut Summary,
) -> Result<(), TaggerError> {
    report.ledger = vec![
        entry("QAT forward == emulator", Some(summary.bit_exact), "--report"),
        entry("emulator == C simulation", summary.csim, "--csim"),
    ];
    report.estimate.clone_from(&summary.estimate);
    report.csynth.clone_from(&summary.csynth);
    report.notes.clone_from(&summary.warnings);
    made(arguments, data, &mut report);
    let page = report.write(&super::beside(&arguments.out, ".report"))?;
    summary.report = Some(page.display().to_string());
    Ok(())
}

fn entry(claim: &str, comparison: Option<Comparison>, how: &str) -> LedgerEntry {
    let compared = comparison.map(|Comparison { vectors, mismatches }| Compared { vectors, mismatches });
    LedgerEntry { claim: claim.to_owned(), compared, how: how.to_owned() }
}

fn made(arguments: &Arguments, data: &Prepared, report: &mut Report) {
    let made = &mut report.provenance;
    made.versions.insert("back end".to_owned(), arguments.backend.clone());
    if let Some(beside) = &report.csynth {
        made.versions.insert("synthesis".to_owned(), beside.tool.clone());
    }
    let samples =
        format!("{} training, {} validation, {} test", data.train.len(), data.validation.len(), data.test.len());
    let path = |path: &std::path::Path| path.display().to_string();
    let source = arguments.data.as_deref().map_or_else(|| "part of the program".to_owned(), path);
    let mut settings = BTreeMap::from([
        ("part", arguments.part.clone()),
        ("clock, ns", arguments.clock_ns.to_string()),
        ("samples", samples),
        ("data", source),
    ]);
    match (&arguments.design, &arguments.weights) {
        (Some(file), _) => {
            settings.insert("design", path(file));
        }
        (None, Some(file)) => {
            settings.insert("weights", path(file));
        }
        (None, None) => {
            made.seeds.insert("weights and order of the samples".to_owned(), arguments.seed);
            settings.insert("epochs, at most", arguments.epochs.to_string());
            settings.insert("batch size", arguments.batch_size.to_string());
            settings.insert("learning rate", arguments.learning_rate.to_string());
        }
    }
    if arguments.search {
        made.seeds.insert("search".to_owned(), arguments.seed);
        settings.insert("search candidates", arguments.trials.to_string());
    }
    made.settings = settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
}
