//! Weights, multipliers, and whole neurons and filters, taken away while training goes on.
//!
//! A schedule takes the smallest weights, or the neurons that matter least, away bit by bit; what is left learns to do
//! without them. A pruned weight is zero in every forward pass from then on and in the firmware, where the `latency` and
//! `unrolled` strategies drop the product; weights that share a multiplier go together, and with them the multiplier of a
//! `resource` kernel ([`Pattern::Multipliers`]). Pruned neurons and filters disappear: the layers become narrower, and with them
//! everything that works on each channel between them. The narrower model computes the same numbers.
//!
//! # What can be taken away
//!
//! An output of a Dense or of a convolution (the pointwise part of a separable one too) goes where Dense layers and
//! convolutions without groups read it, and nobody else, through layers that keep channels apart: activations of single
//! elements, batch normalizations (folded or not), `PRelu`, pooling, padding, cropping, up-sampling, depthwise
//! convolutions, flattening. It stays where it is
//!
//! - a result of the model,
//! - an operand of a residual sum or another merge, concatenations among them: the other operands would have to lose the
//!   same channel, or what reads it would have to be cut elsewhere,
//! - read by something that mixes or numbers channels: `Softmax`, `Argmax`, `LayerNorm`, `RmsNorm`, `Reshape`, `Transpose`,
//!   `Slice`, a convolution with groups,
//! - read by binary weights, which are never zero,
//! - an output of a convolution with groups,
//! - the last one of its layer.
//!
//! ```
//! use hls_train::prelude::*;
//! use hls_train::prune::{PruneSettings, prune};
//!
//! #[hls_model(input = [Fixed<8, 3>; 2])]
//! struct Tagger {
//!     fc1: Dense<2, 16, Fixed<6, 2>>,
//!     relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
//!     fc2: Dense<16, 2, Fixed<6, 2>>,
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let points: Vec<f32> = (0..800).map(|index| ((index * 377) % 1000) as f32 / 250.0 - 2.0).collect();
//! # let classes = points.chunks(2).map(|x| usize::from(x[0] * x[0] + x[1] * x[1] > 2.0)).collect();
//! # let (training, validation) = Samples::new(2, points, classes)?.split_at(300);
//! # let model = Tagger::seeded(1, &Device::default().autodiff()); // in earnest: trained
//! let settings = PruneSettings { share: 0.5, epochs: 4, batch_size: 50, ..PruneSettings::default() };
//! let pruned = prune(&model, &training, &validation, &settings)?;
//! println!("{} of {} weights are zero", pruned.zeros, pruned.weights);
//! # assert!(pruned.zeros >= 32);
//! # Ok(())
//! # }
//! ```

mod channels;
#[cfg(test)]
mod filter_tests;
mod groups;
mod masks;
mod narrow;
#[cfg(test)]
mod tests;

use std::fmt;

use hls_core::diagnostics::Diagnostics;
use hls_core::ir::Graph;
use serde::{Deserialize, Serialize};

use crate::HlsModel;
use crate::design::{Design, HardwareSettings};
use crate::training::shaping::Batches;
use crate::training::trainer::{check_samples, evaluate};
use crate::training::{Samples, Settings, TrainError, adam};
use masks::Masks;

/// What is taken away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pattern {
    /// Single weights: the smallest of all layers, each measured by what is usual in its layer.
    #[default]
    Weights,
    /// Whole neurons and filters, the outputs of Dense layers and convolutions: those with the smallest product of the
    /// weights that compute, scale and read them. See [the module](self) for those that can go.
    Neurons,
    /// The weights that share a multiplier, together: the smallest norms. Under the `resource` strategy with a reuse factor
    /// these are the weights that a multiplier works on one after the other, and the firmware has no multiplier and no
    /// memory where all are zero ([`Lanes`](hls_core::ops::Lanes)). Under `latency` and `unrolled` any `reuse_factor`
    /// zeros are one multiplier less, so there single weights go, without reuse as with [`Pattern::Weights`].
    Multipliers,
}

