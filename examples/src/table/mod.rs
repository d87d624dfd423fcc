//! Tables of numbers with a label, from the formats that people keep them in.
//!
//! ```
//! use hls_examples::table::{Schema, Table};
//!
//! const SCHEMA: Schema = Schema { features: &["width", "height"], label: "class", classes: &["cat", "dog"] };
//! let table = Table::parse("pets.csv".as_ref(), b"class,height,width\ndog,2,1\ncat,4,3\n", &SCHEMA).unwrap();
//! assert_eq!(table.features, [1.0, 2.0, 3.0, 4.0]);
//! assert_eq!(table.labels, [1, 0]);
//! ```
//!
//! | format | told by | columns | label |
//! |---|---|---|---|
//! | ARFF | its first word, `@relation` or a `%` comment | by attribute name, any order | nominal, string or index |
//! | CSV | what is left: `.csv`, or a header with a column that is looked for | by header, any order | name or index |
//! | Parquet | `PAR1` | by name, any order; uncompressed, snappy, gzip or lz4 | string or index |
//! | NPY | `\x93NUMPY` | a structured array by field name; N x (features + 1) in the schema's order, the label last; or N x features in `X*.npy` with its labels, names or indices or one-hot, in `y*.npy` beside it | name or index |
//!
//! A file is read whole or not at all: the first problem ends it, with its place. Columns that are not in the schema are
//! ignored, and listed in [`Table::ignored_columns`].

mod arff;
mod csv;
mod error;
mod format;
pub(crate) mod npy;
pub(crate) mod npy_header;
mod parquet;
mod rows;
mod schema;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use bytes::Bytes;

use error::Fault;
pub use error::{At, Place, Problem, TableError};
use format::Format;
pub use schema::Schema;

/// The most rows that one table may have: the largest public jet table has a twentieth of it.
pub const MAX_ROWS: u64 = 1 << 24;

/// The most columns that one table may have.
pub const MAX_COLUMNS: u64 = 1 << 16;

/// The longest line of a text table, in bytes: each of its cells takes several times its length in memory.
pub const MAX_LINE: u64 = 1 << 22;

/// The largest file that is read, in bytes.
pub const MAX_BYTES: u64 = 1 << 32;

/// A table in memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// `[rows][features]`, row-major, in the order of the schema; all finite.
    pub features: Vec<f32>,
    /// `[rows]`: the index of each row's class.
    pub labels: Vec<u8>,
    /// The columns of the file that the schema does not name.
    pub ignored_columns: Vec<String>,
}

impl Table {
    /// Reads a file; the format is told by its content, then by its extension.
    ///
    /// # Errors
    ///
    /// [`TableError`] with the file, the place and what is legal there. Nothing is half-read.
    pub fn read(path: &Path, schema: &Schema) -> Result<Self, TableError> {
        let bytes = read_bytes(path).map_err(|problem| Fault::from(problem).in_file(path))?;
        match parse(path, bytes, schema).map_err(|fault| fault.in_file(path))? {
            Parsed::Table(table) => Ok(table),
            Parsed::Features(features) => {
                let Some(partner) = npy::partner(path) else {
                    return Err(no_labels(schema).in_file(path));
                };
                let bytes = read_bytes(&partner).map_err(|problem| Fault::from(problem).in_file(&partner))?;
                Self::labelled(features, &partner, &bytes, schema)
            }
        }
    }

    fn labelled(features: Vec<f32>, name: &Path, labels: &[u8], schema: &Schema) -> Result<Self, TableError> {
        npy::labels(labels, features.len() / schema.features.len(), schema)
            .map(|labels| Self { features, labels, ignored_columns: Vec::new() })
            .map_err(|fault| fault.in_file(name))
    }

    /// Reads two files that are in memory, each with its name: NPY features, and the labels beside them.
    ///
    /// A first file that is a table on its own has labels already; the second is then not read.
    ///
    /// # Errors
    ///
    /// As [`Table::read`].
    pub fn parse_with_labels(
        features: (&Path, Vec<u8>),
        labels: (&Path, Vec<u8>),
        schema: &Schema,
    ) -> Result<Self, TableError> {
        match parse(features.0, features.1.into(), schema).map_err(|fault| fault.in_file(features.0))? {
            Parsed::Table(table) => Ok(table),
            Parsed::Features(features) => Self::labelled(features, labels.0, &labels.1, schema),
        }
    }

    /// Reads a table that is in memory; `name` stands for the file, in the errors and for its extension.
    ///
    /// # Errors
    ///
    /// As [`Table::read`]. An NPY file without labels is an error here, since there is no file beside it.
    pub fn parse(name: &Path, bytes: impl Into<Vec<u8>>, schema: &Schema) -> Result<Self, TableError> {
        Self::parse_shared(name, Bytes::from(bytes.into()), schema)
    }

    /// [`Table::parse`] of bytes that are part of the program.
    ///
    /// # Errors
    ///
    /// As [`Table::parse`].
    pub fn parse_static(name: &Path, bytes: &'static [u8], schema: &Schema) -> Result<Self, TableError> {
        Self::parse_shared(name, Bytes::from_static(bytes), schema)
    }

    fn parse_shared(name: &Path, bytes: Bytes, schema: &Schema) -> Result<Self, TableError> {
        match parse(name, bytes, schema) {
            Ok(Parsed::Table(table)) => Ok(table),
            Ok(Parsed::Features(_)) => Err(no_labels(schema).in_file(name)),
            Err(fault) => Err(fault.in_file(name)),
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.labels.len()
    }
}

/// What one file holds.
enum Parsed {
    Table(Table),
    /// Features alone, whose labels are in a file beside it.
    Features(Vec<f32>),
}

fn parse(name: &Path, bytes: Bytes, schema: &Schema) -> Result<Parsed, Fault> {
    match Format::detect(name, &bytes, schema)? {
        Format::Arff => arff::read(format::text(&bytes), schema).map(Parsed::Table),
        Format::Csv => csv::read(format::text(&bytes), schema).map(Parsed::Table),
        Format::Parquet => parquet::read(bytes, schema).map(Parsed::Table),
        Format::Npy => npy::read(&bytes, schema),
    }
}

fn no_labels(schema: &Schema) -> Fault {
    Problem::MissingColumns {
        missing: vec![schema.label.to_owned()],
        found: schema.features.iter().map(|&name| name.to_owned()).collect(),
    }
    .into()
}

fn read_bytes(path: &Path) -> Result<Bytes, Problem> {
    let unreadable = |error: std::io::Error| Problem::Unreadable { reason: error.to_string() };
    let too_large = |found| Problem::TooLarge { what: "bytes", found, limit: MAX_BYTES };
    let file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    if length > MAX_BYTES {
        return Err(too_large(length));
    }
    let mut bytes = Vec::new();
    // A pipe has no length, so the limit is on what arrives.
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES { Err(too_large(bytes.len() as u64)) } else { Ok(bytes.into()) }
}
