//! What the templates are filled with: plain strings and numbers.

use std::collections::BTreeSet;

use serde::Serialize;

use super::wiring::Wiring;
use super::{Target, names, parallel, stream};
use crate::backend::manifest;
use crate::dataflow::{Flow, Timing, Turns};
use crate::fixed::FixedType;
use crate::ir::{Graph, Node, NodeId};
use crate::ops::{LayerCode, OpTypes};
use crate::rules::IoType;

/// Vectors of the C/RTL co-simulation, which is a million times slower than the model.
const COSIM_VECTORS: usize = 100;

/// A layer that is code.
pub(super) struct Layer<'a> {
    pub id: NodeId,
    pub name: &'a str,
    pub code: LayerCode,
    /// Whether it reads and writes streams itself.
    pub walks: bool,
}

/// All layers that are code, in the order of the graph; those of a stream compute what a turn is.
pub(super) fn layers<'a>(graph: &'a Graph, flow: &Flow) -> Vec<Layer<'a>> {
    let layer = |(id, node): (NodeId, &'a Node)| {
        let code = match flow.turns(id) {
            Some(turns) => node.op.code(&OpTypes { inputs: &turns.inputs, output: &turns.output }, &node.hardware),
            None => {
                let types = graph.input_types(node);
                node.op.code(&OpTypes { inputs: &types, output: &node.output }, &node.hardware)
            }
        };
        let walks = flow.turns(id).is_some_and(Turns::is_streaming);
        code.map(|code| Layer { id, name: &node.name, code, walks })
    };
    graph.iter().filter_map(layer).collect()
}

/// The variables of every template of the project.
#[derive(Debug, Serialize)]
pub(super) struct Firmware {
    name: String,
    guard: String,
    part: String,
    /// As the shortest decimal.
    clock_ns: String,
    clock_uncertainty: String,
    cosim_vectors: usize,
    /// Whether the ports are streams.
    stream: bool,
    output_size: usize,
    #[serde(flatten)]
    top: Top,
    types: Vec<Type>,
    kernels: Vec<&'static str>,
    weights: Vec<String>,
    configs: Vec<Config>,
}

/// The top function: what depends on how tensors travel.
#[derive(Debug, Serialize)]
pub(super) struct Top {
    /// `PIPELINE II=2` or `DATAFLOW`.
    pub schedule: String,
    /// The input, then the outputs in the order of the model.
    pub ports: Vec<Port>,
    pub locals: Vec<Local>,
    /// One function a layer, where each runs on its own.
    pub processes: Vec<Process>,
    pub calls: Vec<Call>,
    /// Headers beside those of the layers.
    #[serde(skip)]
    pub headers: Vec<&'static str>,
    /// What the manifest tells of streams.
    #[serde(skip)]
    pub streams: Vec<manifest::Stream>,
    #[serde(skip)]
    pub clocks: Option<Timing>,
}

/// A port, and what the bench knows of it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Port {
    /// The parameter of the top function.
    pub declaration: String,
    pub name: String,
    pub pragmas: Vec<String>,
    /// The layer.
    pub layer: String,
    /// The type of its elements.
    pub r#type: String,
    pub size: usize,
    /// Its first column in the bench's file.
    pub start: usize,
    /// The type of a stream; empty for an array.
    pub stream: String,
    /// The packets of a stream.
    pub packets: usize,
    /// The array that holds its elements in the bench.
    pub values: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Local {
    pub declaration: String,
    pub pragma: String,
}

