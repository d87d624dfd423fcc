//! What a training tells while it runs.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Progress<'a> {
    /// Training begins, or goes on after `completed` epochs.
    Started {
        /// The epochs to come, those of a checkpoint included.
        epochs: usize,
        /// Epochs that a checkpoint holds.
        completed: usize,
        /// The samples of an epoch.
        samples: usize,
        /// The trained numbers.
        parameters: usize,
    },
    /// A step is done.
    Step {
        /// The epoch, from 1.
        epoch: usize,
        /// The step in the epoch, from 1.
        step: usize,
        /// The steps of an epoch.
        steps: usize,
        /// The loss of the batch.
        loss: f32,
    },
    /// An epoch is done and, with a checkpoint directory, saved.
    Epoch(&'a EpochReport),
    /// Training is over.
    Finished(&'a Report),
}

/// One epoch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochReport {
    /// The epoch, from 1.
    pub epoch: usize,
    /// The mean loss of its steps.
    pub loss: f32,
    /// The mean loss of the validation samples after it.
    pub validation_loss: f32,
    /// The validation samples that were classified correctly.
    pub validation_correct: usize,
    /// The validation samples.
    pub validation_samples: usize,
    /// The learning rate of its last step.
    pub learning_rate: f32,
    /// Whether more validation samples were correct than in every epoch before.
    pub best: bool,
}

impl EpochReport {
    /// The part of the validation samples that was classified correctly; zero without samples.
    #[must_use]
    pub fn validation_accuracy(&self) -> f64 {
        self.validation_correct as f64 / self.validation_samples.max(1) as f64
    }
}

/// Why a training ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stop {
    /// All epochs are done.
    Complete,
    /// The validation accuracy did not improve for as long as the settings allow.
    Patience,
    /// The observer asked for it.
    Observer,
}

/// A whole training.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// All epochs, those of a checkpoint included.
    pub epochs: Vec<EpochReport>,
    /// The epoch whose weights were kept, from 1; zero where there was none.
    pub best_epoch: usize,
    /// Why it ended.
    pub stop: Stop,
}

/// Someone who is told about a training and may end it.
///
/// After `Break` the training ends at once with the best weights so far; with a checkpoint directory it can be resumed
/// after the last epoch that was saved.
pub trait Observer {
    /// Something happened.
    fn observe(&mut self, progress: &Progress<'_>) -> ControlFlow<()>;
}

/// Nobody.
impl Observer for () {
    fn observe(&mut self, _: &Progress<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

impl<F: FnMut(&Progress<'_>) -> ControlFlow<()>> Observer for F {
    fn observe(&mut self, progress: &Progress<'_>) -> ControlFlow<()> {
        self(progress)
    }
}
