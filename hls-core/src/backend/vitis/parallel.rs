//! The top function under `io_parallel`: ports and tensors are arrays in registers.

use super::data::{Layer, Local, Port, Top, calls, kernel_call, shares_multipliers};
use super::names;
use super::wiring::{Array, INPUT, Wiring, element};
use crate::ir::{Graph, NodeId};

pub(super) fn top(graph: &Graph, layers: &[Layer<'_>]) -> Top {
    let multiplying = || graph.nodes().iter().filter(|node| shares_multipliers(node));
    // A pipeline around a loop would unroll it.
    let dataflow = layers.iter().any(|layer| layer.code.is_loop());
    let interval = multiplying().map(|node| node.hardware.reuse_factor).max().unwrap_or(1);
    let wiring = Wiring::new(graph, dataflow);
    let input = port(graph, NodeId(0), INPUT, "ARRAY_RESHAPE");
    let outputs = wiring.outputs.iter().map(|array| port(graph, array.node, &array.name, "ARRAY_PARTITION"));
    let local = |array: &Array| Local {
        declaration: format!("{} {}[{}]", element(graph, array), array.name, size(graph, array.node)),
        pragma: format!("ARRAY_PARTITION variable={} complete dim=0", array.name),
    };
    Top {
        schedule: if dataflow { "DATAFLOW".to_owned() } else { format!("PIPELINE II={interval}") },
        ports: std::iter::once(input).chain(outputs).collect(),
        locals: wiring.locals.iter().map(local).collect(),
        processes: Vec::new(),
        calls: calls(
            graph,
            layers,
            &wiring,
            |layer, reads, written| kernel_call(graph, layer, reads, written),
            |id, from, to| format!("nnet::copy<{}>({from}, {to})", size(graph, id)),
        ),
        headers: if wiring.copies.is_empty() { Vec::new() } else { vec!["copy"] },
        streams: Vec::new(),
        clocks: None,
    }
}

fn size(graph: &Graph, id: NodeId) -> usize {
    graph.node(id).output.shape.size()
}

fn port(graph: &Graph, id: NodeId, name: &str, layout: &str) -> Port {
    let layer = &graph.node(id).name;
    let (ty, size) = (names::ty(layer), size(graph, id));
    Port {
        declaration: format!("{ty} {name}[{size}]"),
        name: name.to_owned(),
        pragmas: vec![format!("{layout} variable={name} complete dim=0"), format!("INTERFACE ap_vld port={name}")],
        layer: layer.clone(),
        r#type: ty,
        size,
        start: 0,
        stream: String::new(),
        packets: 0,
        values: name.to_owned(),
    }
}
