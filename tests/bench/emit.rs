//! From a trained model to a written project.

use hls_core::backend::{self, Target, TestVectors};
use hls_core::emulator::Emulator;
use hls_core::ir::Graph;
use hls_train::prelude::*;

use crate::figure::{Figure, peak_megabytes, seconds};
use crate::jet::{JetTagger, features};
use crate::million::million;

/// Emits and writes to a fresh directory each time.
pub fn emit(graph: &Graph, vectors: &TestVectors) {
    let directory = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    let backend = backend::find("vitis").unwrap_or_else(|error| panic!("{error}"));
    let target = Target::new("xcvu13p-flga2577-2-e", 5.0).unwrap_or_else(|error| panic!("{error}"));
    let project = backend.emit(graph, &target, vectors).unwrap_or_else(|error| panic!("{error}"));
    project.write(directory.path().join("project")).unwrap_or_else(|error| panic!("{error}"));
}

fn vectors(graph: &Graph, values: &[f32]) -> TestVectors {
    TestVectors::new(Emulator::new(graph).quantize_input(values))
}

/// The whole way: lowering, the emulator's answers for 100 test vectors, text, disk.
pub fn jet() -> Vec<Figure> {
    let model = JetTagger::seeded(1, &Device::default());
    let inputs = features(100);
    let value = seconds(9, || {
        let graph = model.graph().unwrap_or_else(|error| panic!("{error}"));
        emit(&graph, &vectors(&graph, &inputs));
    });
    vec![Figure::new("emit/jet", value * 1e3, "ms")]
}

pub fn million_weights() -> Vec<Figure> {
    let graph = million();
    let vectors = vectors(&graph, &vec![0.5; 256 * 10]);
    let value = seconds(3, || emit(&graph, &vectors));
    vec![Figure::new("emit/mlp_1m", value, "s"), Figure::new("emit/mlp_1m_memory", peak_megabytes(), "MB")]
}
