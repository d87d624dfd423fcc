//! The depths of the FIFOs of a graph, and the clocks that it takes with them.

use serde::Serialize;

use super::deadlock::Deadlock;
use super::depths::{Depths, deadlock, minimal};
use super::design::{Design, Edge};
use super::network::FifoId;
use super::packets::{Flow, owner};
use super::simulator::{Run, Simulator, Stop, Task};
use crate::diagnostics::{Code, Diagnostic};
use crate::ir::{Graph, NodeId};

/// How long a design takes, in clocks; estimates, as far as the latencies of kernels are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Timing {
    /// From the first packet of a sample to its last result, in an empty design.
    pub latency: u64,
    /// From one sample to the next, back to back.
    pub interval: u64,
}

/// The clocks of a graph under `io_stream`, with the FIFOs that are emitted; its `io_type` does not matter.
///
/// ```
/// use hls_core::dataflow;
/// use hls_core::fixed::{FixedFormat, FixedType};
/// use hls_core::ir::{GraphBuilder, Hardware};
/// use hls_core::ops::Relu;
/// use hls_core::rules::IoType;
/// use hls_core::shape::Shape;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let ty = FixedType::exact(FixedFormat::signed(8, 3));
/// let mut builder = GraphBuilder::new("image", IoType::IoStream);
/// let input = builder.input(Shape::new([32, 32, 3]), ty)?;
/// let relu = builder.push("relu1", Relu { ty }, &[input], Hardware::default(), None)?;
/// let timing = dataflow::simulate(&builder.finish(&[relu])?)?;
/// // A pixel a clock.
/// assert!((1024..1040).contains(&timing.interval));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Where `fifo_depth` of some layer locks it: who waits for whom; and what [`Plan::new`] says.
pub fn simulate(graph: &Graph) -> Result<Timing, Diagnostic> {
    Plan::new(graph)?.timing()
}

impl Run {
    /// Latency and interval.
    #[must_use]
    pub fn timing(&self) -> Timing {
        Timing { latency: self.latency(), interval: self.interval() }
    }
}

/// The most packets of a sample on all edges.
const MOST_PACKETS: usize = 1 << 24;

/// A depth that a layer asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The layer.
    pub layer: NodeId,
    /// Its `fifo_depth`.
    pub depth: usize,
    /// The FIFOs that get it: those from the layer to its readers.
    pub fifos: Vec<FifoId>,
}

/// The depths of the FIFOs of a graph: the least that keep it as fast as it can be, or what layers ask for.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    design: Design,
    least: Depths,
    requests: Vec<Request>,
}

impl Plan {
    /// The plan of a graph that verifies.
    ///
    /// # Errors
    /// Where a sample is more than 16,777,216 packets on all edges: they are followed one by one.
    pub fn new(graph: &Graph) -> Result<Self, Diagnostic> {
        Self::of(graph, &Flow::new(graph))
    }

    pub(crate) fn of(graph: &Graph, flow: &Flow) -> Result<Self, Diagnostic> {
        let design = Design::of(graph, flow);
        let network = design.network();
        let packets = network.total_packets();
        if packets > MOST_PACKETS {
            let message = format!("a sample is {packets} packets on all edges, but {MOST_PACKETS} are the most");
            return Err(Diagnostic::error(Code::Unsupported, message).help("use a smaller input"));
        }
        let defect = |what: String| Diagnostic::error(Code::Malformed, format!("{what}, which is a defect of ours"));
        if let Err((fifo, written, read)) = network.is_balanced() {
            return Err(defect(format!("{written} packets {} are read as {read}", network.ends(fifo))));
        }
        let least = minimal(network)
            .map_err(|deadlock| defect(format!("no FIFO is deep enough: {}", deadlock.describe(network))))?;
        let mut requests: Vec<Request> = Vec::new();
        for (edge, fifo) in design.edges().filter(|(_, fifo)| design.network().fifo(*fifo).port.is_none()) {
            let Some((layer, depth)) = asked(graph, edge) else { continue };
            match requests.iter_mut().find(|request| request.layer == layer) {
                Some(request) => request.fifos.push(fifo),
                None => requests.push(Request { layer, depth, fifos: vec![fifo] }),
            }
        }
        requests.sort_by_key(|request| request.layer);
        Ok(Self { design, least, requests })
    }

