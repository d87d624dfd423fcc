//! Layers beyond the tools' limits: split so that they fit, or refused with what would fit.

mod common;

use common::pragmas::asks;
use common::{Model, Numbers, assert_csim_agrees, emit, fixed, hardware, jet, models, target, ufixed};
use hls_core::backend::{Backend, Project, Vitis};
use hls_core::fixed::{FixedFormat, Overflow, Rounding};
use hls_core::ir::{Graph, Hardware};
use hls_core::ops::{Argmax, Conv, Dense, Embedding, Lanes, MaxPool, Op, Relu, Reshape, Softmax};
use hls_core::rules::{Convolution, IoType, Padding, Strategy, Window};
use hls_core::shape::Shape;

/// What the tools unroll and split at most.
const LIMIT: i64 = 4096;

/// A dense layer between activations of its own width.
fn dense(name: &str, inputs: usize, outputs: usize, hardware: Hardware) -> Graph {
    let mut numbers = Numbers(inputs as u64);
    let (mut model, input) = Model::streaming(name, Shape::new([inputs]), fixed(6, 3));
    let relu = Relu { ty: ufixed(4, 2, Rounding::Rnd, Overflow::Sat) };
    let first = model.add("before", relu.clone(), &[input], Hardware::default());
    let dense = model.add("fc", numbers.dense(inputs, outputs, FixedFormat::signed(4, 1)), &[first], hardware);
    let last = model.add("after", relu, &[dense], Hardware::default());
    model.0.finish(&[last]).unwrap()
}

#[track_caller]
fn check_limits(project: &Project) {
    let asks = asks(project);
    assert!(asks.len() >= 4, "{asks:?}");
    let beyond: Vec<_> = asks.iter().filter(|ask| ask.count > LIMIT).collect();
    assert!(beyond.is_empty(), "{beyond:#?}");
}

#[track_caller]
fn check_wide(inputs: usize, outputs: usize, reuse: usize) {
    let graph = dense("wide", inputs, outputs, hardware(Strategy::Resource, reuse));
    let project = emit(&graph, Numbers(9).input(&graph, 3));
    check_limits(&project);
    assert_csim_agrees(&project, 3);
}

#[test]
fn many_inputs() {
    // Lanes of one output share its inputs; one lane an output; several outputs a lane, one after the other.
    for reuse in [16, 512, 4096, 32_768] {
        check_wide(4096, 16, reuse);
    }
    check_wide(8192, 3, 64);
    check_wide(5003, 2, 5003);
}

#[test]
fn many_outputs() {
    for reuse in [16, 64, 4096] {
        check_wide(16, 4096, reuse);
    }
    check_wide(3, 8192, 6);
    check_wide(2, 5003, 10_006);
}

#[test]
fn many_of_both_are_emitted() {
    let graph = dense("square", 4096, 4096, hardware(Strategy::Resource, 65_536));
    check_limits(&emit(&graph, vec![1; 4096]));
}

#[test]
fn small_models_are_far_from_the_limits() {
    let jet = jet(Rounding::Rnd, |_| Hardware::default());
    for graph in [models::everything(), models::pipelined(), models::merges(), models::streaming(), jet] {
        check_limits(&emit(&graph, Numbers(3).input(&graph, 1)));
    }
}

/// What the numbers of a project are is told from its text: one that is too large is found.
#[test]
fn a_pragma_beyond_the_limit_is_found() {
    let graph = dense("wide", 4096, 16, hardware(Strategy::Resource, 512));
    let mut project = emit(&graph, vec![0; 4096]);
    let mut change = |path: &str, from: &str, to: &str| {
        let text = project.text(path).unwrap();
        assert!(text.contains(from), "{from}");
        let changed = text.replace(from, to).into_bytes();
        let kept = project.files.insert(path.to_owned(), changed).unwrap();
        let found: Vec<i64> = asks(&project).iter().map(|ask| ask.count).filter(|&count| count > LIMIT).collect();
        project.files.insert(path.to_owned(), kept);
        found
    };
    let parameters = "firmware/parameters.h";
    assert_eq!(change(parameters, "lanes_per_output = 8;", "lanes_per_output = 512;"), [8192]);
    assert_eq!(change(parameters, "outputs_at_once = 16;", "outputs_at_once = 5000;"), [5000, 5000, 5000, 40_000]);
    assert_eq!(change("firmware/wide.cpp", "data1[4096]", "data1[4097]"), [4097]);
}

#[track_caller]
fn check_refused(graph: &Graph, expected: &[&str]) {
    let found: Vec<String> = Vitis.check(graph, &target()).iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
}

