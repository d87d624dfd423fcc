//! How good a classifier is.

use serde::{Deserialize, Serialize};

/// The quality of a classifier on labelled samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// The samples.
    pub samples: usize,
    /// The samples whose largest score belongs to their class.
    pub correct: usize,
    /// The area under the ROC curve of each class against all others; `None` where a class has no samples or all.
    pub auc: Vec<Option<f64>>,
    /// `confusion[class][answer]` counts samples.
    pub confusion: Vec<Vec<usize>>,
}

impl Metrics {
    /// Scores are `[samples][classes]`; the answer is the first largest. Samples of classes beyond count as wrong, and so
    /// do those with a score that is no number, which are in no cell of the confusion.
    #[must_use]
    pub fn of(scores: &[f64], classes: &[usize], count: usize) -> Self {
        let mut confusion = vec![vec![0; count]; count];
        let mut correct = 0;
        for (row, &class) in scores.chunks(count.max(1)).zip(classes) {
            if row.iter().any(|score| score.is_nan()) {
                continue;
            }
            let answer = largest(row);
            correct += usize::from(answer == class);
            if let Some(cell) = confusion.get_mut(class).and_then(|answers| answers.get_mut(answer)) {
                *cell += 1;
            }
        }
        let auc = (0..count)
            .map(|class| {
                let scores: Vec<f64> = scores.iter().skip(class).step_by(count).copied().collect();
                let positive: Vec<bool> = classes.iter().map(|&other| other == class).collect();
                auc(&scores, &positive)
            })
            .collect();
        Self { samples: classes.len(), correct, auc, confusion }
    }

    /// The part of the samples that was classified correctly; zero without samples.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        self.correct as f64 / self.samples.max(1) as f64
    }

    /// The mean of the areas that exist.
    #[must_use]
    pub fn mean_auc(&self) -> Option<f64> {
        let areas: Vec<f64> = self.auc.iter().flatten().copied().collect();
        (!areas.is_empty()).then(|| areas.iter().sum::<f64>() / areas.len() as f64)
    }
}

/// The position of the first largest element.
pub(crate) fn largest<F: PartialOrd>(row: &[F]) -> usize {
    let mut best = 0;
    for (index, value) in row.iter().enumerate() {
        if *value > row[best] {
            best = index;
        }
    }
    best
}

/// The area under the ROC curve: the probability that a positive sample scores higher than a negative one, ties
/// counted half. Exact, by ranks. `None` where one kind has no samples or a score is no number.
#[must_use]
pub fn auc(scores: &[f64], positive: &[bool]) -> Option<f64> {
    if scores.iter().any(|score| score.is_nan()) {
        return None;
    }
    let mut order: Vec<usize> = (0..scores.len().min(positive.len())).collect();
    order.sort_unstable_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    let positives = order.iter().filter(|&&index| positive[index]).count() as u64;
    let negatives = order.len() as u64 - positives;
    if positives == 0 || negatives == 0 {
        return None;
    }
    // Pairs in which the positive sample is higher, counted twice so that a tie is a whole number.
    let mut doubled = 0_u128;
    let mut negatives_below = 0_u64;
    for tied in order.chunk_by(|&a, &b| scores[a] == scores[b]) {
        let positives_here = tied.iter().filter(|&&index| positive[index]).count() as u64;
        let negatives_here = tied.len() as u64 - positives_here;
        doubled += u128::from(positives_here) * u128::from(2 * negatives_below + negatives_here);
        negatives_below += negatives_here;
    }
    Some(doubled as f64 / 2.0 / (positives as f64 * negatives as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auc_counts_ordered_pairs() {
        let positive = [true, true, false, false];
        assert_eq!(auc(&[4.0, 3.0, 2.0, 1.0], &positive), Some(1.0));
        assert_eq!(auc(&[1.0, 2.0, 3.0, 4.0], &positive), Some(0.0));
        assert_eq!(auc(&[1.0, 1.0, 1.0, 1.0], &positive), Some(0.5));
        assert_eq!(auc(&[4.0, 1.0, 3.0, 2.0], &positive), Some(0.5));
        // Pairs: (2, 2) half, (2, 1) one, (1, 2) none, (1, 1) half.
        assert_eq!(auc(&[2.0, 1.0, 2.0, 1.0], &positive), Some(0.5));
        assert_eq!(auc(&[3.0, 1.0, 2.0, 1.0], &positive), Some(0.625));
        assert_eq!(auc(&[1.0, 2.0], &[true, true]), None);
    }

    #[test]
    fn scores_that_are_no_numbers_are_no_answers() {
        assert_eq!(auc(&[f64::NAN, f64::NAN], &[true, false]), None);
        assert_eq!(auc(&[1.0, f64::NAN, 0.0], &[true, false, false]), None);
        let metrics = Metrics::of(&[f64::NAN, 1.0, f64::NAN, f64::NAN, 0.0, 1.0], &[1, 0, 1], 2);
        assert_eq!((metrics.correct, metrics.confusion), (1, vec![vec![0, 0], vec![0, 1]]));
    }

    #[test]
    fn auc_equals_the_count_over_all_pairs() {
        let scores: Vec<f64> = (0..60_u32).map(|index| f64::from((index * 37) % 17)).collect();
        let positive: Vec<bool> = (0..60).map(|index| index % 3 == 0).collect();
        let mut pairs = 0.0;
        let mut higher = 0.0;
        for (a, _) in positive.iter().enumerate().filter(|(_, positive)| **positive) {
            for (b, _) in positive.iter().enumerate().filter(|(_, positive)| !**positive) {
                pairs += 1.0;
                higher += if scores[a] > scores[b] {
                    1.0
                } else if scores[a] == scores[b] {
                    0.5
                } else {
                    0.0
                };
            }
        }
        assert_eq!(auc(&scores, &positive), Some(higher / pairs));
    }

    #[test]
    fn confusion_and_accuracy() {
        let scores = [0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.5, 0.5];
        let metrics = Metrics::of(&scores, &[0, 1, 1, 0], 2);
        assert_eq!(metrics.confusion, [[2, 0], [1, 1]]);
        assert_eq!((metrics.correct, metrics.accuracy()), (3, 0.75));
    }
}
