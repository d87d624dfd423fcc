//! The cost of one layer of a graph.

use serde::{Deserialize, Serialize};

use super::analytic::Work;
use super::figure::{Basis, Cost, Figure};
use super::{Calibration, ConstantCounts, DenseFacts, Family, Multipliers, Resource};
use crate::backend::Target;
use crate::ir::{Graph, Node, TensorType};
use crate::ops::{Op, OpTypes};
use crate::rules::{IoType, Strategy};

/// The clocks of a layer: `L = L_mult + (R - 1) * II_mult + L_act`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// Clocks of one group of multiplications with its sums, `L_mult`.
    pub multiply: f64,
    /// Groups that follow one another through the same multipliers, `R`: the reuse factor where weights lie in memories;
    /// as many as the remaining multiplications need where zero and simple weights are gone.
    pub groups: f64,
    /// Clocks between groups, `II_mult`.
    pub interval: f64,
    /// Clocks of everything else, `L_act`.
    pub activation: f64,
}

impl Schedule {
    /// The clocks of the layer.
    #[must_use]
    pub fn cycles(&self) -> f64 {
        self.multiply + (self.groups - 1.0).max(0.0) * self.interval + self.activation
    }
}

/// What a layer takes, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerEstimate {
    /// The layer's name.
    pub name: String,
    /// The operation.
    pub op: String,
    /// How multiplications are scheduled; absent where there is no choice.
    pub strategy: Option<Strategy>,
    /// Multiplications that share a multiplier.
    pub reuse_factor: usize,
    /// The figures.
    pub cost: Cost,
    /// How the clocks come about.
    pub schedule: Schedule,
    /// What lies outside of the calibration's data: one phrase each. Empty for a calibrated estimate.
    pub outside: Vec<String>,
}

/// What all layers of an estimate share.
pub(super) struct Context<'a> {
    pub target: &'a Target,
    pub family: Family,
    pub io_type: IoType,
    pub calibration: &'a Calibration,
}

/// A product with a matrix of constants: the layers that are calibrated.
struct Matrix<'a> {
    weight: &'a [i64],
    weight_bits: u32,
    inputs: usize,
    outputs: usize,
    /// How often it is computed for a sample.
    positions: usize,
    /// Whether the data was of layers like it.
    dense: bool,
}

impl LayerEstimate {
    pub(super) fn new(graph: &Graph, node: &Node, context: &Context<'_>) -> Self {
        let inputs = graph.input_types(node);
        let mut layer = Self {
            name: node.name.clone(),
            op: node.op.name().to_owned(),
            strategy: None,
            reuse_factor: node.hardware.reuse_factor.max(1),
            cost: Cost {
                ii: Figure { estimate: 1.0, low: 1.0, high: 1.0, basis: Basis::Calibrated },
                ..Cost::default()
            },
            schedule: Schedule { groups: 1.0, interval: 1.0, ..Schedule::default() },
            outside: Vec::new(),
        };
        if node.inputs.is_empty() {
            return layer;
        }
        let types = OpTypes { inputs: &inputs, output: &node.output };
        // A convolution is the same matrix at every position of its window.
        let matrix = match &node.op {
            Op::Dense(dense) => Some((&dense.weight, true)),
            Op::Conv(conv) => Some((&conv.matrix.weight, false)),
            _ => None,
        };
        if let Some((weight, dense)) = matrix {
            let outputs = weight.dims.get(1).copied().unwrap_or(1).max(1);
            let matrix = Matrix {
                weight: &weight.raw,
                weight_bits: weight.format.width,
                inputs: weight.raw.len() / outputs,
                outputs,
                positions: (node.output.shape.size() / outputs).max(1),
                dense,
            };
            layer.matrix(node, &inputs, context, &matrix);
            return layer;
        }
        let workload = node.op.workload(&types);
        let code = node.op.code(&types, &node.hardware);
        let weights = code.as_ref().filter(|code| code.products.is_some());
        let weights = weights.and_then(|code| code.arrays.iter().find(|array| array.role == "weight"));
        let outputs = node.output.shape.channels().max(1);
        if let Some(weight) = weights.filter(|weight| weight.tensor.raw.len() >= outputs) {
            let count = weight.tensor.raw.len();
            let positions = (workload.multiplications as usize).div_ceil(count).max(1);
            layer.matrix(
                node,
                &inputs,
                context,
                &Matrix {
                    weight: &weight.tensor.raw,
                    weight_bits: weight.tensor.format.width,
                    inputs: count / outputs,
                    outputs,
                    positions,
                    dense: false,
                },
            );
        } else if let Some(code) = code {
            let work = Work::new(&node.op, &types, &code, workload, context.family);
            layer.cost = work.cost(context.target.clock_ns());
            layer.schedule.activation = layer.cost.cycles.estimate;
            layer.outside.push("no data of this kind".to_owned());
        }
        layer
    }

    fn matrix(&mut self, node: &Node, inputs: &[TensorType], context: &Context<'_>, matrix: &Matrix<'_>) {
        let strategy = node.hardware.strategy;
        self.strategy = Some(strategy);
        let facts = DenseFacts {
            inputs: matrix.inputs,
            outputs: matrix.outputs,
            reuse_factor: self.reuse_factor,
            memory: strategy == Strategy::Resource,
            input_bits: inputs.first().map_or(1, |input| input.ty.format.width),
            weight_bits: matrix.weight_bits,
            sum_bits: node.output.ty.format.width,
            constants: ConstantCounts::of(matrix.weight),
            clock_ns: context.target.clock_ns(),
            family: context.family,
            multipliers: Multipliers::Auto,
        };
        self.outside = context.calibration.outside(&facts);
        if !matrix.dense {
            self.outside.push("fitted to dense layers only".to_owned());
        }
        let basis = if self.outside.is_empty() { Basis::Calibrated } else { Basis::Extrapolated };
        let figure = |resource| {
            let estimate = context.calibration.figure(&facts, resource);
            let (low, high) =
                context.calibration.interval(&facts, resource, estimate).unwrap_or((estimate / 2.0, estimate * 2.0));
            Figure { estimate, low, high, basis }
        };
        let (cycles, ii) = (figure(Resource::Cycles), figure(Resource::Ii));
        self.schedule = Schedule {
            multiply: (cycles.estimate - (ii.estimate - 1.0)).max(0.0),
            groups: ii.estimate.min(cycles.estimate + 1.0),
            interval: 1.0,
            activation: 0.0,
        };
        // A stream passes its positions through one kernel; in parallel every position has its own.
        let positions = matrix.positions as f64;
        let (copies, turns) = if context.io_type == IoType::IoStream { (1.0, positions) } else { (positions, 1.0) };
        let waiting = (turns - 1.0) * ii.estimate;
        self.schedule.activation += waiting;
        self.cost = Cost {
            lut: figure(Resource::Lut).times(copies),
            ff: figure(Resource::Ff).times(copies),
            dsp: figure(Resource::Dsp).times(copies),
            bram: figure(Resource::Bram).times(copies),
            uram: Figure::ZERO,
            cycles: Figure {
                estimate: cycles.estimate + waiting,
                low: cycles.low + (turns - 1.0) * ii.low,
                high: cycles.high + (turns - 1.0) * ii.high,
                basis,
            },
            ii: ii.times(turns),
        };
    }
}