#[test]
fn settings_that_cannot_be_built_name_those_that_can() {
    check_refused(
        &dense("m", 4096, 64, hardware(Strategy::Latency, 64)),
        &[
            "error[HLS0002]: layer `fc`: 262144 multiplications are unrolled under latency, but the tools stop at 4096; use `strategy = resource` with the reuse factor 64, 128, 256, 512 or a larger one",
        ],
    );
    check_refused(
        &dense("m", 64, 4100, hardware(Strategy::Resource, 64)),
        &[
            "error[HLS0002]: layer `fc`: reuse_factor 64 unrolls 4100 multiplications and reads 16400 bits of weights a clock, but the tools stop at 4096 and 65536; use `strategy = resource` with the reuse factor 128, 256, 320, 640 or a larger one",
        ],
    );
    let sparse = |zeros: usize| {
        let (mut model, input) = Model::new("m", Shape::new([100]), fixed(8, 3));
        let mut dense: Dense = Numbers(1).dense(100, 100, FixedFormat::signed(4, 1));
        dense.weight.raw.fill(1);
        dense.weight.raw[..zeros].fill(0);
        let fc = model.add("fc", dense, &[input], hardware(Strategy::Unrolled, 1));
        model.0.finish(&[fc]).unwrap()
    };
    check_refused(&sparse(10_000 - 4096), &[]);
    check_refused(
        &sparse(10_000 - 4097),
        &[
            "error[HLS0002]: layer `fc`: 4097 multiplications are unrolled under unrolled, but the tools stop at 4096; use `strategy = resource` with the reuse factor 4, 5, 10, 20 or a larger one",
        ],
    );
}

fn single(io_type: IoType, elements: usize, op: Op) -> Graph {
    let (mut model, input) = Model::with_io("m", io_type, Shape::new([elements]), fixed(8, 3));
    let layer = model.add("layer", op, &[input], Hardware::default());
    model.0.finish(&[layer]).unwrap()
}

#[test]
fn wide_tensors() {
    let softmax = || -> Op {
        let ty = |width, integer| ufixed(width, integer, Rounding::Rnd, Overflow::Sat);
        Softmax::stable(ty(8, 0), ty(10, 1), ty(6, 3)).into()
    };
    let relu = || -> Op { Relu { ty: ufixed(4, 2, Rounding::Rnd, Overflow::Sat) }.into() };
    check_refused(&single(IoType::IoParallel, 4096, relu()), &[]);
    check_refused(
        &single(IoType::IoParallel, 4097, relu()),
        &[
            "error[HLS0002]: layer `input`: 4097 elements are registers under io_parallel, but the tools stop at 4096; use `io_type = io_stream`",
            "error[HLS0002]: layer `layer`: 4097 elements are registers under io_parallel, but the tools stop at 4096; use `io_type = io_stream`",
        ],
    );
    check_refused(&single(IoType::IoStream, 100_000, relu()), &[]);
    check_refused(&single(IoType::IoStream, 4096, softmax()), &[]);
    for (op, name) in [(softmax(), "softmax"), (Argmax {}.into(), "argmax")] {
        let message = format!(
            "error[HLS0002]: layer `layer`: {name} works on 5000 elements at once, but the tools stop to unroll at 4096; give it a smaller tensor"
        );
        check_refused(&single(IoType::IoStream, 5000, op), &[&message]);
    }
}

/// A convolution of an image, and what is refused.
#[track_caller]
fn check_image(
    io_type: IoType,
    dims: [usize; 3],
    (size, outputs): (usize, usize),
    hardware: Hardware,
    expected: &[&str],
) {
    let (mut model, input) = Model::with_io("m", io_type, Shape::new(dims), fixed(8, 3));
    let matrix = Numbers(1).dense(size * size * dims[2], outputs, FixedFormat::signed(4, 1));
    let window = Window::new([size; 2], [1, 1]).padded(Padding::Same);
    let conv = Conv::new(matrix, Convolution { window, dims: 2, groups: 1 });
    let conv = model.add("conv", conv, &[input], hardware);
    check_refused(&model.0.finish(&[conv]).unwrap(), expected);
}

