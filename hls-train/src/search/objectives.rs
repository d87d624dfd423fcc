//! What a design costs.

use hls_core::backend::Target;
use hls_core::cost::{DEVICES, Estimate};
use hls_core::ir::{Graph, Node};
use hls_core::ops::Op;
use hls_core::rules::IoType;
use serde::{Deserialize, Serialize};

/// What a search makes small, apart from the errors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Objectives {
    /// Effective bit operations.
    pub ebops: u64,
    /// Multipliers that are busy at a time: of each layer the multiplications by weights that are not zero, at as many
    /// places of a window as are computed at once, over the reuse factor.
    pub multipliers: u64,
    /// Clocks between two samples, as [`WorkloadCost`] counts or [`EstimateCost`] estimates them.
    pub interval: u64,
    /// Look-up tables, where the cost model knows.
    pub lut: Option<f64>,
    /// Multiplier blocks, where the cost model knows.
    pub dsp: Option<f64>,
    /// Nanoseconds from input to output, where the cost model knows.
    pub latency_ns: Option<f64>,
    /// The share of the part that its scarcest resource takes, where the cost model knows; above 1 it does not fit.
    pub utilization: Option<f64>,
}

impl Objectives {
    /// The figures that are compared; the same ones for all designs of a search.
    pub(super) fn vector(&self) -> Vec<f64> {
        let known: Vec<f64> = [self.lut, self.dsp, self.latency_ns].into_iter().flatten().collect();
        let counted = [self.multipliers as f64, self.interval as f64];
        let others = if known.is_empty() { counted.to_vec() } else { known };
        std::iter::once(self.ebops as f64).chain(others).collect()
    }

    /// Whether these are less work than others, and no more look-up tables where those are known.
    #[must_use]
    pub fn are_below(&self, other: &Self) -> bool {
        self.ebops < other.ebops && self.lut.zip(other.lut).is_none_or(|(ours, theirs)| ours <= theirs)
    }
}

/// What a design must keep; `None` is no limit. A figure that a search's cost model does not know cannot be limited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Constraints {
    /// The most effective bit operations.
    pub ebops: Option<u64>,
    /// The most multipliers.
    pub multipliers: Option<u64>,
    /// The most clocks between two samples.
    pub interval: Option<u64>,
    /// The most nanoseconds from input to output; needs a cost model that knows them.
    pub latency_ns: Option<f64>,
    /// Whether the design must fit the part; needs a cost model that knows it.
    pub fits: bool,
}

impl Constraints {
    /// The limit that cannot be checked with figures like these, and why; `None` where all can be.
    pub(super) fn unknown(&self, objectives: &Objectives, cost: &dyn CostModel) -> Option<String> {
        let identity = cost.identity();
        let model = if identity.is_empty() { "a cost model without a part" } else { &identity };
        if self.latency_ns.is_some() && objectives.latency_ns.is_none() {
            return Some(format!("latency_ns is limited, but {model} knows no latency; EstimateCost does"));
        }
        (self.fits && objectives.utilization.is_none()).then(|| {
            let known: Vec<&str> = DEVICES.iter().map(|device| device.name).collect();
            format!(
                "designs must fit, but {model} knows no sizes of the part; EstimateCost knows those of {}",
                known.join(", ")
            )
        })
    }

    /// How far a design is beyond the limits, each measured by itself; zero where it keeps all, infinite where a figure
    /// that is limited is not known.
    #[must_use]
    pub fn excess(&self, objectives: &Objectives) -> f64 {
        let over = |value: f64, limit: f64| (value / limit.max(f64::MIN_POSITIVE) - 1.0).max(0.0);
        let whole = |value: u64, limit: Option<u64>| limit.map_or(0.0, |limit| over(value as f64, limit as f64));
        let known = |value: Option<f64>, limit: f64| value.map_or(f64::INFINITY, |value| over(value, limit));
        let latency = self.latency_ns.map_or(0.0, |limit| known(objectives.latency_ns, limit));
        let part = if self.fits { known(objectives.utilization, 1.0) } else { 0.0 };
        whole(objectives.ebops, self.ebops)
            + whole(objectives.multipliers, self.multipliers)
            + whole(objectives.interval, self.interval)
            + latency
            + part
    }
}

