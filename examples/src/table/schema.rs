//! What a table must hold, and which column of a file is what.

use super::MAX_COLUMNS;
use super::error::{Fault, Problem};

/// The columns that are read from a table: numbers, and one label.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// Names of the numeric columns, in the order of the feature vector.
    pub features: &'static [&'static str],
    /// Name of the label's column.
    pub label: &'static str,
    /// The legal labels, in the order of their indices: at most 256.
    pub classes: &'static [&'static str],
}

impl Schema {
    /// The index of a class from its name or from the index itself.
    ///
    /// Quotes around the name are taken off, also as Python writes bytes: `g`, `'g'`, `"g"`, `b'g'`, `2`, `2.0`.
    pub(super) fn class_index(&self, cell: &str) -> Result<u8, Problem> {
        let cell = cell.trim();
        let name = unquoted(cell);
        if let Some(index) = self.classes.iter().position(|class| *class == name) {
            return Ok(index as u8);
        }
        if name.is_empty() || name == "?" {
            return Err(Problem::MissingValue);
        }
        match name.parse::<f64>() {
            Ok(number) => self.class_from_number(number),
            Err(_) => Err(self.unknown_label(cell)),
        }
    }

    /// The class with this index.
    pub(super) fn class_from_number(&self, number: f64) -> Result<u8, Problem> {
        // Also false for NaN.
        if number >= 0.0 && number < self.classes.len() as f64 && number.fract() == 0.0 {
            Ok(number as u8)
        } else {
            Err(self.unknown_label(&number.to_string()))
        }
    }

    fn unknown_label(&self, text: &str) -> Problem {
        Problem::UnknownLabel { text: text.to_owned(), legal: self.classes }
    }
}

fn unquoted(cell: &str) -> &str {
    let quoted = cell.strip_prefix('b').filter(|rest| rest.starts_with(['\'', '"'])).unwrap_or(cell);
    ['\'', '"'].into_iter().find_map(|quote| quoted.strip_prefix(quote)?.strip_suffix(quote)).map_or(cell, str::trim)
}

/// The part that one column of a file plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Feature(usize),
    Label,
    Ignored,
}

/// The roles of the columns of one file, in its own order.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub names: Vec<String>,
    pub roles: Vec<Role>,
}

impl Layout {
    /// Finds every column of the schema among `names`, whatever their order; others are ignored.
    pub fn new(names: Vec<String>, schema: &Schema) -> Result<Self, Fault> {
        if names.len() as u64 > MAX_COLUMNS {
            return Err(Problem::TooLarge { what: "columns", found: names.len() as u64, limit: MAX_COLUMNS }.into());
        }
        let role = |name: &str| match schema.features.iter().position(|feature| *feature == name) {
            Some(index) => Role::Feature(index),
            None if name == schema.label => Role::Label,
            None => Role::Ignored,
        };
        let roles: Vec<Role> = names.iter().map(|name| role(name)).collect();
        let mut missing = Vec::new();
        let wanted = (0..schema.features.len()).map(|i| (Role::Feature(i), schema.features[i]));
        for (role, name) in wanted.chain([(Role::Label, schema.label)]) {
            match roles.iter().filter(|r| **r == role).count() {
                0 => missing.push(name.to_owned()),
                1 => {}
                _ => return Err(Problem::DoubledColumn.in_column(name)),
            }
        }
        if missing.is_empty() {
            Ok(Self { names, roles })
        } else {
            Err(Problem::MissingColumns { missing, found: names }.into())
        }
    }

    /// The names of the columns that no one reads.
    pub fn ignored(&self) -> Vec<String> {
        self.names.iter().zip(&self.roles).filter(|(_, r)| **r == Role::Ignored).map(|(n, _)| n.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: Schema = Schema { features: &["a", "b"], label: "class", classes: &["g", "q", "bb"] };

    #[track_caller]
    fn check(cell: &str, expected: Option<u8>) {
        assert_eq!(SCHEMA.class_index(cell).ok(), expected, "{cell}");
    }

    #[test]
    fn a_label_is_a_name_or_an_index() {
        for (name, index) in [("g", 0), ("q", 1), ("bb", 2)] {
            check(name, Some(index));
            check(&format!(" {name} "), Some(index));
            check(&format!("'{name}'"), Some(index));
            check(&format!("\"{name}\""), Some(index));
            check(&format!("b'{name}'"), Some(index));
            check(&format!("b\"{name}\""), Some(index));
            check(&index.to_string(), Some(index));
            check(&format!("{index}.000e+00"), Some(index));
        }
        for wrong in
            ["", "?", "G", "b", "bg", "'g", "g'", "''", "'", "b'", "3", "-1", "0.5", "nan", "inf", "gq", "b'g\""]
        {
            check(wrong, None);
        }
    }

    #[test]
    fn columns_are_found_in_any_order() {
        let names = ["extra", "class", "b", "a"].map(str::to_owned).to_vec();
        let layout = Layout::new(names, &SCHEMA).unwrap();
        assert_eq!(layout.roles, [Role::Ignored, Role::Label, Role::Feature(1), Role::Feature(0)]);
        assert_eq!(layout.ignored(), ["extra"]);
    }

    #[test]
    fn doubled_and_missing_columns_are_named() {
        let layout = |names: &[&str]| Layout::new(names.iter().map(|&n| n.to_owned()).collect(), &SCHEMA);
        let fault = layout(&["a", "b", "a", "class"]).unwrap_err();
        assert_eq!(fault, Problem::DoubledColumn.in_column("a"));
        let fault = layout(&["x", "b"]).unwrap_err();
        let missing = vec!["a".to_owned(), "class".to_owned()];
        assert_eq!(fault, Problem::MissingColumns { missing, found: vec!["x".to_owned(), "b".to_owned()] }.into());
        // A column that is ignored may occur twice.
        assert!(layout(&["x", "x", "a", "b", "class"]).is_ok());
    }
}
