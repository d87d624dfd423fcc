//! The cost of a whole model.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::figure::{Basis, Cost, Figure};
use super::layer::{Context, LayerEstimate};
use super::{Calibration, Device, Family, Fit};
use crate::backend::Target;
use crate::dataflow::{Design, Edge, Flow, LEAST, Plan, Timing, asked};
use crate::ir::{Graph, TensorType};
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
        let stream = flow.as_ref().map(|flow| Stream::new(graph, flow));
        let context = Context { target, family, flow, calibration };
        // One estimate a node, the input among them, so that positions are those of the graph.
        let all: Vec<LayerEstimate> = graph.iter().map(|(id, _)| LayerEstimate::new(graph, id, &context)).collect();
        let total = total(graph, &all, stream.as_ref());
        let layers: Vec<LayerEstimate> = all.into_iter().skip(1).collect();
        let outside = layers.iter().filter(|layer| !layer.outside.is_empty()).count();
        if outside > 0 {
            notes.push(format!(
                "{outside} of {} layers are outside of the calibration's data: their intervals are wider and not measured",
                layers.len()
            ));
        }
        notes.extend(stream.iter().flat_map(|stream| &stream.notes).map(|note| format!("io_stream: {note}")));
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
fn total(graph: &Graph, layers: &[LayerEstimate], stream: Option<&Stream>) -> Cost {
    let mut total = layers.iter().fold(Cost::default(), |total, layer| total.then(layer.cost));
    (total.cycles, total.ii) = match stream.and_then(|stream| stream.timing) {
        Some(Timing { latency, interval }) => {
            (Figure::analytic_clocks(latency as f64), Figure::analytic_clocks(interval.max(1) as f64))
        }
        None => one_by_one(graph, layers),
    };
    let fifos = Figure::analytic(stream.map_or(0.0, |stream| stream.fifos));
    (total.lut, total.ff) = (total.lut + fifos, total.ff + ports(graph) + fifos);
    total
}

/// Clocks of a layer's handing over. From 35 whole projects: a layer starts the clock after the one before it is ready,
/// and where a sample enters every clock, a matrix product takes one more.
fn handover(layer: &LayerEstimate, every_clock: bool) -> f64 {
    let is_code = layer.cost.cycles.high > 0.0 || layer.cost.lut.high > 0.0;
    f64::from(u8::from(is_code)) + f64::from(u8::from(every_clock && layer.strategy.is_some()))
}

/// A layer after the other along the longest path, as under `io_parallel`; the longest interval.
fn one_by_one(graph: &Graph, layers: &[LayerEstimate]) -> (Figure, Figure) {
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
/// Bits of a FIFO that one LUT holds.
const FIFO_WORDS: usize = 32;

/// What a design of streams is beside its layers.
struct Stream {
    /// What it takes; `None` where it locks or is too large to be simulated. There, layers follow one another, which is never
    /// too short for a design that does not lock.
    timing: Option<Timing>,
    /// LUTs of the FIFOs, and as many flip-flops.
    fifos: f64,
    notes: Vec<String>,
}

impl Stream {
    fn new(graph: &Graph, flow: &Flow) -> Self {
        let positions: usize = graph.nodes().iter().map(|node| node.output.shape.positions()).sum();
        let is_small = positions <= SIMULATED_POSITIONS;
        let mut notes = Vec::new();
        let (plan, timing) = if is_small {
            let plan = Plan::of(graph, flow);
            let timing = plan.as_ref().map_err(Clone::clone).and_then(Plan::timing);
            notes.extend(timing.as_ref().err().map(|diagnostic| diagnostic.message.clone()));
            (plan.ok(), timing.ok())
        } else {
            (None, None)
        };
        if timing.is_none() {
            let unless = if is_small { " where nothing locks" } else { "" };
            notes.push(format!("latency without overlap between layers, an upper bound{unless}"));
        }
        Self { timing, fifos: fifos(graph, flow, plan.as_ref()), notes }
    }
}

/// The LUTs of all FIFOs: those of the design, each as wide as the packets of the layer that writes them and as deep as it
/// is emitted; without a plan as deep as layers ask for.
fn fifos(graph: &Graph, flow: &Flow, plan: Option<&Plan>) -> f64 {
    let own;
    let design = match plan {
        Some(plan) => plan.design(),
        None => {
            own = Design::of(graph, flow);
            &own
        }
    };
    let luts = |edge: Edge| {
        let (Edge::ToCopies(from) | Edge::ToReader { from, .. }) = edge else { return 0.0 };
        let depth = plan.and_then(|plan| plan.depth(edge));
        let depth = depth.or_else(|| asked(graph, edge).map(|(_, depth)| depth)).unwrap_or(LEAST);
        let bits = flow.packets(from).size * graph.node(from).output.ty.format.width as usize;
        (bits * depth.div_ceil(FIFO_WORDS)) as f64
    };
    let network = design.network();
    design.edges().filter(|(_, fifo)| network.fifo(*fifo).port.is_none()).map(|(edge, _)| luts(edge)).sum()
}

/// Registers of the ports.
fn ports(graph: &Graph) -> Figure {
    let bits = |ty: &TensorType| ty.shape.size() as f64 * f64::from(ty.ty.format.width);
    let outputs: f64 = graph.outputs().iter().map(|&output| bits(&graph.node(output).output)).sum();
    Figure::analytic(bits(graph.input()) + outputs)
}

impl fmt::Display for Estimate {
    /// A table a layer and a total: the estimate, its interval below in the total.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::table::write(f, self)
    }
}
