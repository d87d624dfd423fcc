//! What the fuzz targets of tables and pictures share.

// The readers themselves, so that their targets are built without burn, which everything else in `examples` is made of.
#[path = "../../examples/src/table/mod.rs"]
pub mod table;

#[path = "../../examples/src/images/mod.rs"]
pub mod images;

use images::{Form, ImageSet, ImagesError, Wanted};
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

/// What a model of small pictures takes.
pub const WANTED: Wanted = Wanted { form: Form { height: 2, width: 3, channels: 3 }, classes: 3, resize: true };

/// Pictures are refused with a reason, or they are whole: of the model's size, and with legal labels.
pub fn check_images(outcome: Result<ImageSet, ImagesError>) {
    match outcome {
        Ok(ImageSet { train, test }) => {
            for images in std::iter::once(&train).chain(&test) {
                assert!(!images.is_empty() && (2..=3).contains(&images.classes.len()));
                assert_eq!(images.pixels.len(), WANTED.form.size() * images.len());
                assert!(images.labels.iter().all(|label| usize::from(*label) < images.classes.len()));
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
