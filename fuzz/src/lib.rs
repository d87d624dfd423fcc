//! What the fuzz targets of tables share.

// The readers themselves, so that their targets are built without burn, which everything else in `examples` is made of.
#[path = "../../examples/src/table/mod.rs"]
pub mod table;

use table::{Schema, Table, TableError};

/// The schema of the tables in `examples/tests/tables`.
pub const SCHEMA: Schema = Schema { features: &["a", "b"], label: "class", classes: &["g", "q", "t"] };

/// A table is refused with a place, or it is whole: rectangular, finite, and with legal labels.
pub fn check(outcome: Result<Table, TableError>) {
    match outcome {
        Ok(table) => {
            assert!(table.rows() > 0);
            assert_eq!(table.features.len(), SCHEMA.features.len() * table.rows());
            assert!(table.features.iter().all(|value| value.is_finite()));
            assert!(table.labels.iter().all(|label| usize::from(*label) < SCHEMA.classes.len()));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
