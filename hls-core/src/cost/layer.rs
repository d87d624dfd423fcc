//! The cost of one layer of a graph.

use serde::{Deserialize, Serialize};

use super::analytic::Work;
use super::figure::{Basis, Cost, Figure};
use super::places::Places;
use super::{Calibration, ConstantCounts, DenseFacts, Family, Multipliers, Resource};
use crate::backend::Target;
use crate::dataflow::Flow;
use crate::ir::{Graph, NodeId};
use crate::ops::{Op, OpTypes};
use crate::rules::Strategy;

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
    /// Clocks of everything else, `L_act`: activations, and the further places of a window or packets of a stream.
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
    /// The turns of processes under `io_stream`.
    pub flow: Option<Flow>,
    pub calibration: &'a Calibration,
}

impl LayerEstimate {
    pub(super) fn new(graph: &Graph, id: NodeId, context: &Context<'_>) -> Self {
        let node = graph.node(id);
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
        let turns = context.flow.as_ref().and_then(|flow| flow.turns(id));
        let places = Places::new(node, graph.input_types(node), turns);
        // A convolution is the same matrix at every place of its window.
        let matrix = match &node.op {
            Op::Dense(dense) => Some((dense, true)),
            Op::Conv(conv) => Some((&conv.matrix, false)),
            _ => None,
        };
        let kernel = if let Some((matrix, is_dense)) = matrix {
            layer.strategy = Some(node.hardware.strategy);
            let outputs = matrix.bias.raw.len().max(1);
            let is_memory = node.hardware.strategy == Strategy::Resource;
            let lanes = is_memory.then(|| matrix.lanes(layer.reuse_factor));
            let constants = ConstantCounts::of(&matrix.weight.raw);
            // Signs and powers of two are shifted and added, whatever their width.
            let multiplies = constants.adders + constants.hard > 0.0;
            let facts = DenseFacts {
                inputs: matrix.weight.raw.len() / outputs,
                outputs,
                reuse_factor: layer.reuse_factor,
                memory: is_memory,
                input_bits: places.inputs.first().map_or(1, |input| input.ty.format.width),
                weight_bits: matrix.weight.format.width,
                sum_bits: node.output.ty.format.width,
                constants,
                clock_ns: context.target.clock_ns(),
                family: context.family,
                multipliers: if multiplies { Multipliers::Auto } else { Multipliers::Logic },
                idle: lanes.map_or(0, |(lanes, busy)| lanes.count() - busy.len()),
            };
            layer.matrix(&facts, is_dense, context.calibration)
        } else {
            let types = OpTypes { inputs: &places.inputs, output: &places.output };
            // Of a window the code is that of the whole tensor; its tables and types are the same.
            let whole = turns.map_or_else(|| graph.input_types(node), |turns| turns.inputs.clone());
            let output = turns.map_or(node.output, |turns| turns.output);
            let Some(code) = node.op.code(&OpTypes { inputs: &whole, output: &output }, &node.hardware) else {
                return layer;
            };
            layer.outside.push("no data of this kind".to_owned());
            let work = Work::new(&node.op, &types, &code, node.op.workload(&types), context.family);
            work.cost(context.target.clock_ns())
        };
        layer.cost = places.cost(kernel);
        layer.schedule.activation += layer.cost.cycles.estimate - layer.schedule.cycles();
        layer
    }

    /// The cost of one kernel that multiplies with a matrix of constants.
    fn matrix(&mut self, facts: &DenseFacts, is_dense: bool, calibration: &Calibration) -> Cost {
        self.outside = calibration.outside(facts);
        if !is_dense {
            self.outside.push("fitted to dense layers only".to_owned());
        }
        let basis = if self.outside.is_empty() { Basis::Calibrated } else { Basis::Extrapolated };
        let figure = |resource| {
            let estimate = calibration.figure(facts, resource);
            let (low, high) =
                calibration.interval(facts, resource, estimate).unwrap_or((estimate / 2.0, estimate * 2.0));
            Figure { estimate, low, high, basis }
        };
        let (cycles, ii) = (figure(Resource::Cycles), figure(Resource::Ii));
        self.schedule = Schedule {
            multiply: (cycles.estimate - (ii.estimate - 1.0)).max(0.0),
            groups: ii.estimate.min(cycles.estimate + 1.0),
            interval: 1.0,
            activation: 0.0,
        };
        Cost {
            lut: figure(Resource::Lut),
            ff: figure(Resource::Ff),
            dsp: figure(Resource::Dsp),
            bram: figure(Resource::Bram),
            uram: Figure::ZERO,
            cycles,
            ii,
        }
    }
}
