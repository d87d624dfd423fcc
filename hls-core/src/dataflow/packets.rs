//! How tensors are cut into packets, and in which turns a layer works through them.

use std::collections::BTreeMap;

use crate::ir::{Graph, Node, NodeId, TensorType};
use crate::ops::Op;
use crate::rules::Walk;
use crate::shape::Shape;

/// The widest word of a stream (HLS 214-256).
const STREAM_BITS: usize = 4096;

/// The packets of a tensor: `count` of them, of `size` elements each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Packets {
    pub size: usize,
    pub count: usize,
}

/// A layer as a process: what it reads, computes and writes `count` times a sample.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Turns {
    pub count: usize,
    /// Packets of each input that a turn reads.
    pub reads: Vec<usize>,
    /// Packets that a turn writes.
    pub writes: usize,
    /// What the kernel reads and produces in a turn.
    pub inputs: Vec<TensorType>,
    pub output: TensorType,
    /// Which of the `count` turns read and which write, where that is not all of them.
    pub walk: Option<Walk>,
    /// Whether the turns read one input after the other, a position each, instead of all of them in every turn.
    pub sequence: bool,
}

/// The packets of every tensor and the turns of every layer that is code.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flow {
    packets: Vec<Packets>,
    turns: BTreeMap<NodeId, Turns>,
}

impl Turns {
    /// Whether the kernel reads and writes the streams itself, so that no tensor is kept.
    pub fn is_streaming(&self) -> bool {
        self.walk.is_some() || self.sequence
    }
}

impl Flow {
    pub fn new(graph: &Graph) -> Self {
        let mut flow = Self::default();
        for (id, node) in graph.iter() {
            let root = owner(graph, id);
            let packets = if root != id {
                // Layers that only rename their input keep its packets: the readers take what comes.
                flow.packets[root.0]
            } else if node.inputs.is_empty() {
                natural(&node.output)
            } else {
                let (turns, packets) = flow.process(graph, node);
                flow.turns.insert(id, turns);
                packets
            };
            flow.packets.push(packets);
        }
        flow
    }

    pub fn packets(&self, id: NodeId) -> Packets {
        self.packets[id.0]
    }

    pub fn turns(&self, id: NodeId) -> Option<&Turns> {
        self.turns.get(&id)
    }

    /// The turns of a layer and the packets that it writes.
    fn process(&self, graph: &Graph, node: &Node) -> (Turns, Packets) {
        let types = graph.input_types(node);
        let inputs: Vec<Packets> = node.inputs.iter().map(|&input| self.packets(input)).collect();
        let whole = natural(&node.output);
        if node.op.is_per_element() && inputs.iter().all(|packets| *packets == inputs[0]) {
            // Any packet will do, so the layer hands on those that it gets, cut only where they become too wide.
            let size = cut(inputs[0].size, node.output.ty.format.width);
            let reads = vec![1; inputs.len()];
            let turns = turns(inputs[0].count, reads, inputs[0].size / size, &types, node, |_| inputs[0].size);
            return (turns, Packets { size, count: node.output.shape.size() / size });
        }
        let count = node.output.shape.positions();
        let fits = |(at, (ty, packets)): (usize, (&TensorType, &Packets))| {
            // A stream that is read for two inputs is read once: both must want the same of it.
            let root = owner(graph, node.inputs[at]);
            let twin = node.inputs.iter().position(|&other| owner(graph, other) == root).unwrap_or(at);
            ty.shape.positions() == count
                && ty.shape.channels().is_multiple_of(packets.size)
                && types[twin].shape.channels() == ty.shape.channels()
        };
        if node.op.is_per_position() && types.iter().zip(&inputs).enumerate().all(fits) {
            let reads = types.iter().zip(&inputs).map(|(ty, packets)| ty.shape.channels() / packets.size).collect();
            let writes = node.output.shape.channels() / whole.size;
            return (turns(count, reads, writes, &types, node, |ty| ty.shape.channels()), whole);
        }
        if let Some(walk) = node.op.walk(&types)
            && types[0].shape.size() == inputs[0].count * inputs[0].size
            && types[0].shape.channels().is_multiple_of(inputs[0].size)
        {
            let (reads, writes) =
                (types[0].shape.channels() / inputs[0].size, node.output.shape.channels() / whole.size);
            let walk = Some(walk);
            let count = walk.map_or(1, |walk| walk.len());
            let reads = vec![reads];
            let turns = Turns { count, reads, writes, inputs: types, output: node.output, walk, sequence: false };
            return (turns, whole);
        }
        // Every input once, its positions in whole packets.
        let distinct =
            |at: usize| !node.inputs[..at].iter().any(|&id| owner(graph, id) == owner(graph, node.inputs[at]));
        let channels = node.output.shape.channels();
        let output = node.output;
        if node.op.is_sequence()
            && output.shape.rank() > 1
            && inputs.iter().enumerate().all(|(at, packets)| distinct(at) && channels.is_multiple_of(packets.size))
        {
            let reads = inputs.iter().map(|packets| channels / packets.size).collect();
            let writes = channels / whole.size;
            return (Turns { count, reads, writes, inputs: types, output, walk: None, sequence: true }, whole);
        }
        let reads = inputs.iter().map(|packets| packets.count).collect();
        let (count, writes) = (1, whole.count);
        (Turns { count, reads, writes, inputs: types, output, walk: None, sequence: false }, whole)
    }
}

