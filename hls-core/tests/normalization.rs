//! Normalizations against the function in floats, and what they and embeddings refuse.

use hls_core::diagnostics::{Code, Diagnostic};
use hls_core::emulator::Emulator;
use hls_core::fixed::{FixedFormat, FixedTensor, FixedType, Overflow, Rounding};
use hls_core::ir::{GraphBuilder, Hardware};
use hls_core::ops::{Embedding, LayerNorm, Op, RmsNorm};
use hls_core::random::Choices;
use hls_core::rules::IoType;
use hls_core::shape::Shape;

fn saturating(format: FixedFormat) -> FixedType {
    FixedType::new(format, Rounding::Rnd, Overflow::Sat)
}

/// A vector of one value.
fn all(count: usize, format: FixedFormat, raw: i64) -> FixedTensor {
    FixedTensor::new(vec![count], format, vec![raw; count]).unwrap()
}

/// The epsilon of all models here.
const EPSILON: u32 = 17;

/// Without scale and shift: gamma 1 and beta 0.
fn neutral(centered: bool, channels: usize, norm: FixedType, ty: FixedType) -> Op {
    let gamma = all(channels, FixedFormat::unsigned(1, 1), 1);
    if centered {
        LayerNorm { gamma, beta: all(channels, FixedFormat::unsigned(1, 1), 0), norm, ty, epsilon: EPSILON }.into()
    } else {
        RmsNorm { gamma, norm, ty, epsilon: EPSILON }.into()
    }
}

fn in_floats(centered: bool, row: &[f64]) -> Vec<f64> {
    let count = row.len() as f64;
    let mean = if centered { row.iter().sum::<f64>() / count } else { 0.0 };
    let square = row.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count;
    let size = (square + 2.0_f64.powi(-(EPSILON as i32))).sqrt();
    row.iter().map(|x| (x - mean) / size).collect()
}

/// The largest distance from the function, in steps of the result, over 4,000 rows: all sizes of elements, and rows
/// whose elements are close together.
fn largest_error(centered: bool, channels: usize, input: FixedType, norm: FixedType, ty: FixedType) -> f64 {
    let mut builder = GraphBuilder::new("norm", IoType::IoParallel);
    let id = builder.input(Shape::new([channels]), input).unwrap();
    let op = neutral(centered, channels, norm, ty);
    let id = builder.push("norm", op, &[id], Hardware::default(), None).unwrap();
    let graph = builder.finish(&[id]).unwrap();
    let mut choices = Choices::new(channels as u64);
    let (min, max) = (input.format.min_raw(), input.format.max_raw());
    let mut raw = Vec::new();
    for _ in 0..4000 {
        let span = 1 << choices.range(0, i64::from(input.format.width));
        let center = choices.range(min, max);
        raw.extend((0..channels).map(|_| choices.range(center - span, center + span).clamp(min, max)));
    }
    let found = Emulator::new(&graph).run(&raw).unwrap();
    let values: Vec<f64> = raw.iter().map(|&raw| input.format.value(raw)).collect();
    let expected = values.chunks(channels).flat_map(|row| in_floats(centered, row));
    let errors = found.raw[0].iter().zip(expected).map(|(&raw, expected)| (ty.format.value(raw) - expected).abs());
    errors.fold(0.0, f64::max) / ty.format.lsb()
}

/// A result rounds once, and `Norm` with four more fractional bits once more: half a step and a thirty-second. What the
/// root adds is in the third digit up to 12 bits.
#[test]
#[allow(clippy::print_stdout)] // the figures are the point
fn close_to_the_function() {
    for (width, limit) in [(8, 0.532), (10, 0.532), (12, 0.532), (16, 0.54)] {
        let mut worst = 0.0_f64;
        for centered in [true, false] {
            for (channels, integer) in [(2, 2), (5, 3), (16, 4), (64, 5)] {
                for input in [FixedFormat::signed(8, 4), FixedFormat::signed(16, 6), FixedFormat::unsigned(10, 2)] {
                    let ty = saturating(FixedFormat::signed(width, integer));
                    let norm = saturating(FixedFormat::signed(width + 4, integer));
                    worst = worst.max(largest_error(centered, channels, FixedType::exact(input), norm, ty));
                }
            }
        }
        println!("{width} bits: at most {worst:.4} steps of the result");
        assert!(worst <= limit, "{width} bits: {worst}");
    }
}

