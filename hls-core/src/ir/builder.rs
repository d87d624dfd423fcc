//! Builds a graph node by node; every node is checked and typed when it is added.

use super::{Graph, Hardware, Node, NodeId, TensorType};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, SourceLocation};
use crate::fixed::FixedType;
use crate::ops::{Input, Op};
use crate::rules::IoType;
use crate::shape::Shape;

/// A graph under construction.
///
/// ```
/// use hls_core::fixed::{FixedFormat, FixedTensor, FixedType, Overflow, Rounding};
/// use hls_core::ir::{GraphBuilder, Hardware};
/// use hls_core::ops::{Dense, Relu};
/// use hls_core::rules::IoType;
/// use hls_core::shape::Shape;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut builder = GraphBuilder::new("tiny", IoType::IoParallel);
/// let input = builder.input(Shape::new([2]), FixedType::exact(FixedFormat::signed(8, 3)))?;
/// let weight = FixedTensor::new(vec![2, 1], FixedFormat::signed(6, 1), vec![3, -5])?;
/// let bias = FixedTensor::new(vec![1], FixedFormat::signed(6, 1), vec![1])?;
/// let dense = builder.push("fc1", Dense { weight, bias, accum: None }, &[input], Hardware::default(), None)?;
/// let ty = FixedType::new(FixedFormat::unsigned(6, 2), Rounding::Rnd, Overflow::Sat);
/// let relu = builder.push("relu1", Relu { ty }, &[dense], Hardware::default(), None)?;
/// let graph = builder.finish(&[relu])?;
/// assert_eq!(graph.total_workload().multiplications, 2);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct GraphBuilder {
    graph: Graph,
}

impl GraphBuilder {
    /// An empty graph; `name` becomes the top function's name.
    #[must_use]
    pub fn new(name: &str, io_type: IoType) -> Self {
        Self { graph: Graph { name: name.to_owned(), io_type, nodes: Vec::new(), outputs: Vec::new() } }
    }

    /// The model's input; called once, first.
    ///
    /// # Errors
    /// A format that cannot be used, an empty shape, or a second input.
    pub fn input(&mut self, shape: Shape, ty: FixedType) -> Result<NodeId, Diagnostic> {
        if !self.graph.nodes.is_empty() {
            return Err(Diagnostic::error(Code::Malformed, "a model has one input").at("input", None));
        }
        self.add("input", Input { shape, ty }.into(), &[], Hardware::default(), None)
    }

    /// Adds a node that reads earlier ones.
    ///
    /// # Errors
    /// Where the inputs do not fit the operation.
    pub fn push(
        &mut self,
        name: &str,
        op: impl Into<Op>,
        inputs: &[NodeId],
        hardware: Hardware,
        source: Option<SourceLocation>,
    ) -> Result<NodeId, Diagnostic> {
        if let Some(unknown) = inputs.iter().find(|id| id.0 >= self.graph.nodes.len()) {
            let message = format!("reads node {}, which does not exist yet", unknown.0);
            return Err(Diagnostic::error(Code::Malformed, message).at(name, source.as_ref()));
        }
        self.add(name, op.into(), inputs, hardware, source)
    }

    /// Gives an existing node another operation, for example folded weights.
    ///
    /// # Errors
    /// Where the operation does not fit the node's inputs, or a later node has read the old result.
    pub fn replace(&mut self, id: NodeId, op: impl Into<Op>) -> Result<(), Diagnostic> {
        let node = self.graph.node(id);
        if let Some(reader) = self.graph.readers(id).next() {
            let message = format!("is changed after `{}` has read it", self.graph.node(reader).name);
            return Err(Diagnostic::error(Code::Malformed, message).at(&node.name, node.source.as_ref()));
        }
        let op = op.into();
        let types = self.graph.input_types(node);
        let output = op.infer(&types).map_err(|diagnostic| diagnostic.at(&node.name, node.source.as_ref()))?;
        let node = &mut self.graph.nodes[id.0];
        node.op = op;
        node.output = output;
        Ok(())
    }

    /// The operation of a node.
    #[must_use]
    pub fn op(&self, id: NodeId) -> &Op {
        &self.graph.node(id).op
    }

    /// The name of a node and where it was declared.
    #[must_use]
    pub fn site(&self, id: NodeId) -> (&str, Option<&SourceLocation>) {
        let node = self.graph.node(id);
        (&node.name, node.source.as_ref())
    }

    /// What a node produces.
    #[must_use]
    pub fn output(&self, id: NodeId) -> &TensorType {
        &self.graph.node(id).output
    }

    /// The finished graph, verified.
    ///
    /// # Errors
    /// Everything that the verifier finds.
    pub fn finish(mut self, outputs: &[NodeId]) -> Result<Graph, Diagnostics> {
        self.graph.outputs = outputs.to_vec();
        self.graph.verify()?;
        Ok(self.graph)
    }

    fn add(
        &mut self,
        name: &str,
        op: Op,
        inputs: &[NodeId],
        hardware: Hardware,
        source: Option<SourceLocation>,
    ) -> Result<NodeId, Diagnostic> {
        let types: Vec<TensorType> = inputs.iter().map(|id| self.graph.node(*id).output).collect();
        let output = op.infer(&types).map_err(|diagnostic| diagnostic.at(name, source.as_ref()))?;
        let id = NodeId(self.graph.nodes.len());
        self.graph.nodes.push(Node { name: name.to_owned(), op, inputs: inputs.to_vec(), output, hardware, source });
        Ok(id)
    }
}
