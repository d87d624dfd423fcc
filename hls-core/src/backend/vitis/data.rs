//! What the templates are filled with: plain strings and numbers.

use std::collections::BTreeSet;

use serde::Serialize;

use super::wiring::{Array, INPUT, Wiring, element};
use super::{Target, names};
use crate::fixed::FixedType;
use crate::ir::{Graph, NodeId};
use crate::ops::{LayerCode, OpTypes};
use crate::rules::Strategy;

/// Vectors of the C/RTL co-simulation, which is a million times slower than the model.
const COSIM_VECTORS: usize = 100;

/// A layer that is code.
pub(super) struct Layer<'a> {
    pub id: NodeId,
    pub name: &'a str,
    pub code: LayerCode,
}

/// All layers that are code, in the order of the graph.
pub(super) fn layers(graph: &Graph) -> Vec<Layer<'_>> {
    let layer = |(id, node): (NodeId, &'_ crate::ir::Node)| {
        let types = graph.input_types(node);
        let code = node.op.code(&OpTypes { inputs: &types, output: &node.output }, &node.hardware)?;
        Some((id, code))
    };
    let layers = graph.iter().filter_map(layer);
    layers.map(|(id, code)| Layer { id, name: &graph.node(id).name, code }).collect()
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
    /// `PIPELINE II=2` or `DATAFLOW`.
    schedule: String,
    input: Port,
    output_size: usize,
    outputs: Vec<Output>,
    ports: Vec<Port>,
    arrays: Vec<Local>,
    types: Vec<Type>,
    kernels: Vec<&'static str>,
    weights: Vec<String>,
    configs: Vec<Config>,
    calls: Vec<Call>,
}

#[derive(Clone, Debug, Serialize)]
struct Port {
    array: String,
    r#type: String,
    size: usize,
    /// The pragma that lays the array out.
    layout: &'static str,
}

#[derive(Debug, Serialize)]
struct Output {
    /// The layer.
    name: String,
    array: String,
    /// Its first column in the bench's expected outputs.
    start: usize,
}

#[derive(Debug, Serialize)]
struct Local {
    array: String,
    r#type: String,
    size: usize,
}

#[derive(Debug, Serialize)]
struct Type {
    name: String,
    spelling: String,
}

#[derive(Debug, Serialize)]
struct Constant {
    name: &'static str,
    value: i64,
}

#[derive(Debug, Serialize)]
struct Config {
    name: String,
    comment: String,
    constants: Vec<Constant>,
    types: Vec<Type>,
}

#[derive(Debug, Serialize)]
struct Call {
    comment: String,
    text: String,
}

impl Firmware {
    pub fn new(graph: &Graph, target: &Target, layers: &[Layer<'_>], spell: impl Fn(&FixedType) -> String) -> Self {
        let multiplying = || graph.nodes().iter().filter(|node| graph.workload(node).multiplications > 0);
        let dataflow = multiplying().any(|node| node.hardware.strategy == Strategy::Resource);
        let interval = multiplying().map(|node| node.hardware.reuse_factor).max().unwrap_or(1);
        let wiring = Wiring::new(graph, dataflow);
        let size = |id: NodeId| graph.node(id).output.shape.size();

        let input = Port {
            array: INPUT.to_owned(),
            r#type: names::ty(&graph.nodes()[0].name),
            size: graph.input().shape.size(),
            layout: "ARRAY_RESHAPE",
        };
        let mut ports = vec![input.clone()];
        let mut outputs = Vec::new();
        let mut start = 0;
        for array in &wiring.outputs {
            let port = Port {
                array: array.name.clone(),
                r#type: element(graph, array),
                size: size(array.node),
                layout: "ARRAY_PARTITION",
            };
            outputs.push(Output { name: graph.node(array.node).name.clone(), array: port.array.clone(), start });
            start += port.size;
            ports.push(port);
        }
        let local =
            |array: &Array| Local { array: array.name.clone(), r#type: element(graph, array), size: size(array.node) };

        let mut kernels: BTreeSet<&'static str> = layers.iter().map(|layer| layer.code.kernel).collect();
        for layer in layers {
            kernels.extend(layer.code.headers());
        }
        if !wiring.copies.is_empty() {
            kernels.insert("copy");
        }
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
            schedule: if dataflow { "DATAFLOW".to_owned() } else { format!("PIPELINE II={interval}") },
            input,
            output_size: start,
            outputs,
            ports,
            arrays: wiring.locals.iter().map(local).collect(),
            types: types(graph, &spell),
            kernels: kernels.into_iter().collect(),
            weights: weights.collect(),
            configs: layers.iter().map(|layer| config(graph, layer, &spell)).collect(),
            calls: calls(graph, layers, &wiring),
        }
    }

    /// The kernels that the firmware includes.
    pub fn kernels(&self) -> impl Iterator<Item = &'static str> {
        self.kernels.iter().copied()
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
    Config {
        name: names::config(layer.name),
        comment: describe(graph, layer),
        constants: code.constants.iter().map(|&(name, value)| Constant { name, value }).collect(),
        types: product.into_iter().chain(listed).chain(named).chain(arrays).collect(),
    }
}

/// `fc1: dense, [16] to [64], latency, reuse factor 1`.
fn describe(graph: &Graph, layer: &Layer<'_>) -> String {
    let node = graph.node(layer.id);
    let inputs: Vec<String> = node.inputs.iter().map(|&id| graph.node(id).output.shape.to_string()).collect();
    let mut text = format!("{}: {}, {} to {}", node.name, node.op.name(), inputs.join(" and "), node.output.shape);
    if graph.workload(node).multiplications > 0 {
        let hardware = node.hardware;
        text += &format!(", {}, reuse factor {}", hardware.strategy.name(), hardware.reuse_factor);
    }
    text
}

fn calls(graph: &Graph, layers: &[Layer<'_>], wiring: &Wiring) -> Vec<Call> {
    let copy = |id: NodeId| {
        let copies = wiring.copies.get(&id)?;
        let node = graph.node(id);
        let text = format!("nnet::copy<{}>({}, {})", node.output.shape.size(), copies.from, copies.to.join(", "));
        Some(Call { comment: format!("{}: a copy for each reader", node.name), text })
    };
    let mut calls: Vec<Call> = copy(NodeId(0)).into_iter().collect();
    for layer in layers {
        let node = graph.node(layer.id);
        let reads: Vec<&str> = node.inputs.iter().map(|&input| wiring.read(layer.id, input)).collect();
        let arrays: Vec<String> = layer.code.arrays.iter().map(|array| names::array(array.role, layer.name)).collect();
        let arrays: Vec<&str> = arrays.iter().map(String::as_str).collect();
        let written = wiring.writes.get(&layer.id).map_or("", String::as_str);
        let (kernel, result, config) = (layer.code.kernel, names::ty(layer.name), names::config(layer.name));
        // Kernels with any number of inputs deduce their types and take them last.
        let text = match node.inputs[..] {
            [input] => {
                let data = names::ty(&graph.node(input).name);
                let arguments = [&[reads[0], written], &arrays[..]].concat().join(", ");
                format!("nnet::{kernel}<{data}, {result}, {config}>({arguments})")
            }
            _ => format!("nnet::{kernel}<{result}, {config}>({written}, {})", reads.join(", ")),
        };
        calls.push(Call { comment: describe(graph, layer), text });
        calls.extend(copy(layer.id));
    }
    calls
}
