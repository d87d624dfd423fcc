//! Which weights share a multiplier where they lie in a memory.

use crate::fixed::FixedTensor;

/// The multipliers of the `resource` kernel (lanes), and the weights that each of them works on, one a turn.
///
/// A matrix `[inputs, outputs]` with a reuse factor has `inputs * outputs / reuse_factor` lanes. They work for some outputs
/// at a time, a number of lanes for each; in a turn the lanes of an output read consecutive inputs. A lane whose weights are
/// all zero is left out of the firmware: pruning takes them away together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lanes {
    inputs: usize,
    outputs: usize,
    reuse: usize,
    /// Lanes that work for one output.
    pub(super) per_output: usize,
    /// Outputs that are worked on at once.
    pub(super) at_once: usize,
}

impl Lanes {
    /// The lanes of a matrix; `reuse_factor` is legal for it.
    #[must_use]
    pub fn new(inputs: usize, outputs: usize, reuse_factor: usize) -> Self {
        let reuse = reuse_factor.max(1);
        let per_output = (inputs / reuse).max(1);
        let at_once = ((inputs * outputs / reuse).max(1) / per_output).max(1);
        Self { inputs, outputs, reuse, per_output, at_once }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.per_output * self.at_once
    }

    /// The weights of a lane in the order of its turns, as positions in the matrix `[inputs, outputs]`.
    pub fn weights(self, lane: usize) -> impl Iterator<Item = usize> {
        let turns = (self.inputs / self.per_output).max(1);
        (0..self.reuse).map(move |turn| {
            let input = turn % turns * self.per_output + lane % self.per_output;
            let output = turn / turns * self.at_once + lane / self.per_output;
            input * self.outputs + output
        })
    }

    /// The lanes with a weight that is not zero; the first where there is none.
    #[must_use]
    pub fn busy(&self, weight: &FixedTensor) -> Vec<usize> {
        let is_busy = |lane: &usize| self.weights(*lane).any(|at| weight.raw[at] != 0);
        let busy: Vec<usize> = (0..self.count()).filter(is_busy).collect();
        if busy.is_empty() { vec![0] } else { busy }
    }

    /// What these lanes read, lane by lane and turn by turn.
    pub(super) fn stored(&self, lanes: &[usize], stored: &FixedTensor) -> FixedTensor {
        let raw = lanes.iter().flat_map(|&lane| self.weights(lane)).map(|at| stored.raw[at]).collect();
        FixedTensor { dims: vec![lanes.len(), self.reuse], format: stored.format, raw }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::is_legal_reuse;

    /// Every weight has one lane, for every legal reuse factor.
    #[test]
    fn lanes_share_out_all_weights() {
        for (inputs, outputs) in [(6, 4), (5, 3), (16, 5), (1, 7), (9, 1)] {
            for reuse in (1..=inputs * outputs).filter(|&reuse| is_legal_reuse(inputs, outputs, reuse)) {
                let lanes = Lanes::new(inputs, outputs, reuse);
                let mut found: Vec<usize> = (0..lanes.count()).flat_map(|lane| lanes.weights(lane)).collect();
                assert_eq!((lanes.count() * reuse, found.len()), (inputs * outputs, inputs * outputs));
                found.sort_unstable();
                assert!(found.into_iter().eq(0..inputs * outputs), "{inputs} x {outputs}, reuse factor {reuse}");
            }
        }
    }

    #[test]
    fn weights_of_a_lane_by_hand() {
        // 4 inputs, 2 outputs, 4 lanes, two for each output: in turn 0 inputs 0 and 1, in turn 1 inputs 2 and 3.
        let lanes = Lanes::new(4, 2, 2);
        let found: Vec<Vec<usize>> = (0..4).map(|lane| lanes.weights(lane).collect()).collect();
        assert_eq!(found, [[0, 4], [2, 6], [1, 5], [3, 7]]);
        // One lane for both outputs, one after the other.
        assert_eq!(Lanes::new(4, 2, 8).weights(0).collect::<Vec<_>>(), [0, 2, 4, 6, 1, 3, 5, 7]);
        let format = crate::fixed::FixedFormat::signed(4, 1);
        let weight = FixedTensor::new(vec![4, 2], format, vec![0, 0, 1, 0, 0, 0, 0, 3]).unwrap();
        assert_eq!(lanes.busy(&weight), [1, 3]);
        assert_eq!(lanes.stored(&[1, 3], &weight).raw, [1, 0, 0, 3]);
        assert_eq!(lanes.busy(&FixedTensor { raw: vec![0; 8], ..weight }), [0]);
    }
}
