//! The emitted C++ under g++ with the real `ap_fixed`: equal to the emulator and to hls4ml, bit for bit.

mod common;

use common::{Model, Numbers, assert_csim_agrees, emit, fixed, hardware, hls4ml_rows, jet, ufixed};
use hls_core::fixed::{FixedFormat, FixedTensor, FixedType, Overflow, Rounding};
use hls_core::ir::{Graph, Hardware};
use hls_core::ops::{Average, AveragePool, Conv, Dense, Embedding, MaxPool, Quantize, Relu, Softmax, Subtract};
use hls_core::rules::{Convolution, IoType, Padding, Strategy, Window, is_legal_reuse};
use hls_core::shape::Shape;

/// The bench's expected outputs are hls4ml's own answers, not the emulator's.
#[track_caller]
fn check_jet(rounding: Rounding, answers: &str) {
    let graph = jet(rounding, |_| Hardware::default());
    let mut project = emit(&graph, hls4ml_rows("jet_x_int_first1000.csv"));
    let rows: Vec<String> = hls4ml_rows(answers)
        .chunks(5)
        .map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ") + "\n")
        .collect();
    project.files.insert("tb_data/expected.dat".to_owned(), format!("1000 5\n{}", rows.concat()).into_bytes());
    assert_csim_agrees(&project, 1000);
}

#[test]
fn jet_equals_hls4ml_rounding_half_up() {
    check_jet(Rounding::Rnd, "jet_logits_f9_RND_first1000.csv");
}

#[test]
fn jet_equals_hls4ml_rounding_half_to_even() {
    check_jet(Rounding::RndConv, "jet_logits_f9_RND_CONV_first1000.csv");
}

