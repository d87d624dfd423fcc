//! What the examples share: their data, the readers of tables, and the command line.

pub mod atomic_file;
pub mod jets;
pub mod standardization;
pub mod table;
