//! The processes and FIFOs of a graph under `io_stream`.

use std::collections::BTreeMap;

use super::clocks::body;
use super::network::{Body, FifoId, Network, ProcessId};
use super::packets::{Flow, owner};
use crate::ir::{Graph, NodeId};

/// A process that hands on a packet a clock: a copy, or the world outside.
const WIRE: Body = Body::Pipeline { interval: 1, latency: 1, continuous: true };

/// The loop that copies packets empties itself after a sample.
const COPIES: Body = Body::Pipeline { interval: 1, latency: 1, continuous: false };

/// An AXI stream port has registers for two packets.
const PORT: usize = 2;

/// Where a FIFO of a graph leads from and to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edge {
    /// From the world outside, a port.
    Input,
    /// To the world outside, a port: the model's output.
    Output(NodeId),
    /// From what computes a tensor to what copies it for several readers.
    ToCopies(NodeId),
    /// From what computes a tensor, or copies it, to a layer that reads it.
    ToReader {
        /// The node that computes it.
        from: NodeId,
        /// The node that reads it.
        to: NodeId,
    },
}

/// A graph under `io_stream` as a network: a process a layer, one for each tensor that several read, a source, and a sink
/// for each output.
///
/// The source gives a packet whenever there is room, the sinks take a packet a clock: what the world outside does
/// to a design that is faster than it is not known here. It must take every output as it comes; one that waits for one
/// output before it takes another needs FIFOs of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    network: Network,
    fifos: BTreeMap<Edge, FifoId>,
}

impl Design {
    /// The design of a graph that verifies; its `io_type` does not matter.
    #[must_use]
    pub fn new(graph: &Graph) -> Self {
        Self::of(graph, &Flow::new(graph))
    }

    pub(crate) fn of(graph: &Graph, flow: &Flow) -> Self {
        let mut design = Self { network: Network::new(), fifos: BTreeMap::new() };
        // Which process writes a tensor for a reader: what computes it, or copies it.
        let mut writers: BTreeMap<NodeId, (ProcessId, usize)> = BTreeMap::new();
        for (id, node) in graph.iter().filter(|(id, _)| owner(graph, *id) == *id) {
            let process = match flow.turns(id) {
                Some(turns) => {
                    let process = design.network.add(format!("`{}`", node.name), turns.count, body(node, turns));
                    if let Some(walk) = turns.walk {
                        design.network.walk(process, walk);
                    }
                    for (at, &input) in node.inputs.iter().enumerate() {
                        let from = owner(graph, input);
                        // Several inputs that are one tensor are read once.
                        let edge = Edge::ToReader { from, to: id };
                        if let (false, Some(&writer)) = (design.fifos.contains_key(&edge), writers.get(&from)) {
                            design.join(edge, writer, (process, turns.reads[at]));
                        }
                    }
                    if turns.sequence {
                        let positions = turns.inputs.iter().map(|ty| ty.shape.positions());
                        design.network.in_parts(process, positions.collect());
                    }
                    (process, turns.writes)
                }
                None => (design.network.add(format!("the input `{}`", node.name), flow.packets(id).count, WIRE), 1),
            };
            let outputs: Vec<NodeId> =
                graph.outputs().iter().copied().filter(|&output| owner(graph, output) == id).collect();
            let packets = flow.packets(id).count;
            // A port cannot be another port: the input is copied even for one output alone.
            let writer = if outputs.len() + readers(graph, id) > 1 || (id == NodeId(0) && !outputs.is_empty()) {
                let copies = design.network.add(format!("the copies of `{}`", node.name), packets, COPIES);
                let edge = if id == NodeId(0) { Edge::Input } else { Edge::ToCopies(id) };
                design.join(edge, process, (copies, 1));
                (copies, 1)
            } else {
                process
            };
            for output in outputs {
                let name = format!("the output `{}`", graph.node(output).name);
                let sink = design.network.add(name, packets, WIRE);
                design.join(Edge::Output(output), writer, (sink, 1));
            }
            writers.insert(id, writer);
        }
        design
    }

    fn join(&mut self, edge: Edge, writer: (ProcessId, usize), reader: (ProcessId, usize)) {
        let fifo = self.network.join(writer, reader);
        let from_outside =
            matches!(edge, Edge::ToReader { from: NodeId(0), .. }) && self.network.process(writer.0).reads.is_empty();
        if from_outside || matches!(edge, Edge::Input | Edge::Output(_)) {
            self.network.port(fifo, PORT);
        }
        self.fifos.insert(edge, fifo);
    }

    /// The processes and FIFOs.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The FIFO of an edge; the input's is that of its only reader where there are no copies.
    #[must_use]
    pub fn fifo(&self, edge: Edge) -> Option<FifoId> {
        self.fifos.get(&edge).copied()
    }

    /// All edges with their FIFOs.
    pub fn edges(&self) -> impl Iterator<Item = (Edge, FifoId)> {
        self.fifos.iter().map(|(&edge, &fifo)| (edge, fifo))
    }
}

/// How many layers read what a node computes, also under other names.
fn readers(graph: &Graph, id: NodeId) -> usize {
    let reads = |reader: NodeId| {
        owner(graph, reader) == reader && graph.node(reader).inputs.iter().any(|&input| owner(graph, input) == id)
    };
    graph.iter().filter(|(reader, _)| reads(*reader)).count()
}
