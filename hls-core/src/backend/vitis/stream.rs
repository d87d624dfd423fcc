//! The top function under `io_stream`: every layer is a process of a dataflow region, every edge a stream of packets.

use super::data::{Call, Layer, Local, Port, Process, Top, calls, describe, kernel_call, shares_multipliers};
use super::limits::ELEMENTS;
use super::names;
use super::wiring::{INPUT, Wiring};
use crate::backend::manifest;
use crate::dataflow::{Edge, Flow, LEAST, Plan, Turns, owner};
use crate::ir::{Graph, Node, NodeId};
use crate::ops::LayerCode;

pub(super) fn top(graph: &Graph, layers: &[Layer<'_>], flow: &Flow) -> Top {
    let wiring = Wiring::new(graph, true);
    let plan = Plan::of(graph, flow).ok();
    let mut streams = vec![manifest_stream(graph, flow, INPUT, NodeId(0), None)];
    let mut ports = vec![port(graph, flow, NodeId(0), INPUT)];
    for array in &wiring.outputs {
        streams.push(manifest_stream(graph, flow, &array.name, array.node, None));
        ports.push(port(graph, flow, array.node, &array.name));
    }
    let mut locals = Vec::new();
    for array in &wiring.locals {
        let reader = wiring.reader(&array.name);
        let edge = reader.map_or(Edge::ToCopies(array.node), |(to, _)| Edge::ToReader { from: array.node, to });
        let depth = plan.as_ref().and_then(|plan| plan.depth(edge)).unwrap_or(LEAST);
        streams.push(manifest_stream(graph, flow, &array.name, array.node, Some(depth)));
        let (name, ty) = (&array.name, stream_type(graph, flow, array.node));
        locals.push(Local {
            declaration: format!("{ty} {name}(\"{name}\")"),
            pragma: format!("STREAM variable={name} depth={depth}"),
        });
    }
    let calls: Vec<Call> = calls(
        graph,
        layers,
        &wiring,
        |layer, reads, written| {
            let mut arguments = distinct(reads);
            arguments.push(written);
            format!("{}({})", names::process(layer.name), arguments.join(", "))
        },
        |id, from, to| format!("nnet::clone_stream<{}>({from}, {to})", flow.packets(id).count),
    );
    let processes = layers.iter().filter_map(|layer| Some(process(graph, flow, &wiring, layer, flow.turns(layer.id)?)));
    Top {
        schedule: "DATAFLOW".to_owned(),
        ports,
        locals,
        processes: processes.collect(),
        calls,
        headers: vec!["stream"],
        streams,
        clocks: plan.and_then(|plan| plan.run().ok()).map(|run| run.timing()),
    }
}

fn stream_type(graph: &Graph, flow: &Flow, id: NodeId) -> String {
    // The spaces between closing brackets are for compilers that take `>>` for a shift.
    format!("hls::stream<nnet::array<{}, {}> >", names::ty(&graph.node(id).name), flow.packets(id).size)
}

fn manifest_stream(graph: &Graph, flow: &Flow, name: &str, id: NodeId, depth: Option<usize>) -> manifest::Stream {
    let packets = flow.packets(id);
    let layer = graph.node(id).name.clone();
    manifest::Stream { name: name.to_owned(), layer, packets: packets.count, elements: packets.size, fifo_depth: depth }
}

fn port(graph: &Graph, flow: &Flow, id: NodeId, name: &str) -> Port {
    let node = graph.node(id);
    let stream = stream_type(graph, flow, id);
    Port {
        declaration: format!("{stream} &{name}"),
        name: name.to_owned(),
        pragmas: vec![format!("INTERFACE axis port={name}")],
        layer: node.name.clone(),
        r#type: names::ty(&node.name),
        size: node.output.shape.size(),
        start: 0,
        stream,
        packets: flow.packets(id).count,
        values: names::values(name),
    }
}

/// Every stream once, in the order of the inputs.
fn distinct<'a>(reads: &[&'a str]) -> Vec<&'a str> {
    let mut streams: Vec<&str> = Vec::new();
    for stream in reads {
        if !streams.contains(stream) {
            streams.push(stream);
        }
    }
    streams
}

