//! Where the tools give up, told before they are started.

use super::data::shares_multipliers;
use crate::dataflow::{Flow, Turns, owner};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::fixed::MAX_WIDTH;
use crate::ir::{Graph, Node, NodeId, TensorType};
use crate::ops::{Op, OpTypes};
use crate::rules::{IoType, ShapeRule, Strategy, Window, is_legal_reuse};

/// The most copies of an unrolled loop's body, and the most elements of an array in registers: beyond them stand
/// "Stop unrolling loop" (XFORM 203-504) and the largest `config_array_partition -maximum_size`.
pub(super) const ELEMENTS: usize = 4096;

/// The widest word of a reshaped array (XFORM 203-133).
pub(super) const WORD_BITS: usize = 65_536;

/// Reports every layer that the tools would not build.
pub(super) fn check(graph: &Graph, diagnostics: &mut Diagnostics) {
    let stream = graph.io_type() == IoType::IoStream;
    let flow = if stream { Flow::new(graph) } else { Flow::default() };
    for (id, node) in graph.iter().filter(|(id, _)| owner(graph, *id) == *id) {
        let found = match matrix(graph, node) {
            Err(message) => Some(message),
            Ok(()) if stream => flow.turns(id).and_then(|turns| process(node, turns)).or_else(|| word(node)),
            Ok(()) => {
                let windows =
                    || places(node, graph.input_types(node).first()?, &node.output, ", or use `io_type = io_stream`");
                registers(id, node).or_else(windows).or_else(|| word(node))
            }
        };
        if let Some((message, help)) = found {
            let error = Diagnostic::error(Code::Hardware, message).help(help);
            diagnostics.push(error.at(&node.name, node.source.as_ref()));
        }
    }
}

/// What is wrong, and what would help.
type Finding = (String, String);

/// A tensor that is whole in registers.
fn registers(id: NodeId, node: &Node) -> Option<Finding> {
    let elements = node.output.shape.size();
    let bits = elements * node.output.ty.format.width as usize;
    let help = "use `io_type = io_stream`".to_owned();
    if elements > ELEMENTS {
        let message = format!("{elements} elements are registers under io_parallel, but the tools stop at {ELEMENTS}");
        return Some((message, help));
    }
    (id.0 == 0 && bits > WORD_BITS).then(|| {
        let message = format!("the input is one word of {bits} bits, but the tools stop at {WORD_BITS}");
        (message, format!("{help} or a narrower type"))
    })
}

/// The window of a layer and the channels that it sees.
fn window(node: &Node, input: &TensorType) -> Option<(Window, usize)> {
    match node.op.shape_rule()? {
        ShapeRule::Convolution { window, .. } | ShapeRule::Pool { window: Some(window), .. } => {
            Some((window, input.shape.channels()))
        }
        _ => None,
    }
}

/// What windows see that are computed at once: as many as a convolution is asked for, of other layers all of them.
fn places(node: &Node, input: &TensorType, output: &TensorType, or: &str) -> Option<Finding> {
    let (window, channels) = window(node, input)?;
    let at_once = match node.op {
        Op::Conv(_) => node.hardware.parallelization_factor,
        _ => output.shape.positions(),
    };
    let elements = window.taps() * channels;
    (elements * at_once > ELEMENTS).then(|| {
        let message = format!(
            "{} works on {at_once} windows of {elements} elements at once, but the tools stop to unroll at {ELEMENTS}",
            node.op.name()
        );
        let help = match (&node.op, ELEMENTS / elements) {
            (Op::Conv(_), 1..) => format!("use parallelization_factor {} or less", ELEMENTS / elements),
            _ => format!("take a smaller window or fewer channels{or}"),
        };
        (message, help)
    })
}

