//! QAT forward == emulator == C simulation, on random models.

use hls_core::backend::{self, Target, TestVectors};
use hls_core::csim::Simulator;
use hls_core::emulator::Emulator;
use hls_core::ir::Graph;
use hls_core::random::RandomModel;

use crate::RuntimeModel;

/// A model whose training forward and emulator agree on all its samples.
pub struct Agreed {
    /// What the model lowered to.
    pub graph: Graph,
    /// The raw inputs.
    pub inputs: Vec<i64>,
}

/// Compares the training forward with the emulator on `samples` inputs of the model of `seed`.
///
/// # Errors
/// The first difference: seed, sample, output, both values and the graph.
pub fn forward_and_emulator(seed: u64, samples: usize) -> Result<Agreed, String> {
    let model = RuntimeModel::new(RandomModel::new(seed));
    let graph = model.graph().map_err(|diagnostics| format!("seed {seed}: {diagnostics}"))?;
    let inputs = model.spec().inputs(samples);
    let outputs = Emulator::new(&graph).run(&inputs).map_err(|error| format!("seed {seed}: {error}"))?;
    let Some(forward) = model.forward(&graph, &inputs) else {
        return Err(format!("seed {seed}: the training forward left the grid of an output's format\n{graph}"));
    };
    for (output, id) in graph.outputs().iter().enumerate() {
        let name = &graph.node(*id).name;
        let features = outputs.features[output];
        let (emulated, trained) = (&outputs.raw[output], &forward[output]);
        if emulated.len() != trained.len() {
            return Err(format!("seed {seed}, `{name}`: {} values, trained {}", emulated.len(), trained.len()));
        }
        if let Some(at) = (0..emulated.len()).find(|&at| emulated[at] != trained[at]) {
            let (sample, element) = (at / features, at % features);
            return Err(format!(
                "seed {seed}, sample {sample}, `{name}[{element}]`: emulator {}, training {}\n{graph}",
                emulated[at], trained[at]
            ));
        }
    }
    Ok(Agreed { graph, inputs })
}

/// Compares all three executions of the model of `seed`; the emitted C++ is compiled by the simulator.
///
/// # Errors
/// The first difference, or why the model could not be emitted or simulated.
pub fn all_three(seed: u64, samples: usize, simulator: &Simulator) -> Result<(), String> {
    let Agreed { graph, inputs } = forward_and_emulator(seed, samples)?;
    let named = |error: &dyn std::fmt::Display| format!("seed {seed}: {error}\n{graph}");
    let target = Target::new("xcvu13p-flga2577-2-e", 5.0).map_err(|error| named(&error))?;
    let backend = backend::find("vitis").map_err(|error| named(&error))?;
    let project = backend.emit(&graph, &target, &TestVectors::new(inputs)).map_err(|error| named(&error))?;
    let report = simulator.run_project(&project).map_err(|error| named(&error))?;
    if report.vectors != samples {
        return Err(named(&format!("{} of {samples} vectors were simulated", report.vectors)));
    }
    if report.mismatches > 0 {
        return Err(named(&format!("{} mismatches, {}", report.mismatches, report.first.join("; "))));
    }
    Ok(())
}
