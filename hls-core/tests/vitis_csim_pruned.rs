//! Multipliers without a weight are not built: what is emitted, what it computes, what it costs.

// Figures for people who run it.
#![allow(clippy::print_stdout)]

mod common;

use common::{Model, Numbers, assert_csim_agrees, emit, fixed, hardware, headers, target};
use hls_core::cost::{Basis, Estimate};
use hls_core::emulator::Emulator;
use hls_core::fixed::{FixedFormat, FixedTensor};
use hls_core::ir::{Graph, Hardware};
use hls_core::ops::{Conv, Dense, Lanes, OpTypes, Products};
use hls_core::rules::{Convolution, IoType, Padding, Strategy, Window};
use hls_core::shape::Shape;

const VECTORS: usize = 40;

/// Zeros for all weights of every lane but each third, and for single ones.
fn prune(weight: &mut FixedTensor, reuse: usize) -> (usize, usize) {
    let lanes = Lanes::new(weight.dims[0], weight.dims[1], reuse);
    for lane in (0..lanes.count()).filter(|lane| lane % 3 != 1) {
        lanes.weights(lane).for_each(|at| weight.raw[at] = 0);
    }
    (lanes.count(), lanes.busy(weight).len())
}

/// A number of the configuration of layer 1.
fn emitted(graph: &Graph, name: &str) -> Option<i64> {
    let node = &graph.nodes()[1];
    let types = graph.input_types(node);
    let code = node.op.code(&OpTypes { inputs: &types, output: &node.output }, &node.hardware).unwrap();
    code.constants.iter().find(|(known, _)| *known == name).map(|&(_, value)| value)
}

fn kernel(graph: &Graph) -> &'static str {
    let node = &graph.nodes()[1];
    let types = graph.input_types(node);
    let code = node.op.code(&OpTypes { inputs: &types, output: &node.output }, &node.hardware).unwrap();
    code.inner.unwrap_or(code.kernel)
}

fn dense(io_type: IoType, reuse: usize, weight: FixedTensor) -> Graph {
    let (mut model, input) = Model::with_io("pruned", io_type, Shape::new([12]), fixed(8, 3));
    let bias = Numbers(5).tensor(&[weight.dims[1]], FixedFormat::signed(8, 2));
    let dense = Dense { weight, bias, accum: None };
    let last = model.add("fc", dense, &[input], hardware(Strategy::Resource, reuse));
    model.0.finish(&[last]).unwrap()
}

fn agrees(graph: &Graph) {
    let input = Numbers(9).input(graph, VECTORS);
    // Each output by the definition, which knows of no lanes.
    let emulated = Emulator::new(graph).run(&input).unwrap();
    let node = &graph.nodes()[1];
    let types = graph.input_types(node);
    let mut expected = vec![0; node.output.shape.size()];
    node.op.evaluate(
        &[&input[..types[0].shape.size()]],
        &OpTypes { inputs: &types, output: &node.output },
        &mut expected,
    );
    assert_eq!(emulated.raw[0][..expected.len()], expected);
    assert_csim_agrees(&emit(graph, input), VECTORS);
}

#[test]
fn multipliers_without_weights_are_not_emitted() {
    headers();
    let format = FixedFormat::signed(6, 1);
    // Multiplied, ternary, powers of two, and binary points of outputs.
    let kinds: [fn(usize, i64) -> i64; 4] = [
        |_, raw| raw,
        |_, raw| 4 * raw.signum(),
        |_, raw| raw.signum() << (raw & 3),
        |at, raw| if at % 8 < 4 { raw / 8 * 8 } else { raw / 8 },
    ];
    let mut products = Vec::new();
    for kind in kinds {
        for (io_type, reuse) in [(IoType::IoParallel, 4), (IoType::IoStream, 24)] {
            let mut weight = Numbers(3).tensor(&[12, 8], format);
            weight.raw.iter_mut().enumerate().for_each(|(at, raw)| *raw = kind(at, *raw));
            let full = dense(io_type, reuse, weight.clone());
            let (all, busy) = prune(&mut weight, reuse);
            let graph = dense(io_type, reuse, weight);
            assert_eq!((kernel(&full), kernel(&graph)), ("dense_resource", "dense_pruned_resource"));
            assert_eq!(emitted(&full, "lanes"), Some(all as i64));
            assert_eq!(emitted(&graph, "lanes"), Some(busy as i64));
            agrees(&graph);
            let hls_core::ops::Op::Dense(matrix) = &graph.nodes()[1].op else { unreachable!() };
            let kind = matrix.products(graph.input());
            let dsp = |graph: &Graph| Estimate::new(graph, &target()).layers[0].cost.dsp.estimate;
            let expected = |lanes: usize| if kind.needs_multipliers() { lanes as f64 } else { 0.0 };
            println!("{}: {all} multipliers, {busy} pruned; {} and {} DSP", kind.name(), dsp(&full), dsp(&graph));
            assert_eq!((dsp(&full), dsp(&graph)), (expected(all), expected(busy)));
            assert_eq!(matrix.multipliers(graph.input(), &graph.nodes()[1].hardware) as f64, expected(busy));
            products.push(kind);
        }
    }
    use Products::{Multiplied, PowersOfTwo, Shifted, Ternary};
    assert!([Multiplied, Ternary, PowersOfTwo, Shifted].iter().all(|kind| products.contains(kind)), "{products:?}");
}

