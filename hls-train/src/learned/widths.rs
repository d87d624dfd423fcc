//! The trained widths of a model and one step of their training.

use std::collections::{BTreeMap, BTreeSet};

use burn::optim::GradientsParams;
use hls_core::fixed::{FixedFormat, FixedType, MAX_EXPONENT, MAX_WIDTH, effective_bits, narrowest_type, round_each};
use hls_core::ir::{Graph, Node, NodeId};
use serde::{Deserialize, Serialize};

use super::average::Average;
use super::settings::{Granularity, LearnSettings};
use crate::kernels::probe;
use crate::training::shaping::Shaping;
use crate::weights::{gradients, parameters, replace};
use crate::{HlsModel, Precision};

/// The least and the most fractional bits of a weight or a result.
const FRACTIONS: (f32, f32) = (-16.0, 16.0);

/// Numbers of fractional bits with the moments of Adam.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Trained {
    values: Vec<f32>,
    first: Vec<f32>,
    second: Vec<f32>,
}

impl Trained {
    fn new(values: Vec<f32>) -> Self {
        let zeros = vec![0.0; values.len()];
        Self { values, first: zeros.clone(), second: zeros }
    }

    /// Whether there are so many, all of them numbers that a training can have.
    fn are(&self, count: usize) -> bool {
        let finite = |part: &[f32]| part.len() == count && part.iter().all(|number| number.is_finite());
        // At the start a format may have more than a step allows.
        let legal = |value: &f32| value.abs() <= MAX_EXPONENT as f32;
        self.values.iter().all(legal) && finite(&self.values) && finite(&self.first) && finite(&self.second)
    }

    /// A step of Adam; `time` counts from 1.
    fn step(&mut self, gradients: &[f64], rate: f64, time: u32) {
        let (beta_1, beta_2) = (0.9_f64, 0.999_f64);
        let time = i32::try_from(time).unwrap_or(i32::MAX);
        let (correction_1, correction_2) = (1.0 - beta_1.powi(time), 1.0 - beta_2.powi(time));
        for (index, &gradient) in gradients.iter().enumerate() {
            let first = beta_1 * f64::from(self.first[index]) + (1.0 - beta_1) * gradient;
            let second = beta_2 * f64::from(self.second[index]) + (1.0 - beta_2) * gradient * gradient;
            (self.first[index], self.second[index]) = (first as f32, second as f32);
            let delta = rate * (first / correction_1) / ((second / correction_2).sqrt() + 1e-15);
            self.values[index] = (self.values[index] - delta as f32).clamp(FRACTIONS.0, FRACTIONS.1);
        }
    }
}

/// What a weight is multiplied by: its bits are the other half of the product's price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Factor {
    /// A type that stays.
    Bits(u32),
    /// The result of this slot.
    Result(usize),
}

/// The weights of a layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Weights {
    /// The parameter and its precision: `fc1.weight`.
    name: String,
    /// The last dimension.
    outputs: usize,
    count: usize,
    /// Products of one weight and sample: one for a Dense, the positions for a convolution.
    products: f64,
    factor: Factor,
    fractions: Trained,
}

impl Weights {
    /// Which width each weight has.
    fn share(&self, granularity: Granularity, index: usize) -> usize {
        match granularity {
            Granularity::Layer => 0,
            Granularity::Channel => index % self.outputs.max(1),
            Granularity::Weight => index,
        }
    }

    fn fractions(&self, granularity: Granularity) -> Vec<i32> {
        let round = |index| self.fractions.values[self.share(granularity, index)].round() as i32;
        (0..self.count).map(round).collect()
    }
}

/// A result whose width is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct ResultWidth {
    /// The precision: `relu1.result`.
    name: String,
    /// The sign and the modes, and the integer bits.
    ty: FixedType,
    fraction: Trained,
}

impl ResultWidth {
    fn ty(&self) -> FixedType {
        let integer = self.ty.format.integer;
        let fraction = self.fraction.values[0].round() as i32;
        let least = if self.ty.format.signed { 2 } else { 1 };
        let width = (integer + fraction).max(least) as u32;
        FixedType { format: FixedFormat { width, integer, ..self.ty.format }, ..self.ty }
    }
}

/// All trained widths of a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Widths {
    settings: LearnSettings,
    weights: Vec<Weights>,
    results: Vec<ResultWidth>,
    /// What an EBOP costs now; set anew in every epoch.
    #[serde(skip)]
    pub price: f64,
    steps: u32,
    average: Average,
    /// The share of [`LearnSettings::width_rate`] that the step takes: weights and widths slow down together, as widths
    /// that move while weights stand still only do damage.
    #[serde(skip)]
    pub pace: f64,
    /// Weights of the step, before and after rounding.
    #[serde(skip)]
    seen: BTreeMap<String, (Vec<f32>, Vec<f32>)>,
}

