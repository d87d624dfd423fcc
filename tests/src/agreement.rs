//! QAT forward == emulator == C simulation, on random models.

use std::fmt;

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

/// Why a model did not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It cannot be lowered or emitted; a random model always can, a simplified one need not.
    Refused(String),
    /// Two executions differ, or one of them broke down.
    Differs(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(text) => write!(f, "refused: {text}"),
            Self::Differs(text) => f.write_str(text),
        }
    }
}

/// Compares the training forward with the emulator on `samples` inputs of the model.
///
/// # Errors
/// The first difference: seed, sample, output, both values and the graph.
pub fn forward_and_emulator(model: &RandomModel, samples: usize) -> Result<Agreed, Failure> {
    let seed = model.seed;
    let recording = RuntimeModel::recording(model.clone());
    let model = RuntimeModel::new(model.clone());
    let graph = model.graph().map_err(|diagnostics| Failure::Refused(format!("seed {seed}: {diagnostics}")))?;
    let inputs = model.spec().inputs(samples);
    let differs = |text: String| Failure::Differs(format!("seed {seed}: {text}\n{graph}"));
    let outputs = Emulator::new(&graph).run(&inputs).map_err(|error| differs(error.to_string()))?;
    let Some(forward) = model.forward(&graph, &inputs) else {
        return Err(differs("the training forward left the grid of an output's format".to_owned()));
    };
    if let Some(recording) = recording
        && recording.forward(&graph, &inputs).as_ref() != Some(&forward)
    {
        return Err(differs("the training forward is another one where it records for a backward pass".to_owned()));
    }
    for (output, id) in graph.outputs().iter().enumerate() {
        let name = &graph.node(*id).name;
        let features = outputs.features[output];
        let (emulated, trained) = (&outputs.raw[output], &forward[output]);
        if emulated.len() != trained.len() {
            return Err(differs(format!("`{name}`: {} values, trained {}", emulated.len(), trained.len())));
        }
        if let Some(at) = (0..emulated.len()).find(|&at| emulated[at] != trained[at]) {
            let (sample, element) = (at / features, at % features);
            let input = &inputs[sample * graph.input().shape.size()..][..graph.input().shape.size()];
            return Err(differs(format!(
                "sample {sample}, `{name}[{element}]`: emulator {}, training {}, input {input:?}",
                emulated[at], trained[at]
            )));
        }
    }
    Ok(Agreed { graph, inputs })
}

/// Compares all three executions of the model; the emitted C++ is compiled by the simulator.
///
/// # Errors
/// The first difference, or why the model could not be emitted or simulated.
pub fn all_three(model: &RandomModel, samples: usize, simulator: &Simulator) -> Result<(), Failure> {
    let seed = model.seed;
    let Agreed { graph, inputs } = forward_and_emulator(model, samples)?;
    let named = |error: &dyn fmt::Display| format!("seed {seed}: {error}\n{graph}");
    let refused = |error: &dyn fmt::Display| Failure::Refused(named(error));
    let target = Target::new("xcvu13p-flga2577-2-e", 5.0).map_err(|error| refused(&error))?;
    let backend = backend::find("vitis").map_err(|error| refused(&error))?;
    let project = backend.emit(&graph, &target, &TestVectors::new(inputs)).map_err(|error| refused(&error))?;
    let report = simulator.run_project(&project).map_err(|error| Failure::Differs(named(&error)))?;
    if report.vectors != samples {
        let text = format!("{} of {samples} vectors were simulated", report.vectors);
        return Err(Failure::Differs(named(&text)));
    }
    if report.mismatches > 0 {
        let text = format!("{} mismatches, {}", report.mismatches, report.first.join("; "));
        return Err(Failure::Differs(named(&text)));
    }
    Ok(())
}

/// Attempts of [`smallest`]; each compiles a project where the difference is in the C++.
const ATTEMPTS: usize = 150;

/// A small model that fails as `model` does, and how it fails.
///
/// `check` is one of the comparisons above. A model that was refused is returned as it is.
pub fn smallest(
    model: &RandomModel,
    failure: Failure,
    check: impl Fn(&RandomModel) -> Result<(), Failure>,
) -> (RandomModel, Failure) {
    if matches!(failure, Failure::Refused(_)) {
        return (model.clone(), failure);
    }
    let mut last = failure;
    let small = model.shrunk(ATTEMPTS, |candidate| match check(candidate) {
        Err(failure @ Failure::Differs(_)) => {
            last = failure;
            true
        }
        _ => false,
    });
    (small, last)
}
