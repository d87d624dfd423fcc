//! How widths are trained.

use hls_core::fixed::Rounding;
use serde::{Deserialize, Serialize};

use crate::training::settings::exact;

/// Which weights share a number of fractional bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Granularity {
    /// All weights of a layer.
    Layer,
    /// The weights of an output.
    Channel,
    /// None: each weight has its own.
    #[default]
    Weight,
}

impl Granularity {
    /// How many widths so many weights of so many outputs have.
    pub(super) const fn shares(self, count: usize, outputs: usize) -> usize {
        match self {
            Self::Layer => 1,
            Self::Channel => outputs,
            Self::Weight => count,
        }
    }
}

/// The settings of a training of widths. With the model and the samples they determine every design.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearnSettings {
    /// Passes over the training samples.
    pub epochs: usize,
    /// Samples of one step.
    pub batch_size: usize,
    /// Determines the order of the samples.
    pub seed: u64,
    /// The largest learning rate of the weights.
    #[serde(with = "exact")]
    pub learning_rate: f64,
    /// The learning rate at the end of a cycle, as a fraction of the largest.
    #[serde(with = "exact")]
    pub final_fraction: f64,
    /// How often the learning rate falls from the largest to the smallest; designs are best at the end of a cycle.
    pub cycles: usize,
    /// The largest learning rate of the fractional bits; it falls as that of the weights does.
    #[serde(with = "exact")]
    pub width_rate: f64,
    /// What an EBOP costs at the start, in units of the loss.
    #[serde(with = "exact")]
    pub first_price: f64,
    /// What an EBOP costs at the end; the price rises by the same factor each epoch.
    #[serde(with = "exact")]
    pub last_price: f64,
    /// Which weights share a width.
    pub granularity: Granularity,
    /// How weights are rounded to their fractional bits. Finished weights are not rounded again, so the declared rounding
    /// stays as it is.
    pub rounding: Rounding,
    /// Bits of weights and of their biases at the start.
    pub weight_bits: u32,
    /// Bits of results at the start.
    pub result_bits: u32,
    /// The share of the values, in percent, that the integer bits of a result hold.
    #[serde(with = "exact")]
    pub percentile: f64,
    /// What a step counts in the running average of the weights, above 0 and at most 1: about one over the steps that it
    /// spans. Designs are taken of the average as well as of the weights themselves.
    #[serde(with = "exact")]
    pub average: f64,
}

impl Default for LearnSettings {
    fn default() -> Self {
        Self {
            epochs: 400,
            batch_size: 256,
            seed: 1,
            learning_rate: 2e-3,
            final_fraction: 0.02,
            cycles: 10,
            width_rate: 1e-2,
            first_price: 5e-7,
            last_price: 1e-5,
            granularity: Granularity::Weight,
            rounding: Rounding::Rnd,
            weight_bits: 8,
            result_bits: 8,
            percentile: 99.9,
            average: 5e-3,
        }
    }
}

impl LearnSettings {
    /// Why training with these settings is not possible, or `None` where it is.
    #[must_use]
    pub fn violation(&self) -> Option<&'static str> {
        let positive = |value: f64| value.is_finite() && value > 0.0;
        if self.batch_size == 0 {
            Some("batch_size must be at least 1")
        } else if self.cycles == 0 {
            Some("cycles must be at least 1")
        } else if !positive(self.learning_rate) || !positive(self.width_rate) {
            Some("learning_rate and width_rate must be above zero")
        } else if !(0.0..=1.0).contains(&self.final_fraction) {
            Some("final_fraction must be 0 to 1")
        } else if !positive(self.first_price) || !positive(self.last_price) {
            Some("first_price and last_price must be above zero")
        } else if !(2..=16).contains(&self.weight_bits) || !(2..=16).contains(&self.result_bits) {
            Some("weight_bits and result_bits must be 2 to 16")
        } else if !(self.percentile > 0.0 && self.percentile <= 100.0) {
            Some("percentile must be above 0 and at most 100")
        } else if !(self.average > 0.0 && self.average <= 1.0) {
            Some("average must be above 0 and at most 1")
        } else {
            None
        }
    }

    /// The price of an EBOP in an epoch, from 1.
    #[must_use]
    pub fn price(&self, epoch: usize) -> f64 {
        let progress = (epoch.max(1) - 1) as f64 / (self.epochs.max(2) - 1) as f64;
        self.first_price * (self.last_price / self.first_price).powf(progress)
    }

    /// The learning rate of a step of an epoch, from 1.
    #[must_use]
    pub fn rate(&self, epoch: usize, step: usize, steps: usize) -> f64 {
        let length = (self.epochs as f64 / self.cycles as f64).max(1.0);
        let at = (epoch.max(1) - 1) as f64 + step as f64 / steps.max(1) as f64;
        let progress = (at % length) / length;
        let cosine = 0.5 * (1.0 + (std::f64::consts::PI * progress).cos());
        self.learning_rate * (self.final_fraction + (1.0 - self.final_fraction) * cosine)
    }
}
