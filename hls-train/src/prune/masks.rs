//! Which weights are zero, and when more become so.

use std::collections::BTreeMap;

use hls_core::ir::{Graph, NodeId};
use hls_core::ops::Op;

use super::{Pattern, PruneError, PruneSettings};
use crate::HlsModel;
use crate::training::shaping::Shaping;
use crate::weights::{Parameter, parameters, replace};

/// A Dense whose results only other Dense layers read, each element for itself: its neurons can go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hidden {
    pub layer: String,
    pub readers: Vec<String>,
}

/// What is kept of each parameter, and the schedule.
pub(super) struct Masks {
    settings: PruneSettings,
    /// The prunable weights by name.
    weights: Vec<String>,
    pub hidden: Vec<Hidden>,
    /// `true` is kept.
    kept: BTreeMap<String, Vec<bool>>,
    /// For each hidden layer which neurons are kept.
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
        let dense = graph.nodes().iter().filter(|node| matches!(node.op, Op::Dense(_) | Op::Conv(_)));
        let weights = dense.map(|node| format!("{}.weight", node.name)).filter(|name| names.contains(name)).collect();
        let hidden = hidden(graph);
        if settings.pattern == Pattern::Neurons && hidden.is_empty() {
            return Err(PruneError::NoNeurons);
        }
        let steps = settings.epochs * steps_per_epoch;
        let (kept, neurons) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self { settings: settings.clone(), weights, hidden, kept, neurons, step: 0, steps, share: 0.0 })
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
        }
    }

    fn choose_weights(&mut self, parameters: &[Parameter]) {
        let chosen: Vec<&Parameter> =
            parameters.iter().filter(|parameter| self.weights.contains(&parameter.name)).collect();
        let mut scores = Vec::new();
        for (layer, parameter) in chosen.iter().enumerate() {
            // A layer with many inputs has smaller weights, which matter no less.
            let squares: f64 = parameter.values.iter().map(|&value| f64::from(value).powi(2)).sum();
            let nonzero = parameter.values.iter().filter(|value| **value != 0.0).count().max(1);
            let usual = (squares / nonzero as f64).sqrt().max(f64::MIN_POSITIVE);
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
        let find = |name: &str| parameters.iter().find(|parameter| parameter.name == name);
        let mut scores = Vec::new();
        for (layer, hidden) in self.hidden.iter().enumerate() {
            let Some(weight) = find(&format!("{}.weight", hidden.layer)) else { continue };
            let outputs = weight.shape.last().copied().unwrap_or(1);
            let mut incoming = vec![0.0_f64; outputs];
            for (index, &value) in weight.values.iter().enumerate() {
                incoming[index % outputs] += f64::from(value).powi(2);
            }
            let mut outgoing = vec![0.0_f64; outputs];
            for reader in &hidden.readers {
                let Some(reader) = find(&format!("{reader}.weight")) else { continue };
                let width = reader.shape.last().copied().unwrap_or(1);
                for (index, &value) in reader.values.iter().enumerate() {
                    outgoing[index / width] += f64::from(value).powi(2);
                }
            }
            let products: Vec<f64> = incoming.iter().zip(&outgoing).map(|(a, b)| (a * b).sqrt()).collect();
            let usual = (products.iter().sum::<f64>() / outputs as f64).max(f64::MIN_POSITIVE);
            // The best neuron of a layer stays, whatever its score.
            let best = products.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(index, _)| index);
            let each = products.iter().enumerate();
            scores.extend(
                each.map(|(index, &product)| {
                    (if index == best { f64::INFINITY } else { product / usual }, layer, index)
                }),
            );
            self.neurons.insert(hidden.layer.clone(), vec![true; outputs]);
        }
        scores.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let gone = (self.share * scores.len() as f64).round() as usize;
        for &(_, layer, index) in scores.iter().filter(|score| score.0.is_finite()).take(gone) {
            if let Some(kept) = self.neurons.get_mut(&self.hidden[layer].layer) {
                kept[index] = false;
            }
        }
        self.kept.clear();
        for parameter in parameters {
            let mut kept = vec![true; parameter.values.len()];
            let width = parameter.shape.last().copied().unwrap_or(1);
            for hidden in &self.hidden {
                let Some(neurons) = self.neurons.get(&hidden.layer) else { continue };
                let own = ["weight", "bias"].iter().any(|what| parameter.name == format!("{}.{what}", hidden.layer));
                let reads = hidden.readers.iter().any(|reader| parameter.name == format!("{reader}.weight"));
                for (index, kept) in kept.iter_mut().enumerate() {
                    *kept &= !own || neurons[index % width];
                    *kept &= !reads || neurons[index / width];
                }
            }
            if kept.contains(&false) {
                self.kept.insert(parameter.name.clone(), kept);
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
        if self.step.is_multiple_of(INTERVAL) && !self.is_complete() {
            self.share = self.settings.share_at(self.step as f64 / self.steps.max(1) as f64);
            self.choose(&parameters(&model));
        }
        self.step += 1;
        self.apply(model)
    }
}

/// The Dense layers whose results reach other Dense layers element by element and nothing else.
fn hidden(graph: &Graph) -> Vec<Hidden> {
    let dense = graph.iter().filter(|(_, node)| matches!(node.op, Op::Dense(_)));
    let found = dense.filter_map(|(id, node)| {
        let mut readers = Vec::new();
        reaches_dense(graph, id, &mut readers).then(|| Hidden { layer: node.name.clone(), readers })
    });
    found.collect()
}

fn reaches_dense(graph: &Graph, id: NodeId, readers: &mut Vec<String>) -> bool {
    if graph.outputs().contains(&id) {
        return false;
    }
    graph.readers(id).all(|reader| {
        let node = graph.node(reader);
        match &node.op {
            Op::Dense(_) => {
                readers.push(node.name.clone());
                true
            }
            // One element in, one out, the same function for each.
            Op::Relu(_)
            | Op::Quantize(_)
            | Op::Clip(_)
            | Op::ThresholdedRelu(_)
            | Op::HardSigmoid(_)
            | Op::Table(_)
            | Op::Sign(_) => reaches_dense(graph, reader, readers),
            _ => false,
        }
    })
}
