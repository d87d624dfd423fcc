//! The test part through all executions of the model.

use std::collections::BTreeMap;
use std::path::Path;

use hls_train::HlsModel;
use hls_train::core::emulator::Emulator;
use hls_train::core::ir::Graph;
use hls_train::metrics::Metrics;
use hls_train::report::{Execution, Quality};

use super::{Prepared, TaggerError};
use crate::predictions::{Predictions, PredictionsError};
use crate::summary::{Comparison, Executions, Summary};

pub(super) struct Evaluation {
    pub summary: Summary,
    /// The emulator's scores of the test part, `[samples][outputs]`.
    scores: Vec<f64>,
    /// The same of the float model.
    float: Vec<f64>,
    /// The model's outputs.
    outputs: usize,
}

/// Accuracy and AUC of the float model, the training forward and the emulator, and whether the last two agree.
pub(super) fn evaluate<M: HlsModel>(
    float: &M,
    quantized: &M,
    graph: &Graph,
    data: &Prepared,
) -> Result<Evaluation, TaggerError> {
    let last = M::OUTPUT_SHAPES.len() - 1;
    let scores = |model: &M| model.predict(data.test.inputs()).outputs.swap_remove(last);
    let (float, trained) = (scores(float), scores(quantized));
    let emulator = Emulator::new(graph);
    let outputs = emulator.run(&emulator.quantize_input(data.test.inputs()))?;
    let emulated = outputs.values(last);

    let width = outputs.features[last];
    let metrics = [&float, &trained, &emulated].map(|scores| Metrics::of(scores, data.test.classes(), width));
    let workload = graph.total_workload();
    let summary = Summary {
        accuracy: executions(metrics.each_ref().map(Metrics::accuracy)),
        auc: executions(metrics.each_ref().map(|metrics| auc(metrics, &data.classes))),
        bit_exact: compare(&trained, &emulated, width),
        multiplications: workload.multiplications,
        ebops: workload.ebops,
        ..Summary::default()
    };
    Ok(Evaluation { summary, scores: emulated, float, outputs: width })
}

impl Evaluation {
    /// Curves and confusion of the float model and of the bits that the hardware computes.
    pub(super) fn quality(&self, data: &Prepared) -> Quality {
        let execution = |name, scores: &[f64]| Execution::of(name, scores, data.test.classes(), self.outputs);
        Quality {
            classes: data.classes.clone(),
            executions: vec![execution("float", &self.float), execution("quantized", &self.scores)],
        }
    }

    /// Writes what the hardware answers for the test part.
    pub(super) fn write_predictions(&self, data: &Prepared, path: &Path) -> Result<(), PredictionsError> {
        // Outputs without a class are trained to never win, but they have scores all the same.
        let unused = (data.classes.len()..self.outputs).map(|output| format!("unused {output}"));
        let classes: Vec<String> = data.classes.iter().cloned().chain(unused).collect();
        let classes: Vec<&str> = classes.iter().map(String::as_str).collect();
        Predictions { classes: &classes, scores: &self.scores, labels: &data.labels, rows: &data.rows }.write(path)
    }
}

fn executions<T>([float, qat, emulator]: [T; 3]) -> Executions<T> {
    Executions { float, qat, emulator }
}

fn auc(metrics: &Metrics, classes: &[String]) -> BTreeMap<String, f64> {
    let value = |auc: &Option<f64>| auc.unwrap_or(f64::NAN);
    classes.iter().cloned().zip(metrics.auc.iter().map(value)).collect()
}

/// Vectors with a number that is not the same: these numbers are exact, so equal values are equal bits.
fn compare(a: &[f64], b: &[f64], width: usize) -> Comparison {
    let differing = a.chunks(width).zip(b.chunks(width)).filter(|(a, b)| a != b).count();
    let missing = a.len().abs_diff(b.len()) / width;
    Comparison { vectors: (b.len() / width) as u64, mismatches: (differing + missing) as u64 }
}
