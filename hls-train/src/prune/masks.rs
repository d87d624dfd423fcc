//! Which weights are zero, and when more become so.

use std::collections::BTreeMap;

use hls_core::fixed::WeightType;
use hls_core::ir::Graph;

use super::channels::{Channels, Part, channels, weight_of};
use super::groups::{Groups, groups, matrices, smallest, usual};
use super::{Pattern, PruneError, PruneSettings};
use crate::layers::EPSILON;
use crate::training::shaping::Shaping;
use crate::weights::{Parameter, parameters, replace};
use crate::{HlsModel, Precision};

/// What is kept of each parameter, and the schedule.
pub(super) struct Masks {
    settings: PruneSettings,
    /// The prunable weights by name.
    weights: Vec<String>,
    /// Those that share multipliers.
    groups: Vec<Groups>,
    /// The neurons and filters that can go.
    pub channels: Vec<Channels>,
    /// `true` is kept.
    kept: BTreeMap<String, Vec<bool>>,
    /// For each of the layers in `channels` which are kept.
    pub neurons: BTreeMap<String, Vec<bool>>,
    step: usize,
    steps: usize,
    share: f64,
}

/// Steps between two times that something is taken away.
const INTERVAL: usize = 16;

impl Masks {
    pub fn new<M: HlsModel>(
        model: &M,
        graph: &Graph,
        settings: &PruneSettings,
        steps_per_epoch: usize,
    ) -> Result<Self, PruneError> {
        let names: Vec<String> = parameters(model).into_iter().map(|parameter| parameter.name).collect();
        let precisions = crate::design::precisions(model);
        // A binary weight is never zero.
        let can_vanish =
            |name: &String| !matches!(precisions.get(name), Some(Precision::Weight(WeightType::Binary { .. })));
        let known = |name: &str| names.iter().any(|known| known == name);
        let weights = matrices(graph).filter_map(|(layer, ..)| weight_of(layer, known));
        let weights: Vec<String> = weights.filter(can_vanish).collect();
        let groups = groups(graph, &weights);
        let channels = channels(model, graph);
        match settings.pattern {
            Pattern::Weights if weights.is_empty() => return Err(PruneError::NoWeights),
            Pattern::Neurons if channels.is_empty() => return Err(PruneError::NoNeurons),
            Pattern::Multipliers if groups.is_empty() => return Err(PruneError::NoMultipliers),
            _ => {}
        }
        let steps = settings.epochs * steps_per_epoch;
        let (kept, neurons) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self { settings: settings.clone(), weights, groups, channels, kept, neurons, step: 0, steps, share: 0.0 })
    }

    /// Whether the whole share is taken away.
    pub fn is_complete(&self) -> bool {
        self.share >= self.settings.share
    }

    /// The model with the whole share taken away at once.
    pub fn finish<M: HlsModel>(&mut self, model: M) -> M {
        self.share = self.settings.share;
        self.choose(&parameters(&model));
        self.apply(model)
    }

    fn choose(&mut self, parameters: &[Parameter]) {
        match self.settings.pattern {
            Pattern::Weights => self.choose_weights(parameters),
            Pattern::Neurons => self.choose_neurons(parameters),
            Pattern::Multipliers => self.choose_multipliers(parameters),
        }
    }

    fn choose_multipliers(&mut self, parameters: &[Parameter]) {
        self.kept.clear();
        for (layer, group) in smallest(&self.groups, parameters, self.share) {
            let Groups { parameter, groups, .. } = &self.groups[layer];
            let weights = groups.iter().map(Vec::len).sum();
            let kept = self.kept.entry(parameter.clone()).or_insert_with(|| vec![true; weights]);
            groups[group].iter().for_each(|&at| kept[at] = false);
        }
    }

    fn choose_weights(&mut self, parameters: &[Parameter]) {
        let chosen: Vec<&Parameter> =
            parameters.iter().filter(|parameter| self.weights.contains(&parameter.name)).collect();
        let mut scores = Vec::new();
        for (layer, parameter) in chosen.iter().enumerate() {
            let usual = usual(parameter);
            let each = parameter.values.iter().enumerate();
            scores.extend(each.map(|(index, &value)| (f64::from(value).abs() / usual, layer, index)));
        }
        scores.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let gone = (self.share * scores.len() as f64).round() as usize;
        for parameter in &chosen {
            self.kept.insert(parameter.name.clone(), vec![true; parameter.values.len()]);
        }
        for &(_, layer, index) in &scores[..gone] {
            if let Some(kept) = self.kept.get_mut(&chosen[layer].name) {
                kept[index] = false;
            }
        }
    }

    fn choose_neurons(&mut self, parameters: &[Parameter]) {
        let mut scores = Vec::new();
        for (layer, channels) in self.channels.iter().enumerate() {
            let matters = importance(channels, parameters);
            let usual = (matters.iter().sum::<f64>() / channels.count.max(1) as f64).max(f64::MIN_POSITIVE);
            // The best channel of a layer stays, whatever its score.
            let best = matters.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(index, _)| index);
            let each = matters.iter().enumerate();
            scores.extend(
                each.map(|(index, &matters)| {
                    (if index == best { f64::INFINITY } else { matters / usual }, layer, index)
                }),
            );
            self.neurons.insert(channels.layer.clone(), vec![true; channels.count]);
        }
        scores.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let gone = (self.share * scores.len() as f64).round() as usize;
        for &(_, layer, index) in scores.iter().filter(|score| score.0.is_finite()).take(gone) {
            if let Some(kept) = self.neurons.get_mut(&self.channels[layer].layer) {
                kept[index] = false;
            }
        }
        self.kept.clear();
        for channels in &self.channels {
            let Some(neurons) = self.neurons.get(&channels.layer).filter(|neurons| neurons.contains(&false)) else {
                continue;
            };
            // What happens to it on the way does not matter: nobody reads it.
            for part in channels.produced.iter().chain(&channels.read) {
                let Some(parameter) = find(parameters, part) else { continue };
                let kept = self.kept.entry(part.parameter.clone());
                let kept = kept.or_insert_with(|| vec![true; parameter.values.len()]);
                for (index, kept) in kept.iter_mut().enumerate() {
                    *kept &= neurons[part.channel(&parameter.shape, channels.count, index)];
                }
            }
        }
    }

    fn apply<M: HlsModel>(&self, model: M) -> M {
        let masked = parameters(&model).into_iter().filter_map(|mut parameter| {
            let kept = self.kept.get(&parameter.name)?;
            parameter.values.iter_mut().zip(kept).filter(|(_, kept)| !**kept).for_each(|(value, _)| *value = 0.0);
            Some((parameter.name, parameter.values))
        });
        let masked = masked.collect();
        replace(model, masked)
    }
}