#[test]
fn wide_images() {
    let plain = Hardware::default();
    let resource = hardware(Strategy::Resource, 9);
    check_image(
        IoType::IoParallel,
        [32, 32, 3],
        (3, 8),
        plain,
        &[
            "error[HLS0002]: layer `conv`: 8192 elements are registers under io_parallel, but the tools stop at 4096; use `io_type = io_stream`",
        ],
    );
    // Only a window of it is kept.
    check_image(IoType::IoStream, [224, 224, 3], (3, 64), plain, &[]);
    check_image(IoType::IoStream, [32, 32, 64], (3, 64), resource, &[]);
    check_image(
        IoType::IoStream,
        [32, 32, 64],
        (3, 64),
        plain,
        &[
            "error[HLS0002]: layer `conv`: 36864 multiplications are unrolled under latency, but the tools stop at 4096; use `strategy = resource` with the reuse factor 9, 12, 16, 18 or a larger one",
        ],
    );
    check_image(
        IoType::IoStream,
        [8, 8, 512],
        (3, 4),
        hardware(Strategy::Resource, 9 * 512),
        &[
            "error[HLS0002]: layer `conv`: its window sees 4608 elements, but the tools stop to unroll at 4096; take a smaller window or fewer channels",
        ],
    );
    let four = |strategy| Hardware { parallelization_factor: 4, ..hardware(strategy, 1) };
    check_image(
        IoType::IoParallel,
        [4, 4, 16],
        (3, 8),
        four(Strategy::Latency),
        &[
            "error[HLS0002]: layer `conv`: 4608 multiplications are unrolled under latency, but the tools stop at 4096; use a smaller parallelization_factor than 4",
        ],
    );
    check_image(
        IoType::IoParallel,
        [4, 4, 120],
        (3, 1),
        four(Strategy::Latency),
        &[
            "error[HLS0002]: layer `conv`: 4320 multiplications are unrolled under latency, but the tools stop at 4096; use a smaller parallelization_factor than 4",
        ],
    );
}

/// All windows of a pooling layer are worked on at once, except where it walks.
#[test]
fn windows_of_pools() {
    let pool = |io_type, dims: &[usize], size: usize, stride: usize| {
        let (mut model, input) = Model::with_io("m", io_type, Shape::from_dims(dims).unwrap(), fixed(8, 3));
        let shape = Shape::new([16, 16, 16]);
        let image = model.add("image", Reshape { shape }, &[input], Hardware::default());
        let window = Some(Window::new([size; 2], [stride; 2]).padded(Padding::Same));
        let pool = model.add("pool", MaxPool { window, dims: 2 }, &[image], Hardware::default());
        model.0.finish(&[pool]).unwrap()
    };
    let message = |help: &str| {
        format!(
            "error[HLS0002]: layer `pool`: max_pool works on 256 windows of 144 elements at once, but the tools stop to unroll at 4096; take a smaller window or fewer channels{help}"
        )
    };
    check_refused(&pool(IoType::IoParallel, &[16, 16, 16], 3, 1), &[&message(", or use `io_type = io_stream`")]);
    check_refused(&pool(IoType::IoParallel, &[16, 16, 16], 2, 2), &[]);
    check_refused(&pool(IoType::IoStream, &[16, 16, 16], 3, 1), &[]);
    // Its packets are no positions, so it has the whole tensor.
    check_refused(&pool(IoType::IoStream, &[4096], 3, 1), &[&message("")]);
    check_refused(&pool(IoType::IoStream, &[4096], 2, 2), &[]);
}

/// A vector of a table in a memory is a word of it.
#[test]
fn words_of_tables() {
    for width in [32, 33] {
        let (mut model, input) = Model::new("m", Shape::new([1]), ufixed(2, 2, Rounding::Trn, Overflow::Wrap));
        let weight = Numbers(1).tensor(&[4, 2048], FixedFormat::signed(width, 2));
        let table = model.add("table", Embedding { weight }, &[input], Hardware::default());
        let graph = model.0.finish(&[table]).unwrap();
        let message = "error[HLS0002]: layer `table`: a vector of its table is a word of 67584 bits, but the tools stop at 65536; take shorter vectors or a narrower type";
        let expected: &[&str] = if width == 32 { &[] } else { &[message] };
        check_refused(&graph, expected);
    }
}

/// Lanes without weights are not emitted, so they do not count.
#[test]
fn pruned_lanes_are_not_unrolled() {
    let graph = |busy: usize| {
        let (mut model, input) = Model::new("m", Shape::new([256]), fixed(6, 3));
        let mut dense: Dense = Numbers(1).dense(256, 64, FixedFormat::signed(4, 1));
        let lanes = Lanes::new(256, 64, 2);
        assert_eq!(lanes.count(), 8192);
        for lane in 0..lanes.count() {
            lanes.weights(lane).for_each(|at| dense.weight.raw[at] = i64::from(lane < busy));
        }
        let fc = model.add("fc", dense, &[input], hardware(Strategy::Resource, 2));
        model.0.finish(&[fc]).unwrap()
    };
    check_refused(&graph(4096), &[]);
    check_limits(&emit(&graph(4096), vec![1; 256]));
    check_refused(
        &graph(4097),
        &[
            "error[HLS0002]: layer `fc`: reuse_factor 2 unrolls 4097 multiplications and reads 8194 bits of weights a clock, but the tools stop at 4096 and 65536; use `strategy = resource` with the reuse factor 4, 8, 16, 32 or a larger one",
        ],
    );
}
