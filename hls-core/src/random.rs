//! Random models for tests: architectures, precisions, hardware settings, weights and inputs from a seed.
//!
//! A back end or a trainer that agrees with the emulator on these agrees on more corners than hand-written cases
//! reach: every rounding and overflow mode, one-bit types, formats with negative or more than all integer bits,
//! accumulators that wrap, residual connections, several outputs.

mod choose;
mod draw;
mod generate;
mod images;
mod shrink;

pub use choose::Choices;

use crate::dataflow;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::fixed::{FixedTensor, FixedType, WeightType};
use crate::ir::{Graph, GraphBuilder, Hardware, NodeId};
use crate::ops::{Conv, Dense, Op};
use crate::passes::{self, RemoveIdentities};
use crate::rules::{Convolution, IoType};
use crate::shape::Shape;

/// A model as a trainer would declare it: real weights and declared types.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomModel {
    /// What it was made from.
    pub seed: u64,
    /// Also the top function's name.
    pub name: String,
    /// How tensors travel.
    pub io_type: IoType,
    /// The dimensions of one input sample.
    pub input_shape: Shape,
    /// The type of the input.
    pub input_type: FixedType,
    /// The layers; each reads earlier ones.
    pub layers: Vec<RandomLayer>,
    /// Positions in `layers` of what the model returns, ascending.
    pub outputs: Vec<usize>,
}

/// One layer of a [`RandomModel`].
#[derive(Clone, Debug, PartialEq)]
pub struct RandomLayer {
    /// A unique identifier.
    pub name: String,
    /// What it computes.
    pub kind: LayerKind,
    /// Positions in `layers`; `None` is the model's input.
    pub inputs: Vec<Option<usize>>,
    /// How it is built.
    pub hardware: Hardware,
}

/// What a random layer computes, before quantization.
#[derive(Clone, Debug, PartialEq)]
pub enum LayerKind {
    /// A [`Dense`] or a [`Conv`] with real weights.
    Dense {
        /// `[inputs][outputs]`.
        weight: Vec<f32>,
        /// One an output.
        bias: Vec<f32>,
        /// What the weights are quantized to.
        weight_type: WeightType,
        /// What the biases are quantized to.
        bias_type: FixedType,
        /// A declared accumulator.
        accum: Option<FixedType>,
        /// Where the matrix is placed; on the whole of a vector where there is nothing.
        convolution: Option<Convolution>,
    },
    /// A normalization that is folded into the Dense before it.
    BatchNorm {
        /// Scale, shift, mean and variance, one of each a channel.
        gamma: Vec<f32>,
        /// Shift.
        beta: Vec<f32>,
        /// Running mean.
        mean: Vec<f32>,
        /// Running variance.
        variance: Vec<f32>,
    },
    /// An operation without weights.
    Op(Op),
    /// Nothing outside training.
    Dropout,
}

