//! The graph: a topologically ordered list of nodes.

use serde::{Deserialize, Serialize};

use crate::diagnostics::{Code, Diagnostic, Diagnostics, SourceLocation};
use crate::fixed::{FixedType, Interval};
use crate::ops::{Op, OpTypes, Workload};
use crate::rules::{IoType, Strategy};
use crate::shape::Shape;

/// The position of a node in its graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(pub usize);

/// What travels along an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TensorType {
    /// The dimensions of one sample.
    pub shape: Shape,
    /// The type of every element.
    pub ty: FixedType,
    /// The values that can occur, at the type's fraction: within the type's range, often narrower.
    pub range: Interval,
    /// Whether every element is one of the two ends of `range`, never a value between them, so that one bit tells which.
    pub binary: bool,
}

impl TensorType {
    /// A tensor whose elements are anywhere in `range`.
    #[must_use]
    pub fn new(shape: Shape, ty: FixedType, range: Interval) -> Self {
        Self { shape, ty, range, binary: false }
    }

    /// A tensor that may hold every number that an assignment to its type can store.
    #[must_use]
    pub fn full(shape: Shape, ty: FixedType) -> Self {
        let range = Interval::new(ty.min_raw().into(), ty.format.max_raw().into(), ty.format.fraction());
        Self::new(shape, ty, range)
    }

    /// Fractional bits of an element.
    #[must_use]
    pub fn fraction(&self) -> i32 {
        self.ty.format.fraction()
    }
}

/// The hardware settings of a node. They never change a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Hardware {
    /// How many multiplications share a multiplier; 1 where there are none.
    pub reuse_factor: usize,
    /// How they are scheduled.
    pub strategy: Strategy,
    /// The depth, in packets, of the FIFO from the node to each of its readers, where one was asked for.
    pub fifo_depth: Option<usize>,
    /// Under `io_parallel`, how many places of a convolution's window are computed at once; at least 1.
    #[serde(default = "one")]
    pub parallelization_factor: usize,
}

fn one() -> usize {
    1
}

impl Default for Hardware {
    fn default() -> Self {
        Self { reuse_factor: 1, strategy: Strategy::Latency, fifo_depth: None, parallelization_factor: 1 }
    }
}

/// One operation and what it produces.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// The layer's name: unique, an identifier.
    pub name: String,
    /// What it computes.
    pub op: Op,
    /// What it reads; all before it in the graph.
    pub inputs: Vec<NodeId>,
    /// What it produces.
    pub output: TensorType,
    /// How it is built.
    pub hardware: Hardware,
    /// Where it was declared.
    #[serde(skip)]
    pub source: Option<SourceLocation>,
}

/// A model: node 0 is its input, every node reads earlier ones only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Graph {
    pub(crate) name: String,
    pub(crate) io_type: IoType,
    pub(crate) nodes: Vec<Node>,
    pub(crate) outputs: Vec<NodeId>,
}

impl Graph {
    /// The model's name: an identifier, the top function of the firmware.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How tensors travel.
    #[must_use]
    pub fn io_type(&self) -> IoType {
        self.io_type
    }

    /// All nodes, in topological order; the first is the input.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// One node.
    ///
    /// # Panics
    /// With an id of another graph.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0]
    }

    /// The nodes with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().map(|(index, node)| (NodeId(index), node))
    }

    /// What the model reads.
    #[must_use]
    pub fn input(&self) -> &TensorType {
        &self.nodes[0].output
    }

    /// The nodes whose results the model returns, in order.
    #[must_use]
    pub fn outputs(&self) -> &[NodeId] {
        &self.outputs
    }

    /// The types of a node's inputs.
    #[must_use]
    pub fn input_types(&self, node: &Node) -> Vec<TensorType> {
        node.inputs.iter().map(|id| self.nodes[id.0].output).collect()
    }

    /// The nodes that read `id`.
    pub fn readers(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        self.iter().filter(move |(_, node)| node.inputs.contains(&id)).map(|(reader, _)| reader)
    }

    /// The multiplications and EBOPs of one node.
    #[must_use]
    pub fn workload(&self, node: &Node) -> Workload {
        let inputs = self.input_types(node);
        node.op.workload(&OpTypes { inputs: &inputs, output: &node.output })
    }

    /// The multiplications and EBOPs of the model.
    #[must_use]
    pub fn total_workload(&self) -> Workload {
        self.nodes.iter().map(|node| self.workload(node)).sum()
    }

    /// The bits that hold every intermediate sum of a node: 24 or fewer are exact in `f32`, 53 in `f64`.
    #[must_use]
    pub fn carrier_bits(&self, node: &Node) -> u32 {
        let inputs = self.input_types(node);
        node.op.carrier_bits(&OpTypes { inputs: &inputs, output: &node.output })
    }

    /// The largest [`Graph::carrier_bits`] of all nodes.
    #[must_use]
    pub fn max_carrier_bits(&self) -> u32 {
        self.nodes.iter().map(|node| self.carrier_bits(node)).max().unwrap_or_default()
    }

    /// Gives a node another operation and other hardware settings, as a search does, and infers all types again.
    ///
    /// # Errors
    /// What becomes illegal, here or in later nodes; the graph is then unchanged.
    pub fn replace(&mut self, id: NodeId, op: impl Into<Op>, hardware: Hardware) -> Result<(), Diagnostics> {
        let mut changed = self.clone();
        changed.nodes[id.0].op = op.into();
        changed.nodes[id.0].hardware = hardware;
        changed.infer_types()?;
        changed.verify()?;
        *self = changed;
        Ok(())
    }

    /// Removes a node with one input; its readers and outputs read that input instead.
    pub(crate) fn remove(&mut self, id: NodeId) {
        let replacement = self.nodes[id.0].inputs[0];
        self.nodes.remove(id.0);
        let renumber = |reference: &mut NodeId| {
            if *reference == id {
                *reference = replacement;
            }
            if reference.0 > id.0 {
                reference.0 -= 1;
            }
        };
        self.nodes.iter_mut().flat_map(|node| &mut node.inputs).for_each(renumber);
        self.outputs.iter_mut().for_each(renumber);
    }

    /// Infers all types again from the input and the operations.
    ///
    /// # Errors
    /// The first node whose inputs do not fit; those after it have no types to check.
    pub fn infer_types(&mut self) -> Result<(), Diagnostic> {
        for index in 1..self.nodes.len() {
            let node = &self.nodes[index];
            let output = node
                .op
                .infer(&self.input_types(node))
                .map_err(|diagnostic| diagnostic.at(&node.name, node.source.as_ref()))?;
            self.nodes[index].output = output;
        }
        Ok(())
    }

    /// The graph as JSON; the same graph gives the same bytes.
    ///
    /// # Errors
    /// Never in practice: the IR holds nothing that JSON cannot.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// A graph from JSON, verified.
    ///
    /// # Errors
    /// What is malformed, or what the verifier finds.
    pub fn from_json(text: &str) -> Result<Self, Diagnostics> {
        let graph: Self = serde_json::from_str(text)
            .map_err(|error| Diagnostic::error(Code::Malformed, format!("not a graph: {error}")))?;
        graph.verify()?;
        Ok(graph)
    }
}
