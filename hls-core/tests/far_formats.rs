//! Binary points at the ends of what formats may have: an operation is exact there, or refused.

mod common;

use common::ufixed;
use hls_core::emulator::{Emulator, evaluate_sample};
use hls_core::fixed::{Dyadic, FixedFormat, FixedTensor, FixedType, Overflow, Rounding};
use hls_core::ir::{Graph, GraphBuilder, Hardware};
use hls_core::ops::{
    Add, Average, AveragePool, Clip, Concatenate, Conv, Dense, Dot, HardSigmoid, LeakyRelu, MaxPool, Maximum, Multiply,
    Op, Quantize, Relu, ScaleShift, Sign, Subtract, ThresholdedRelu,
};
use hls_core::rules::{Convolution, IoType, Window};
use hls_core::shape::Shape;

/// The first and the last formats of some widths, and one in the middle.
fn formats() -> Vec<FixedFormat> {
    let mut formats = vec![FixedFormat::signed(5, 3)];
    for signed in [false, true] {
        for (width, integer) in [(1, 64), (4, 64), (1, -63), (4, -60)] {
            formats.push(FixedFormat { signed, width, integer });
        }
    }
    formats
}

fn types() -> Vec<FixedType> {
    let modes =
        [(Rounding::Trn, Overflow::Wrap), (Rounding::RndConv, Overflow::Sat), (Rounding::Rnd, Overflow::SatZero)];
    let of = |format| modes.map(|(rounding, overflow)| FixedType::new(format, rounding, overflow));
    formats().into_iter().flat_map(of).collect()
}

fn tensor(dims: &[usize], format: FixedFormat, raw: i64) -> FixedTensor {
    let raw = raw.clamp(format.min_raw(), format.max_raw());
    FixedTensor::new(dims.to_vec(), format, vec![raw; dims.iter().product()]).unwrap()
}

/// The model with these layers one after the other, the first one reading the input as often as it has to; refused or not.
fn graph(input: FixedFormat, reads: usize, ops: &[Op]) -> Option<Graph> {
    let mut builder = GraphBuilder::new("far", IoType::IoParallel);
    let first = builder.input(Shape::new([2, 1]), FixedType::exact(input)).unwrap();
    let mut last = vec![first; reads];
    let mut all = Vec::new();
    for (index, op) in ops.iter().enumerate() {
        let id = builder.push(&format!("layer{index}"), op.clone(), &last, Hardware::default(), None).ok()?;
        last = vec![id];
        all.push(id);
    }
    // What is no number of the layer's type is seen by the next one.
    all.push(builder.push("sign", Sign {}, &last, Hardware::default(), None).ok()?);
    builder.finish(&all).ok()
}

/// Whether the model can be; its emulator is then equal to the definitions for all inputs.
#[track_caller]
fn check(input: FixedFormat, reads: usize, ops: &[Op]) -> bool {
    let Some(graph) = graph(input, reads, ops) else { return false };
    let numbers = || input.min_raw()..=input.max_raw();
    let samples: Vec<[i64; 2]> = numbers().flat_map(|a| numbers().map(move |b| [a, b])).collect();
    let outputs = Emulator::new(&graph).run(&samples.concat()).unwrap();
    for (sample, row) in samples.iter().enumerate() {
        let expected = evaluate_sample(&graph, row);
        for (output, id) in graph.outputs().iter().enumerate() {
            let features = outputs.features[output];
            let got = &outputs.raw[output][sample * features..][..features];
            assert_eq!(got, expected[id.0], "{row:?}, `{}`\n{graph}", graph.node(*id).name);
        }
    }
    true
}

/// Checks one operation with every type; some of them can be, and some cannot where `refuses` says so.
#[track_caller]
fn check_types(reads: usize, refuses: bool, op: impl Fn(FixedType) -> Op) {
    let (mut legal, mut all) = (0, 0);
    for input in formats() {
        for ty in types() {
            legal += usize::from(check(input, reads, &[op(ty)]));
            all += 1;
        }
    }
    assert!(legal >= 27 && (legal < all) == refuses, "{legal} of {all}");
}

#[test]
fn sums_and_means() {
    check_types(2, true, |ty| Add { ty }.into());
    check_types(3, true, |ty| Add { ty }.into());
    check_types(2, true, |ty| Subtract { ty }.into());
    for reads in [2, 3] {
        check_types(reads, true, |ty| Average { ty }.into());
    }
    check_types(1, true, |ty| AveragePool { window: None, dims: 1, ty }.into());
    let window = Window::new([1, 1], [1, 1]);
    check_types(1, false, |ty| AveragePool { window: Some(window), dims: 1, ty }.into());
}

