//! The jets: 16 features, 5 classes, split by position.
//!
//! ```
//! use hls_examples::jets::Jets;
//!
//! let jets = Jets::embedded().unwrap();
//! let split = jets.split();
//! assert_eq!(split.train.rows() + split.validation.rows() + split.test.rows(), 89_255);
//! ```

use std::fmt;
use std::path::Path;

use crate::table::{Schema, Table, TableError};

/// Length of a feature vector.
pub const FEATURE_COUNT: usize = 16;

/// Names of the features, in the order of the model's input.
pub const FEATURES: [&str; FEATURE_COUNT] = [
    "zlogz",
    "c1_b0_mmdt",
    "c1_b1_mmdt",
    "c1_b2_mmdt",
    "c2_b1_mmdt",
    "c2_b2_mmdt",
    "d2_b1_mmdt",
    "d2_b2_mmdt",
    "d2_a1_b1_mmdt",
    "d2_a1_b2_mmdt",
    "m2_b1_mmdt",
    "m2_b2_mmdt",
    "n2_b1_mmdt",
    "n2_b2_mmdt",
    "mass_mmdt",
    "multiplicity",
];

/// Names of the classes, in the order of the model's output: gluon, quark, top, W, Z.
pub const CLASSES: [&str; 5] = ["g", "q", "t", "w", "z"];

/// The columns of a table of jets, as in OpenML's `hls4ml_lhc_jets_hlf`.
pub const SCHEMA: Schema = Schema { features: &FEATURES, label: "class", classes: &CLASSES };

static EMBEDDED: &[u8] = include_bytes!("../data/jets.parquet");

/// A table of jets that can be trained on.
///
/// Rows keep their order. The parts are taken by position and never shuffled, because neighbouring rows can be the two
/// jets of one event, and a jet in the test part must not have its sibling in the training part.
#[derive(Clone, Debug, PartialEq)]
pub struct Jets {
    table: Table,
}

/// A contiguous part of the rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part<'a> {
    /// `[rows][16]`, row-major, in the order of [`FEATURES`]; as in the file, not standardized.
    pub features: &'a [f32],
    /// `[rows]`: indices into [`CLASSES`].
    pub labels: &'a [u8],
}

/// The three parts of a table: the first 70 % of the rows, the next 10 %, the last 20 %.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split<'a> {
    /// What the weights and the standardization are fitted to.
    pub train: Part<'a>,
    /// What decides when to stop.
    pub validation: Part<'a>,
    /// What the results are measured on.
    pub test: Part<'a>,
}

/// Why a table of jets cannot be trained on.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum JetsError {
    /// The file cannot be read.
    Table(TableError),
    /// A part of the split has no jet of a class, so neither training nor AUC is possible.
    ClassAbsent {
        /// The class.
        class: &'static str,
        /// `train`, `validation` or `test`.
        part: &'static str,
        /// The rows of that part.
        rows: usize,
    },
}

impl fmt::Display for JetsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(error) => error.fmt(f),
            Self::ClassAbsent { class, part, rows } => write!(
                f,
                "the {rows} rows of the {part} part hold no jet of class `{class}`; the parts are the first 70 %, the \
                 next 10 % and the last 20 % of the rows, so the table must be long enough and its classes mixed"
            ),
        }
    }
}

impl std::error::Error for JetsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Table(error) => Some(error),
            Self::ClassAbsent { .. } => None,
        }
    }
}

impl From<TableError> for JetsError {
    fn from(error: TableError) -> Self {
        Self::Table(error)
    }
}

impl Jets {
    /// The 89,255 jets that are part of the program; `examples/data/README.md` says how they were made.
    ///
    /// # Errors
    ///
    /// As [`Jets::read`]; none for the data in this repository.
    pub fn embedded() -> Result<Self, JetsError> {
        Self::new(Table::parse_static(Path::new("examples/data/jets.parquet"), EMBEDDED, &SCHEMA)?)
    }

