//! The cost of a whole model.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::figure::{Basis, Cost, Figure};
use super::layer::{Context, LayerEstimate};
use super::{Calibration, Device, Family, Fit};
use crate::backend::Target;
use crate::dataflow::{self, Flow};
use crate::ir::{Graph, Node};
use crate::rules::IoType;

/// What a model takes on a target, before any tool has seen it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The part, as the tools spell it.
    pub part: String,
    /// The device of the part, where it is known: `xcvu13p`.
    pub device: Option<String>,
    /// The clock period in nanoseconds.
    pub clock_ns: f64,
    /// The layers in the graph's order, without the input.
    pub layers: Vec<LayerEstimate>,
    /// Everything together: the clocks are those of the longest path, with what layers take to hand over.
    pub total: Cost,
    /// The time from the first input to the last result in nanoseconds.
    pub latency_ns: Figure,
    /// Findings about the estimate itself: one sentence each.
    pub notes: Vec<String>,
}

impl Estimate {
    /// The estimate of a graph.
    #[must_use]
    pub fn new(graph: &Graph, target: &Target) -> Self {
        Self::with_calibration(graph, target, Calibration::embedded())
    }

    /// The estimate of a graph with coefficients of one's own.
    #[must_use]
    pub fn with_calibration(graph: &Graph, target: &Target, calibration: &Calibration) -> Self {
        let device = Device::of_part(target.part());
        let mut notes = Vec::new();
        if device.is_none() {
            notes
                .push(format!("the part {} is not in the device table; taken as an UltraScale+ device", target.part()));
        }
        let family = device.map_or(Family::UltraScalePlus, |device| device.family);
        let flow = (graph.io_type() == IoType::IoStream).then(|| Flow::new(graph));
        let context = Context { target, family, flow, calibration };
        // One estimate a node, the input among them, so that positions are those of the graph.
        let all: Vec<LayerEstimate> = graph.iter().map(|(id, _)| LayerEstimate::new(graph, id, &context)).collect();
        let total = total(graph, &all);
        let layers: Vec<LayerEstimate> = all.into_iter().skip(1).collect();
        let outside = layers.iter().filter(|layer| !layer.outside.is_empty()).count();
        if outside > 0 {
            notes.push(format!(
                "{outside} of {} layers are outside of the calibration's data: their intervals are wider and not measured",
                layers.len()
            ));
        }
        if graph.io_type() == IoType::IoStream && !is_simulated(graph) {
            notes.push("io_stream: latency without overlap between layers, an upper bound".to_owned());
        }
        Self {
            part: target.part().to_owned(),
            device: device.map(|device| device.name.to_owned()),
            clock_ns: target.clock_ns(),
            latency_ns: total.cycles.times(target.clock_ns()),
            layers,
            total,
            notes,
        }
    }

    /// What share of a part the model takes; `None` for a part that is not in the device table.
    #[must_use]
    pub fn fits(&self, part: &str) -> Option<Fit> {
        Device::of_part(part).map(|device| Fit::new(&self.total, device))
    }
}

/// All layers together.
fn total(graph: &Graph, layers: &[LayerEstimate]) -> Cost {
    let mut total = layers.iter().fold(Cost::default(), |total, layer| total.then(layer.cost));
    let (cycles, ii) = match graph.io_type() {
        IoType::IoParallel => parallel_schedule(graph, layers),
        IoType::IoStream => stream_schedule(graph, layers),
    };
    (total.cycles, total.ii) = (cycles, ii);
    let (lut, ff) = interface(graph);
    (total.lut, total.ff) = (total.lut + lut, total.ff + ff);
    total
}

/// Clocks of a layer's handing over. From 35 whole projects: a layer starts the clock after the one before it is ready,
/// and where a sample enters every clock, a matrix product takes one more.
fn handover(layer: &LayerEstimate, every_clock: bool) -> f64 {
    let is_code = layer.cost.cycles.high > 0.0 || layer.cost.lut.high > 0.0;
    f64::from(u8::from(is_code)) + f64::from(u8::from(every_clock && layer.strategy.is_some()))
}

/// `io_parallel`: a layer after the other along the longest path; the longest interval.
fn parallel_schedule(graph: &Graph, layers: &[LayerEstimate]) -> (Figure, Figure) {
    let ii = layers.iter().fold(Figure::ZERO, |ii, layer| ii.larger(layer.cost.ii));
    let every_clock = ii.estimate <= 1.0;
    let mut ends: Vec<Figure> = Vec::with_capacity(layers.len());
    for (layer, node) in layers.iter().zip(graph.nodes()) {
        let start = node.inputs.iter().map(|input| ends[input.0]).fold(Figure::ZERO, Figure::larger);
        let between = if node.inputs.is_empty() { 0.0 } else { handover(layer, every_clock) };
        let between = Figure { estimate: between, low: 0.0, high: between, basis: layer.cost.cycles.basis };
        ends.push(start + layer.cost.cycles + between);
    }
    // The first layer waits for nobody.
    let one = Figure { estimate: -1.0, low: 0.0, high: 0.0, basis: Basis::Calibrated };
    let last = graph.outputs().iter().map(|output| ends[output.0]).fold(Figure::ZERO, Figure::larger);
    let cycles = if last.estimate >= 1.0 { Figure { estimate: last.estimate + one.estimate, ..last } } else { last };
    (cycles, ii)
}

/// Positions of all tensors up to which a design is simulated: milliseconds.
const SIMULATED_POSITIONS: usize = 4096;

/// Whether the clocks of a stream come from the simulation of its processes.
fn is_simulated(graph: &Graph) -> bool {
    let positions = |node: &Node| node.output.shape.size() / node.output.shape.channels().max(1);
    graph.nodes().iter().map(positions).sum::<usize>() <= SIMULATED_POSITIONS
}

/// `io_stream`: processes run at the same time, and the simulation of the design knows how. For large tensors it would take
/// too long: there, layers follow one another, which is never too short.
fn stream_schedule(graph: &Graph, layers: &[LayerEstimate]) -> (Figure, Figure) {
    let one_by_one = parallel_schedule(graph, layers);
    match is_simulated(graph).then(|| dataflow::simulate(graph)) {
        Some(Ok(timing)) => {
            (Figure::analytic_clocks(timing.latency as f64), Figure::analytic_clocks(timing.interval.max(1) as f64))
        }
        _ => one_by_one,
    }
}

/// Registers of the ports, and the FIFOs of streams: two packets for every reader, of 32 bits a LUT.
fn interface(graph: &Graph) -> (Figure, Figure) {
    let bits = |ty: &crate::ir::TensorType| ty.shape.size() as f64 * f64::from(ty.ty.format.width);
    let outputs: f64 = graph.outputs().iter().map(|&output| bits(&graph.node(output).output)).sum();
    let ports = Figure::analytic(bits(graph.input()) + outputs);
    if graph.io_type() == IoType::IoParallel {
        return (Figure::ZERO, ports);
    }
    let packet = |ty: &crate::ir::TensorType| ty.shape.channels() as f64 * f64::from(ty.ty.format.width);
    let edges = graph.nodes().iter().flat_map(|node| {
        node.inputs.iter().map(|&input| {
            let source = graph.node(input);
            packet(&source.output) * (source.hardware.fifo_depth.unwrap_or(2) as f64 / 32.0).ceil()
        })
    });
    let fifos: f64 = edges.sum();
    (Figure::analytic(fifos), ports + Figure::analytic(fifos))
}

impl fmt::Display for Estimate {
    /// A table a layer and a total: the estimate, its interval below in the total.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::table::write(f, self)
    }
}
