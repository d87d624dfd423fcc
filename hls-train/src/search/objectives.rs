//! What a design costs.

use hls_core::backend::Target;
use hls_core::cost::Estimate;
use hls_core::ir::Graph;
use serde::{Deserialize, Serialize};

/// What a search makes small, apart from the errors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Objectives {
    /// Effective bit operations.
    pub ebops: u64,
    /// Multiplications by weights that are not zero, over the reuse factors: multipliers that are busy at a time.
    pub multipliers: u64,
    /// The largest reuse factor: clocks between two samples.
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

/// What a design must keep; `None` is no limit.
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
    /// How far a design is beyond the limits, each measured by itself; zero where it keeps all.
    #[must_use]
    pub fn excess(&self, objectives: &Objectives) -> f64 {
        let over = |value: f64, limit: f64| (value / limit.max(f64::MIN_POSITIVE) - 1.0).max(0.0);
        let whole = |value: u64, limit: Option<u64>| limit.map_or(0.0, |limit| over(value as f64, limit as f64));
        let latency = self.latency_ns.zip(objectives.latency_ns).map_or(0.0, |(limit, value)| over(value, limit));
        let part = objectives.utilization.filter(|_| self.fits).map_or(0.0, |share| over(share, 1.0));
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

/// The estimate of a part and a clock: look-up tables, multiplier blocks, latency, and whether it fits.
#[derive(Clone, Debug)]
pub struct EstimateCost(pub Target);

impl CostModel for EstimateCost {
    fn objectives(&self, graph: &Graph) -> Objectives {
        let estimate = Estimate::new(graph, &self.0);
        Objectives {
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
#[derive(Clone, Copy, Debug, Default)]
pub struct WorkloadCost;

impl CostModel for WorkloadCost {
    fn objectives(&self, graph: &Graph) -> Objectives {
        let mut objectives = Objectives { interval: 1, ..Objectives::default() };
        for node in graph.nodes() {
            let workload = graph.workload(node);
            let reuse = node.hardware.reuse_factor.max(1) as u64;
            objectives.ebops += workload.ebops;
            objectives.multipliers += workload.nonzero_multiplications.div_ceil(reuse);
            objectives.interval = objectives.interval.max(reuse);
        }
        objectives
    }
}