fn process(graph: &Graph, flow: &Flow, wiring: &Wiring, layer: &Layer<'_>, turns: &Turns) -> Process {
    let node = graph.node(layer.id);
    let reads: Vec<&str> = node.inputs.iter().map(|&input| wiring.read(layer.id, input)).collect();
    let streams = distinct(&reads);
    let written = wiring.writes.get(&layer.id).map_or("", String::as_str);

    if layer.walks {
        return walking(graph, flow, layer, &reads, written);
    }
    let mut parameters = Vec::new();
    let mut arrays = Vec::new();
    let mut statements = Vec::new();
    let mut loops = turns.writes > 1;
    for (index, stream) in streams.iter().enumerate() {
        let at = reads.iter().position(|read| read == stream).unwrap_or_default();
        let source = node.inputs[at];
        let data = format!("data{}", index + 1);
        parameters.push(format!("{} &{stream}", stream_type(graph, flow, owner(graph, source))));
        let ty = names::ty(&graph.node(source).name);
        arrays.push(array(&ty, &data, turns.inputs[at].shape.size(), banks(&layer.code, "lanes_per_output")));
        statements.push(format!("nnet::read_stream<{}>({stream}, {data})", turns.reads[at]));
        loops |= turns.reads[at] > 1;
    }
    parameters.push(format!("{} &{written}", stream_type(graph, flow, layer.id)));
    let size = turns.output.shape.size();
    arrays.push(array(&names::ty(layer.name), "result", size, banks(&layer.code, "outputs_at_once")));
    let data: Vec<String> = reads
        .iter()
        .map(|read| format!("data{}", streams.iter().position(|stream| stream == read).unwrap_or_default() + 1))
        .collect();
    let data: Vec<&str> = data.iter().map(String::as_str).collect();
    statements.push(kernel_call(graph, layer, &data, "result"));
    statements.push(format!("nnet::write_stream<{}>(result, {written})", turns.writes));
    Process {
        comment: describe(graph, layer),
        name: names::process(layer.name),
        parameters,
        turns: turns.count,
        pipeline: interval(node, &layer.code)
            .filter(|_| !loops)
            .map_or_else(String::new, |clocks| format!("PIPELINE II={clocks}")),
        indent: if turns.count > 1 { "        " } else { "    " },
        arrays,
        statements,
    }
}

/// A process whose kernel reads and writes the streams itself.
fn walking(graph: &Graph, flow: &Flow, layer: &Layer<'_>, reads: &[&str], written: &str) -> Process {
    let parameter = |name: &str, id| format!("{} &{name}", stream_type(graph, flow, owner(graph, id)));
    let inputs = reads.iter().zip(&graph.node(layer.id).inputs).map(|(name, &id)| parameter(name, id));
    Process {
        comment: describe(graph, layer),
        name: names::process(layer.name),
        parameters: inputs.chain([parameter(written, layer.id)]).collect(),
        turns: 1,
        pipeline: String::new(),
        indent: "    ",
        arrays: Vec::new(),
        statements: vec![kernel_call(graph, layer, reads, written)],
    }
}

/// The clocks between two turns of a layer; `None` where its kernel is a loop.
fn interval(node: &Node, code: &LayerCode) -> Option<usize> {
    (!code.is_loop()).then_some(if shares_multipliers(node) { node.hardware.reuse_factor } else { 1 })
}

/// The elements of an array that its kernel reads or writes in one clock, where it is not all of them.
fn banks(code: &LayerCode, constant: &str) -> Option<i64> {
    code.constants.iter().find(|(name, _)| code.is_loop() && *name == constant).map(|&(_, value)| value)
}

/// An array of a process: registers, or a memory of several banks where it is larger than the tools can split.
fn array(ty: &str, name: &str, size: usize, banks: Option<i64>) -> Local {
    let pragma = match banks {
        Some(1) if size > ELEMENTS => String::new(),
        Some(banks) if size > ELEMENTS => format!("ARRAY_PARTITION variable={name} cyclic factor={banks}"),
        _ => format!("ARRAY_PARTITION variable={name} complete dim=0"),
    };
    Local { declaration: format!("{ty} {name}[{size}]"), pragma }
}