/// How a model is pruned. With the model and the samples it determines the result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PruneSettings {
    /// What is taken away.
    pub pattern: Pattern,
    /// The share of the weights, of the neurons and filters that can go, or of the multipliers, that is taken away in the end:
    /// 0 to 1, below 1.
    pub share: f64,
    /// Passes over the training samples.
    pub epochs: usize,
    /// The share of the epochs after which nothing more is taken away, so that the rest settles.
    pub until: f64,
    /// Samples of one step.
    pub batch_size: usize,
    /// Determines the order of the samples.
    pub seed: u64,
    /// The largest learning rate.
    pub learning_rate: f64,
    /// The learning rate at the end, as a fraction of the largest.
    pub final_fraction: f64,
    /// Hardware settings in place of the declared ones, by layer; the design has them.
    #[serde(default)]
    pub hardware: HardwareSettings,
}

impl Default for PruneSettings {
    fn default() -> Self {
        Self {
            pattern: Pattern::Weights,
            share: 0.75,
            epochs: 60,
            until: 0.5,
            batch_size: 256,
            seed: 1,
            learning_rate: 2e-3,
            final_fraction: 0.01,
            hardware: HardwareSettings::new(),
        }
    }
}

impl PruneSettings {
    /// Why pruning with these settings is not possible, or `None` where it is.
    #[must_use]
    pub fn violation(&self) -> Option<&'static str> {
        if !(0.0..1.0).contains(&self.share) {
            Some("share must be 0 to 1, below 1")
        } else if !(0.0..=1.0).contains(&self.until) {
            Some("until must be 0 to 1")
        } else {
            self.training().violation()
        }
    }

    fn training(&self) -> Settings {
        Settings {
            epochs: self.epochs,
            batch_size: self.batch_size,
            seed: self.seed,
            learning_rate: self.learning_rate,
            final_fraction: self.final_fraction,
            warm_up: 0.0,
            patience: None,
        }
    }

    /// The share that is taken away at a moment of the training, 0 to 1: fast at first, when there is much to spare.
    fn share_at(&self, moment: f64) -> f64 {
        let progress = if self.until > 0.0 { (moment / self.until).min(1.0) } else { 1.0 };
        self.share * (1.0 - (1.0 - progress).powi(3))
    }
}

/// Why a model cannot be pruned.
#[derive(Debug)]
#[non_exhaustive]
pub enum PruneError {
    /// Settings or samples, or a loss that is not finite.
    Train(TrainError),
    /// The model cannot be built.
    Model(Diagnostics),
    /// There is no weight that can be zero.
    NoWeights,
    /// There is no neuron or filter that can go.
    NoNeurons,
    /// No layer multiplies.
    NoMultipliers,
}

impl fmt::Display for PruneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Train(error) => error.fmt(f),
            Self::Model(diagnostics) => diagnostics.fmt(f),
            Self::NoWeights => {
                f.write_str("no weight can be pruned: it takes a Dense or a convolution whose weights are not binary")
            }
            Self::NoNeurons => f.write_str(
                "no neuron or filter can be pruned: it takes a Dense or a convolution that only Dense layers and \
                 convolutions read, channel by channel, whose weights are not binary",
            ),
            Self::NoMultipliers => f.write_str(
                "no multiplier can be freed: it takes a Dense or a convolution with weights other than signs and powers of \
                 two, which need none",
            ),
        }
    }
}

impl std::error::Error for PruneError {}

impl From<TrainError> for PruneError {
    fn from(error: TrainError) -> Self {
        Self::Train(error)
    }
}

impl From<Diagnostics> for PruneError {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Model(diagnostics)
    }
}

/// A pruned model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pruned {
    /// How it was pruned.
    pub settings: PruneSettings,
    /// The weights of the model before.
    pub weights: usize,
    /// How many of them are zero or absent now.
    pub zeros: usize,
    /// Multipliers that the kernels of the model before ask for, at one place of a window each; where products are shifts
    /// and signs there are none.
    pub multipliers_before: usize,
    /// Those of the pruned model.
    pub multipliers: usize,
    /// Outputs (neurons or filters) of each Dense and convolution, by layer: before and now.
    pub neurons: Vec<(String, usize, usize)>,
    /// The validation samples.
    pub samples: usize,
    /// Those that the model before classifies correctly.
    pub correct_before: usize,
    /// Those that the pruned model classifies correctly.
    pub correct: usize,
    /// Effective bit operations of the model before.
    pub ebops_before: u64,
    /// Effective bit operations of the pruned model.
    pub ebops: u64,
    /// The pruned model.
    pub design: Design,
}

