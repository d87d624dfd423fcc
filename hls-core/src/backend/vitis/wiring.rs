//! Which C++ array every layer writes and every reader reads.
//!
//! Three facts make this more than one array a layer: a port cannot be read back, a process of a dataflow region has
//! one reader, and layers without code (flatten, reshape) are other names of their input.

use std::collections::BTreeMap;

use super::names;
use crate::dataflow::owner;
use crate::ir::{Graph, NodeId};

/// An array of the top function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Array {
    pub name: String,
    /// The node whose type and size it has.
    pub node: NodeId,
}

/// A copy from one array to others, right after the layer that writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Copies {
    pub from: String,
    pub to: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wiring {
    /// The output ports, in the order of the model's outputs.
    pub outputs: Vec<Array>,
    pub locals: Vec<Array>,
    /// What each layer with code writes.
    pub writes: BTreeMap<NodeId, String>,
    /// What a reader reads, by reader and by the node that the graph says it reads.
    reads: BTreeMap<(NodeId, NodeId), String>,
    /// By the layer that they follow.
    pub copies: BTreeMap<NodeId, Copies>,
}

/// The array of the model's input.
pub(super) const INPUT: &str = "input_data";

impl Wiring {
    /// The wiring of a graph whose layers run one after the other, or as processes of a dataflow region.
    pub fn new(graph: &Graph, dataflow: bool) -> Self {
        let mut wiring = Self {
            outputs: graph.outputs().iter().map(|&id| Array { name: port(graph, id), node: id }).collect(),
            ..Self::default()
        };
        for (root, _) in graph.iter().filter(|(id, _)| owner(graph, *id) == *id) {
            wiring.wire(graph, root, dataflow);
        }
        wiring
    }

    /// The array that `reader` reads where the graph says `source`.
    pub fn read(&self, reader: NodeId, source: NodeId) -> &str {
        self.reads.get(&(reader, source)).map_or(INPUT, String::as_str)
    }

    /// Who reads an array, and where the graph says it reads: the readers of several inputs name their first.
    pub fn reader(&self, array: &str) -> Option<(NodeId, NodeId)> {
        self.reads.iter().find(|(_, name)| *name == array).map(|(&edge, _)| edge)
    }

    /// Decides about everything that holds the elements of `root`.
    fn wire(&mut self, graph: &Graph, root: NodeId, dataflow: bool) {
        let ports: Vec<String> =
            graph.outputs().iter().filter(|&&id| owner(graph, id) == root).map(|&id| port(graph, id)).collect();
        let readers: Vec<NodeId> = graph
            .iter()
            .filter(|(id, node)| {
                owner(graph, *id) == *id && node.inputs.iter().any(|&input| owner(graph, input) == root)
            })
            .map(|(id, _)| id)
            .collect();
        let name = &graph.node(root).name;
        let is_input = root == NodeId(0);
        let split = dataflow && ports.len() + readers.len() > 1;
        let copied = split || (!ports.is_empty() && (is_input || ports.len() + readers.len() > 1));

        let array = match (is_input, copied, ports.first()) {
            (true, _, _) => INPUT.to_owned(),
            (false, true, _) => format!("{name}_local"),
            (false, false, Some(port)) => port.clone(),
            (false, false, None) => format!("{name}_out"),
        };
        if !is_input && !(ports.contains(&array)) {
            self.locals.push(Array { name: array.clone(), node: root });
        }
        let mut to = if copied { ports } else { Vec::new() };
        for (index, &reader) in readers.iter().enumerate() {
            let read = if split { format!("{name}_copy{}", index + 1) } else { array.clone() };
            if split {
                self.locals.push(Array { name: read.clone(), node: root });
                to.push(read.clone());
            }
            for &input in graph.node(reader).inputs.iter().filter(|&&input| owner(graph, input) == root) {
                self.reads.insert((reader, input), read.clone());
            }
        }
        if !to.is_empty() {
            self.copies.insert(root, Copies { from: array.clone(), to });
        }
        self.writes.insert(root, array);
    }
}

fn port(graph: &Graph, id: NodeId) -> String {
    format!("{}_out", graph.node(id).name)
}

/// The C++ type of an array.
pub(super) fn element(graph: &Graph, array: &Array) -> String {
    names::ty(&graph.node(array.node).name)
}
