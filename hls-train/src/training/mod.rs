//! Training of classifiers: one step, or a whole run with schedule, early stopping and checkpoints.

mod augmentation;
pub(crate) mod checkpoint;
mod error;
mod image_augmentation;
mod observer;
pub(crate) mod records;
#[cfg(test)]
mod refusal_tests;
pub(crate) mod samples;
pub(crate) mod settings;
pub(crate) mod shaping;
mod state;
mod step;
#[cfg(test)]
mod tests;
pub(crate) mod trainer;

pub use crate::random::Generator;
pub use augmentation::Augmentation;
pub use error::TrainError;
pub use image_augmentation::ImageAugmentation;
pub use observer::{EpochReport, Observer, Progress, Report, Stop};
pub use samples::{Samples, SamplesError};
pub use settings::Settings;
pub use step::{adam, train_step};
pub use trainer::{Trained, Trainer, train};

/// The readers of a checkpoint's files, for the fuzz targets; no part of the interface.
#[doc(hidden)]
pub mod readers {
    pub use super::records::{read_model, read_optimizer};
    pub use super::state::State;
}
