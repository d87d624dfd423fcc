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
    let float = float.predict(data.test.inputs()).outputs.swap_remove(last);
    let mut trained = quantized.predict(data.test.inputs()).outputs;
    let emulator = Emulator::new(graph);
    let outputs = emulator.run(&emulator.quantize_input(data.test.inputs()))?;
    let mut emulated: Vec<Vec<f64>> = (0..=last).map(|output| outputs.values(output)).collect();
    let bit_exact = compare(&trained, &emulated, &outputs.features);
    let (trained, emulated) = (trained.swap_remove(last), emulated.swap_remove(last));

    let width = outputs.features[last];
    let metrics = [&float, &trained, &emulated].map(|scores| Metrics::of(scores, data.test.classes(), width));
    let workload = graph.total_workload();
    let summary = Summary {
        accuracy: executions(metrics.each_ref().map(Metrics::accuracy)),
        auc: executions(metrics.each_ref().map(|metrics| auc(metrics, &data.classes))),
        bit_exact,
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

/// Samples of which a number of any output is not the same: these numbers are exact, so equal values are equal bits.
/// `widths` are the elements of the outputs.
fn compare(trained: &[Vec<f64>], emulated: &[Vec<f64>], widths: &[usize]) -> Comparison {
    /// All outputs for a sample; `None` where one of them is missing.
    fn row<'a>(outputs: &'a [Vec<f64>], widths: &[usize], sample: usize) -> Option<Vec<&'a [f64]>> {
        let row = |(at, width): (usize, &usize)| outputs.get(at)?.get(sample * width..(sample + 1) * width);
        widths.iter().enumerate().map(row).collect()
    }
    let samples = |outputs: &[Vec<f64>]| outputs.iter().zip(widths).map(|(values, width)| values.len() / width).max();
    let vectors = samples(trained).max(samples(emulated)).unwrap_or(0);
    let differs = |sample: &usize| {
        let row = row(trained, widths, *sample).zip(row(emulated, widths, *sample));
        row.is_none_or(|(trained, emulated)| trained != emulated)
    };
    Comparison { vectors: vectors as u64, mismatches: (0..vectors).filter(differs).count() as u64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_output_counts() {
        let a = vec![vec![1.0, 2.0, 3.0, 4.0], vec![5.0, 6.0]];
        let widths = [2, 1];
        assert_eq!(compare(&a, &a, &widths), Comparison { vectors: 2, mismatches: 0 });
        for (output, at, mismatches) in [(0, 3, 1), (1, 0, 1)] {
            let mut b = a.clone();
            b[output][at] += 0.5;
            assert_eq!(compare(&a, &b, &widths), Comparison { vectors: 2, mismatches });
        }
        let short = vec![a[0].clone(), vec![5.0]];
        assert_eq!(compare(&a, &short, &widths), Comparison { vectors: 2, mismatches: 1 });
        assert_eq!(compare(&a, &a[..1], &widths), Comparison { vectors: 2, mismatches: 2 });
    }
}
