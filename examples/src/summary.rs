//! What a run ends with: a table for people, or the same as one JSON object.

use std::collections::BTreeMap;
use std::fmt;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Cell, CellAlignment, Table};
use hls_train::core::cost::{Beside, Estimate};
use serde::{Deserialize, Serialize};

/// One figure of each of the three executions of a model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Executions<T> {
    /// The float model, trained in the same run.
    pub float: T,
    /// The quantization-aware forward pass.
    pub qat: T,
    /// The integer emulator.
    pub emulator: T,
}

/// How many output vectors were compared, and how many of them differ in any bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Output vectors, one a sample.
    pub vectors: u64,
    /// Vectors with at least one different bit.
    pub mismatches: u64,
}

/// The results of a run. The order of the fields is that of the JSON object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Share of the test samples whose largest score is that of their class: 0 to 1.
    pub accuracy: Executions<f64>,
    /// Area under the curve of each class against the others, by class name: 0 to 1.
    pub auc: Executions<BTreeMap<String, f64>>,
    /// The quantization-aware forward pass against the emulator.
    pub bit_exact: Comparison,
    /// The emulator against the compiled C++; absent where it was not run.
    pub csim: Option<Comparison>,
    /// Directory of the emitted project; absent where none was written.
    pub project: Option<String>,
    /// The command that synthesizes the project.
    pub synthesize: Option<String>,
    /// Multiplications of one inference.
    pub multiplications: u64,
    /// Effective bit operations of one inference: the sum of weight bits times activation bits.
    pub ebops: u64,
    /// What the model takes, before any tool has seen it.
    pub estimate: Option<Estimate>,
    /// The estimate beside the report of --csynth.
    pub csynth: Option<Beside>,
    /// What is probably not meant, and what the user should know: one sentence each.
    pub warnings: Vec<String>,
    /// The files of what was asked about the model, by name: `profile`, `scan`, `pruned`, `learned`, `front`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub studies: BTreeMap<String, String>,
    /// The page of --report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<String>,
    /// The same as text, printed before the closing table.
    #[serde(skip)]
    pub texts: Vec<String>,
}

impl Summary {
    /// Whether all executions that were compared agree in every bit.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.bit_exact.mismatches == 0 && self.csim.is_none_or(|csim| csim.mismatches == 0)
    }

    /// The summary as one line of JSON without a line end. A figure that is not finite is `null`.
    ///
    /// # Errors
    ///
    /// None that a summary can cause; the type is that of the JSON library.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    fn figures(&self) -> Table {
        let mut table = Table::new();
        table.load_style(UTF8_FULL_CONDENSED);
        table.set_header(["test part", "float", "QAT forward", "emulator"]);
        let percent = |value: f64| format!("{:.2} %", 100.0 * value);
        let row = |name: String, values: [String; 3]| {
            let values = values.map(|value| Cell::new(value).set_alignment(CellAlignment::Right));
            std::iter::once(Cell::new(name)).chain(values).collect::<Vec<_>>()
        };
        let Executions { float, qat, emulator } = &self.accuracy;
        table.add_row(row("accuracy".to_owned(), [*float, *qat, *emulator].map(percent)));
        let Executions { float, qat, emulator } = &self.auc;
        // Every class that any of the three knows, so that a gap shows.
        let mut classes: Vec<&String> = float.keys().chain(qat.keys()).chain(emulator.keys()).collect();
        classes.sort();
        classes.dedup();
        for class in classes {
            let auc = [float, qat, emulator]
                .map(|auc| auc.get(class).map_or_else(|| "-".to_owned(), |value| format!("{value:.4}")));
            table.add_row(row(format!("AUC {class}"), auc));
        }
        table
    }

    fn facts(&self) -> Table {
        let mut table = Table::new();
        table.load_style(UTF8_FULL_CONDENSED);
        table.add_row(["QAT forward == emulator", &self.bit_exact.to_string()]);
        let csim = self.csim.map_or_else(|| "not run; --csim runs it".to_owned(), |csim| csim.to_string());
        table.add_row(["emulator == C simulation", &csim]);
        table.add_row(["multiplications", &self.multiplications.to_string()]);
        table.add_row(["EBOPs", &self.ebops.to_string()]);
        table.add_row(["project", self.project.as_deref().unwrap_or("not written; --emit-hls writes it")]);
        if let Some(command) = &self.synthesize {
            table.add_row(["synthesize with", command]);
        }
        if let Some(page) = &self.report {
            table.add_row(["report", page]);
        }
        table
    }
}

impl fmt::Display for Comparison {
    /// `yes, 17851 vectors` or `NO, 3 of 17851 vectors differ`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { vectors: 0, .. } => f.write_str("no vectors were compared"),
            Self { vectors, mismatches: 0 } => write!(f, "yes, all {vectors} vectors"),
            Self { vectors, mismatches } => write!(f, "NO, {mismatches} of {vectors} vectors differ"),
        }
    }
}

impl fmt::Display for Summary {
    /// The closing table, without a line end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.texts.iter().try_for_each(|text| writeln!(f, "{text}\n"))?;
        write!(f, "{}\n{}", self.figures(), self.facts())?;
        if let Some(estimate) = &self.estimate {
            write!(f, "\n\nestimated for {} before synthesis\n{estimate}", estimate.part)?;
        }
        if let Some(beside) = &self.csynth {
            write!(f, "\n\nestimate and synthesis\n{beside}")?;
        }
        self.warnings.iter().try_for_each(|warning| write!(f, "\n{warning}"))
    }
}
