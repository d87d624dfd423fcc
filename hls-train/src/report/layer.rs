//! One layer of the graph, for people.

use hls_core::fixed::FixedType;
use hls_core::ir::{Graph, Node};
use hls_core::ops::Workload;
use serde::{Deserialize, Serialize};

/// A layer, what it produces and how it is built.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerFacts {
    /// The layer's name.
    pub name: String,
    /// The operation: `dense`.
    pub op: String,
    /// The formats of its constants, as text; empty where there are none.
    pub details: String,
    /// The layers that it reads, by position.
    pub inputs: Vec<usize>,
    /// The dimensions of its result for one sample.
    pub shape: String,
    /// The type of its result.
    pub ty: FixedType,
    /// The smallest and the largest value that can occur.
    pub range: [f64; 2],
    /// How multiplications are scheduled; absent where there are none.
    pub strategy: Option<String>,
    /// Multiplications that share a multiplier.
    pub reuse_factor: usize,
    /// Multiplications and effective bit operations.
    pub workload: Workload,
}

impl LayerFacts {
    pub(super) fn new(graph: &Graph, node: &Node) -> Self {
        let multiplies = node.op.shape_rule().is_some_and(|rule| rule.multiplications().is_some());
        let interval = node.output.range;
        Self {
            name: node.name.clone(),
            op: node.op.name().to_owned(),
            details: node.op.details(),
            inputs: node.inputs.iter().map(|input| input.0).collect(),
            shape: node.output.shape.to_string(),
            ty: node.output.ty,
            range: [interval.min, interval.max].map(|raw| raw as f64 * (-f64::from(interval.fraction)).exp2()),
            strategy: multiplies.then(|| node.hardware.strategy.name().to_owned()),
            reuse_factor: node.hardware.reuse_factor,
            workload: graph.workload(node),
        }
    }
}
