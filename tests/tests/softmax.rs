//! Every implementation of softmax in all executions, over all logits of small formats and many rows of larger ones.
//!
//! The rules, for results `ufixed<n,0,RND,SAT>` of rows of `c` classes:
//!
//! - *Sum.* Such a type cannot hold 1: where a probability rounds to 1 it saturates at 1 - 2^-n (counted). The same row as
//!   `ufixed<n+1,1>`, which holds 1, sums to 1 within `c / 2` steps, and the results are those, saturated. So it is for
//!   `stable` and `latency` alike, which normalize in the same way; no row here has only exponentials of zero.
//! - *Argmax.* The result of the first largest logit is the largest result. Another class can share it (an exact tie of
//!   results, counted); with the first of those taken, as `Argmax` does, that is a flip where it comes earlier (counted).
//! - `argmax` is 1, saturated, for the first largest logit and zero for the others.

use hls_core::backend::{self, Target, TestVectors};
use hls_core::csim::{self, Simulator};
use hls_core::emulator::Emulator;
use hls_core::fixed::{FixedFormat, FixedType, Overflow, Rounding};
use hls_core::ir::Hardware;
use hls_core::ops::{Op, Softmax, SoftmaxImplementation, SoftmaxRow};
use hls_core::random::{Choices, LayerKind, RandomLayer, RandomModel};
use hls_core::rules::IoType;
use hls_core::shape::Shape;
use hls_tests::RuntimeModel;

const WIDTHS: [u32; 4] = [8, 10, 12, 16];

const IMPLEMENTATIONS: [SoftmaxImplementation; 3] =
    [SoftmaxImplementation::Stable, SoftmaxImplementation::Latency, SoftmaxImplementation::Argmax];

fn saturating(format: FixedFormat) -> FixedType {
    FixedType::new(format, Rounding::Rnd, Overflow::Sat)
}

/// All implementations and result widths, each of them an output that reads the logits.
fn model(classes: usize, logits: FixedFormat) -> RandomModel {
    let layer = |implementation: SoftmaxImplementation, width: u32| {
        let latency = implementation == SoftmaxImplementation::Latency;
        let ty = saturating(FixedFormat::unsigned(width, 0));
        // For `latency` the index is the logit itself; exp(8) needs 12 bits before the point.
        let exp = if latency { FixedFormat::unsigned(26, 12) } else { FixedFormat::unsigned(18, 1) };
        let diff = if latency { logits } else { FixedFormat::unsigned(12, 4) };
        let stable = Softmax::stable(ty, saturating(exp), saturating(diff));
        RandomLayer {
            name: format!("{}{width}", implementation.name()),
            kind: LayerKind::Op(Softmax { implementation, ..stable }.into()),
            inputs: vec![None],
            hardware: Hardware::default(),
        }
    };
    let layers: Vec<RandomLayer> =
        IMPLEMENTATIONS.into_iter().flat_map(|kind| WIDTHS.map(|width| layer(kind, width))).collect();
    RandomModel {
        seed: 0,
        name: format!("softmax_{classes}_{}", logits.width),
        io_type: IoType::IoParallel,
        input_shape: Shape::new([classes]),
        input_type: FixedType::exact(logits),
        outputs: (0..layers.len()).collect(),
        layers,
    }
}

/// Every combination of logits.
fn every_row(classes: usize, logits: FixedFormat) -> Vec<i64> {
    let values: Vec<i64> = (logits.min_raw()..=logits.max_raw()).collect();
    let rows = values.len().pow(classes as u32);
    (0..rows)
        .flat_map(|row| (0..classes as u32).map(move |class| row / (1_usize << logits.width).pow(class)))
        .map(|index| values[index % values.len()])
        .collect()
}

fn random_rows(classes: usize, logits: FixedFormat, rows: usize) -> Vec<i64> {
    let mut choices = Choices::new(classes as u64);
    let mut inputs = Vec::new();
    for _ in 0..rows {
        // Logits of one size, from all the same to the whole range.
        let span = choices.range(0, i64::from(logits.width) - 1) as u32;
        inputs.extend((0..classes).map(|_| choices.range(-(1 << span), (1 << span) - 1)));
    }
    inputs
}

/// What the rows of one implementation and width did.
#[derive(Debug, Default)]
struct Counts {
    rows: usize,
    /// The largest distance of the sum from 1, in steps.
    sum: i64,
    /// Rows with a result that lacks a step of 1.
    saturated: usize,
    /// Rows whose largest result several classes share, though only one has the largest logit.
    ties: usize,
    /// Rows of these where the first of them is another class.
    flips: usize,
}

