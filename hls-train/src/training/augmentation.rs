//! Samples that are changed at random before each step.

use std::fmt;

use crate::random::Generator;

/// A random change of training samples that leaves their classes as they are.
///
/// The trainer calls it for every sample of every epoch with a generator that the training's seed, the epoch and the
/// sample's position determine: the result depends neither on the batch nor on what was drawn before, and a resumed
/// training sees the same samples. Validation samples are never changed.
///
/// ```
/// use hls_train::prelude::*;
/// use hls_train::training::{Augmentation, Generator};
///
/// /// Louder or softer, by up to a tenth.
/// #[derive(Debug)]
/// struct Gain;
///
/// impl Augmentation for Gain {
///     fn description(&self) -> String {
///         "gain 0.1".to_owned()
///     }
///
///     fn apply(&self, sample: &mut [f32], generator: &mut Generator) {
///         let gain = 0.9 + 0.2 * generator.unit();
///         sample.iter_mut().for_each(|value| *value *= gain);
///     }
/// }
///
/// let trainer = Trainer::new(Settings::default()).augmentation(Gain);
/// ```
pub trait Augmentation: fmt::Debug + Send + Sync {
    /// What it does, with all of its numbers, as one line: a checkpoint is only taken for a training with the same.
    fn description(&self) -> String;

    /// Changes a sample: its numbers in the order of the model's input, before they are quantized.
    ///
    /// What is drawn from `generator` must depend on nothing but `self` and the numbers of the sample, and every number
    /// must stay finite.
    fn apply(&self, sample: &mut [f32], generator: &mut Generator);
}
