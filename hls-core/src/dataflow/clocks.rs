//! The clocks of a layer's turn.

use super::network::Body;
use super::packets::Turns;
use crate::ir::Node;
use crate::ops::Op;
use crate::rules::{ShapeRule, Strategy, Window};

/// How the turns of a layer follow one another, as the firmware writes them: a pipeline where a turn is one packet of
/// each stream and the kernel is no loop, else a loop that reads, the kernel, a loop that writes.
///
/// Intervals are what the firmware asks for; latencies are estimates that rather are too long: a clock for every level
/// of a tree of additions or comparisons.
pub(super) fn body(node: &Node, turns: &Turns) -> Body {
    let several = turns.reads.iter().chain([&turns.writes]).any(|&packets| packets > 1);
    match (is_loop(node, turns), several) {
        (false, false) => {
            Body::Pipeline { interval: interval(node), latency: 1 + depth(node, turns), continuous: turns.count == 1 }
        }
        (false, true) => Body::Loops { kernel: interval(node) - 1 + depth(node, turns) },
        (true, _) => Body::Loops { kernel: interval(node) * calls(node, turns) - 1 + depth(node, turns) },
    }
}

/// Whether the kernel is a loop of its own; told without the layer's code, which for many weights is long.
fn is_loop(node: &Node, turns: &Turns) -> bool {
    match &node.op {
        Op::Embedding(embedding) => embedding.is_in_memory(),
        _ if shares_multipliers(node) && node.hardware.strategy == Strategy::Resource => true,
        _ => is_whole_window(node, turns),
    }
}

/// Whether a turn is all places of a convolution, one after the other: not a step of a walk, nor one position. Other layers
/// with windows are unrolled.
pub(crate) fn is_whole_window(node: &Node, turns: &Turns) -> bool {
    matches!(node.op, Op::Conv(_)) && turns.walk.is_none() && turns.inputs[0].shape.rank() > 1
}

/// The window of a layer that computes something of what it sees.
fn window(node: &Node) -> Option<Window> {
    match node.op.shape_rule()? {
        ShapeRule::Convolution { window, .. } | ShapeRule::Pool { window: Some(window), .. } => Some(window),
        _ => None,
    }
}

fn shares_multipliers(node: &Node) -> bool {
    node.op.shape_rule().is_some_and(|rule| rule.multiplications().is_some())
}

/// Clocks between two turns of a kernel.
fn interval(node: &Node) -> u64 {
    if shares_multipliers(node) { node.hardware.reuse_factor.max(1) as u64 } else { 1 }
}

/// How often a turn begins anew with its reuse factor: for each vector of a table in a memory, for each place of a window.
fn calls(node: &Node, turns: &Turns) -> u64 {
    match node.op {
        Op::Embedding(_) => turns.inputs.iter().map(|ty| ty.shape.size() as u64).sum(),
        _ if is_whole_window(node, turns) => turns.output.shape.positions() as u64,
        _ => 1,
    }
}

/// Clocks that a value takes through a kernel.
fn depth(node: &Node, turns: &Turns) -> u64 {
    let elements = turns.inputs.iter().map(|ty| ty.shape.size()).max().unwrap_or(1);
    let elements = window(node).map_or(elements, |window| window.taps());
    let terms = node.op.shape_rule().and_then(ShapeRule::multiplications).map_or(elements, |(inputs, _)| inputs);
    let levels = u64::from(terms.max(1).next_power_of_two().ilog2());
    match node.op {
        // A maximum, a table, a sum, a reciprocal by a table and a step of Newton's, a product.
        Op::Softmax(_) => 10 + 2 * levels,
        // Two sums, a root by a table and a step of Newton's, three products.
        Op::LayerNorm(_) | Op::RmsNorm(_) => 16 + levels,
        // Wires, or a sum of four products.
        Op::Pad(_) | Op::Upsample(_) | Op::Concatenate(_) => 3,
        _ if shares_multipliers(node) => 3 + levels,
        _ if node.op.is_per_element() => 1,
        _ => 1 + levels,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataflow::Flow;
    use crate::fixed::{FixedFormat, FixedType};
    use crate::ir::{GraphBuilder, Hardware};
    use crate::ops::{MaxPool, Pad, Reshape};
    use crate::rules::IoType;
    use crate::shape::Shape;

    /// The last layer of a chain as a process.
    fn last(dims: &[usize], layers: &[Op]) -> Body {
        let mut builder = GraphBuilder::new("chain", IoType::IoStream);
        let ty = FixedType::exact(FixedFormat::signed(8, 3));
        let mut last = builder.input(Shape::from_dims(dims).unwrap(), ty).unwrap();
        for (index, op) in layers.iter().enumerate() {
            last = builder.push(&format!("layer{index}"), op.clone(), &[last], Hardware::default(), None).unwrap();
        }
        let graph = builder.finish(&[last]).unwrap();
        body(graph.node(last), Flow::new(&graph).turns(last).unwrap())
    }

    #[test]
    fn a_pool_compares_what_is_under_its_window() {
        let pool = |size| -> Op { MaxPool { window: Some(Window::new([size; 2], [size; 2])), dims: 2 }.into() };
        for (size, latency) in [(2, 4), (4, 6)] {
            let expected = Body::Pipeline { interval: 1, latency, continuous: false };
            assert_eq!(last(&[32, 32, 16], &[pool(size)]), expected);
        }
        // All windows at once, which are not its places one after the other.
        let image: Op = Reshape { shape: Shape::new([8, 8, 2]) }.into();
        assert_eq!(last(&[128], &[image.clone(), pool(2)]), Body::Loops { kernel: 3 });
        let pad: Op = Pad { before: [1; 2], after: [1; 2], dims: 2 }.into();
        assert_eq!(last(&[128], &[image, pad]), Body::Loops { kernel: 3 });
    }
}