impl Counts {
    /// `holding` are the results in a type that holds 1.
    fn row(&mut self, logits: &[i64], results: &[i64], holding: &[i64], width: u32) {
        let first = |row: &[i64]| row.iter().position(|x| Some(x) == row.iter().max()).unwrap();
        let winner = first(logits);
        let largest = *results.iter().max().unwrap();
        assert_eq!(results[winner], largest, "{logits:?} to {results:?}");
        let one = 1 << width;
        assert!(results.iter().zip(holding).all(|(&result, &holding)| result == holding.min(one - 1)));
        let sum = holding.iter().sum::<i64>() - one;
        let shared = |row: &[i64]| row.iter().filter(|&x| Some(x) == row.iter().max()).count();
        self.rows += 1;
        self.sum = self.sum.max(sum.abs());
        self.saturated += usize::from(holding.contains(&one));
        self.ties += usize::from(shared(results) > shared(logits));
        self.flips += usize::from(first(results) != winner);
        assert!(2 * sum.abs() <= results.len() as i64, "{logits:?} to {results:?} sums to 1 + {sum} steps");
    }
}

/// Training forward == emulator on all rows, == C simulation on the first `simulated` of them, and the rules above.
#[track_caller]
#[allow(clippy::print_stdout)] // the counts are the point
fn check(classes: usize, input: FixedFormat, inputs: &[i64], simulated: usize) {
    let model = RuntimeModel::new(model(classes, input));
    let graph = model.graph().unwrap();
    let outputs = Emulator::new(&graph).run(inputs).unwrap();
    assert!(model.forward(&graph, inputs).unwrap() == outputs.raw, "training and emulator differ");

    let target = Target::new("xcvu13p-flga2577-2-e", 5.0).unwrap();
    let vectors = TestVectors::new(inputs[..simulated * classes].to_vec());
    let project = backend::find("vitis").unwrap().emit(&graph, &target, &vectors).unwrap();
    let simulator = csim::headers(None).and_then(|headers| Simulator::new(&headers)).unwrap();
    let report = simulator.run_project(&project).unwrap();
    assert_eq!((report.vectors, report.mismatches), (simulated, 0), "{:?}", report.first);

    for (raw, layer) in outputs.raw.iter().zip(&model.spec().layers) {
        let LayerKind::Op(Op::Softmax(softmax)) = &layer.kind else { unreachable!() };
        let (kind, width) = (softmax.implementation, softmax.ty.format.width);
        let holding = Softmax { ty: saturating(FixedFormat::unsigned(width + 1, 1)), ..softmax.clone() };
        let row = SoftmaxRow::new(&holding, input.fraction(), classes);
        let mut counts = Counts::default();
        let (mut scratch, mut holding) = (Vec::new(), vec![0; classes]);
        for (logits, results) in inputs.chunks(classes).zip(raw.chunks(classes)) {
            row.evaluate(logits.iter().copied(), &mut scratch, |class, raw| holding[class] = raw);
            counts.row(logits, results, &holding, width);
            if kind == SoftmaxImplementation::Argmax {
                assert_eq!(results.iter().filter(|&&result| result != 0).count(), 1);
            }
        }
        let Counts { rows, sum, saturated, ties, flips } = counts;
        if kind == SoftmaxImplementation::Argmax {
            assert_eq!((ties, flips, saturated), (0, 0, rows));
        }
        println!(
            "{classes} classes of {} bits, {} to {width} bits: {rows} rows, sum within {sum} steps, {saturated} \
             saturated, {ties} ties, {flips} flips",
            input.width,
            kind.name()
        );
    }
}

#[test]
fn every_row_of_three_classes_of_four_bits() {
    let logits = FixedFormat::signed(4, 3);
    check(3, logits, &every_row(3, logits), 4096);
}

#[test]
fn every_row_of_two_classes_of_six_bits() {
    let logits = FixedFormat::signed(6, 4);
    check(2, logits, &every_row(2, logits), 4096);
}

#[test]
fn many_rows_of_five_and_forty_classes() {
    for (classes, logits) in [(5, FixedFormat::signed(10, 4)), (40, FixedFormat::signed(8, 3))] {
        check(classes, logits, &random_rows(classes, logits, 20_000), 400);
    }
}