/// A layer that reads streams and writes one.
#[derive(Debug, Serialize)]
pub(super) struct Process {
    pub comment: String,
    pub name: String,
    pub parameters: Vec<String>,
    /// How often a sample the body runs.
    pub turns: usize,
    /// The pragma of the body, where it is a pipeline.
    pub pipeline: String,
    /// Before each line of the body.
    pub indent: &'static str,
    pub arrays: Vec<Local>,
    pub statements: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Type {
    name: String,
    spelling: String,
}

#[derive(Debug, Serialize)]
struct Constant {
    name: &'static str,
    /// `unsigned`, `int` for a negative one, or `long long` where 32 bits do not hold it.
    r#type: &'static str,
    value: String,
}

impl Constant {
    fn new(name: &'static str, value: i64) -> Self {
        let r#type = match value {
            0.. if u32::try_from(value).is_ok() => "unsigned",
            ..0 if i32::try_from(value).is_ok() => "int",
            // A mantissa that is cut off would be another number, and no compiler has to say so.
            _ => return Self { name, r#type: "long long", value: format!("{value}LL") },
        };
        Self { name, r#type, value: value.to_string() }
    }
}

#[derive(Debug, Serialize)]
struct Config {
    name: String,
    comment: String,
    constants: Vec<Constant>,
    types: Vec<Type>,
}

#[derive(Debug, Serialize)]
pub(super) struct Call {
    pub comment: String,
    pub text: String,
}

impl Firmware {
    pub fn new(
        graph: &Graph,
        target: &Target,
        layers: &[Layer<'_>],
        flow: &Flow,
        spell: impl Fn(&FixedType) -> String,
    ) -> Self {
        let stream = graph.io_type() == IoType::IoStream;
        let mut top = if stream { stream::top(graph, layers, flow) } else { parallel::top(graph, layers) };
        let mut output_size = 0;
        for port in &mut top.ports[1..] {
            port.start = output_size;
            output_size += port.size;
        }
        let mut kernels: BTreeSet<&'static str> =
            layers.iter().map(|layer| layer.code.header(layer.walks)).chain(top.headers.iter().copied()).collect();
        kernels.extend(layers.iter().flat_map(|layer| layer.code.headers()));
        let weights = layers.iter().flat_map(|layer| {
            layer.code.arrays.iter().map(|array| names::array(array.role, layer.name)).collect::<Vec<_>>()
        });
        Self {
            name: graph.name().to_owned(),
            guard: graph.name().to_uppercase(),
            part: target.part().to_owned(),
            clock_ns: target.clock_ns().to_string(),
            clock_uncertainty: target.clock_uncertainty().to_string(),
            cosim_vectors: COSIM_VECTORS,
            stream,
            output_size,
            top,
            types: types(graph, &spell),
            kernels: kernels.into_iter().collect(),
            weights: weights.collect(),
            configs: layers.iter().map(|layer| config(graph, layer, &spell)).collect(),
        }
    }

    /// The headers of the firmware: what it includes, and the streams of simulations without the tools' own.
    pub fn headers(&self) -> impl Iterator<Item = &'static str> {
        self.kernels.iter().copied().chain(self.stream.then_some("hls_stream"))
    }

    /// The streams of the top function.
    pub fn streams(&self) -> &[manifest::Stream] {
        &self.top.streams
    }