    /// The processes and FIFOs.
    #[must_use]
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// The least depths that keep the design as fast as it can be, and what it does with them.
    #[must_use]
    pub fn least(&self) -> &Depths {
        &self.least
    }

    /// What layers ask for, in the order of the graph.
    #[must_use]
    pub fn requests(&self) -> &[Request] {
        &self.requests
    }

    /// The depth of every FIFO, where these requests are met.
    #[must_use]
    pub fn depths<'a>(&self, requests: impl IntoIterator<Item = &'a Request>) -> Vec<usize> {
        let mut depths = self.least.depths.clone();
        for request in requests {
            request.fifos.iter().for_each(|fifo| depths[fifo.0] = request.depth);
        }
        depths
    }

    /// The depth with which the FIFO of an edge is emitted; `None` where the edge is a port or there is none.
    #[must_use]
    pub fn depth(&self, edge: Edge) -> Option<usize> {
        let fifo = self.design.fifo(edge)?;
        let request = self.requests.iter().find(|request| request.fifos.contains(&fifo));
        let ours = self.design.network().fifo(fifo).port.is_none();
        ours.then(|| request.map_or(self.least.depths[fifo.0], |request| request.depth))
    }

    /// What the design does, with the depths that are emitted.
    ///
    /// # Errors
    /// Where what layers ask for locks it.
    pub fn run(&self) -> Result<Run, Deadlock> {
        if self.requests.is_empty() {
            return Ok(self.least.run.clone());
        }
        self.run_with(&self.depths(&self.requests))
    }

    /// Latency and interval, with the depths that are emitted.
    ///
    /// # Errors
    /// Where what layers ask for locks the design: who waits for whom.
    pub fn timing(&self) -> Result<Timing, Diagnostic> {
        let run = self.run().map_err(|deadlock| {
            let who = deadlock.describe(self.design.network());
            Diagnostic::error(Code::Hardware, format!("the design locks: {who}"))
        })?;
        Ok(run.timing())
    }

    /// What the design does with other depths, over as many samples as [`Plan::least`] tells.
    ///
    /// # Errors
    /// Where it locks, by [`deadlock`](fn@super::deadlock).
    pub fn run_with(&self, depths: &[usize]) -> Result<Run, Deadlock> {
        let network = self.design.network();
        if let Some(deadlock) = deadlock(network, depths) {
            return Err(deadlock);
        }
        let samples = self.least.run.finished.len();
        Simulator::new(network).run(&Task::new(Some(depths), samples)).map_err(|stop| match stop {
            Stop::Deadlock(deadlock) => deadlock,
            Stop::Late(_) => Deadlock { blocked: Vec::new(), stalls: false },
        })
    }
}

/// The layer that asks for the depth of an edge, and which.
pub(crate) fn asked(graph: &Graph, edge: Edge) -> Option<(NodeId, usize)> {
    let Edge::ToReader { from, to } = edge else { return None };
    // Of several names that a reader knows a tensor by, the first counts.
    let name = graph.node(to).inputs.iter().filter(|&&input| owner(graph, input) == from).min()?;
    asked_under(graph, *name)
}

/// The layer that is read, or the one whose elements it renames.
fn asked_under(graph: &Graph, name: NodeId) -> Option<(NodeId, usize)> {
    let node = graph.node(name);
    match node.hardware.fifo_depth {
        Some(depth) => Some((name, depth)),
        None if owner(graph, name) == name => None,
        None => asked_under(graph, node.inputs[0]),
    }
}
