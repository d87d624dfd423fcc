//! Why a report is refused.

use std::fmt;

use super::MAX_BYTES;

/// What is wrong with a file that was to be a report, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReportError {
    /// The file is larger than [`MAX_BYTES`].
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// The file is no UTF-8 text.
    NotText,
    /// Nothing that this crate reads begins like this.
    UnknownFormat,
    /// The XML is not well formed.
    Xml(String),
    /// A line is no JSON, or no JSON of the expected shape.
    Json {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// Something without which the report says nothing is not there.
    Missing {
        /// What is missing.
        field: String,
    },
    /// A figure is none.
    NotANumber {
        /// Which figure.
        field: String,
        /// What stands there.
        text: String,
    },
    /// A figure has a unit that it cannot have.
    UnknownUnit {
        /// Which figure.
        field: String,
        /// The unit.
        unit: String,
    },
    /// Two figures cannot both be true.
    Contradiction {
        /// Which figures.
        field: String,
        /// What they say.
        message: String,
    },
}

impl ReportError {
    pub(super) fn missing(field: impl Into<String>) -> Self {
        Self::Missing { field: field.into() }
    }

    pub(super) fn not_a_number(field: &str, text: &str) -> Self {
        Self::NotANumber { field: field.to_owned(), text: shortened(text) }
    }

    pub(super) fn unit(field: &str, unit: &str) -> Self {
        Self::UnknownUnit { field: field.to_owned(), unit: shortened(unit) }
    }
}

/// The beginning of a text that may be long.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push_str("..");
    }
    short
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes } => write!(f, "{bytes} bytes are no report; the limit is {MAX_BYTES}"),
            Self::NotText => f.write_str("the file is no UTF-8 text"),
            Self::UnknownFormat => f.write_str(
                "this is no report of Vivado HLS, Vitis HLS, Vivado, Quartus or oneAPI that is known here \
                 (csynth.xml, *_csynth.rpt, *_cosim.rpt, report_utilization, report_timing, .ndjson)",
            ),
            Self::Xml(message) => write!(f, "the XML is not well formed: {message}"),
            Self::Json { line, message } => write!(f, "line {line}: {message}"),
            Self::Missing { field } => write!(f, "{field} is missing"),
            Self::NotANumber { field, text } => write!(f, "{field}: `{text}` is no figure"),
            Self::UnknownUnit { field, unit } => write!(f, "{field}: the unit `{unit}` is not known"),
            Self::Contradiction { field, message } => write!(f, "{field}: {message}"),
        }
    }
}

impl std::error::Error for ReportError {}
