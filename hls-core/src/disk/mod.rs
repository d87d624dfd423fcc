//! Files and directories that are there whole or not at all, also after a crash or on a full disk.
//!
//! Everything is written under a temporary name beside its place, flushed, renamed, and the directory flushed. A
//! temporary name is locked while its writer lives, so the next writer to the same place can tell what a killed one
//! left behind, and removes it.
//!
//! ```
//! use std::io::Write;
//!
//! # fn main() -> std::io::Result<()> {
//! # let path = std::env::temp_dir().join(format!("hls4rs-doc-{}/figures.txt", std::process::id()));
//! hls_core::disk::write_atomically(&path, |file| writeln!(file, "42"))?;
//! assert_eq!(std::fs::read_to_string(&path)?, "42\n");
//! # std::fs::remove_dir_all(path.parent().expect("below a directory"))
//! # }
//! ```

mod file;
mod sync;
mod temporary;

pub use file::write_atomically;
pub(crate) use sync::{create_directories, is_synced_at_once, sync_directory, sync_file_system};
pub(crate) use temporary::{Temporary, leftovers};
