#![no_main]
//! Any text as a graph: what the verifier lets through survives writing and reading, and runs.

use hls_core::emulator::{Emulator, evaluate_sample};
use hls_core::ir::Graph;
use libfuzzer_sys::fuzz_target;

/// Elements of all tensors together, for which there is the memory to run.
const LARGEST: usize = 1 << 18;

fuzz_target!(|text: &str| {
    let graph = match Graph::from_json(text) {
        Ok(graph) => graph,
        Err(diagnostics) => {
            assert!(!diagnostics.to_string().is_empty());
            return;
        }
    };
    let json = graph.to_json().expect("JSON");
    assert_eq!(Graph::from_json(&json).expect("its own JSON"), graph);
    assert!(!graph.to_string().is_empty());
    if graph.nodes().iter().map(|node| node.output.shape.size()).fold(0, usize::saturating_add) > LARGEST {
        return;
    }
    let input = graph.input();
    let emulator = Emulator::new(&graph);
    for raw in [input.ty.min_raw(), 0, input.ty.format.max_raw()] {
        let sample = vec![raw; input.shape.size()];
        let fast = emulator.run(&sample).expect("a sample of the input's type");
        let definition = evaluate_sample(&graph, &sample);
        for (output, id) in graph.outputs().iter().enumerate() {
            assert_eq!(fast.raw[output], definition[id.0], "{}", graph.node(*id).name);
        }
    }
});
