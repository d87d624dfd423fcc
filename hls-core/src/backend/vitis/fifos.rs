//! How many packets the FIFO between two layers holds.

use super::packets::Flow;
use super::wiring::owner;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::ir::{Graph, NodeId};

/// Enough for a writer and a reader to work at the same time.
pub(super) const LEAST: usize = 2;

/// What the depths follow from. A schedule would make them tighter.
///
/// A FIFO that holds a whole sample never blocks its writer while that sample is on its way, so a graph of such FIFOs
/// cannot lock itself, whatever its layers do in between. Only where paths part and meet again can one path wait for
/// another: elsewhere the least depth is enough.
#[derive(Clone, Debug)]
pub(super) struct Fifos {
    /// The longest way from the input, in layers.
    levels: Vec<usize>,
    /// Whether paths part at the layer or above it.
    below_fork: Vec<bool>,
    /// Whether paths meet at the layer or below it.
    above_merge: Vec<bool>,
}

/// A FIFO's depth, and what it needs so that paths that meet again cannot wait for one another forever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Depth {
    pub depth: usize,
    pub safe: usize,
}

impl Fifos {
    pub fn new(graph: &Graph) -> Self {
        let count = graph.nodes().len();
        let roots = |id: NodeId| {
            let mut roots: Vec<NodeId> = graph.node(id).inputs.iter().map(|&input| owner(graph, input)).collect();
            roots.sort_unstable();
            roots.dedup();
            roots
        };
        let layers = || graph.iter().map(|(id, _)| id).filter(|&id| owner(graph, id) == id);
        let mut readers = vec![0; count];
        layers().flat_map(roots).for_each(|root| readers[root.0] += 1);

        let mut fifos =
            Self { levels: vec![0; count], below_fork: vec![false; count], above_merge: vec![false; count] };
        for id in layers() {
            fifos.below_fork[id.0] = readers[id.0] > 1;
            for root in roots(id) {
                fifos.levels[id.0] = fifos.levels[id.0].max(fifos.levels[root.0] + 1);
                fifos.below_fork[id.0] |= fifos.below_fork[root.0];
            }
        }
        for id in layers().collect::<Vec<_>>().into_iter().rev() {
            let above = roots(id);
            fifos.above_merge[id.0] |= above.len() > 1;
            for root in above {
                fifos.above_merge[root.0] |= fifos.above_merge[id.0];
            }
        }
        fifos
    }

    /// The depth of the FIFO through which `reader` reads `source`, of `packets` a sample: what the layer asks for, else
    /// a sample for every layer that other paths may have in between.
    pub fn depth(&self, graph: &Graph, reader: NodeId, source: NodeId, packets: usize) -> Depth {
        let root = owner(graph, source);
        let meets = self.below_fork[root.0] && self.above_merge[reader.0];
        let layers = self.levels[reader.0].saturating_sub(self.levels[root.0]).max(1);
        let depth =
            asked(graph, source).map_or(if meets { (packets * layers).max(LEAST) } else { LEAST }, |(_, depth)| depth);
        Depth { depth, safe: if meets { packets } else { 1 } }
    }
}

/// Reports results that nobody takes out of their FIFO, and depths that do nothing or too little.
pub(super) fn check(graph: &Graph, diagnostics: &mut Diagnostics) {
    let (fifos, flow) = (Fifos::new(graph), Flow::new(graph));
    let layers = || graph.iter().filter(|(id, _)| owner(graph, *id) == *id);
    let reads = || layers().flat_map(|(id, node)| node.inputs.iter().map(move |&source| (id, source)));
    for (id, node) in graph.iter() {
        let mut report = |diagnostic: Diagnostic| diagnostics.push(diagnostic.at(&node.name, node.source.as_ref()));
        let leaves = graph.outputs().iter().any(|&output| owner(graph, output) == id);
        if owner(graph, id) == id && !leaves && !reads().any(|(_, source)| owner(graph, source) == id) {
            report(
                Diagnostic::error(Code::Unsupported, "nobody reads its result, so its stream would never be empty")
                    .help("make it an output or leave it out"),
            );
        }
        let Some(depth) = node.hardware.fifo_depth else { continue };
        let behind = reads().filter(|&(_, source)| asked(graph, source).is_some_and(|(layer, _)| layer == id));
        let packets = flow.packets(id).count;
        match behind.map(|(reader, source)| fifos.depth(graph, reader, source, packets).safe).max() {
            None => {
                let message = format!("fifo_depth {depth} does nothing: no layer reads through a FIFO of this one");
                report(Diagnostic::warning(Code::Hardware, message).help("a model's output is a port"));
            }
            Some(safe) if depth < safe => {
                let message = format!("a FIFO of depth {depth} may lock paths that part and meet again");
                let help = format!("fifo_depth {safe} holds the packets of a sample");
                report(Diagnostic::warning(Code::Hardware, message).help(help));
            }
            Some(_) => {}
        }
    }
}

/// The layer that asks for a depth, and which: the one that is read, or the one whose elements it renames.
fn asked(graph: &Graph, source: NodeId) -> Option<(NodeId, usize)> {
    let node = graph.node(source);
    match node.hardware.fifo_depth {
        Some(depth) => Some((source, depth)),
        None if owner(graph, source) == source => None,
        None => asked(graph, node.inputs[0]),
    }
}
