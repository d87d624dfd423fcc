//! What can be wrong with a table, where, and what would be legal.

use std::fmt;
use std::path::{Path, PathBuf};

/// A table that cannot be read: the file, the place in it, and the problem.
#[derive(Clone, Debug, PartialEq)]
pub struct TableError {
    /// The file, as the user named it.
    pub file: PathBuf,
    /// Where in the file, as far as that is known.
    pub place: Place,
    /// What is wrong there.
    pub problem: Problem,
}

/// A place in a table; each part is present where it means something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The line or the row.
    pub row: Option<At>,
    /// The column's name.
    pub column: Option<String>,
}

/// A line of a text file or a row of a binary table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// A line, counted from 1.
    Line(u64),
    /// A row, counted from 1.
    Row(u64),
}

/// What is wrong with a table.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Problem {
    /// The operating system does not hand the file out.
    Unreadable {
        /// The system's own words.
        reason: String,
    },
    /// More than this program takes in one table.
    TooLarge {
        /// What there is too much of: `bytes`, `rows`, ..
        what: &'static str,
        /// How many the file holds or declares.
        found: u64,
        /// How many are legal.
        limit: u64,
    },
    /// Neither the content nor the extension tells a format that can be read.
    UnknownFormat {
        /// What the content is, where that is recognized.
        found: Option<&'static str>,
    },
    /// The extension promises a format that the content is not.
    NotAsNamed {
        /// The format that the extension promises.
        format: &'static str,
    },
    /// There is no row.
    Empty,
    /// Columns that the table must have are absent.
    MissingColumns {
        /// The absent ones.
        missing: Vec<String>,
        /// The columns that are there.
        found: Vec<String>,
    },
    /// Two columns have the name of the place.
    DoubledColumn,
    /// A column has a type that its values cannot have.
    ColumnType {
        /// The type in the file.
        found: String,
        /// What the column may hold.
        expected: &'static str,
    },
    /// A row has more or fewer cells than the table has columns.
    RaggedRow {
        /// Cells in this row.
        found: usize,
        /// Columns of the table.
        expected: usize,
    },
    /// A cell is empty, null or `?`.
    MissingValue,
    /// A feature's cell does not hold a number.
    NotANumber {
        /// The cell.
        text: String,
    },
    /// A feature is NaN, infinite or beyond the range of a 32-bit float.
    NotFinite {
        /// The cell.
        text: String,
    },
    /// A label is neither a class name nor the index of one.
    UnknownLabel {
        /// The cell.
        text: String,
        /// The legal names, in the order of their indices.
        legal: &'static [&'static str],
    },
    /// The text does not follow the format's grammar.
    Syntax {
        /// What is expected.
        message: String,
    },
    /// The file ends before its data do.
    Truncated {
        /// What is absent.
        message: String,
    },
    /// A compression that this program cannot undo.
    Compression {
        /// The codec.
        codec: String,
    },
    /// A part of a format that this program does not read.
    Unsupported {
        /// The part, and what to do instead.
        message: String,
    },
    /// A binary file that contradicts itself.
    Corrupt {
        /// The contradiction.
        message: String,
    },
}

/// A problem whose file is not yet known: what the readers of single formats return.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fault {
    pub place: Place,
    pub problem: Problem,
}

impl Fault {
    pub fn in_file(self, file: &Path) -> TableError {
        TableError { file: file.to_path_buf(), place: self.place, problem: self.problem }
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self { place: Place::default(), problem }
    }
}

impl Problem {
    pub(super) fn at_line(self, line: u64) -> Fault {
        Fault { place: Place { row: Some(At::Line(line)), column: None }, problem: self }
    }

    pub(super) fn at_row(self, row: u64) -> Fault {
        Fault { place: Place { row: Some(At::Row(row)), column: None }, problem: self }
    }

    pub(super) fn in_column(self, column: &str) -> Fault {
        Fault::from(self).in_column(column)
    }
}

impl Fault {
    pub fn in_column(mut self, column: &str) -> Self {
        self.place.column = Some(column.to_owned());
        self
    }
}

impl fmt::Display for TableError {
    /// `jets.csv:12: column "mass_mmdt": "abc" is not a number; ...`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        match self.place.row {
            Some(At::Line(line)) => write!(f, ":{line}")?,
            Some(At::Row(row)) => write!(f, ": row {row}")?,
            None => {}
        }
        if let Some(column) = &self.place.column {
            write!(f, ": column {:?}", Excerpt(column))?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for TableError {}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { reason } => write!(f, "cannot be read: {reason}"),
            Self::TooLarge { what, found, limit } => write!(f, "{found} {what} are too many; at most {limit} are read"),
            Self::UnknownFormat { found } => {
                match found {
                    Some(found) => write!(f, "this is {found}, which is not read here")?,
                    None => f.write_str("this is no table that can be recognized")?,
                }
                f.write_str("; legal are ARFF, CSV with a header row, Parquet and NPY")
            }
            Self::NotAsNamed { format } => {
                write!(f, "the file is named like {format}, but its content is not {format}")
            }
            Self::Empty => f.write_str("the table has no rows"),
            Self::MissingColumns { missing, found } => {
                write!(f, "missing {}; the file has {}", Names(missing), Names(found))
            }
            Self::DoubledColumn => f.write_str("two columns have this name; each must occur once"),
            Self::ColumnType { found, expected } => {
                write!(f, "the column has type {:?}; expected {expected}", Excerpt(found))
            }
            Self::RaggedRow { found, expected } => {
                write!(f, "the row has {found} cells; the table has {expected} columns")
            }
            Self::MissingValue => f.write_str("the value is missing; every cell must be filled"),
            Self::NotANumber { text } => write!(f, "{:?} is not a number; expected a finite one", Excerpt(text)),
            Self::NotFinite { text } => {
                write!(f, "{:?} is not a finite 32-bit number; NaN and infinities are not legal", Excerpt(text))
            }
            Self::UnknownLabel { text, legal } => write!(
                f,
                "{:?} is not a class; legal are {} and their indices 0 to {}",
                Excerpt(text),
                Names(legal),
                legal.len().saturating_sub(1)
            ),
            Self::Syntax { message }
            | Self::Truncated { message }
            | Self::Unsupported { message }
            | Self::Corrupt { message } => f.write_str(message),
            Self::Compression { codec } => write!(
                f,
                "the column is compressed with {codec}; legal are snappy, gzip, lz4 and no compression (pyarrow: \
                 pyarrow.parquet.write_table(table, path, compression=\"gzip\"))"
            ),
        }
    }
}

/// The first characters of a text from a file, which may be of any length.
struct Excerpt<'a>(&'a str);

impl fmt::Debug for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 60;
        match self.0.char_indices().nth(SHOWN) {
            Some((end, _)) => write!(f, "{:?}..", &self.0[..end]),
            None => write!(f, "{:?}", self.0),
        }
    }
}

/// A list of names, cut where it becomes unreadable.
struct Names<'a, T>(&'a [T]);

impl<T: AsRef<str>> fmt::Display for Names<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 20;
        if self.0.is_empty() {
            return f.write_str("none");
        }
        for (i, name) in self.0.iter().take(SHOWN).enumerate() {
            write!(f, "{}{:?}", if i == 0 { "" } else { ", " }, Excerpt(name.as_ref()))?;
        }
        if self.0.len() > SHOWN {
            write!(f, " and {} more", self.0.len() - SHOWN)?;
        }
        Ok(())
    }
}
