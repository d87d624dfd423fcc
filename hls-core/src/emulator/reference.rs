//! One sample through the operations' definitions: slow, and what the kernels are tested against.

use crate::ir::Graph;
use crate::ops::OpTypes;

/// The raw result of every node for one sample of raw inputs, in the order of the nodes.
///
/// The input must have the model's number of elements.
#[must_use]
pub fn evaluate_sample(graph: &Graph, input: &[i64]) -> Vec<Vec<i64>> {
    let mut results: Vec<Vec<i64>> = Vec::with_capacity(graph.nodes().len());
    for (index, node) in graph.nodes().iter().enumerate() {
        if index == 0 {
            results.push(input.to_vec());
            continue;
        }
        let types = graph.input_types(node);
        let inputs: Vec<&[i64]> = node.inputs.iter().map(|id| results[id.0].as_slice()).collect();
        let mut output = vec![0; node.output.shape.size()];
        node.op.evaluate(&inputs, &OpTypes { inputs: &types, output: &node.output }, &mut output);
        results.push(output);
    }
    results
}
