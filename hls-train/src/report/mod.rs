//! A model on one page: `report.html` for people, `report.json` for programs.
//!
//! A [`Report`] is plain data: what was not measured is not there, and the page says how to get it. The page is one file
//! without scripts that loads nothing.
//!
//! ```
//! use hls_train::prelude::*;
//! use hls_train::report::Report;
//!
//! #[hls_model(input = [Fixed<8, 3>; 2])]
//! struct Tagger {
//!     fc1: Dense<2, 8, Fixed<6, 2>>,
//!     relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
//!     fc2: Dense<8, 2, Fixed<6, 2>>,
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let directory = std::env::temp_dir().join(format!("hls4rs-report-{}", std::process::id()));
//! let model = Tagger::seeded(1, &Device::default());
//! let report = Report::new(&model.graph()?);
//! report.write(&directory)?;
//! assert!(std::fs::read_to_string(directory.join("report.html"))?.contains("relu1"));
//! # std::fs::remove_dir_all(&directory)?;
//! # Ok(())
//! # }
//! ```

mod axis;
mod front;
mod layer;
mod numbers;
mod page;
mod plot;
mod provenance;
mod quality;
mod sections;
mod svg;
#[cfg(test)]
mod tests;
mod traced;
mod verdict;

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub use front::{Front, FrontPoint};
use hls_core::cost::{Beside, Estimate};
use hls_core::disk::write_atomically;
use hls_core::ir::Graph;
use hls_core::ops::Workload;
pub use layer::LayerFacts;
pub use provenance::Provenance;
pub use quality::{Execution, Quality, roc};
use serde::{Deserialize, Serialize};
pub use traced::TracedDifference;
pub use verdict::{Standing, Verdict};

use crate::profile::Profile;
use crate::scan::Scan;

/// The page in the directory of a report.
pub const PAGE: &str = "report.html";

/// The data in the directory of a report.
pub const DATA: &str = "report.json";

/// Two executions that were compared bit by bit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// Which two: `QAT forward == emulator`.
    pub claim: String,
    /// How many output vectors were compared and how many differ in any bit; none where it was not run.
    pub compared: Option<Compared>,
    /// How to run it: a flag or a command.
    pub how: String,
}

/// The count of a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// Output vectors, one a sample.
    pub vectors: u64,
    /// Vectors with at least one different bit.
    pub mismatches: u64,
}

/// Everything that is known about a model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The model's name.
    pub model: String,
    /// `io_parallel` or `io_stream`.
    pub io_type: String,
    /// The layers, each after those that it reads; the first is the input.
    pub layers: Vec<LayerFacts>,
    /// The layers that the model returns, by position.
    pub outputs: Vec<usize>,
    /// Multiplications and effective bit operations of an inference.
    pub workload: Workload,
    /// Which executions were compared.
    #[serde(default)]
    pub ledger: Vec<LedgerEntry>,
    /// How good the model is, float and quantized.
    #[serde(default)]
    pub quality: Option<Quality>,
    /// What it takes, estimated.
    #[serde(default)]
    pub estimate: Option<Estimate>,
    /// The estimate beside the report of a tool.
    #[serde(default)]
    pub csynth: Option<Beside>,
    /// Values against their types.
    #[serde(default)]
    pub profile: Option<Profile>,
    /// One sample through every layer, float beside fixed.
    #[serde(default)]
    pub trace: Option<TracedDifference>,
    /// How good it is by the number of bits.
    #[serde(default)]
    pub scans: Vec<Scan>,
    /// The designs that a search found.
    #[serde(default)]
    pub front: Option<Front>,
    /// What is probably not meant, and what the reader should know: one sentence each.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Versions, seeds and settings.
    pub provenance: Provenance,
}

/// The data file: the verdict is computed, so it is written and not read.
#[derive(Serialize)]
struct Data<'a> {
    verdict: Verdict,
    #[serde(flatten)]
    report: &'a Report,
}

impl Report {
    /// The report of a graph; what was measured is filled in by the caller.
    #[must_use]
    pub fn new(graph: &Graph) -> Self {
        Self {
            model: graph.name().to_owned(),
            io_type: graph.io_type().name().to_owned(),
            layers: graph.nodes().iter().map(|node| LayerFacts::new(graph, node)).collect(),
            outputs: graph.outputs().iter().map(|output| output.0).collect(),
            workload: graph.total_workload(),
            provenance: Provenance::new(graph),
            ..Self::default()
        }
    }

    /// What the report comes down to.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        Verdict::new(self)
    }

    /// The data file's text. The same report gives the same bytes.
    ///
    /// # Errors
    /// None that a report can cause; the type is that of the JSON library.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&Data { verdict: self.verdict(), report: self })
    }

    /// A report from its data file.
    ///
    /// # Errors
    /// Text that is no report.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The page's text.
    ///
    /// # Errors
    /// None that a report can cause.
    pub fn to_html(&self) -> Result<String, WriteReportError> {
        page::render(self)
    }

    /// Writes both files, each in one step, and returns the path of the page. The directory is made if it is absent.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn write(&self, directory: &Path) -> Result<PathBuf, WriteReportError> {
        let mut data = self.to_json().map_err(|error| WriteReportError::Text(error.to_string()))?;
        data.push('\n');
        let page = self.to_html()?;
        for (name, text) in [(DATA, data), (PAGE, page)] {
            let path = directory.join(name);
            write_atomically(&path, |file| file.write_all(text.as_bytes()))
                .map_err(|source| WriteReportError::File { path, source })?;
        }
        Ok(directory.join(PAGE))
    }
}

/// Why a report is not written.
#[derive(Debug)]
#[non_exhaustive]
pub enum WriteReportError {
    /// The texts cannot be made: a defect.
    Text(String),
    /// A file cannot be written.
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

impl fmt::Display for WriteReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(reason) => write!(f, "internal error: the report's text cannot be made: {reason}"),
            Self::File { path, source } => write!(f, "{}: cannot be written: {source}", path.display()),
        }
    }
}

impl std::error::Error for WriteReportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            Self::Text(_) => None,
        }
    }
}