/// Says what a design costs.
pub trait CostModel: Sync {
    /// The cost of a graph with its hardware settings.
    fn objectives(&self, graph: &Graph) -> Objectives;

    /// What the costs depend on apart from the graph, such as part and clock: searches with other ones are others.
    fn identity(&self) -> String {
        String::new()
    }
}

/// The estimate of a part and a clock: look-up tables, multiplier blocks, latency, interval, and whether it fits.
///
/// The interval is what the tools are expected to reach, which for a small layer that shares multipliers under the `latency`
/// strategy may be less than its reuse factor.
#[derive(Clone, Debug)]
pub struct EstimateCost(pub Target);

impl CostModel for EstimateCost {
    fn objectives(&self, graph: &Graph) -> Objectives {
        let estimate = Estimate::new(graph, &self.0);
        Objectives {
            interval: estimate.total.ii.estimate.ceil().max(1.0) as u64,
            lut: Some(estimate.total.lut.estimate),
            dsp: Some(estimate.total.dsp.estimate),
            latency_ns: Some(estimate.latency_ns.estimate),
            utilization: estimate.fits(self.0.part()).map(|fit| fit.tightest().share()),
            ..WorkloadCost.objectives(graph)
        }
    }

    fn identity(&self) -> String {
        format!("{} at {} ns", self.0.part(), self.0.clock_ns())
    }
}

/// Counts operations, without any knowledge of a device.
///
/// The interval is that of the slowest layer: how often its kernel runs for a sample, times its reuse factor. Under
/// `io_parallel` a convolution runs for every place of its window, `parallelization_factor` of them at a time, everything
/// else once. Under `io_stream` a kernel runs for every step of the walk over an image and its padding, or for every
/// position. What a run takes beside its reuse factor (filling pipelines, reading and writing packets) is not counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct WorkloadCost;

impl CostModel for WorkloadCost {
    fn objectives(&self, graph: &Graph) -> Objectives {
        let mut objectives = Objectives { interval: 1, ..Objectives::default() };
        for node in graph.nodes() {
            let workload = graph.workload(node);
            let reuse = node.hardware.reuse_factor.max(1) as u64;
            let Runs { places, at_once, count } = Runs::of(graph, node);
            objectives.ebops += workload.ebops;
            let multiplications = workload.nonzero_multiplications.div_ceil(places);
            objectives.multipliers += at_once * multiplications.div_ceil(reuse);
            objectives.interval = objectives.interval.max(count * reuse);
        }
        objectives
    }
}

/// How a layer's kernel works through a sample.
struct Runs {
    /// The equal parts of its work.
    places: u64,
    /// The parts that are worked on side by side.
    at_once: u64,
    /// How often the kernels run.
    count: u64,
}

impl Runs {
    fn of(graph: &Graph, node: &Node) -> Self {
        let positions = node.output.shape.positions().max(1) as u64;
        let once = Self { places: 1, at_once: 1, count: 1 };
        match graph.io_type() {
            IoType::IoParallel if matches!(node.op, Op::Conv(_)) => {
                let at_once = node.hardware.parallelization_factor as u64;
                Self { places: positions, at_once, count: positions.div_ceil(at_once) }
            }
            IoType::IoParallel => once,
            // The model's input is no kernel.
            IoType::IoStream if node.inputs.is_empty() => once,
            IoType::IoStream => match node.op.walk(&graph.input_types(node)) {
                Some(walk) => Self { places: positions, at_once: 1, count: walk.len().max(1) as u64 },
                None if node.op.is_per_position() || node.op.is_per_element() => {
                    Self { places: positions, at_once: 1, count: positions }
                }
                None => once,
            },
        }
    }
}
