//! What a window sees at every place, as rows of a matrix: so that a convolution is a matrix product.

use hls_core::fixed::Real;
use hls_core::rules::{Placement, Plane, taps};

/// Consecutive features that are consecutive in the unfolded sample too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Move {
    feature: u32,
    place: u32,
    length: u32,
}

/// The unfolding of a sample: features `[rows, columns, channels]` to `[places, groups, taps, channels of a group]`; what
/// is no position of the input is a constant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unfold {
    features: usize,
    places: usize,
    width: usize,
    groups: usize,
    moves: Vec<Move>,
    padding: f32,
}

impl Unfold {
    /// The unfolding for a window over `plane`; `groups` divides its channels.
    pub fn new(placed: [Placement; 2], plane: &Plane, groups: usize, padding: f32) -> Self {
        let length = plane.channels / groups.max(1);
        let of_group = placed[0].size * placed[1].size * length;
        let width = of_group * groups;
        let seen = taps(placed, plane.columns);
        let mut moves: Vec<Move> = Vec::new();
        for (place, seen) in seen.iter().enumerate() {
            for group in 0..groups {
                for &(position, tap) in seen {
                    let next = Move {
                        feature: (position * plane.channels + group * length) as u32,
                        place: (place * width + group * of_group + tap * length) as u32,
                        length: length as u32,
                    };
                    match moves.last_mut() {
                        Some(last)
                            if last.feature + last.length == next.feature && last.place + last.length == next.place =>
                        {
                            last.length += next.length;
                        }
                        _ => moves.push(next),
                    }
                }
            }
        }
        Self { features: plane.positions() * plane.channels, places: seen.len(), width, groups, moves, padding }
    }

    /// Elements of a sample.
    pub fn features(&self) -> usize {
        self.features
    }

    /// Places of the window in a sample.
    pub fn places(&self) -> usize {
        self.places
    }

    /// Elements that a place sees.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Parts of the channels that do not see each other.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// Samples whose unfolded form stays in a cache.
    pub fn chunk(&self) -> usize {
        const ELEMENTS: usize = 1 << 18;
        (ELEMENTS / (self.places * self.width).max(1)).max(1)
    }

    /// Whole samples, `[samples, features]`, as `[samples * places, width]`.
    pub fn apply<F: Real>(&self, samples: &[F]) -> Vec<F> {
        let size = self.places * self.width;
        let mut unfolded = vec![F::from_f64(self.padding.into()); samples.len() / self.features.max(1) * size];
        for (unfolded, sample) in unfolded.chunks_mut(size.max(1)).zip(samples.chunks(self.features.max(1))) {
            for &Move { feature, place, length } in &self.moves {
                let (feature, place, length) = (feature as usize, place as usize, length as usize);
                unfolded[place..place + length].copy_from_slice(&sample[feature..feature + length]);
            }
        }
        unfolded
    }

    /// Adds gradients `[samples * places, width]` to those of the features they came from, `[samples, features]`.
    pub fn add_folded(&self, gradients: &[f32], features: &mut [f32]) {
        let size = self.places * self.width;
        for (gradients, features) in gradients.chunks(size.max(1)).zip(features.chunks_mut(self.features.max(1))) {
            for &Move { feature, place, length } in &self.moves {
                let (feature, place, length) = (feature as usize, place as usize, length as usize);
                let features = features[feature..feature + length].iter_mut();
                features.zip(&gradients[place..place + length]).for_each(|(sum, &gradient)| *sum += gradient);
            }
        }
    }

    /// For every unfolded element the feature that it comes from; `features` where it is padding.
    #[cfg(any(test, feature = "gpu"))]
    pub fn indices(&self) -> Vec<i64> {
        let mut indices = vec![self.features as i64; self.places * self.width];
        for run in &self.moves {
            for at in 0..run.length as usize {
                indices[run.place as usize + at] = i64::from(run.feature) + at as i64;
            }
        }
        indices
    }

    /// What padding is.
    #[cfg(any(test, feature = "gpu"))]
    pub fn padding(&self) -> f32 {
        self.padding
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hls_core::rules::{Padding, Window};

    #[test]
    fn a_window_of_two_by_two_over_two_by_two_with_padding() {
        let plane = Plane { rows: 2, columns: 2, channels: 2 };
        let window = Window::new([2, 2], [1, 1]).padded(Padding::Same);
        let placed = window.on(&plane).unwrap();
        let sample: Vec<f32> = (1..=8).map(|value| value as f32).collect();
        let unfold = Unfold::new(placed, &plane, 1, 0.0);
        let rows =
            [[1, 2, 3, 4, 5, 6, 7, 8], [3, 4, 0, 0, 7, 8, 0, 0], [5, 6, 7, 8, 0, 0, 0, 0], [7, 8, 0, 0, 0, 0, 0, 0]];
        assert_eq!(unfold.apply(&sample), rows.concat().into_iter().map(|value| value as f32).collect::<Vec<_>>());
        assert_eq!((unfold.places(), unfold.width(), unfold.features()), (4, 8, 8));
        let groups = Unfold::new(placed, &plane, 2, -1.0).apply(&sample);
        assert_eq!(groups[8..16], [3.0, -1.0, 7.0, -1.0, 4.0, -1.0, 8.0, -1.0]);
        // Each feature's gradient is the number of places that see it.
        let mut gradient = vec![0.0; 8];
        unfold.add_folded(&[1.0; 32], &mut gradient);
        assert_eq!(gradient, [1.0, 1.0, 2.0, 2.0, 2.0, 2.0, 4.0, 4.0]);
        let indices = unfold.indices();
        assert_eq!(indices[8..16], [2, 3, 8, 8, 6, 7, 8, 8]);
    }
}
