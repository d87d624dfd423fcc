//! Training: one step, whole runs.

mod step;

pub use step::{adam, train_step};
