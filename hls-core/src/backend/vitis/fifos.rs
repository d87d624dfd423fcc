//! What there is to say about the depths of FIFOs.

use crate::dataflow::{Deadlock, FifoId, Flow, Plan, Request, least_live, owner};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::ir::{Graph, Node, NodeId};

/// Proves that the design does not lock. Reports results that nobody takes out of their FIFO, and depths that layers ask
/// for and that do nothing, slow the design down or lock it.
pub(super) fn check(graph: &Graph, diagnostics: &mut Diagnostics) {
    let layers = || graph.iter().filter(|(id, _)| owner(graph, *id) == *id);
    let reads = |id: NodeId| layers().any(|(_, node)| node.inputs.iter().any(|&input| owner(graph, input) == id));
    let mut lost = false;
    for (id, node) in layers() {
        if !graph.outputs().iter().any(|&output| owner(graph, output) == id) && !reads(id) {
            lost = true;
            let message = "nobody reads its result, so its stream would never be empty";
            report(
                node,
                Diagnostic::error(Code::Unsupported, message).help("make it an output or leave it out"),
                diagnostics,
            );
        }
    }
    if lost {
        return;
    }
    let plan = match Plan::of(graph, &Flow::new(graph)) {
        Ok(plan) => plan,
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            return;
        }
    };
    let mut locks = false;
    for (id, node) in graph.iter() {
        let Some(depth) = node.hardware.fifo_depth else { continue };
        let found = match plan.requests().iter().find(|request| request.layer == id) {
            Some(request) => judge(graph, &plan, request),
            None => {
                let message = format!("fifo_depth {depth} does nothing: no layer reads through a FIFO of this one");
                Some(Diagnostic::warning(Code::Hardware, message).help("the model's input and outputs are ports"))
            }
        };
        if let Some(diagnostic) = found {
            locks |= diagnostic.severity == Severity::Error;
            report(node, diagnostic, diagnostics);
        }
    }
    if let (false, Err(deadlock)) = (locks, plan.run()) {
        together(graph, &plan, &deadlock, diagnostics);
    }
}

fn report(node: &Node, diagnostic: Diagnostic, diagnostics: &mut Diagnostics) {
    diagnostics.push(diagnostic.at(&node.name, node.source.as_ref()));
}

/// What the depth that one layer asks for does, where all others are what they should be.
fn judge(graph: &Graph, plan: &Plan, request: &Request) -> Option<Diagnostic> {
    let network = plan.design().network();
    let depth = request.depth;
    let least = &plan.least().depths;
    let enough = request.fifos.iter().map(|fifo| least[fifo.0]).max().unwrap_or(depth);
    let run = match plan.run_with(&plan.depths([request])) {
        Ok(run) => run,
        Err(deadlock) => {
            let fifo = deadlock.full().find(|fifo| request.fifos.contains(fifo)).unwrap_or(request.fifos[0]);
            let works = least_live(network, least, &request.fifos, enough).unwrap_or(enough);
            let message = locked(&depth.to_string(), graph, plan, request.layer, fifo, &deadlock);
            let help = if works < enough {
                format!("the least that works is {works}, the least that does not slow the design down {enough}")
            } else {
                format!("the least that works is {works}")
            };
            return Some(Diagnostic::error(Code::Hardware, message).help(help));
        }
    };
    let (asked, best) = (run.timing(), plan.least().run.timing());
    let mut slower = Vec::new();
    if asked.interval > best.interval {
        slower.push(format!("a sample every {} clocks instead of {}", asked.interval, best.interval));
    }
    if asked.latency > best.latency {
        slower.push(format!("the first result after {} clocks instead of {}", asked.latency, best.latency));
    }
    (!slower.is_empty()).then(|| {
        let message = format!("fifo_depth {depth} slows the design down: {}", slower.join(", "));
        Diagnostic::warning(Code::Hardware, message).help(format!("fifo_depth {enough} does not"))
    })
}

