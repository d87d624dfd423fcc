//! From a model that fails to a small one that fails in the same way.

use super::{LayerKind, RandomModel};
use crate::ir::Hardware;
use crate::rules::IoType;

impl RandomModel {
    /// The smallest model that `fails` still holds for, as far as single simplifications lead; `self` where none does.
    ///
    /// Simplifications take away outputs and layers, then weights, then hardware settings. Not every one gives a legal
    /// model, so `fails` must tell a model that is refused from one that fails. It is called at most `attempts` times.
    #[must_use]
    pub fn shrunk(&self, attempts: usize, mut fails: impl FnMut(&Self) -> bool) -> Self {
        let mut smallest = self.clone();
        let mut left = attempts;
        'simplify: loop {
            for candidate in smallest.simpler() {
                if left == 0 {
                    break 'simplify;
                }
                left -= 1;
                if fails(&candidate) {
                    smallest = candidate;
                    continue 'simplify;
                }
            }
            break;
        }
        smallest
    }

    /// Models with one thing less, those that lose most first.
    fn simpler(&self) -> Vec<Self> {
        let layers = 0..self.layers.len();
        let ends = layers.clone().map(|end| self.ending_in(&[end]));
        let without_output = self.outputs.iter().map(|output| {
            let rest: Vec<usize> = self.outputs.iter().copied().filter(|other| other != output).collect();
            self.ending_in(&rest)
        });
        let bypassed = layers.clone().rev().flat_map(|at| {
            let inputs = self.layers[at].inputs.iter();
            inputs.filter_map(move |&input| self.without(at, input)).collect::<Vec<_>>()
        });
        let joined = layers.clone().filter_map(|at| self.with_one_input(at));
        let lighter = layers.clone().flat_map(|at| self.with_lighter_weights(at));
        let plain = layers.map(|at| {
            let mut model = self.clone();
            model.layers[at].hardware = Hardware::default();
            model
        });
        let mut parallel = Self { io_type: IoType::IoParallel, ..self.clone() };
        parallel.layers.iter_mut().for_each(|layer| layer.hardware.fifo_depth = None);
        let candidates =
            ends.chain(without_output).chain(bypassed).chain(joined).chain(lighter).chain(plain).chain([parallel]);
        let candidates = candidates.filter(|candidate| !candidate.outputs.is_empty()).map(Self::unlocked);
        candidates.filter(|candidate| candidate != self).collect()
    }

    /// The model that returns these layers, without the layers that they do not need.
    fn ending_in(&self, outputs: &[usize]) -> Self {
        let mut needed = vec![false; self.layers.len()];
        outputs.iter().for_each(|&output| needed[output] = true);
        // Layers read earlier ones only, so one pass from the end finds everything.
        for at in (0..self.layers.len()).rev() {
            if needed[at] {
                self.layers[at].inputs.iter().flatten().for_each(|&input| needed[input] = true);
            }
        }
        self.keeping(&needed, outputs)
    }

    /// The model without a layer, whose readers read one of its inputs instead.
    fn without(&self, at: usize, input: Option<usize>) -> Option<Self> {
        let mut model = self.clone();
        for reader in model.layers.iter_mut().flat_map(|layer| &mut layer.inputs) {
            if *reader == Some(at) {
                *reader = input;
            }
        }
        // An output moves to what is read instead; the model's input is none.
        for output in &mut model.outputs {
            if *output == at {
                *output = input?;
            }
        }
        model.outputs.sort_unstable();
        model.outputs.dedup();
        let outputs = model.outputs.clone();
        Some(model.ending_in(&outputs))
    }

    /// The model with a layer that reads its first input in all places.
    fn with_one_input(&self, at: usize) -> Option<Self> {
        let mut model = self.clone();
        let inputs = &mut model.layers[at].inputs;
        let first = *inputs.first()?;
        inputs.fill(first);
        let outputs = model.outputs.clone();
        Some(model.ending_in(&outputs))
    }

    fn keeping(&self, needed: &[bool], outputs: &[usize]) -> Self {
        let place = |at: usize| needed[..at].iter().filter(|&&needed| needed).count();
        let layers = self.layers.iter().zip(needed).filter(|(_, needed)| **needed).map(|(layer, _)| {
            let mut layer = layer.clone();
            layer.inputs.iter_mut().flatten().for_each(|input| *input = place(*input));
            layer
        });
        let outputs = outputs.iter().map(|&output| place(output)).collect();
        Self { layers: layers.collect(), outputs, ..self.clone() }
    }

    /// Half of a dense layer's weights set to zero, either half, and then its biases.
    fn with_lighter_weights(&self, at: usize) -> Vec<Self> {
        let LayerKind::Dense { weight, bias, .. } = &self.layers[at].kind else { return Vec::new() };
        let nonzero: Vec<usize> = (0..weight.len()).filter(|&index| weight[index] != 0.0).collect();
        let (first, second) = nonzero.split_at(nonzero.len() / 2);
        let zeroed = |which: &[usize], biases: bool| {
            let mut model = self.clone();
            if let LayerKind::Dense { weight, bias, .. } = &mut model.layers[at].kind {
                which.iter().for_each(|&index| weight[index] = 0.0);
                if biases {
                    bias.fill(0.0);
                }
            }
            model
        };
        let mut models: Vec<Self> =
            [first, second].into_iter().filter(|half| !half.is_empty()).map(|half| zeroed(half, false)).collect();
        if bias.iter().any(|&bias| bias != 0.0) {
            models.push(zeroed(&[], true));
        }
        models
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::Op;

    /// Shrinks until the model has nothing that `has` does not need.
    #[track_caller]
    fn check(has: impl Fn(&RandomModel) -> bool, layers: usize) {
        let mut tried = 0;
        for seed in 0..200 {
            let model = RandomModel::new(seed);
            if !has(&model) {
                continue;
            }
            tried += 1;
            let small = model.shrunk(1000, |candidate| {
                let folds = candidate.layers.iter().any(|layer| matches!(layer.kind, LayerKind::BatchNorm { .. }));
                has(candidate) && (folds || candidate.graph().is_ok())
            });
            assert!(has(&small), "seed {seed}: {small:?}");
            assert!(small.layers.len() <= layers, "seed {seed}: {small:?}");
            assert_eq!(small.outputs.len(), 1, "seed {seed}: {small:?}");
        }
        assert!(tried >= 10, "{tried} models");
    }

    #[test]
    fn a_failing_operation_is_left_alone() {
        let is_argmax = |layer: &super::super::RandomLayer| matches!(layer.kind, LayerKind::Op(Op::Argmax(_)));
        check(|model| model.layers.iter().any(is_argmax), 2);
        let is_add = |layer: &super::super::RandomLayer| matches!(layer.kind, LayerKind::Op(Op::Add(_)));
        check(|model| model.layers.iter().any(is_add), 3);
    }

    #[test]
    fn a_failing_weight_is_left_alone() {
        let heaviest = |model: &RandomModel| {
            let weights = model.layers.iter().filter_map(|layer| match &layer.kind {
                LayerKind::Dense { weight, .. } => Some(weight.iter().filter(|&&weight| weight > 0.0).count()),
                _ => None,
            });
            weights.max().unwrap_or_default()
        };
        for seed in (0..50).filter(|&seed| heaviest(&RandomModel::without_folding(seed)) > 4) {
            let fails = |model: &RandomModel| heaviest(model) > 0 && model.graph().is_ok();
            let small = RandomModel::without_folding(seed).shrunk(2000, fails);
            assert_eq!(heaviest(&small), 1, "seed {seed}: {small:?}");
        }
    }

    #[test]
    fn a_model_that_cannot_be_simpler_stays() {
        let model = RandomModel::new(1);
        assert_eq!(model.shrunk(100, |_| false), model);
        assert_eq!(model.shrunk(0, |_| true), model);
    }
}
