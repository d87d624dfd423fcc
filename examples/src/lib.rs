//! What the examples share: their data, the readers of tables, the command line and the closing table.

pub mod arguments;
pub mod digits;
pub mod family;
pub mod image_task;
pub mod images;
pub mod jets;
pub mod parts;
pub mod predictions;
pub mod standardization;
pub mod summary;
pub mod table;
pub mod tagger;