/// Windows with groups, several places at once, and a stream that walks.
#[test]
fn windows_run_without_them_too() {
    headers();
    for (io_type, groups, parallelization_factor) in
        [(IoType::IoParallel, 1, 2), (IoType::IoParallel, 2, 1), (IoType::IoStream, 2, 1)]
    {
        let window = Window::new([2, 2], [1, 1]).padded(Padding::Same);
        let mut weight = Numbers(7).tensor(&[4 * 4 / groups, 6], FixedFormat::signed(6, 1));
        let (all, busy) = prune(&mut weight, 8);
        let bias = Numbers(5).tensor(&[6], FixedFormat::signed(8, 2));
        let conv = Conv::new(Dense { weight, bias, accum: None }, Convolution { window, dims: 2, groups });
        let (mut model, input) = Model::with_io("pruned", io_type, Shape::new([3, 4, 4]), fixed(8, 3));
        let settings = Hardware { parallelization_factor, ..hardware(Strategy::Resource, 8) };
        let last = model.add("conv", conv, &[input], settings);
        let graph = model.0.finish(&[last]).unwrap();
        assert_eq!((kernel(&graph), emitted(&graph, "lanes")), ("dense_pruned_resource", Some(busy as i64)));
        agrees(&graph);
        let dsp = Estimate::new(&graph, &target()).layers[0].cost.dsp;
        assert_eq!(dsp.estimate, (busy * parallelization_factor) as f64, "of {all}");
        assert_ne!(dsp.basis, Basis::Calibrated);
    }
}

/// A layer with nothing left has one multiplier with nothing to do: its outputs are its biases.
#[test]
fn nothing_is_left_of_a_layer() {
    headers();
    let weight = FixedTensor::new(vec![12, 8], FixedFormat::signed(6, 1), vec![0; 96]).unwrap();
    let graph = dense(IoType::IoParallel, 4, weight);
    assert_eq!(emitted(&graph, "lanes"), Some(1));
    agrees(&graph);
}

/// Under `latency` and `unrolled` any zeros free multipliers: the limit that is emitted says so.
#[test]
fn zeros_lower_the_limit_of_other_strategies() {
    let mut weight = Numbers(3).tensor(&[12, 8], FixedFormat::signed(6, 1));
    weight.raw.iter_mut().for_each(|raw| *raw |= 1);
    let limit = |weight: &FixedTensor, strategy| {
        let (mut model, input) = Model::new("pruned", Shape::new([12]), fixed(8, 3));
        let bias = Numbers(5).tensor(&[8], FixedFormat::signed(8, 2));
        let last =
            model.add("fc", Dense { weight: weight.clone(), bias, accum: None }, &[input], hardware(strategy, 4));
        let graph = model.0.finish(&[last]).unwrap();
        let hls_core::ops::Op::Dense(matrix) = &graph.nodes()[1].op else { unreachable!() };
        let multipliers = matrix.multipliers(graph.input(), &graph.nodes()[1].hardware);
        assert_eq!(emitted(&graph, "multiplier_limit"), Some(multipliers as i64));
        multipliers
    };
    assert_eq!([Strategy::Latency, Strategy::Unrolled].map(|strategy| limit(&weight, strategy)), [24, 24]);
    weight.raw.iter_mut().step_by(3).for_each(|raw| *raw = 0);
    assert_eq!([Strategy::Latency, Strategy::Unrolled].map(|strategy| limit(&weight, strategy)), [16, 16]);
}