/// Prunes a trained model while it is trained further; its precisions stay.
///
/// The result is the epoch with the best validation accuracy among those with the whole share taken away. Where layers become
/// narrower, a reuse factor that is not legal any more becomes the next smaller legal one; the design says so.
///
/// # Errors
/// Impossible settings, samples that do not fit, a loss that is not finite, a model that cannot be built, and one in which
/// there is nothing to take away.
pub fn prune<M: HlsModel>(
    model: &M,
    training: &Samples,
    validation: &Samples,
    settings: &PruneSettings,
) -> Result<Pruned, PruneError> {
    if let Some(violation) = settings.violation() {
        return Err(TrainError::Settings(violation).into());
    }
    check_samples(model, "training", training)?;
    check_samples(model, "validation", validation)?;
    let before = crate::design::graph(model, &settings.hardware)?;
    let batches = Batches::new::<M>(training, settings.batch_size, settings.seed);
    let mut masks = Masks::new(model, &before, settings, batches.steps())?;
    let mut optimizer = adam();
    let mut trained = crate::weights::separate(model).valid().train();
    let schedule = settings.training();
    let mut best: Option<(usize, M)> = None;
    for epoch in 1..=settings.epochs {
        let rate = |step| schedule.learning_rate_at((epoch - 1) * batches.steps() + step, batches.steps());
        (trained, _) = batches.epoch(trained, &mut optimizer, &mut masks, epoch, rate)?;
        if !masks.is_complete() {
            continue;
        }
        let correct = evaluate(&trained, validation).correct;
        if best.as_ref().is_none_or(|(most, _)| correct > *most) {
            best = Some((correct, crate::weights::separate(&trained)));
        }
    }
    let (_, trained) = match best {
        Some(best) => best,
        // No epoch at all: what is left is taken away at once.
        None => (0, masks.finish(trained)),
    };
    let (narrow, hardware) = match settings.pattern {
        Pattern::Weights | Pattern::Multipliers => (crate::weights::separate(&trained), settings.hardware.clone()),
        Pattern::Neurons => {
            narrow::without_channels(&trained, &before, &masks.channels, &masks.neurons, &settings.hardware)?
        }
    };
    let after = crate::design::graph(&narrow, &hardware)?;
    let (counted, counted_after) = (count(&before), count(&after));
    let total = |layers: &[(String, usize, usize, usize)]| {
        layers.iter().fold((0, 0), |(weights, zeros), layer| (weights + layer.2, zeros + layer.3))
    };
    let ((weights, _), (left, zeros)) = (total(&counted), total(&counted_after));
    Ok(Pruned {
        settings: settings.clone(),
        weights,
        zeros: weights - left + zeros,
        multipliers_before: multipliers(&before),
        multipliers: multipliers(&after),
        neurons: counted.into_iter().zip(counted_after).map(|(before, after)| (before.0, before.1, after.1)).collect(),
        samples: validation.len(),
        correct_before: evaluate(model, validation).correct,
        correct: evaluate(&narrow, validation).correct,
        ebops_before: before.total_workload().ebops,
        ebops: after.total_workload().ebops,
        design: Design::new(&narrow, hardware),
    })
}

/// Of each Dense and convolution the name, outputs, weights, and weights that are zero.
fn count(graph: &Graph) -> Vec<(String, usize, usize, usize)> {
    let layers = groups::matrices(graph).map(|(name, matrix, ..)| {
        let outputs = matrix.weight.dims.last().copied().unwrap_or_default();
        (name.to_owned(), outputs, matrix.weight.raw.len(), matrix.weight.zeros())
    });
    layers.collect()
}

/// The multipliers of all kernels.
fn multipliers(graph: &Graph) -> usize {
    groups::matrices(graph).map(|(_, matrix, input, hardware)| matrix.multipliers(&input, hardware)).sum()
}