    /// The jets of a file: ARFF, CSV, Parquet or NPY, as [`crate::table`] describes.
    ///
    /// # Errors
    ///
    /// [`JetsError`] if the file cannot be read whole, or if one of its parts lacks a class.
    pub fn read(path: &Path) -> Result<Self, JetsError> {
        Self::new(Table::read(path, &SCHEMA)?)
    }

    /// The jets of a table that was read with [`SCHEMA`].
    ///
    /// # Errors
    ///
    /// [`JetsError::ClassAbsent`] if a part of the split lacks a class.
    pub fn new(table: Table) -> Result<Self, JetsError> {
        let jets = Self { table };
        let split = jets.split();
        for (name, part) in [("train", split.train), ("validation", split.validation), ("test", split.test)] {
            for (index, class) in CLASSES.into_iter().enumerate() {
                if !part.labels.iter().any(|label| usize::from(*label) == index) {
                    return Err(JetsError::ClassAbsent { class, part: name, rows: part.rows() });
                }
            }
        }
        Ok(jets)
    }

    /// Number of jets.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.table.rows()
    }

    /// The columns of the file that are not read.
    #[must_use]
    pub fn ignored_columns(&self) -> &[String] {
        &self.table.ignored_columns
    }

    /// The three parts.
    #[must_use]
    pub fn split(&self) -> Split<'_> {
        let rows = self.rows();
        let (validation, test) = (rows * 7 / 10, rows * 8 / 10);
        Split { train: self.part(0, validation), validation: self.part(validation, test), test: self.part(test, rows) }
    }

    fn part(&self, start: usize, end: usize) -> Part<'_> {
        Part {
            features: &self.table.features[start * FEATURE_COUNT..end * FEATURE_COUNT],
            labels: &self.table.labels[start..end],
        }
    }
}

impl Part<'_> {
    /// Number of jets.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.labels.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(labels: &[u8]) -> Table {
        let features = (0..labels.len() * FEATURE_COUNT).map(|i| i as f32).collect();
        Table { features, labels: labels.to_vec(), ignored_columns: Vec::new() }
    }

    #[test]
    fn the_embedded_jets_are_whole() {
        let jets = Jets::embedded().unwrap();
        assert_eq!(jets.rows(), 89_255);
        assert!(jets.ignored_columns().is_empty());
        for class in 0..5 {
            assert_eq!(jets.table.labels.iter().filter(|label| **label == class).count(), 17_851);
        }
        assert!(jets.table.features.iter().all(|value| value.is_finite()));
        // Rounded to 11 mantissa bits, as the README says.
        assert!(jets.table.features.iter().all(|value| value.to_bits() & 0xfff == 0));
        // Two features that are equal by definition.
        assert!(jets.table.features.chunks_exact(FEATURE_COUNT).all(|jet| jet[6] == jet[8]));
    }

    #[test]
    fn parts_are_taken_by_position() {
        let labels: Vec<u8> = (0..53).map(|i| i % 5).collect();
        let jets = Jets::new(table(&labels)).unwrap();
        let Split { train, validation, test } = jets.split();
        assert_eq!((train.rows(), validation.rows(), test.rows()), (37, 5, 11));
        assert_eq!(train.labels, &labels[..37]);
        assert_eq!(validation.labels, &labels[37..42]);
        assert_eq!(test.labels, &labels[42..]);
        assert_eq!(train.features[0], 0.0);
        assert_eq!(validation.features[0], (37 * 16) as f32);
        assert_eq!(test.features[0], (42 * 16) as f32);
        assert_eq!(test.features.len(), 11 * 16);
    }

    #[test]
    fn every_part_needs_every_class() {
        let mut labels: Vec<u8> = (0..50).map(|i| i % 5).collect();
        labels.sort_unstable();
        let error = Jets::new(table(&labels)).unwrap_err();
        assert_eq!(error, JetsError::ClassAbsent { class: "z", part: "train", rows: 35 });
        assert!(Jets::new(table(&[0, 1, 2, 3, 4])).is_err());
        assert!(Jets::new(Table::default()).is_err());
    }
}
