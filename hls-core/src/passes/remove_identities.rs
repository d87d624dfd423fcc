//! Removes assignments that cannot change anything.

use super::Pass;
use crate::diagnostics::Diagnostics;
use crate::ir::{Graph, NodeId};
use crate::ops::Op;

/// A `quantize` whose input already has its type is a copy; its readers read the input instead.
///
/// One that is an output, or that reads the model's input, stays: it gives a port its name. So does one that asks for
/// a FIFO.
#[derive(Clone, Copy, Debug, Default)]
pub struct RemoveIdentities;

impl Pass for RemoveIdentities {
    fn name(&self) -> &'static str {
        "remove_identities"
    }

    fn description(&self) -> &'static str {
        "removes quantizations to the type that their input already has"
    }

    fn run(&self, graph: &mut Graph) -> Result<(), Diagnostics> {
        while let Some(id) = next(graph) {
            graph.remove(id);
        }
        graph.infer_types()?;
        Ok(())
    }
}

fn next(graph: &Graph) -> Option<NodeId> {
    graph
        .iter()
        .find(|(id, node)| {
            let Op::Quantize(quantize) = &node.op else { return false };
            graph.node(node.inputs[0]).output.ty == quantize.ty
                && node.inputs[0] != NodeId(0)
                && !graph.outputs().contains(id)
                && node.hardware.fifo_depth.is_none()
        })
        .map(|(id, _)| id)
}