/// Nine bits with the sign need no Newton step: the table's 2^-11 is at most an eighth of a step.
#[test]
#[allow(clippy::print_stdout)]
fn the_table_alone_is_enough_for_eight_bits() {
    let mut worst = 0.0_f64;
    for (channels, integer) in [(2, 2), (5, 3), (16, 4), (64, 5)] {
        let ty = saturating(FixedFormat::signed(9, integer));
        let input = FixedType::exact(FixedFormat::signed(10, 4));
        worst = worst.max(largest_error(true, channels, input, ty, ty));
    }
    println!("9 bits without a Newton step: at most {worst:.4} steps");
    assert!(worst <= 0.55, "{worst}");
}

fn push(shape: Shape, input: FixedType, op: Op) -> Result<(), Diagnostic> {
    let mut builder = GraphBuilder::new("model", IoType::IoParallel);
    let id = builder.input(shape, input).unwrap();
    builder.push("layer", op, &[id], Hardware::default(), None).map(|_| ())
}

#[track_caller]
fn check(result: Result<(), Diagnostic>, code: Code, text: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.code, code, "{error}");
    assert!(error.to_string().contains(text), "{error}\nlacks: {text}");
}

#[test]
fn normalizations_that_would_not_be_exact_name_the_legal_width() {
    let norm = saturating(FixedFormat::signed(18, 5));
    let shape = Shape::new([64]);
    let wide = FixedType::exact(FixedFormat::signed(40, 20));
    let refused = push(shape, wide, neutral(true, 64, norm, norm));
    check(refused, Code::TooWide, "quantize the layer's input to at most 25 bits, for example `Fixed<25, 5>`");
    assert!(push(shape, FixedType::exact(FixedFormat::signed(25, 5)), neutral(true, 64, norm, norm)).is_ok());
    assert!(push(shape, FixedType::exact(FixedFormat::signed(26, 6)), neutral(true, 64, norm, norm)).is_err());
    // Far below one, nothing but epsilon is left of a row.
    let coarse = FixedType::exact(FixedFormat::signed(8, 40));
    let refused = push(shape, coarse, neutral(true, 64, norm, norm));
    check(refused, Code::TooWide, "use a larger epsilon, shorter rows or fewer fractional bits");
    let gamma = all(64, FixedFormat::signed(50, 2), 1);
    let refused = push(shape, norm, RmsNorm { gamma, norm, ty: norm, epsilon: 17 }.into());
    check(refused, Code::TooWide, "times gamma plus beta needs 68 bits, the limit is 62");
}

#[test]
fn normalizations_that_contradict_themselves() {
    let norm = saturating(FixedFormat::signed(18, 5));
    let (gamma, format) = (all(4, FixedFormat::signed(6, 2), 1), FixedFormat::signed(6, 2));
    let layer = LayerNorm { gamma: gamma.clone(), beta: all(3, format, 1), norm, ty: norm, epsilon: 17 };
    check(push(Shape::new([4]), norm, layer.clone().into()), Code::Malformed, "do not go with a gamma of [4]");
    let layer = LayerNorm { beta: gamma, ..layer };
    check(push(Shape::new([5]), norm, layer.clone().into()), Code::Shape, "expects input shape [4]");
    let small = LayerNorm { epsilon: 49, ..layer };
    check(push(Shape::new([4]), norm, small.into()), Code::Type, "the least is 2^-48");
}

#[test]
fn embeddings_whose_input_could_be_outside_the_table() {
    let weight = FixedTensor::new(vec![6, 1], FixedFormat::signed(6, 2), vec![0; 6]).unwrap();
    let push = |format| push(Shape::new([3]), FixedType::exact(format), Embedding { weight: weight.clone() }.into());
    let legal = "legal is `UFixed<2, 2>`, or a vocabulary of 8";
    let expected = format!("reads indices from 0 to 5, but its input is ufixed<3,3> in [0, 7]; {legal}");
    check(push(FixedFormat::unsigned(3, 3)), Code::Type, &expected);
    check(push(FixedFormat::signed(3, 3)), Code::Type, legal);
    check(push(FixedFormat::unsigned(2, 1)), Code::Type, legal);
    assert!(push(FixedFormat::unsigned(2, 2)).is_ok());
}
