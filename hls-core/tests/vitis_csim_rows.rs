//! Layers that look at whole rows, and tables of vectors: emitted, compiled and run.

mod common;

use common::{Model, Numbers, assert_csim_agrees, emit, fixed, ufixed};
use hls_core::fixed::{FixedFormat, FixedTensor, FixedType, Overflow, Rounding};
use hls_core::ir::Hardware;
use hls_core::ops::{Embedding, LayerNorm, Op, RmsNorm, Softmax, SoftmaxImplementation};
use hls_core::shape::Shape;

/// Each operation on the model's input, in one project.
#[track_caller]
fn check(name: &str, shape: Shape, input_type: FixedType, ops: Vec<Op>) {
    let (mut model, input) = Model::new(name, shape, input_type);
    let add = |(index, op)| model.add(&format!("layer{index}"), op, &[input], Hardware::default());
    let outputs: Vec<_> = ops.into_iter().enumerate().map(add).collect();
    let graph = model.0.finish(&outputs).unwrap();
    let input = Numbers(9).input(&graph, 200);
    assert_csim_agrees(&emit(&graph, input), 200);
}

fn rounded(format: FixedFormat) -> FixedType {
    FixedType::new(format, Rounding::Rnd, Overflow::Sat)
}

#[test]
fn softmax_along_any_dimension_by_any_implementation() {
    let mut ops = Vec::new();
    for axis in [None, Some(0), Some(1), Some(2)] {
        let stable = Softmax::stable(
            ufixed(16, 0, Rounding::Rnd, Overflow::Sat),
            ufixed(18, 1, Rounding::Rnd, Overflow::Sat),
            ufixed(8, 3, Rounding::Rnd, Overflow::Sat),
        );
        let latency = Softmax {
            implementation: SoftmaxImplementation::Latency,
            exp: ufixed(14, 6, Rounding::RndConv, Overflow::Sat),
            diff: FixedType::new(FixedFormat::signed(7, 3), Rounding::TrnZero, Overflow::Wrap),
            ..stable.clone()
        };
        let argmax = Softmax {
            implementation: SoftmaxImplementation::Argmax,
            ty: rounded(FixedFormat::signed(4, -1)),
            ..stable.clone()
        };
        ops.extend([stable, latency, argmax].map(|op| Softmax { axis, ..op }.into()));
    }
    check("rows", Shape::new([2, 3, 4]), fixed(8, 4), ops);
}

/// Sums that are zero, one element, one bit, results without fraction.
#[test]
fn softmax_at_the_edges() {
    let latency = |exp, diff, ty| Softmax {
        implementation: SoftmaxImplementation::Latency,
        ..Softmax::stable(ty, exp, rounded(diff))
    };
    let probability = ufixed(12, 0, Rounding::Rnd, Overflow::Sat);
    let ops = vec![
        latency(ufixed(1, 1, Rounding::Trn, Overflow::Sat), FixedFormat::signed(4, 2), probability).into(),
        latency(ufixed(6, 9, Rounding::Rnd, Overflow::Sat), FixedFormat::signed(16, 5), probability).into(),
        latency(ufixed(18, 12, Rounding::Rnd, Overflow::Sat), FixedFormat::signed(1, 1), probability).into(),
        latency(ufixed(8, 2, Rounding::Rnd, Overflow::Sat), FixedFormat::signed(6, 3), fixed(3, 3)).into(),
    ];
    check("edges", Shape::new([3, 1]), fixed(8, 4), ops.clone());
    check("three", Shape::new([3]), fixed(8, 4), ops);
}

fn constants(numbers: &mut Numbers, count: usize, format: FixedFormat) -> FixedTensor {
    numbers.tensor(&[count], format)
}

#[test]
fn normalizations() {
    let mut numbers = Numbers(3);
    for (index, (shape, input)) in [
        (Shape::new([6]), fixed(8, 4)),
        (Shape::new([2, 5]), fixed(16, 6)),
        (Shape::new([3, 1]), fixed(6, 6)),
        (Shape::new([7]), ufixed(10, 2, Rounding::Trn, Overflow::Wrap)),
        (Shape::new([33]), fixed(5, -2)),
        (Shape::new([4]), fixed(4, 6)),
    ]
    .into_iter()
    .enumerate()
    {
        let mut ops: Vec<Op> = Vec::new();
        for (norm, ty, epsilon) in [
            (fixed(18, 5), rounded(FixedFormat::signed(16, 5)), 17),
            (rounded(FixedFormat::signed(9, 3)), fixed(8, 4), 0),
            (FixedType::new(FixedFormat::signed(10, 1), Rounding::RndConv, Overflow::SatSym), fixed(20, 4), 24),
        ] {
            let gamma = constants(&mut numbers, shape.channels(), FixedFormat::signed(8, 2));
            let beta = constants(&mut numbers, shape.channels(), FixedFormat::signed(6, 3));
            ops.push(RmsNorm { gamma: gamma.clone(), norm, ty, epsilon }.into());
            ops.push(LayerNorm { gamma, beta, norm, ty, epsilon }.into());
        }
        check(&format!("norm{index}"), shape, input, ops);
    }
}

#[test]
fn embeddings_in_registers_and_in_a_memory() {
    let mut numbers = Numbers(4);
    let mut table = |vocabulary, dim| {
        let weight = numbers.tensor(&[vocabulary, dim], FixedFormat::signed(7, 2));
        Embedding { weight }.into()
    };
    let ops = vec![table(16, 3), table(20, 1), table(1200, 4)];
    check("words", Shape::new([2, 5]), ufixed(4, 4, Rounding::Trn, Overflow::Wrap), ops);
}
