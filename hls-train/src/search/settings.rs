//! How a search goes.

use serde::{Deserialize, Serialize};

use super::Constraints;
use crate::learned::LearnSettings;
use crate::training::Settings;

/// The settings of a search. With the model and the samples they determine the front.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchSettings {
    /// Determines candidates and the order of samples.
    pub seed: u64,
    /// Candidates of a generation.
    pub population: usize,
    /// Generations, the first one included.
    pub generations: usize,
    /// The most candidates of all generations together: the last ones are cut. `None` is no limit.
    pub candidates: Option<usize>,
    /// Epochs of a candidate's training, from the float model on.
    pub epochs: usize,
    /// Samples of one step.
    pub batch_size: usize,
    /// The largest learning rate of a candidate's training.
    pub learning_rate: f64,
    /// The fewest and the most bits of a width.
    pub widths: (u32, u32),
    /// The largest reuse factor that is tried.
    pub max_reuse: usize,
    /// The widths of uniform quantization, to compare with, each once.
    pub uniform: Vec<u32>,
    /// How uniform quantization is trained, from fresh weights on.
    pub uniform_training: Settings,
    /// How widths are learned; each of these is a training of its own, none leaves that out.
    pub learned: Vec<LearnSettings>,
    /// Epochs of learned widths between two times that they are saved.
    pub segment: usize,
    /// What a design must keep.
    pub constraints: Constraints,
    /// How far below the best validation accuracy the winner may be, 0 to 1.
    pub allowance: f64,
}

impl Default for SearchSettings {
    fn default() -> Self {
        Self {
            seed: 1,
            population: 16,
            generations: 8,
            candidates: None,
            epochs: 6,
            batch_size: 256,
            learning_rate: 1e-3,
            widths: (2, 8),
            max_reuse: 16,
            uniform: vec![3, 4, 5, 6, 8],
            uniform_training: Settings { batch_size: 256, learning_rate: 2e-3, ..Settings::default() },
            learned: vec![LearnSettings::default()],
            segment: 10,
            constraints: Constraints::default(),
            allowance: 0.005,
        }
    }
}

impl SearchSettings {
    /// Why a search with these settings is not possible, or `None` where it is.
    #[must_use]
    pub fn violation(&self) -> Option<String> {
        let (least, most) = self.widths;
        let says = |text: &str| Some(text.to_owned());
        if self.population < 2 {
            says("population must be at least 2")
        } else if least < 2 || most > 16 || least > most {
            says("widths must be within 2 to 16")
        } else if self.uniform.iter().any(|width| !(2..=16).contains(width)) {
            says("uniform widths must be 2 to 16")
        } else if let Some(width) = self.uniform.iter().enumerate().find_map(|(at, width)| {
            // Two trainings in one directory would be neither.
            self.uniform[..at].contains(width).then_some(width)
        }) {
            Some(format!("the uniform width {width} is named twice"))
        } else if self.candidates == Some(0) {
            says("candidates must be at least 1")
        } else if !(0.0..=1.0).contains(&self.allowance) {
            says("allowance must be 0 to 1")
        } else if self.constraints.latency_ns.is_some_and(|limit| !(limit.is_finite() && limit > 0.0)) {
            says("the latency must be limited to a number of nanoseconds above zero")
        } else if self.max_reuse == 0 || self.segment == 0 {
            says("max_reuse and segment must be at least 1")
        } else if let Some(violation) = self.training(0).violation().or_else(|| self.uniform_training.violation()) {
            says(violation)
        } else {
            self.learned.iter().find_map(LearnSettings::violation).map(str::to_owned)
        }
    }

    /// How a candidate is trained.
    pub(super) fn training(&self, seed: u64) -> Settings {
        Settings {
            epochs: self.epochs,
            batch_size: self.batch_size,
            seed,
            learning_rate: self.learning_rate,
            final_fraction: 0.05,
            warm_up: 0.0,
            patience: None,
        }
    }
}
