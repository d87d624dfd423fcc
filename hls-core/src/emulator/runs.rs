//! Which features a matrix reads at every place of its window.

use std::ops::Range;

use crate::rules::{Placement, Plane, taps};

/// Consecutive features that meet consecutive rows of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// The first feature.
    pub input: usize,
    /// The first row of the matrix.
    pub weight: usize,
    /// How many.
    pub length: usize,
}

/// The runs of every place; padding is in none of them. Each group reads the same runs, further on in the features.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Runs {
    places: Vec<Range<usize>>,
    runs: Vec<Run>,
    groups: usize,
    /// Features from one group to the next.
    group_step: usize,
}

impl Runs {
    /// One place that sees all inputs.
    pub fn whole(inputs: usize) -> Self {
        let run = Run { input: 0, weight: 0, length: inputs };
        Self { places: std::iter::once(0..1).collect(), runs: vec![run], groups: 1, group_step: 0 }
    }

    /// Every place of a window over `plane`; `groups` divides its channels.
    pub fn of_window(placements: [Placement; 2], plane: &Plane, groups: usize) -> Self {
        let length = plane.channels / groups;
        let mut result = Self { places: Vec::new(), runs: Vec::new(), groups, group_step: length };
        for seen in taps(placements, plane.columns) {
            let start = result.runs.len();
            for (position, tap) in seen {
                let run = Run { input: position * plane.channels, weight: tap * length, length };
                match result.runs[start..].last_mut() {
                    Some(last) if last.input + last.length == run.input && last.weight + last.length == run.weight => {
                        last.length += run.length;
                    }
                    _ => result.runs.push(run),
                }
            }
            result.places.push(start..result.runs.len());
        }
        result
    }

    pub fn groups(&self) -> usize {
        self.groups
    }

    pub fn group_step(&self) -> usize {
        self.group_step
    }

    /// The runs of each place.
    pub fn places(&self) -> impl Iterator<Item = &[Run]> {
        self.places.iter().map(|range| &self.runs[range.clone()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Padding, Window};

    #[test]
    fn neighbours_are_one_run() {
        let plane = Plane { rows: 2, columns: 3, channels: 4 };
        let window = Window::new([2, 2], [2, 2]).padded(Padding::Same);
        let placed = window.on(&plane).unwrap();
        let run = |input, weight, length| Run { input, weight, length };
        let runs = Runs::of_window(placed, &plane, 1);
        let found: Vec<&[Run]> = runs.places().collect();
        assert_eq!(found, [&[run(0, 0, 8), run(12, 8, 8)][..], &[run(8, 0, 4), run(20, 8, 4)][..]]);
        let runs = Runs::of_window(placed, &plane, 2);
        assert_eq!(runs.places().next().unwrap()[..2], [run(0, 0, 2), run(4, 2, 2)]);
        assert_eq!((runs.groups(), runs.group_step()), (2, 2));
        assert_eq!(Runs::whole(5).places().collect::<Vec<_>>(), [&[run(0, 0, 5)]]);
    }
}