#[test]
fn choices() {
    check_types(1, false, |ty| Quantize { ty }.into());
    check_types(1, false, |ty| Relu { ty }.into());
    check_types(1, false, |_| MaxPool { window: None, dims: 1 }.into());
    check_types(2, false, |_| Maximum {}.into());
    for (low, high) in [(Dyadic::new(0, 0), Dyadic::new(0, 0)), (Dyadic::new(-1, 6), Dyadic::new(1 << 10, 0))] {
        check_types(1, true, |ty| Clip { low, high, ty }.into());
        check_types(1, false, |ty| ThresholdedRelu { threshold: high, ty }.into());
    }
}

#[test]
fn products() {
    for slope in formats() {
        for raw in [-9, 0, 1, 7] {
            for ty in types() {
                for input in formats() {
                    for dims in [&[][..], &[1]] {
                        check(input, 1, &[LeakyRelu { slope: tensor(dims, slope, raw), ty }.into()]);
                    }
                }
            }
        }
    }
    for slope in [Dyadic::new(1, 31), Dyadic::new(1, 2), Dyadic::new((1 << 31) - 1, 0), Dyadic::new(0, 0)] {
        check_types(1, true, |ty| HardSigmoid { slope, ty }.into());
    }
    for reads in [2, 3] {
        check_types(reads, true, |ty| Multiply { ty }.into());
    }
    assert!(check(FixedFormat::signed(4, -28), 2, &[Dot {}.into()]));
    for input in formats() {
        check(input, 2, &[Dot {}.into()]);
    }
}

/// Weights far from biases, also where the input is always zero: then nothing else limits them.
#[test]
fn matrices() {
    let zero = |ty| Op::from(Clip { low: Dyadic::new(0, 0), high: Dyadic::new(0, 0), ty });
    let mut legal = 0;
    for weight in formats() {
        for bias in formats() {
            for raw in [-9, 0, 1, 7] {
                for input in formats() {
                    for accum in [None, Some(FixedType::exact(FixedFormat::signed(8, -56)))] {
                        let scale = (tensor(&[1], weight, raw), tensor(&[1], bias, raw));
                        let dense = Dense { weight: tensor(&[1, 1], weight, raw), bias: scale.1.clone(), accum };
                        let place = Convolution { window: Window::new([1, 1], [1, 1]), dims: 1, groups: 1 };
                        let conv = Op::from(Conv::new(dense, place));
                        let shift = Op::from(ScaleShift { scale: scale.0, shift: scale.1 });
                        for op in [conv, shift] {
                            legal += usize::from(check(input, 1, std::slice::from_ref(&op)));
                            for nothing in [FixedFormat::unsigned(1, 64), FixedFormat::unsigned(1, -63)] {
                                legal += usize::from(check(input, 1, &[zero(FixedType::exact(nothing)), op.clone()]));
                            }
                        }
                    }
                }
            }
        }
    }
    assert!(legal > 1000, "{legal}");
}

#[test]
fn tensors_one_after_the_other() {
    let two = Concatenate { axis: None };
    for input in formats() {
        assert!(check(input, 2, &[two.clone().into()]));
    }
    let unit = ufixed(1, 1, Rounding::Trn, Overflow::Sat);
    assert!(check(FixedFormat::signed(4, 64), 1, &[Quantize { ty: unit }.into(), Op::from(Relu { ty: unit })]));
}

/// A product beyond what formats may have is refused with its format.
#[test]
fn slopes_beyond_the_last_exponent() {
    let error = |input: FixedFormat, slope: FixedFormat| {
        let mut builder = GraphBuilder::new("far", IoType::IoParallel);
        let first = builder.input(Shape::new([1]), FixedType::exact(input)).unwrap();
        let op = LeakyRelu { slope: tensor(&[], slope, 1), ty: FixedType::exact(FixedFormat::signed(4, 64)) };
        builder.push("leaky", op, &[first], Hardware::default(), None).unwrap_err().to_string()
    };
    let exponents = "the integer and fractional bits of a fixed-point type must be -64 to 64";
    let low = error(FixedFormat::signed(4, -60), FixedFormat::signed(4, -60));
    assert!(low.contains(&format!("the exact product of input and slope is fixed<4,-124>: {exponents}")), "{low}");
    let high = error(FixedFormat::signed(4, 64), FixedFormat::signed(4, 64));
    assert!(high.contains("HLS0003") && high.contains("quantize the layer's input"), "{high}");
}