/// Attributes decide hardware: the other strategies and reuse factors answer as hls4ml's latency build does.
#[test]
fn jet_in_other_hardware() {
    let answers = hls4ml_rows("jet_logits_f9_RND_CONV_first1000.csv");
    let settings = [
        [(Strategy::Resource, 4), (Strategy::Resource, 1024), (Strategy::Unrolled, 8), (Strategy::Latency, 5)],
        [(Strategy::Unrolled, 1024), (Strategy::Latency, 32), (Strategy::Latency, 1), (Strategy::Unrolled, 160)],
        [(Strategy::Resource, 16), (Strategy::Resource, 64), (Strategy::Resource, 2), (Strategy::Resource, 160)],
    ];
    let input: Vec<i64> = hls4ml_rows("jet_x_int_first1000.csv");
    for setting in settings {
        let dims = [(16, 64), (64, 32), (32, 32), (32, 5)];
        let graph = jet(Rounding::RndConv, |layer| {
            let (strategy, reuse) = setting[layer];
            // The nearest legal factor below, so that the table above stays readable.
            let (inputs, outputs) = dims[layer];
            let reuse = (1..=reuse).rev().find(|&reuse| is_legal_reuse(inputs, outputs, reuse)).unwrap();
            hardware(strategy, reuse)
        });
        let project = emit(&graph, input[..200 * 16].to_vec());
        let mut expected = "200 5\n".to_owned();
        for row in answers[..200 * 5].chunks(5) {
            expected += &(row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ") + "\n");
        }
        assert_eq!(project.text("tb_data/expected.dat").unwrap(), expected);
        assert_csim_agrees(&project, 200);
    }
}

/// One dense layer in every strategy with every legal reuse factor, one model: the layers differ only in hardware.
#[test]
fn every_reuse_factor_of_a_layer() {
    let mut numbers = Numbers(7);
    let dense = numbers.dense(6, 4, FixedFormat::signed(5, 2));
    let (mut model, input) = Model::new("reuse", Shape::new([6]), fixed(7, 2));
    let mut outputs = Vec::new();
    for strategy in [Strategy::Latency, Strategy::Resource, Strategy::Unrolled] {
        for reuse in (1..=24).filter(|&reuse| is_legal_reuse(6, 4, reuse)) {
            let name = format!("{}{reuse}", strategy.name());
            outputs.push(model.add(&name, dense.clone(), &[input], hardware(strategy, reuse)));
        }
    }
    let graph = model.0.finish(&outputs).unwrap();
    let input = numbers.input(&graph, 100);
    assert_csim_agrees(&emit(&graph, input), 100);
}

fn chain(name: &str, input: FixedType, layers: Vec<hls_core::ops::Op>) -> Graph {
    let (mut model, mut last) = Model::new(name, Shape::new([4]), input);
    for (index, op) in layers.into_iter().enumerate() {
        last = model.add(&format!("layer{index}"), op, &[last], Hardware::default());
    }
    model.0.finish(&[last]).unwrap()
}

#[track_caller]
fn check_chain(graph: &Graph) {
    let input = Numbers(9).input(graph, 200);
    assert_csim_agrees(&emit(graph, input), 200);
}

/// Formats at the edges: one bit, the widest, binary points outside the mantissa, and a wrapping accumulator.
#[test]
fn extreme_formats() {
    let mut numbers = Numbers(11);
    let far = FixedType::new(FixedFormat::signed(6, 20), Rounding::RndConv, Overflow::Sat);
    check_chain(&chain("far", fixed(8, 3), vec![Quantize { ty: far }.into()]));
    let tiny = FixedType::new(FixedFormat::signed(1, -3), Rounding::RndZero, Overflow::SatSym);
    let relu = Relu { ty: ufixed(1, 2, Rounding::RndInf, Overflow::SatZero) };
    check_chain(&chain("bits", fixed(6, 2), vec![Quantize { ty: tiny }.into(), relu.into()]));
    let wide = numbers.dense(4, 3, FixedFormat::signed(20, -4));
    check_chain(&chain("wide", fixed(30, 12), vec![wide.into(), Quantize { ty: fixed(53, 30) }.into()]));
    let mut wrapping: Dense = numbers.dense(4, 3, FixedFormat::signed(6, 1));
    wrapping.accum = Some(fixed(12, 2));
    check_chain(&chain("wrapping", fixed(8, 3), vec![wrapping.into()]));
    let mut nothing = numbers.dense(4, 2, FixedFormat::unsigned(3, 8));
    nothing.weight.raw.fill(0);
    check_chain(&chain("nothing", fixed(8, 3), vec![nothing.into()]));
}

/// With and without the Newton step, coarse and fine tables, signed results.
#[test]
fn softmax_formats() {
    for (ty, exp, diff) in [
        (ufixed(16, 0, Rounding::Rnd, Overflow::Sat), 18, (12, 4)),
        (ufixed(8, 0, Rounding::Trn, Overflow::Sat), 10, (8, 3)),
        (FixedType::new(FixedFormat::signed(21, 1), Rounding::RndConv, Overflow::Wrap), 20, (6, 5)),
        (ufixed(4, 1, Rounding::RndZero, Overflow::Wrap), 3, (16, 2)),
    ] {
        let exp = ufixed(exp, 1, Rounding::Rnd, Overflow::Sat);
        let diff = ufixed(diff.0, diff.1, Rounding::Rnd, Overflow::Sat);
        check_chain(&chain("probabilities", fixed(10, 4), vec![Softmax::stable(ty, exp, diff).into()]));
    }
}

/// Means of 2 to 7 numbers in every mode for every sum of 8 bits: all but the first are zero.
#[track_caller]
fn check_averages(name: &str, format: FixedFormat) {
    let (mut model, input) = Model::new(name, Shape::new([1]), fixed(8, 5));
    let zero = model.add("zero", Subtract { ty: fixed(2, 2) }, &[input, input], Hardware::default());
    let mut outputs = Vec::new();
    for rounding in Rounding::ALL {
        for overflow in Overflow::ALL {
            let ty = FixedType::new(format, rounding, overflow);
            for count in 2..=7 {
                let mut inputs = vec![zero; count];
                inputs[0] = input;
                let name = format!("mean{}", outputs.len());
                outputs.push(model.add(&name, Average { ty }, &inputs, Hardware::default()));
            }
        }
    }
    assert_eq!(outputs.len(), 28 * 6);
    let graph = model.0.finish(&outputs).unwrap();
    assert_csim_agrees(&emit(&graph, (-128..128).collect()), 256);
}

#[test]
fn averages_to_a_coarse_type() {
    check_averages("coarse_means", FixedFormat::signed(4, 3));
}

#[test]
fn averages_to_a_fine_type() {
    check_averages("fine_means", FixedFormat::unsigned(5, 0));
}

/// The type of the firmware's division follows from the values; it holds the divisor also where they are all zero.
#[test]
fn means_of_zeros() {
    for (io_type, size, window) in [
        (IoType::IoParallel, 4, Some([4, 4])),
        (IoType::IoParallel, 9, Some([8, 6])),
        (IoType::IoParallel, 8, None),
        (IoType::IoStream, 5, Some([4, 4])),
        (IoType::IoStream, 8, None),
    ] {
        let (mut model, input) = Model::with_io("zeros", io_type, Shape::new([size, size, 1]), fixed(6, 3));
        let format = FixedFormat::signed(4, 1);
        let weight = FixedTensor::new(vec![1, 2], format, vec![0; 2]).unwrap();
        let bias = FixedTensor::new(vec![2], format, vec![-1, -3]).unwrap();
        let window_of_conv = Window::new([1, 1], [1, 1]);
        let conv =
            Conv::new(Dense { weight, bias, accum: None }, Convolution { window: window_of_conv, dims: 2, groups: 1 });
        let conv = model.add("conv", conv, &[input], Hardware::default());
        let relu = Relu { ty: ufixed(4, 2, Rounding::Rnd, Overflow::Sat) };
        let relu = model.add("relu", relu, &[conv], Hardware::default());
        for fraction in [0, 3] {
            let window = window.map(|window| Window::new(window, [1, 1]));
            let ty = FixedType::new(FixedFormat::unsigned(4, 4 - fraction), Rounding::RndConv, Overflow::Sat);
            let pool = AveragePool { window, dims: 2, ty };
            let mut model = model.0.clone();
            let last = model.push("mean", pool, &[relu], Hardware::default(), None).unwrap();
            let graph = model.finish(&[last]).unwrap();
            assert_csim_agrees(&emit(&graph, Numbers(1).input(&graph, 4)), 4);
        }
    }
}

/// The sum of fifteen tensors of which fourteen are zero is far smaller than what it is divided by.
#[test]
fn a_mean_of_few_values_among_zeros() {
    for count in [3, 9, 15, 21] {
        let (mut model, input) = Model::new("few", Shape::new([4]), fixed(2, 2));
        let format = FixedFormat::signed(4, 1);
        let weight = FixedTensor::new(vec![4, 4], format, vec![0; 16]).unwrap();
        let bias = FixedTensor::new(vec![4], format, vec![-1; 4]).unwrap();
        let fc = model.add("fc", Dense { weight, bias, accum: None }, &[input], Hardware::default());
        let relu = Relu { ty: ufixed(4, 4, Rounding::Trn, Overflow::Sat) };
        let zero = model.add("zero", relu, &[fc], Hardware::default());
        // Bits without an integer: 0 or -1.
        let value = model.add("value", Quantize { ty: fixed(1, 1) }, &[input], Hardware::default());
        let inputs: Vec<_> = (0..count).map(|index| if index == 1 { value } else { zero }).collect();
        for rounding in [Rounding::Trn, Rounding::TrnZero, Rounding::Rnd] {
            let mut model = model.0.clone();
            let ty = FixedType::new(FixedFormat::signed(6, 6), rounding, Overflow::Sat);
            let last = model.push("mean", Average { ty }, &inputs, Hardware::default(), None).unwrap();
            let graph = model.finish(&[last]).unwrap();
            assert_csim_agrees(&emit(&graph, Numbers(1).input(&graph, 20)), 20);
        }
    }
}

/// A table in a memory is read an element after the other: a loop, which a pipeline around it would unroll.
#[test]
fn a_table_in_a_memory_is_a_process() {
    let (mut model, input) = Model::new("words", Shape::new([32]), ufixed(10, 10, Rounding::Trn, Overflow::Wrap));
    let weight = Numbers(3).tensor(&[1200, 4], FixedFormat::signed(6, 1));
    let table = model.add("table", Embedding { weight }, &[input], Hardware::default());
    let relu = Relu { ty: ufixed(4, 1, Rounding::Rnd, Overflow::Sat) };
    let last = model.add("relu", relu, &[table], Hardware::default());
    let graph = model.0.finish(&[last]).unwrap();
    let project = emit(&graph, Numbers(5).input(&graph, 20));
    let top = project.text("firmware/words.cpp").unwrap();
    assert!(top.contains("embedding_memory") && top.contains("HLS_PRAGMA(DATAFLOW)"), "{top}");
    assert!(!top.contains("PIPELINE"), "{top}");
    assert_csim_agrees(&project, 20);
}

/// What a pool sees around its input is as small as any number of it, however wide these are.
#[test]
fn padding_of_wide_pools() {
    let unsigned = |width| ufixed(width, 20, Rounding::Trn, Overflow::Wrap);
    let symmetric = FixedType { overflow: Overflow::SatSym, ..fixed(53, 3) };
    for ty in [fixed(32, 20), fixed(33, 20), fixed(40, 20), symmetric, unsigned(32), unsigned(40)] {
        for io_type in [IoType::IoParallel, IoType::IoStream] {
            let (mut model, input) = Model::with_io("pools", io_type, Shape::new([4, 1]), ty);
            let window = Some(Window::new([1, 3], [1, 2]).padded(Padding::Same));
            // The least number that occurs is beyond 32 bits on either side of zero.
            let far = Dense {
                weight: FixedTensor::new(vec![1, 1], FixedFormat::unsigned(1, 1), vec![1]).unwrap(),
                bias: FixedTensor::new(vec![1], FixedFormat::signed(50, 50), vec![1 << 30]).unwrap(),
                accum: None,
            };
            let mut pool =
                |name: &str, from| model.add(name, MaxPool { window, dims: 1 }, &[from], Hardware::default());
            let mut outputs = vec![pool("pool", input)];
            if ty.format.width == 32 {
                let place = Convolution { window: Window::new([1, 1], [1, 1]), dims: 1, groups: 1 };
                let above = model.add("above", Conv::new(far, place), &[input], Hardware::default());
                outputs.push(model.add("far", MaxPool { window, dims: 1 }, &[above], Hardware::default()));
            }
            let graph = model.0.finish(&outputs).unwrap();
            let (low, high) = (ty.min_raw(), ty.format.max_raw());
            let ends = [[low; 4], [high; 4], [low, low, high, low], [low + 1; 4], [low / 2; 4], [high / 2; 4]];
            assert_csim_agrees(&emit(&graph, ends.concat()), ends.len());
        }
    }
}