impl<M: HlsModel> Shaping<M> for Masks {
    fn project(&mut self, model: M) -> M {
        // The optimizer has moved what was taken away before; chosen from that, it could come back.
        let model = self.apply(model);
        let begun = self.step;
        self.step += 1;
        let moment = self.step as f64 / self.steps.max(1) as f64;
        if self.is_complete() || !(begun.is_multiple_of(INTERVAL) || moment >= self.settings.until) {
            return model;
        }
        self.share = self.settings.share_at(moment);
        self.choose(&parameters(&model));
        self.apply(model)
    }
}

fn find<'a>(parameters: &'a [Parameter], part: &Part) -> Option<&'a Parameter> {
    parameters.iter().find(|parameter| parameter.name == part.parameter)
}

/// How much each channel can change: the product of the weights that compute it, scale it and read it.
fn importance(channels: &Channels, parameters: &[Parameter]) -> Vec<f64> {
    let of_weights = |parts: &[Part]| {
        let mut squares = vec![0.0_f64; channels.count];
        for part in parts.iter().filter(|part| !part.parameter.ends_with(".bias")) {
            let Some(parameter) = find(parameters, part) else { continue };
            for (index, &value) in parameter.values.iter().enumerate() {
                squares[part.channel(&parameter.shape, channels.count, index)] += f64::from(value).powi(2);
            }
        }
        squares
    };
    let mut squares = of_weights(&channels.produced);
    squares.iter_mut().zip(of_weights(&channels.read)).for_each(|(square, read)| *square *= read);
    for part in &channels.beside {
        let Some(parameter) = find(parameters, part) else { continue };
        let factors = match part.parameter.rsplit('.').next() {
            Some("gamma" | "weight" | "depthwise") => of_weights(std::slice::from_ref(part)),
            Some("running_var") => {
                let mut inverse = vec![0.0; channels.count];
                for (index, &variance) in parameter.values.iter().enumerate() {
                    let channel = part.channel(&parameter.shape, channels.count, index);
                    inverse[channel] += 1.0 / f64::from(variance.max(0.0) + EPSILON);
                }
                inverse
            }
            _ => continue,
        };
        squares.iter_mut().zip(factors).for_each(|(square, factor)| *square *= factor);
    }
    squares.into_iter().map(f64::sqrt).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;

    #[hls_model(input = [Fixed<8, 3>; 4])]
    struct Tagger {
        fc1: Dense<4, 16, Fixed<6, 1>>,
        relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
        fc2: Dense<16, 3, Fixed<6, 1>>,
    }

    /// The weights of `model` moved by up to `distance`, as an optimizer would.
    fn moved(model: Tagger, distance: f32, seed: u64) -> Tagger {
        let mut generator = crate::random::Generator::new(&[seed]);
        let moved = parameters(&model).into_iter().map(|mut parameter| {
            parameter.values.iter_mut().for_each(|value| *value += (2.0 * generator.unit() - 1.0) * distance);
            (parameter.name, parameter.values)
        });
        let moved = moved.collect();
        replace(model, moved)
    }

    #[test]
    fn what_is_taken_away_stays_away_and_all_of_it_goes_in_time() {
        for pattern in [Pattern::Weights, Pattern::Neurons, Pattern::Multipliers] {
            for (until, epochs) in [(1.0, 10), (0.5, 10), (0.5, 1), (0.0, 1)] {
                let settings = PruneSettings { pattern, share: 0.6, until, epochs, ..PruneSettings::default() };
                let mut model = Tagger::seeded(3, &Device::default());
                let mut masks = Masks::new(&model, &model.graph().unwrap(), &settings, 8).unwrap();
                let steps = epochs * 8;
                for step in 1..=steps {
                    let before = masks.kept.clone();
                    model = masks.project(moved(model, 0.05, step as u64));
                    for (name, kept) in &before {
                        let back = kept.iter().zip(&masks.kept[name]).any(|(before, now)| !before && *now);
                        assert!(!back, "{pattern:?}, until {until}: a weight of {name} is back in step {step}");
                    }
                    let is_over = step as f64 >= until * steps as f64;
                    assert_eq!(masks.is_complete(), is_over, "{pattern:?}, until {until}: step {step} of {steps}");
                }
            }
        }
    }
}
