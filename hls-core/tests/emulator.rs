//! The emulator's edges: numbers in, numbers out, and what it refuses.

use hls_core::emulator::{Emulator, EmulatorError, LANES, evaluate_sample};
use hls_core::fixed::{FixedFormat, FixedTensor, FixedType, Overflow, Rounding};
use hls_core::ir::{Graph, GraphBuilder, Hardware};
use hls_core::ops::{Conv, Dense, Quantize};
use hls_core::rules::{Convolution, IoType, Window};
use hls_core::shape::Shape;

const INPUT: FixedType = FixedType::new(FixedFormat::signed(6, 4), Rounding::Rnd, Overflow::SatSym);

/// Two outputs: `2 * a - b` with two fractional bits, and the inputs with one.
fn graph() -> Graph {
    let mut builder = GraphBuilder::new("edges", IoType::IoParallel);
    let input = builder.input(Shape::new([2]), INPUT).unwrap();
    let weight = FixedTensor::new(vec![2, 1], FixedFormat::signed(3, 3), vec![2, -1]).unwrap();
    let bias = FixedTensor::new(vec![1], FixedFormat::signed(1, 1), vec![0]).unwrap();
    let dense = Dense { weight, bias, accum: None };
    let dense = builder.push("dense", dense, &[input], Hardware::default(), None).unwrap();
    let ty = FixedType::exact(FixedFormat::signed(5, 4));
    let halves = builder.push("halves", Quantize { ty }, &[input], Hardware::default(), None).unwrap();
    builder.finish(&[dense, halves]).unwrap()
}

#[test]
fn real_numbers_become_raw_ones_and_back() {
    let emulator = Emulator::new(&graph());
    assert_eq!(emulator.input_features(), 2);
    // Halves of a step go up, what is beyond the range to its symmetric end.
    let raw = emulator.quantize_input(&[1.125, -1.125, 100.0, -100.0]);
    assert_eq!(raw, [5, -4, 31, -31]);
    let outputs = emulator.run(&raw).unwrap();
    assert_eq!(outputs.values(0), [2.0 * 1.25 + 1.0, 2.0 * 7.75 + 7.75]);
    assert_eq!(outputs.values(1), [1.0, -1.0, 7.5, -8.0]);
    assert_eq!(outputs.features, [1, 2]);
}

#[track_caller]
fn check_refused(input: &[i64], expected: &EmulatorError, text: &str) {
    let error = Emulator::new(&graph()).run(input).unwrap_err();
    assert_eq!(error, *expected);
    assert_eq!(error.to_string(), text);
}

#[test]
fn what_is_no_input_is_refused_with_its_place() {
    let ragged = EmulatorError::Ragged { length: 3, features: 2 };
    check_refused(&[1, 2, 3], &ragged, "3 numbers are no whole number of samples of 2 features");
    for (raw, at) in [(32, 3), (-32, 2)] {
        let mut input = [31, -31, 0, 0];
        input[at] = raw;
        let error = EmulatorError::OutOfRange { sample: 1, feature: at - 2, raw, ty: INPUT };
        let text =
            format!("sample 1, feature {}: raw value {raw} is outside fixed<6,4,RND,SAT_SYM> (-31 to 31)", at - 2);
        check_refused(&input, &error, &text);
    }
    let emulator = Emulator::new(&graph());
    assert_eq!(emulator.trace(&[0; 4]), Err(EmulatorError::Ragged { length: 4, features: 2 }));
    assert_eq!(emulator.trace(&[]), Err(EmulatorError::Ragged { length: 0, features: 2 }));
}

#[test]
fn a_batch_of_any_size_is_the_same_samples() {
    let emulator = Emulator::new(&graph());
    // Around the sizes of a block and of a task.
    for samples in [0, 1, LANES - 1, LANES, LANES + 1, 16 * LANES, 16 * LANES + 1, 40 * LANES + 7] {
        let input: Vec<i64> = (0..samples * 2).map(|index| (index as i64 * 7) % 63 - 31).collect();
        let outputs = emulator.run(&input).unwrap();
        let expected: Vec<i64> = input.chunks(2).map(|x| 2 * x[0] - x[1]).collect();
        assert_eq!(outputs.raw[0], expected, "{samples} samples");
        assert_eq!(outputs.raw[1], input.iter().map(|x| x >> 1).collect::<Vec<_>>(), "{samples} samples");
    }
}

#[test]
fn groups_of_more_outputs_than_a_tile() {
    // 3 groups of 2 channels and 6 outputs each, all weights and biases different.
    let mut builder = GraphBuilder::new("groups", IoType::IoParallel);
    let input = builder.input(Shape::new([3, 6]), INPUT).unwrap();
    let format = FixedFormat::signed(8, 8);
    let weight = FixedTensor::new(vec![4, 18], format, (0..72).map(|raw| raw * 5 % 127 - 60).collect()).unwrap();
    let bias = FixedTensor::new(vec![18], format, (0..18).map(|raw| raw * 7 - 60).collect()).unwrap();
    let place = Convolution { window: Window::new([1, 2], [1, 1]), dims: 1, groups: 3 };
    let conv = Conv::new(Dense { weight, bias, accum: None }, place);
    let conv = builder.push("conv", conv, &[input], Hardware::default(), None).unwrap();
    let graph = builder.finish(&[conv]).unwrap();
    let samples: Vec<i64> = (0..18 * 5).map(|raw| raw * 11 % 63 - 31).collect();
    let outputs = Emulator::new(&graph).run(&samples).unwrap();
    let expected: Vec<i64> =
        samples.chunks(18).flat_map(|sample| evaluate_sample(&graph, sample)[graph.outputs()[0].0].clone()).collect();
    assert_eq!(outputs.raw[0], expected);
}
