//! The neurons and filters that can be taken away, and where each of them is.

use std::collections::BTreeMap;

use hls_core::fixed::WeightType;
use hls_core::ir::{Graph, NodeId};
use hls_core::ops::Op;

use crate::weights::{Parameter, parameters};
use crate::{HlsModel, Precision};

/// Where the channels lie in a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// In its last dimension: of a matrix the outputs.
    Columns,
    /// In its first dimension: of a matrix the inputs.
    Rows,
}

/// A parameter of which every channel has a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub parameter: String,
    pub side: Side,
}

/// The outputs of a Dense or a convolution that other such layers read channel by channel and nobody else: the neurons or
/// filters of the layer can go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Channels {
    pub layer: String,
    pub count: usize,
    /// What computes them: weights and biases of the layer.
    pub produced: Vec<Part>,
    /// What works on each of them on the way: normalizations, slopes, depthwise convolutions.
    pub beside: Vec<Part>,
    /// What reads them: the weights of the readers. Where they are zero the channel changes nothing.
    pub read: Vec<Part>,
}

impl Part {
    fn new(layer: &str, what: &str, side: Side) -> Self {
        Self { parameter: format!("{layer}.{what}"), side }
    }

    /// What an element of the parameter is for: one of `count` channels, which repeat where a window or a flattened tensor
    /// has several positions.
    pub fn channel(&self, shape: &[usize], count: usize, index: usize) -> usize {
        let width = shape.last().copied().unwrap_or(1).max(1);
        let along = if self.side == Side::Rows { index / width } else { index % width };
        along % count.max(1)
    }
}

impl Channels {
    /// Everything that has a part of each channel.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        self.produced.iter().chain(&self.beside).chain(&self.read)
    }
}

/// All channels of a model that can be taken away, in the order of the graph.
pub(super) fn channels<M: HlsModel>(model: &M, graph: &Graph) -> Vec<Channels> {
    let (lowering, _) = crate::model::lowered(model);
    let search = Search {
        graph,
        parameters: parameters(model).into_iter().map(|parameter| (parameter.name.clone(), parameter)).collect(),
        precisions: crate::design::precisions(model),
        folds: lowering.folds(),
    };
    (0..graph.nodes().len()).filter_map(|node| search.channels(NodeId(node))).collect()
}

/// The parameter that holds the weights of a node.
pub(super) fn weight_of(node: &str, is_known: impl Fn(&str) -> bool) -> Option<String> {
    let part = || node.strip_suffix("_depthwise").map(|layer| format!("{layer}.depthwise"));
    [Some(format!("{node}.weight")), part()].into_iter().flatten().find(|name| is_known(name))
}

struct Search<'a> {
    graph: &'a Graph,
    parameters: BTreeMap<String, Parameter>,
    precisions: BTreeMap<String, Precision>,
    /// Linear layers with the normalizations that are part of them.
    folds: Vec<(String, &'static str)>,
}

impl Search<'_> {
    fn channels(&self, id: NodeId) -> Option<Channels> {
        let node = self.graph.node(id);
        match &node.op {
            Op::Dense(_) => {}
            // Groups would have to become narrower all together.
            Op::Conv(conv) if conv.groups == 1 => {}
            _ => return None,
        }
        let weight = self.parameters.get(&format!("{}.weight", node.name))?;
        let mut found = Channels {
            layer: node.name.clone(),
            count: weight.shape.last().copied().unwrap_or(1),
            produced: self.known(&node.name, &["weight", "bias"]),
            beside: self.folded(&node.name),
            read: Vec::new(),
        };
        (self.follow(id, &mut found) && !found.read.is_empty()).then_some(found)
    }

    /// The parameters of a layer that there are, with channels in the last dimension.
    fn known(&self, layer: &str, names: &[&str]) -> Vec<Part> {
        let parts = names.iter().map(|what| Part::new(layer, what, Side::Columns));
        parts.filter(|part| self.parameters.contains_key(&part.parameter)).collect()
    }

    fn normalization(&self, layer: &str) -> Vec<Part> {
        self.known(layer, &["gamma", "beta", "running_mean", "running_var"])
    }

    /// The normalizations that are part of a layer.
    fn folded(&self, layer: &str) -> Vec<Part> {
        let own = self.folds.iter().filter(|(linear, _)| linear == layer);
        own.flat_map(|(_, norm)| self.normalization(norm)).collect()
    }

    /// Whether every way from `id` keeps the channels apart until a Dense or a convolution reads them.
    fn follow(&self, id: NodeId, found: &mut Channels) -> bool {
        !self.graph.outputs().contains(&id) && self.graph.readers(id).all(|reader| self.read(reader, found))
    }

    fn read(&self, id: NodeId, found: &mut Channels) -> bool {
        let node = self.graph.node(id);
        match &node.op {
            Op::Dense(_) => self.reader(&node.name, found),
            Op::Conv(conv) if conv.groups == 1 => self.reader(&node.name, found),
            // Depthwise: a window of its own for each channel.
            Op::Conv(conv) if conv.groups == found.count && conv.matrix.bias.raw.len() == found.count => {
                let Some(weight) = weight_of(&node.name, |name| self.parameters.contains_key(name)) else {
                    return false;
                };
                found.beside.push(Part { parameter: weight, side: Side::Columns });
                found.beside.extend(self.known(&node.name, &["bias"]));
                found.beside.extend(self.folded(&node.name));
                self.follow(id, found)
            }
            Op::ScaleShift(_) => {
                let parts = self.normalization(&node.name);
                let is_known = parts.len() == 4;
                found.beside.extend(parts);
                is_known && self.follow(id, found)
            }
            Op::LeakyRelu(_) => {
                // One slope for all is no parameter.
                found.beside.extend(self.known(&node.name, &["slope"]));
                self.follow(id, found)
            }
            // One element in, one out, or every channel on its own; the channels stay the last dimension or its period.
            Op::Relu(_)
            | Op::Quantize(_)
            | Op::Clip(_)
            | Op::ThresholdedRelu(_)
            | Op::HardSigmoid(_)
            | Op::Table(_)
            | Op::Sign(_)
            | Op::MaxPool(_)
            | Op::AveragePool(_)
            | Op::Pad(_)
            | Op::Upsample(_)
            | Op::Flatten(_) => self.follow(id, found),
            _ => false,
        }
    }

    fn reader(&self, layer: &str, found: &mut Channels) -> bool {
        let part = Part::new(layer, "weight", Side::Rows);
        // A binary weight is never zero, so what it reads cannot be taken away bit by bit.
        let is_binary =
            matches!(self.precisions.get(&part.parameter), Some(Precision::Weight(WeightType::Binary { .. })));
        let known = self.parameters.contains_key(&part.parameter) && !is_binary;
        found.read.push(part);
        known
    }
}