/// The precision whose values a node reads: what changes no value is passed through.
fn producer<'a>(graph: &'a Graph, mut id: NodeId, results: &[String]) -> (&'a Node, Option<usize>) {
    loop {
        let node = graph.node(id);
        let name = format!("{}.result", node.name);
        if let Some(slot) = results.iter().position(|result| *result == name) {
            return (node, Some(slot));
        }
        match node.inputs[..] {
            [before] if graph.node(before).output.ty == node.output.ty => id = before,
            _ => return (node, None),
        }
    }
}

impl Widths {
    /// The widths of a quantized model whose graph is given; `folded` names the weights that others are folded into, which
    /// keep their declared precision.
    pub fn new<M: HlsModel>(model: &M, graph: &Graph, folded: &[String], settings: &LearnSettings) -> Self {
        let mut precisions: BTreeMap<String, FixedType> = BTreeMap::new();
        let mut copy = model.clone();
        for (name, precision) in copy.precisions() {
            if let Precision::Fixed(ty) = precision {
                precisions.insert(name, *ty);
            }
        }
        let names: Vec<String> = precisions.keys().filter(|name| name.ends_with(".result")).cloned().collect();
        let parameters = parameters(model);
        let mut weights = Vec::new();
        let mut read = vec![false; names.len()];
        for node in graph.nodes() {
            let name = format!("{}.weight", node.name);
            let (Some(ty), Some(parameter)) =
                (precisions.get(&name), parameters.iter().find(|parameter| parameter.name == name))
            else {
                continue;
            };
            let (Some(&before), false) = (node.inputs.first(), folded.contains(&name)) else { continue };
            let (_, slot) = producer(graph, before, &names);
            let factor = match slot {
                Some(slot) => {
                    read[slot] = true;
                    Factor::Result(slot)
                }
                None => Factor::Bits(graph.node(before).output.ty.format.width),
            };
            let (count, outputs) = (parameter.values.len(), parameter.shape.last().copied().unwrap_or(1));
            let shares = settings.granularity.shares(count, outputs);
            weights.push(Weights {
                name,
                outputs,
                count,
                products: graph.workload(node).multiplications as f64 / count.max(1) as f64,
                factor,
                fractions: Trained::new(vec![ty.format.fraction() as f32; shares]),
            });
        }
        // Only the widths of results that a trained weight is multiplied by have a price.
        let slots: Vec<usize> = (0..names.len()).filter(|&slot| read[slot]).collect();
        for weights in &mut weights {
            if let Factor::Result(slot) = &mut weights.factor {
                *slot = slots.iter().position(|kept| kept == slot).unwrap_or_default();
            }
        }
        let result = |&slot: &usize| {
            let name = names[slot].clone();
            let ty = precisions[&name];
            ResultWidth { name, ty, fraction: Trained::new(vec![ty.format.fraction() as f32]) }
        };
        let results = slots.iter().map(result).collect();
        let price = settings.first_price;
        Self {
            settings: settings.clone(),
            weights,
            results,
            price,
            steps: 0,
            average: Average::default(),
            pace: 1.0,
            seen: BTreeMap::new(),
        }
    }

    /// The names of the trained results and their types.
    pub fn results(&self) -> impl Iterator<Item = (&str, FixedType)> {
        self.results.iter().map(|result| (result.name.as_str(), result.ty))
    }

    /// Changes the integer bits of a result.
    pub fn set_integer(&mut self, name: &str, integer: i32) {
        if let Some(result) = self.results.iter_mut().find(|result| result.name == name) {
            result.ty.format.integer = integer;
        }
    }

    /// Why these cannot be the widths of a model in a training with these settings, or `None` where they can.
    pub fn violation<M: HlsModel>(&self, model: &mut M, settings: &LearnSettings) -> Option<String> {
        if self.settings != *settings {
            return Some("its widths are of other settings".to_owned());
        }
        let parameters = parameters(model);
        let types: Vec<String> = model.precisions().into_iter().map(|(name, _)| name).collect();
        let distinct = |names: Vec<&String>| names.iter().collect::<BTreeSet<_>>().len() == names.len();
        let weights = |weights: &Weights| {
            let parameter = parameters.iter().find(|parameter| parameter.name == weights.name);
            let factor = match weights.factor {
                Factor::Bits(bits) => (1..=MAX_WIDTH).contains(&bits),
                Factor::Result(slot) => slot < self.results.len(),
            };
            factor
                && types.contains(&weights.name)
                && weights.products.is_finite()
                && parameter.is_some_and(|parameter| {
                    weights.count == parameter.values.len()
                        && weights.outputs == parameter.shape.last().copied().unwrap_or(1)
                })
                && weights.fractions.are(settings.granularity.shares(weights.count, weights.outputs))
        };
        let result = |result: &ResultWidth| {
            let format = result.ty.format;
            types.contains(&result.name) && format.violation().is_none() && result.fraction.are(1)
        };
        let fits = self.weights.iter().all(weights)
            && self.results.iter().all(result)
            && distinct(self.weights.iter().map(|weights| &weights.name).collect())
            && distinct(self.results.iter().map(|result| &result.name).collect())
            && self.average.is_of(&parameters);
        (!fits).then(|| "its widths are not those of the model".to_owned())
    }