/// Layers whose depths lock the design together, though none does alone: reported at the first of them.
fn together(graph: &Graph, plan: &Plan, deadlock: &Deadlock, diagnostics: &mut Diagnostics) {
    let circle = deadlock.circle(plan.design().network());
    let waited =
        |request: &Request| circle.iter().map(|blocked| blocked.fifo).find(|fifo| request.fifos.contains(fifo));
    let mut on_circle = plan.requests().iter().filter_map(|request| Some((request, waited(request)?)));
    let Some((first, fifo)) = on_circle.next() else { return };
    let others: Vec<String> = on_circle.map(|(other, _)| format!("`{}`", graph.node(other.layer).name)).collect();
    let depth = format!("{} with those of {}", first.depth, others.join(", "));
    let message = locked(&depth, graph, plan, first.layer, fifo, deadlock);
    let help = "a layer without fifo_depth gets what works";
    report(graph.node(first.layer), Diagnostic::error(Code::Hardware, message).help(help), diagnostics);
}

/// That a FIFO is too small, and who waits for whom.
fn locked(depth: &str, graph: &Graph, plan: &Plan, layer: NodeId, fifo: FifoId, deadlock: &Deadlock) -> String {
    let network = plan.design().network();
    let (name, reader) = (&graph.node(layer).name, network.ends(fifo).reader);
    let circle = deadlock.describe(network);
    let when = if deadlock.stalls { " where pipelines that wait for packets keep what they hold" } else { "" };
    format!("fifo_depth {depth} locks the design{when}: the FIFO from `{name}` to {reader} fills up ({circle})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::vitis::data::layers;
    use crate::backend::vitis::wiring::Wiring;
    use crate::dataflow::{Body, Edge};
    use crate::random::RandomModel;
    use crate::rules::IoType;

    /// Every stream of the firmware is a FIFO of the design, and the other way round; a process is a pipeline where the
    /// firmware writes one; nothing locks, with the depths of the design and with those that are asked for.
    #[test]
    fn the_design_is_the_firmware() {
        let (mut streams, mut deeper, mut loops, mut walks) = (0, 0, 0, 0);
        for seed in 0..600 {
            let random = if seed % 2 == 0 { RandomModel::new } else { RandomModel::convolutional };
            let mut model = random(seed);
            model.io_type = IoType::IoStream;
            model.layers.iter_mut().for_each(|layer| layer.hardware.parallelization_factor = 1);
            let graph = model.processes().unwrap();
            let (flow, wiring) = (Flow::new(&graph), Wiring::new(&graph, true));
            let plan = Plan::of(&graph, &flow).unwrap();
            let network = plan.design().network();
            assert_eq!(network.is_balanced(), Ok(()), "seed {seed}");
            let ports = network.fifos().iter().filter(|fifo| fifo.port.is_some()).count();
            assert_eq!(ports, 1 + wiring.outputs.len(), "seed {seed}");
            assert_eq!(network.fifos().len(), ports + wiring.locals.len(), "seed {seed}");
            for array in &wiring.locals {
                let reader = wiring.reader(&array.name);
                let edge = reader.map_or(Edge::ToCopies(array.node), |(to, _)| Edge::ToReader { from: array.node, to });
                let depth = plan.depth(edge).unwrap_or_else(|| panic!("seed {seed}: no FIFO for {}", array.name));
                deeper += usize::from(depth > crate::dataflow::LEAST);
                streams += 1;
            }
            for layer in layers(&graph, &flow) {
                let process = network.processes().iter().find(|process| process.name == format!("`{}`", layer.name));
                let turns = flow.turns(layer.id).unwrap();
                let several = turns.writes > 1 || turns.reads.iter().any(|&packets| packets > 1);
                let is_loop = matches!(process.unwrap().body, Body::Loops { .. });
                let kernel = if layer.walks { layer.code.kernel == "windows_resource" } else { layer.code.is_loop() };
                walks += usize::from(layer.walks);
                assert_eq!(is_loop, several || kernel, "seed {seed}: {}", layer.name);
                loops += usize::from(is_loop);
            }
            plan.run().unwrap_or_else(|deadlock| panic!("seed {seed}: {}", deadlock.describe(network)));
        }
        assert!(deeper > 100 && loops > 100 && walks > 20, "{streams} {deeper} {loops} {walks}");
    }
}
