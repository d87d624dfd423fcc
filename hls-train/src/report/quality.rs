//! How good a classifier is, in each of its executions.

use serde::{Deserialize, Serialize};

use crate::metrics::Metrics;

/// The executions of a model on the same samples.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// The names of the classes; outputs without one are numbered.
    pub classes: Vec<String>,
    /// For example `float` and `quantized`.
    pub executions: Vec<Execution>,
}

/// One execution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Execution {
    /// Its name.
    pub name: String,
    /// Accuracy, areas and confusion.
    pub metrics: Metrics,
    /// For each class against the others the curve of [`roc`].
    pub roc: Vec<Vec<[f64; 2]>>,
}

/// Points of a curve, apart from its first one.
const POINTS: usize = 64;

impl Execution {
    /// Scores are `[samples][count]`, row-major.
    #[must_use]
    pub fn of(name: &str, scores: &[f64], classes: &[usize], count: usize) -> Self {
        let curve = |class: usize| {
            let scores: Vec<f64> = scores.iter().skip(class).step_by(count.max(1)).copied().collect();
            let positive: Vec<bool> = classes.iter().map(|&other| other == class).collect();
            roc(&scores, &positive)
        };
        Self {
            name: name.to_owned(),
            metrics: Metrics::of(scores, classes, count),
            roc: (0..count).map(curve).collect(),
        }
    }
}

/// The ROC curve of scores: `[signal efficiency, background efficiency]` from `[0, 0]` to `[1, 1]`, at most 65 of its points,
/// evenly along the signal, rounded to six digits. Every point is one that a threshold reaches: samples of equal scores
/// come together. Empty where one kind has no samples.
#[must_use]
pub fn roc(scores: &[f64], positive: &[bool]) -> Vec<[f64; 2]> {
    let mut order: Vec<usize> = (0..scores.len().min(positive.len())).collect();
    order.sort_unstable_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let positives = order.iter().filter(|&&index| positive[index]).count();
    let negatives = order.len() - positives;
    if positives == 0 || negatives == 0 {
        return Vec::new();
    }
    let round = |share: f64| (share * 1e6).round() / 1e6;
    let mut curve = vec![[0.0, 0.0]];
    let (mut signal, mut background, mut next) = (0, 0, 1);
    for tied in order.chunk_by(|&a, &b| scores[a] == scores[b]) {
        let here = tied.iter().filter(|&&index| positive[index]).count();
        signal += here;
        background += tied.len() - here;
        let is_last = signal == positives && background == negatives;
        if signal * POINTS >= next * positives && next <= POINTS || is_last {
            // Where the signal is complete, the background goes on to one in a straight line.
            curve.push([round(signal as f64 / positives as f64), round(background as f64 / negatives as f64)]);
            next = signal * POINTS / positives + 1;
        }
    }
    curve
}
