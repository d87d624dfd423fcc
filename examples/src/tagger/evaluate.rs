//! The test part through all executions of the model.

use std::collections::BTreeMap;

use hls_train::HlsModel;
use hls_train::core::emulator::Emulator;
use hls_train::core::ir::Graph;
use hls_train::metrics::Metrics;

use super::{Prepared, TaggerError};
use crate::jets::CLASSES;
use crate::predictions::Predictions;
use crate::summary::{Comparison, Executions, Summary};

pub(super) struct Evaluation {
    pub summary: Summary,
    /// The emulator's scores of the test part, `[jets][classes]`.
    scores: Vec<f64>,
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

    let metrics = [&float, &trained, &emulated].map(|scores| Metrics::of(scores, data.test.classes(), CLASSES.len()));
    let workload = graph.total_workload();
    let summary = Summary {
        accuracy: executions(metrics.each_ref().map(Metrics::accuracy)),
        auc: executions(metrics.each_ref().map(auc)),
        bit_exact: compare(&trained, &emulated, outputs.features[last]),
        multiplications: workload.multiplications,
        ebops: workload.ebops,
        ..Summary::default()
    };
    Ok(Evaluation { summary, scores: emulated })
}

impl Evaluation {
    /// What the hardware answers for the test part.
    pub(super) fn predictions<'a>(&'a self, data: &'a Prepared) -> Predictions<'a> {
        Predictions { classes: &CLASSES, scores: &self.scores, labels: &data.labels, skipped: data.skipped }
    }
}

fn executions<T>([float, qat, emulator]: [T; 3]) -> Executions<T> {
    Executions { float, qat, emulator }
}

fn auc(metrics: &Metrics) -> BTreeMap<String, f64> {
    let value = |auc: &Option<f64>| auc.unwrap_or(f64::NAN);
    CLASSES.iter().map(|&class| class.to_owned()).zip(metrics.auc.iter().map(value)).collect()
}

/// Vectors with a number that is not the same: these numbers are exact, so equal values are equal bits.
fn compare(a: &[f64], b: &[f64], width: usize) -> Comparison {
    let differing = a.chunks(width).zip(b.chunks(width)).filter(|(a, b)| a != b).count();
    let missing = a.len().abs_diff(b.len()) / width;
    Comparison { vectors: (b.len() / width) as u64, mismatches: (differing + missing) as u64 }
}