/// A layer that has what it reads or writes in a turn in registers, or what its window sees.
fn process(node: &Node, turns: &Turns) -> Option<Finding> {
    if turns.is_streaming() {
        // Positions only, and of a window all that it covers.
        let channels = turns.inputs.iter().chain([&turns.output]).map(|ty| ty.shape.channels()).max();
        let covered = turns.inputs.first().and_then(|input| window(node, input)).map_or(0, |(window, channels)| {
            let extent = |axis: usize| (window.size[axis] - 1) * window.dilation[axis] + 1;
            extent(0) * extent(1) * channels
        });
        let elements = covered.max(channels.unwrap_or_default());
        return (elements > ELEMENTS).then(|| {
            let message = format!("its window sees {elements} elements, but the tools stop to unroll at {ELEMENTS}");
            (message, "take a smaller window or fewer channels".to_owned())
        });
    }
    // One position has no places.
    let whole = turns.inputs.first().filter(|input| input.shape.rank() > 1);
    if let Some(finding) = whole.and_then(|input| places(node, input, &turns.output, "")) {
        return Some(finding);
    }
    if shares_multipliers(node) && node.hardware.strategy == Strategy::Resource {
        // Its arrays are memories where they are large.
        return None;
    }
    let sizes = turns.inputs.iter().chain([&turns.output]).map(|ty| ty.shape.size());
    let elements = sizes.max().unwrap_or_default();
    (elements > ELEMENTS).then(|| {
        let message = format!(
            "{} works on {elements} elements at once, but the tools stop to unroll at {ELEMENTS}",
            node.op.name()
        );
        (message, "give it a smaller tensor".to_owned())
    })
}

/// A vector of a table in a memory, which is read in a clock.
fn word(node: &Node) -> Option<Finding> {
    let Op::Embedding(embedding) = &node.op else { return None };
    let bits = node.output.shape.channels() * embedding.weight.format.width as usize;
    (embedding.is_in_memory() && bits > WORD_BITS).then(|| {
        let message = format!("a vector of its table is a word of {bits} bits, but the tools stop at {WORD_BITS}");
        (message, "take shorter vectors or a narrower type".to_owned())
    })
}

/// The multiplications of a layer: in a turn of its reuse factor, or all of them where they are unrolled.
fn matrix(graph: &Graph, node: &Node) -> Result<(), Finding> {
    let Some((inputs, outputs)) = node.op.shape_rule().and_then(ShapeRule::multiplications) else { return Ok(()) };
    let (strategy, reuse) = (node.hardware.strategy, node.hardware.reuse_factor.max(1));
    // Places of a window that are computed at once, each by its own multiplications.
    let at_once = node.hardware.parallelization_factor;
    let lanes = |reuse: usize| inputs * outputs / reuse;
    let unrolled = at_once * if strategy == Strategy::Resource { lanes(reuse) } else { inputs * outputs };
    // Most layers are far from every limit, whatever their weights are.
    if unrolled <= ELEMENTS.min(WORD_BITS / MAX_WIDTH as usize) {
        return Ok(());
    }
    let types = graph.input_types(node);
    let code = node.op.code(&OpTypes { inputs: &types, output: &node.output }, &node.hardware);
    let Some(weight) = code.as_ref().and_then(|code| code.arrays.iter().find(|array| array.role == "weight")) else {
        return Ok(());
    };
    let width = weight.tensor.format.width as usize;
    let builds = |reuse: usize| lanes(reuse) * at_once <= ELEMENTS && lanes(reuse) * width <= WORD_BITS;
    let message = if strategy == Strategy::Resource {
        // Those that are emitted: lanes without weights are left out.
        let own = code.iter().flat_map(|code| &code.constants).find(|(name, _)| *name == "lanes");
        let own = own.map_or(lanes(reuse), |&(_, lanes)| lanes as usize);
        let unrolled = own * at_once;
        if unrolled <= ELEMENTS && own * width <= WORD_BITS {
            return Ok(());
        }
        format!(
            "reuse_factor {reuse} unrolls {unrolled} multiplications and reads {} bits of weights a clock, but the \
             tools stop at {ELEMENTS} and {WORD_BITS}",
            own * width
        )
    } else {
        // A strategy that leaves out zeros has fewer.
        let products = weight.tensor.raw.len() * at_once;
        if products <= ELEMENTS {
            return Ok(());
        }
        let strategy = strategy.name();
        format!("{products} multiplications are unrolled under {strategy}, but the tools stop at {ELEMENTS}")
    };
    let legal = (1..=inputs * outputs).filter(|&reuse| is_legal_reuse(inputs, outputs, reuse) && builds(reuse));
    let legal: Vec<String> = legal.take(4).map(|reuse| reuse.to_string()).collect();
    if legal.is_empty() || (at_once > 1 && weight.tensor.raw.len() <= ELEMENTS) {
        let help = format!("use a smaller parallelization_factor than {at_once}");
        return Err((message, help));
    }
    Err((message, format!("use `strategy = resource` with the reuse factor {} or a larger one", legal.join(", "))))
}