    /// What a design of streams takes.
    pub fn clocks(&self) -> Option<Timing> {
        self.top.clocks
    }
}

fn types(graph: &Graph, spell: &impl Fn(&FixedType) -> String) -> Vec<Type> {
    let mut types: Vec<Type> = graph
        .nodes()
        .iter()
        .map(|node| Type { name: names::ty(&node.name), spelling: spell(&node.output.ty) })
        .collect();
    // What readers of a model with one output look for; a layer may have the name itself.
    if let [output] = graph.outputs()
        && types.iter().all(|ty| ty.name != "result_t")
    {
        types.push(Type { name: "result_t".to_owned(), spelling: names::ty(&graph.node(*output).name) });
    }
    types
}

fn config(graph: &Graph, layer: &Layer<'_>, spell: &impl Fn(&FixedType) -> String) -> Config {
    let code = &layer.code;
    let listed = code.lists.iter().map(|(name, sizes)| {
        let sizes: Vec<String> = sizes.iter().map(ToString::to_string).collect();
        Type { name: (*name).to_owned(), spelling: format!("nnet::sizes<{}>", sizes.join(", ")) }
    });
    let named = code.types.iter().map(|(name, ty)| Type { name: (*name).to_owned(), spelling: spell(ty) });
    let arrays = code.arrays.iter().map(|array| Type {
        name: format!("{}_t", array.role),
        spelling: spell(&FixedType::exact(array.tensor.format)),
    });
    let product = code
        .products
        .map(|products| Type { name: "product".to_owned(), spelling: format!("nnet::{}", products.kernel()) });
    let inner = code.inner.map(|kernel| Type { name: "kernel".to_owned(), spelling: format!("nnet::{kernel}_kernel") });
    Config {
        name: names::config(layer.name),
        comment: describe(graph, layer),
        constants: code.constants.iter().map(|&(name, value)| Constant::new(name, value)).collect(),
        types: product.into_iter().chain(inner).chain(listed).chain(named).chain(arrays).collect(),
    }
}

/// Whether strategy and reuse factor say anything about a node.
pub(super) fn shares_multipliers(node: &Node) -> bool {
    node.op.shape_rule().is_some_and(|rule| rule.multiplications().is_some())
}

/// `fc1: dense, [16] to [64], latency, reuse factor 1`.
pub(super) fn describe(graph: &Graph, layer: &Layer<'_>) -> String {
    let node = graph.node(layer.id);
    let inputs: Vec<String> = node.inputs.iter().map(|&id| graph.node(id).output.shape.to_string()).collect();
    let mut text = format!("{}: {}, {} to {}", node.name, node.op.name(), inputs.join(" and "), node.output.shape);
    if shares_multipliers(node) {
        let hardware = node.hardware;
        text += &format!(", {}, reuse factor {}", hardware.strategy.name(), hardware.reuse_factor);
    }
    text
}

/// `fc1: a copy for each reader`, after the layer where its wiring has copies.
pub(super) fn describe_copies(node: &Node) -> String {
    format!("{}: a copy for each reader", node.name)
}

/// The call of a layer's kernel that reads `reads` and writes `written`.
pub(super) fn kernel_call(graph: &Graph, layer: &Layer<'_>, reads: &[&str], written: &str) -> String {
    let node = graph.node(layer.id);
    let arrays: Vec<String> = layer.code.arrays.iter().map(|array| names::array(array.role, layer.name)).collect();
    let arrays: Vec<&str> = arrays.iter().map(String::as_str).collect();
    let (kernel, result, config) = (layer.code.kernel, names::ty(layer.name), names::config(layer.name));
    // Kernels with any number of inputs deduce their types and take them last.
    let stream = if layer.walks { "_stream" } else { "" };
    match node.inputs[..] {
        [input] => {
            let data = names::ty(&graph.node(input).name);
            let arguments = [&[reads[0], written], &arrays[..]].concat().join(", ");
            format!("nnet::{kernel}{stream}<{data}, {result}, {config}>({arguments})")
        }
        _ => format!("nnet::{kernel}{stream}<{result}, {config}>({written}, {})", reads.join(", ")),
    }
}

/// The calls of all layers in their order, each with the copies of what it has written behind it.
pub(super) fn calls(
    graph: &Graph,
    layers: &[Layer<'_>],
    wiring: &Wiring,
    call: impl Fn(&Layer<'_>, &[&str], &str) -> String,
    copy: impl Fn(NodeId, &str, &str) -> String,
) -> Vec<Call> {
    let copies = |id: NodeId| {
        let copies = wiring.copies.get(&id)?;
        let text = copy(id, &copies.from, &copies.to.join(", "));
        Some(Call { comment: describe_copies(graph.node(id)), text })
    };
    let mut calls: Vec<Call> = copies(NodeId(0)).into_iter().collect();
    for layer in layers {
        let node = graph.node(layer.id);
        let reads: Vec<&str> = node.inputs.iter().map(|&input| wiring.read(layer.id, input)).collect();
        let written = wiring.writes.get(&layer.id).map_or("", String::as_str);
        calls.push(Call { comment: describe(graph, layer), text: call(layer, &reads, written) });
        calls.extend(copies(layer.id));
    }
    calls
}
