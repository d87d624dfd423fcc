//! Collects rows of cells; a row that is wrong leaves nothing behind.

use super::error::{Fault, Problem};
use super::schema::{Layout, Role, Schema};
use super::{MAX_LINE, MAX_ROWS, Table};

/// The table so far.
pub(super) struct Rows<'a> {
    schema: &'a Schema,
    layout: Layout,
    row: Vec<f32>,
    features: Vec<f32>,
    labels: Vec<u8>,
}

impl<'a> Rows<'a> {
    pub fn new(layout: Layout, schema: &'a Schema) -> Self {
        Self { schema, layout, row: vec![0.0; schema.features.len()], features: Vec::new(), labels: Vec::new() }
    }

    /// Adds the row that `line` of a text file holds.
    pub fn push<'c>(&mut self, line: u64, cells: impl Iterator<Item = &'c str>) -> Result<(), Fault> {
        let mut label = 0;
        let mut found = 0;
        let mut fault = None;
        for cell in cells {
            let role = self.layout.roles.get(found).copied().unwrap_or(Role::Ignored);
            let outcome = match role {
                Role::Feature(index) => number(cell).map(|number| self.row[index] = number),
                Role::Label => self.schema.class_index(cell).map(|index| label = index),
                Role::Ignored => Ok(()),
            };
            if let (Err(problem), None) = (outcome, &fault) {
                fault = Some(problem.at_line(line).in_column(&self.layout.names[found]));
            }
            found += 1;
        }
        let expected = self.layout.roles.len();
        if found != expected {
            // A missing cell shifts the others: the count explains more than the first wrong cell.
            return Err(Problem::RaggedRow { found, expected }.at_line(line));
        }
        if let Some(fault) = fault {
            return Err(fault);
        }
        if self.labels.len() as u64 == MAX_ROWS {
            return Err(Problem::TooLarge { what: "rows", found: MAX_ROWS + 1, limit: MAX_ROWS }.at_line(line));
        }
        self.features.extend_from_slice(&self.row);
        self.labels.push(label);
        Ok(())
    }

    pub fn finish(self) -> Result<Table, Fault> {
        if self.labels.is_empty() {
            return Err(Problem::Empty.into());
        }
        Ok(Table { features: self.features, labels: self.labels, ignored_columns: self.layout.ignored() })
    }
}

/// Refuses a line that no table has, before it is taken apart.
pub(super) fn check_length(line: u64, bytes: &[u8]) -> Result<(), Fault> {
    match bytes.len() as u64 {
        0..=MAX_LINE => Ok(()),
        found => Err(Problem::TooLarge { what: "bytes in a line", found, limit: MAX_LINE }.at_line(line)),
    }
}

/// The finite number in a cell.
pub(super) fn number(cell: &str) -> Result<f32, Problem> {
    let cell = cell.trim();
    match cell.parse::<f32>() {
        Ok(number) if number.is_finite() => Ok(number),
        Ok(_) => Err(Problem::NotFinite { text: cell.to_owned() }),
        Err(_) if cell.is_empty() || cell == "?" => Err(Problem::MissingValue),
        Err(_) => Err(Problem::NotANumber { text: cell.to_owned() }),
    }
}

/// A number of a binary table as the 32-bit float that the model reads.
pub(super) fn finite(number: f64) -> Result<f32, Problem> {
    let narrow = number as f32;
    if narrow.is_finite() { Ok(narrow) } else { Err(Problem::NotFinite { text: number.to_string() }) }
}