    fn factor_bits(&self, factor: Factor) -> f64 {
        match factor {
            Factor::Bits(bits) => f64::from(bits),
            Factor::Result(slot) => f64::from(self.results[slot].ty().format.width),
        }
    }

    /// The model with rounded weights and the types that the widths are now: what a step's forward pass sees.
    pub fn rounded<M: HlsModel>(&mut self, model: &M) -> M {
        let mut rounded = BTreeMap::new();
        self.seen.clear();
        for parameter in parameters(model) {
            let Some(weights) = self.weights.iter().find(|weights| weights.name == parameter.name) else { continue };
            let mut values = parameter.values.clone();
            round_each(self.settings.rounding, &weights.fractions(self.settings.granularity), &mut values);
            self.seen.insert(parameter.name.clone(), (parameter.values, values.clone()));
            rounded.insert(parameter.name, values);
        }
        let mut changed = replace(model.clone(), rounded);
        let results: Vec<(FixedType, u32)> =
            (0..).zip(&self.results).map(|(slot, result)| (result.ty(), slot)).collect();
        for (name, precision) in changed.precisions() {
            if let Some((_, values)) = self.seen.get(&name)
                && let Precision::Fixed(like) = precision
                && let Some(ty) = narrowest_type(like, values)
            {
                *precision = Precision::Fixed(ty);
            }
            if let Some(position) = self.results.iter().position(|result| result.name == name) {
                let (ty, slot) = results[position];
                *precision = Precision::Learned { ty, slot };
            }
        }
        changed
    }

    /// The model with the averaged weights.
    pub fn averaged<M: HlsModel>(&self, model: &M) -> M {
        self.average.of(model)
    }

    /// The model with rounded weights as one that nothing trains any more.
    pub fn finished<M: HlsModel>(&mut self, model: &M) -> M {
        let mut model = self.rounded(&crate::weights::separate(model));
        for (_, precision) in model.precisions() {
            if let Precision::Learned { ty, .. } = *precision {
                *precision = Precision::Fixed(ty);
            }
        }
        model
    }
}

impl<M: HlsModel> Shaping<M> for Widths {
    fn effective(&mut self, model: &M) -> M {
        self.rounded(model)
    }

    fn project(&mut self, model: M) -> M {
        self.average.add(&model, self.settings.average);
        model
    }

    fn learn(&mut self, effective: &M, tape: &GradientsParams) {
        let probed = probe::take(self.results.len());
        let found = gradients(effective, tape);
        self.steps += 1;
        let (granularity, rate) = (self.settings.granularity, self.settings.width_rate * self.pace);
        // What the bits of the weights cost that read a result.
        let mut reading = vec![0.0; self.results.len()];
        let factors: Vec<f64> = self.weights.iter().map(|weights| self.factor_bits(weights.factor)).collect();
        for (weights, factor) in self.weights.iter_mut().zip(factors) {
            let (Some((latent, stored)), Some(gradient)) = (self.seen.get(&weights.name), found.get(&weights.name))
            else {
                continue;
            };
            let fractions = weights.fractions(granularity);
            let mut of_shares = vec![0.0; weights.fractions.values.len()];
            let mut bits = 0.0;
            for index in 0..weights.count {
                let error = f64::from(latent[index] - stored[index]);
                let of_loss = f64::from(gradient[index]) * error * std::f64::consts::LN_2;
                let used = effective_bits(stored[index], fractions[index]);
                bits += f64::from(used);
                let of_price = if used > 0 { self.price * factor * weights.products } else { 0.0 };
                of_shares[weights.share(granularity, index)] += of_loss + of_price;
            }
            if let Factor::Result(slot) = weights.factor {
                reading[slot] += bits * weights.products;
            }
            weights.fractions.step(&of_shares, rate, self.steps);
        }
        for ((result, probed), reading) in self.results.iter_mut().zip(probed).zip(reading) {
            result.fraction.step(&[probed + self.price * reading], rate, self.steps);
            // Below its narrowest type a width says nothing any more, and would take long to come back.
            let least = if result.ty.format.signed { 2 } else { 1 } - result.ty.format.integer;
            let value = &mut result.fraction.values[0];
            *value = value.max(least as f32);
        }
    }
}