/// The node that computes the elements: through layers that only rename them.
pub(crate) fn owner(graph: &Graph, id: NodeId) -> NodeId {
    let node = graph.node(id);
    match node.op {
        Op::Flatten(_) | Op::Reshape(_) => owner(graph, node.inputs[0]),
        _ => id,
    }
}

/// Turns that work on a part of each tensor.
fn turns(
    count: usize,
    reads: Vec<usize>,
    writes: usize,
    inputs: &[TensorType],
    node: &Node,
    elements: impl Fn(&TensorType) -> usize,
) -> Turns {
    let part = |ty: &TensorType| TensorType { shape: Shape::new([elements(ty)]), ..*ty };
    // The kernel's shape is that of the tensor where one turn is all of it.
    let part = |ty: &TensorType| if count == 1 { *ty } else { part(ty) };
    let inputs = inputs.iter().map(part).collect();
    Turns { count, reads, writes, inputs, output: part(&node.output), walk: None, sequence: false }
}

/// One packet a position, more where its channels are too many for one.
fn natural(ty: &TensorType) -> Packets {
    let size = cut(ty.shape.channels(), ty.ty.format.width);
    Packets { size, count: ty.shape.size() / size }
}

/// The largest part of `elements` that divides them and fits a word of a stream.
fn cut(elements: usize, width: u32) -> usize {
    let most = (STREAM_BITS / width.max(1) as usize).min(elements).max(1);
    (1..=most).rev().find(|&size| elements.is_multiple_of(size)).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::{FixedFormat, FixedType};
    use crate::ir::{GraphBuilder, Hardware};
    use crate::ops::{Add, Argmax, Concatenate, Flatten, Op, Quantize};
    use crate::rules::IoType;

    fn fixed(width: u32) -> FixedType {
        FixedType::exact(FixedFormat::signed(width, 3))
    }

    /// A chain of layers: the packets of each, and for layers with code the turns, reads and writes.
    #[track_caller]
    fn check(dims: &[usize], layers: &[Op], expected: &[&str]) {
        let mut builder = GraphBuilder::new("chain", IoType::IoStream);
        let mut last = builder.input(Shape::from_dims(dims).unwrap(), fixed(8)).unwrap();
        for (index, op) in layers.iter().enumerate() {
            let name = format!("layer{index}");
            let inputs = if op.name() == "add" || op.name() == "concatenate" { vec![last, last] } else { vec![last] };
            last = builder.push(&name, op.clone(), &inputs, Hardware::default(), None).unwrap();
        }
        let graph = builder.finish(&[last]).unwrap();
        let flow = Flow::new(&graph);
        let found: Vec<String> = graph
            .iter()
            .map(|(id, _)| {
                let Packets { size, count } = flow.packets(id);
                let turns =
                    flow.turns(id).map(|turns| format!(", {}: {:?} {}", turns.count, turns.reads, turns.writes));
                format!("{count} of {size}{}", turns.unwrap_or_default())
            })
            .collect();
        assert_eq!(found, expected);
    }

    fn quantize(width: u32) -> Op {
        Quantize { ty: fixed(width) }.into()
    }

    #[test]
    fn a_packet_is_a_position() {
        check(&[16], &[quantize(6)], &["1 of 16", "1 of 16, 1: [1] 1"]);
        check(&[3, 4, 2], &[quantize(6), Argmax {}.into()], &["12 of 2", "12 of 2, 12: [1] 1", "12 of 1, 12: [1] 1"]);
        let join = Concatenate { axis: None }.into();
        check(&[3, 2], &[join, Add { ty: fixed(6) }.into()], &["3 of 2", "3 of 4, 3: [1, 1] 1", "3 of 4, 3: [1, 1] 1"]);
    }

    #[test]
    fn a_flattened_tensor_keeps_its_packets() {
        let flat = Flatten {}.into();
        let best = Argmax {}.into();
        check(&[3, 2], &[flat, quantize(6), best], &["3 of 2", "3 of 2", "3 of 2, 3: [1] 1", "1 of 1, 1: [3] 1"]);
    }

    #[test]
    fn a_packet_fits_a_word() {
        check(&[4096], &[quantize(16)], &["8 of 512", "16 of 256, 8: [1] 2"]);
        // No divisor of 1021 but itself and 1.
        check(&[2, 1021], &[quantize(4)], &["2042 of 1", "2042 of 1, 2042: [1] 1"]);
        check(&[2, 1024], &[Argmax {}.into()], &["4 of 512", "2 of 1, 2: [2] 1"]);
    }
}