impl RandomModel {
    /// The model of a seed: the same one on every machine.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        generate::model(seed, generate::Kind::Vectors)
    }

    /// A convolutional model of a seed, on small images or sequences.
    #[must_use]
    pub fn convolutional(seed: u64) -> Self {
        generate::model(seed, generate::Kind::Images)
    }

    /// As [`RandomModel::new`], without layers whose weights depend on how a trainer folds them.
    #[must_use]
    pub fn without_folding(seed: u64) -> Self {
        generate::model(seed, generate::Kind::WithoutFolding)
    }

    /// `samples` rows of raw inputs: all-minimum, all-maximum, zero, then random ones over the whole range.
    #[must_use]
    pub fn inputs(&self, samples: usize) -> Vec<i64> {
        let (min, max) = (self.input_type.min_raw(), self.input_type.format.max_raw());
        let mut choices = Choices::new(self.seed ^ 0x1234_5678);
        let features = self.input_shape.size();
        let row = |sample: usize, choices: &mut Choices| -> Vec<i64> {
            let pick = |_| match sample {
                0 => min,
                1 => max,
                2 => 0,
                _ => choices.range(min, max),
            };
            (0..features).map(pick).collect()
        };
        (0..samples).flat_map(|sample| row(sample, &mut choices)).collect()
    }

    /// The graph of a model without folded layers.
    ///
    /// # Errors
    /// Where the model has a [`LayerKind::BatchNorm`], or what the builder refuses.
    pub fn graph(&self) -> Result<Graph, Diagnostics> {
        self.build(false)
    }

    /// The graph without folded layers, which has the same processes: all that streams depend on.
    pub(crate) fn processes(&self) -> Result<Graph, Diagnostics> {
        self.build(true)
    }

    fn build(&self, without_folded: bool) -> Result<Graph, Diagnostics> {
        let mut builder = GraphBuilder::new(&self.name, self.io_type);
        let input = builder.input(self.input_shape, self.input_type)?;
        let mut ids: Vec<NodeId> = Vec::new();
        for layer in &self.layers {
            let inputs: Vec<NodeId> = layer.inputs.iter().map(|at| at.map_or(input, |at| ids[at])).collect();
            let op = match &layer.kind {
                LayerKind::BatchNorm { .. } if without_folded => {
                    ids.push(inputs[0]);
                    continue;
                }
                LayerKind::Dropout => {
                    ids.push(inputs[0]);
                    continue;
                }
                LayerKind::Op(op) => op.clone(),
                LayerKind::Dense { weight, bias, weight_type, bias_type, accum, convolution } => {
                    let malformed = |text| Diagnostic::error(Code::Malformed, text).at(&layer.name, None);
                    let dims = vec![weight.len() / bias.len(), bias.len()];
                    let weight = weight_type.quantize(dims, weight).map_err(malformed)?;
                    let bias = FixedTensor::quantized(vec![bias.len()], bias_type, bias).map_err(malformed)?;
                    let matrix = Dense { weight, bias, accum: *accum };
                    match convolution {
                        None => matrix.into(),
                        Some(convolution) => Conv::new(matrix, *convolution).into(),
                    }
                }
                LayerKind::BatchNorm { .. } => {
                    let message = "folding is the trainer's: lower the model there";
                    return Err(Diagnostic::error(Code::Unsupported, message).at(&layer.name, None).into());
                }
            };
            ids.push(builder.push(&layer.name, op, &inputs, layer.hardware, None)?);
        }
        let outputs: Vec<NodeId> = self.outputs.iter().map(|&at| ids[at]).collect();
        builder.finish(&outputs)
    }

    /// The same model with other hardware settings, all legal: strategies, reuse factors, FIFOs, and how tensors travel.
    #[must_use]
    pub fn with_other_hardware(&self, seed: u64) -> Self {
        let mut choices = Choices::new(seed);
        let mut model = self.clone();
        let graph = self.processes().ok();
        let places = |name: &str| {
            let node = graph.iter().flat_map(Graph::nodes).find(|node| node.name == name);
            node.map_or(1, |node| node.output.shape.positions())
        };
        for layer in &mut model.layers {
            if let LayerKind::Dense { weight, bias, convolution, .. } = &layer.kind {
                layer.hardware = choices.hardware(weight.len() / bias.len(), bias.len());
                if convolution.is_some() {
                    layer.hardware.parallelization_factor = choices.size(1, 5).min(places(&layer.name));
                }
            }
        }
        let io_type = choices.pick(&[IoType::IoParallel, IoType::IoStream]);
        model.with_io(io_type, &mut choices)
    }

    /// The same model with another way for tensors to travel; some FIFOs of a stream get a depth of their own.
    fn with_io(mut self, io_type: IoType, choices: &mut Choices) -> Self {
        self.io_type = io_type;
        for layer in &mut self.layers {
            // Layers that are nothing in hardware have no FIFO.
            let is_hardware = !matches!(layer.kind, LayerKind::BatchNorm { .. } | LayerKind::Dropout);
            let asks = is_hardware && io_type == IoType::IoStream && choices.one_in(5);
            layer.hardware.fifo_depth = asks.then(|| choices.size(1, 40));
            if io_type == IoType::IoStream {
                layer.hardware.parallelization_factor = 1;
            }
        }
        self.unlocked()
    }

    /// The same model, without the depths of its FIFOs where those would lock it.
    fn unlocked(mut self) -> Self {
        let lives = || {
            let graph = passes::run(&self.processes().ok()?, &[&RemoveIdentities]).ok()?;
            dataflow::simulate(&graph).ok()
        };
        let asks = self.layers.iter().any(|layer| layer.hardware.fifo_depth.is_some());
        if asks && self.io_type == IoType::IoStream && lives().is_none() {
            self.layers.iter_mut().for_each(|layer| layer.hardware.fifo_depth = None);
        }
        self
    }
}
