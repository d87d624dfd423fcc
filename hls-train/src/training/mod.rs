//! Training of classifiers: one step, or a whole run with schedule, early stopping and checkpoints.

mod checkpoint;
mod error;
mod observer;
mod samples;
mod settings;
mod step;
#[cfg(test)]
mod tests;
mod trainer;

pub use error::TrainError;
pub use observer::{EpochReport, Observer, Progress, Report, Stop};
pub use samples::{Samples, SamplesError};
pub use settings::Settings;
pub use step::{adam, train_step};
pub use trainer::{Trained, Trainer, train};
