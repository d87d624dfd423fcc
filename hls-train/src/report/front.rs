//! What a search found, without the weights of its designs.

use serde::{Deserialize, Serialize};

use crate::search::{Found, Objectives, SearchPoint};

/// A design of a search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrontPoint {
    /// Where it came from: `uniform 6 bits`.
    pub name: String,
    /// The share of the validation samples that it classifies correctly.
    pub validation: f64,
    /// The same of the test samples, where it was measured.
    pub test: Option<f64>,
    /// Its cost.
    pub objectives: Objectives,
}

/// The designs that no other one beats, beside uniform quantization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Front {
    /// From the fewest EBOPs.
    pub points: Vec<FrontPoint>,
    /// The same width everywhere, from the fewest bits.
    pub uniform: Vec<FrontPoint>,
    /// The position of the design with the fewest EBOPs within the allowed distance of the best accuracy.
    pub winner: usize,
    /// How far below the best validation accuracy the winner may be, 0 to 1, where it is known:
    /// [`SearchSettings::allowance`](crate::search::SearchSettings::allowance).
    #[serde(default)]
    pub allowance: Option<f64>,
    /// The winner as a declaration to paste.
    pub declaration: String,
    /// Whether for every uniform width there is a design that classifies as many validation samples correctly or more, with
    /// fewer EBOPs and, where both are known, no more LUT; true without any uniform width.
    pub dominates_uniform: bool,
    /// Trainings that the front is made of.
    pub trials: usize,
}

impl FrontPoint {
    /// A design; its accuracy on the test samples is the caller's.
    fn new(point: &SearchPoint, samples: usize) -> Self {
        let validation = point.correct as f64 / samples.max(1) as f64;
        Self { name: point.origin.to_string(), validation, test: None, objectives: point.objectives }
    }
}

/// The allowance is none of what a search found: the caller knows it.
impl From<&Found> for Front {
    fn from(found: &Found) -> Self {
        let points =
            |points: &[SearchPoint]| points.iter().map(|point| FrontPoint::new(point, found.samples)).collect();
        let winner = found.points.get(found.winner);
        Self {
            points: points(&found.points),
            uniform: points(&found.uniform),
            winner: found.winner,
            allowance: None,
            declaration: winner.map(|point| point.design.declaration.clone()).unwrap_or_default(),
            dominates_uniform: found.dominates_uniform(),
            trials: found.trials,
        }
    }
}
