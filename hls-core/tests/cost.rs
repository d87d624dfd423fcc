//! Estimates of whole graphs.

// Figures for people who run it.
#![allow(clippy::print_stdout)]

mod common;

use std::time::{Duration, Instant};

use common::{Model, Numbers, fixed, hardware, jet, target, ufixed};
use hls_core::backend::Target;
use hls_core::cost::{
    Basis, Calibration, ConstantCounts, DenseFacts, Device, Estimate, Family, Figure, Multipliers, Regime, Resource,
};
use hls_core::dataflow::{self, Edge, Plan};
use hls_core::fixed::{FixedFormat, Overflow, Rounding};
use hls_core::ir::{Graph, Hardware, NodeId};
use hls_core::ops::{Add, Conv, Dense, Flatten, MaxPool, OpTypes, Quantize, Relu, Reshape, Upsample};
use hls_core::random::{LayerKind, RandomModel};
use hls_core::reports::parse;
use hls_core::rules::{Convolution, Interpolation, IoType, Padding, Strategy, Upsampling, Window};
use hls_core::shape::Shape;

fn dense(inputs: usize, outputs: usize, bits: u32, strategy: Strategy, reuse: usize) -> Graph {
    let mut numbers = Numbers(7);
    let (mut model, input) = Model::new("model", Shape::new([inputs]), fixed(16, 6));
    let format = FixedFormat::signed(bits, 1);
    let weight = numbers.tensor(&[inputs, outputs], format);
    let bias = numbers.tensor(&[outputs], format);
    let last = model.add("fc", Dense { weight, bias, accum: None }, &[input], hardware(strategy, reuse));
    model.0.finish(&[last]).unwrap()
}

#[track_caller]
fn well_formed(estimate: &Estimate) {
    let costs = estimate.layers.iter().map(|layer| (&layer.name[..], layer.cost)).chain([("total", estimate.total)]);
    for (name, cost) in costs {
        let clocks = [("cycles", cost.cycles), ("II", cost.ii)];
        for (resource, Figure { estimate, low, high, .. }) in cost.resources().into_iter().chain(clocks) {
            assert!(
                low >= 0.0 && low <= estimate && estimate <= high && high.is_finite(),
                "{name} {resource} {cost:?}"
            );
        }
    }
    for layer in &estimate.layers {
        assert!((layer.schedule.cycles() - layer.cost.cycles.estimate).abs() < 0.5, "{layer:?}");
        assert!(layer.cost.ii.estimate >= 1.0, "{layer:?}");
    }
    assert!(!estimate.to_string().is_empty() && serde_json::to_string(estimate).is_ok());
}

#[test]
fn the_calibration_is_whole() {
    let calibration = Calibration::embedded();
    assert!(calibration.fitted_on.iter().any(|line| line.contains("wa-hls4ml")), "{:?}", calibration.fitted_on);
    assert_eq!(calibration.command, "cargo xtask fit-cost");
    assert_eq!(calibration.regimes.len(), 8);
    for (regime, laws) in &calibration.regimes {
        assert!(laws.samples >= 20, "{regime:?}: {}", laws.samples);
        for resource in Resource::ALL {
            let (low, high) = laws.errors[&resource];
            assert!(low <= high && low > -4.0 && high < 4.0, "{regime:?} {resource:?} {low} {high}");
        }
    }
    assert_eq!(calibration.regimes[&Regime::MemoryIndexed].samples, 729);
}

/// A row of the data: dense_128_64_8b, reuse factor 512: 15061 LUT, 1386 FF, 16 DSP, 5 BRAM, 514 clocks.
#[test]
fn a_synthesized_layer_is_met() {
    let facts = DenseFacts {
        inputs: 128,
        outputs: 64,
        reuse_factor: 512,
        memory: true,
        input_bits: 16,
        weight_bits: 8,
        sum_bits: 16,
        constants: ConstantCounts::expected(128.0 * 64.0, 22.6),
        clock_ns: 5.0,
        family: Family::UltraScalePlus,
        multipliers: Multipliers::Auto,
        idle: 0,
    };
    let calibration = Calibration::embedded();
    assert!(calibration.outside(&facts).is_empty(), "{:?}", calibration.outside(&facts));
    let figure = |resource| calibration.figure(&facts, resource);
    let exact = [Resource::Dsp, Resource::Bram, Resource::Cycles, Resource::Ii].map(figure);
    assert_eq!(exact, [16.0, 5.0, 514.0, 512.0]);
    for (resource, measured) in [(Resource::Lut, 15_061.0), (Resource::Ff, 1_386.0)] {
        let estimate = figure(resource);
        let (low, high) = calibration.interval(&facts, resource, estimate).unwrap();
        assert!((estimate / measured - 1.0).abs() < 0.03 && high < 1.2 * low, "{resource:?} {estimate} {low} {high}");
    }
}

#[test]
fn what_was_not_measured_says_so() {
    let model = dense(128, 64, 8, Strategy::Resource, 512);
    let estimate = Estimate::new(&model, &Target::new("xcvc1902-vsva2197-2MP-e-S", 2.0).unwrap());
    let layer = &estimate.layers[0];
    assert_eq!(layer.outside, ["sum bits 30, data 16", "clock in ns 2, data 5", "Versal, data UltraScale+"]);
    assert_eq!(layer.cost.lut.basis, Basis::Extrapolated);
    well_formed(&estimate);
    let unknown = Estimate::new(&model, &Target::new("xcvu999p-flga2577-2-e", 5.0).unwrap());
    assert!(unknown.notes[0].contains("not in the device table"), "{:?}", unknown.notes);
    assert!(unknown.fits("xcvu999p-flga2577-2-e").is_none());
}

#[test]
fn simple_weights_take_no_multiplier() {
    let (mut model, input) = Model::new("model", Shape::new([64]), fixed(16, 6));
    let mut numbers = Numbers(3);
    let format = FixedFormat::signed(8, 1);
    let mut weight = numbers.tensor(&[64, 32], format);
    weight.raw.iter_mut().for_each(|raw| *raw = if *raw < 0 { -64 } else { 16 });
    let bias = numbers.tensor(&[32], format);
    let last = model.add("fc", Dense { weight, bias, accum: None }, &[input], hardware(Strategy::Latency, 1));
    let simple = Estimate::new(&model.0.finish(&[last]).unwrap(), &target());
    assert_eq!(simple.total.dsp.estimate, 0.0);
    let full = Estimate::new(&dense(64, 32, 12, Strategy::Latency, 1), &target());
    assert!(full.total.dsp.estimate > 1000.0, "{:?}", full.total.dsp);
}

#[test]
fn shares_of_parts() {
    let estimate = Estimate::new(&jet(Rounding::Rnd, |_| hardware(Strategy::Latency, 1)), &target());
    well_formed(&estimate);
    let fit = estimate.fits("xcvu13p-flga2577-2-e").unwrap();
    assert!(fit.fits() && fit.surely_fits(), "{fit}");
    let small = estimate.fits("xc7z007s-clg225-2").unwrap();
    assert!(!small.fits(), "{small}");
    assert_eq!(small.tightest().resource, "LUT");
    let smallest = Device::of_part(&format!("{}eg-x", small.smallest.unwrap()))
        .or_else(|| Device::of_part(small.smallest.unwrap()))
        .unwrap();
    assert!(smallest.lut as f64 >= estimate.total.lut.estimate);
    assert!(small.to_string().contains("does NOT fit"), "{small}");
    println!("{estimate}\n{small}");
}

#[test]
fn an_estimate_takes_milliseconds() {
    let graphs = [
        jet(Rounding::Rnd, |_| hardware(Strategy::Latency, 1)),
        dense(1024, 1024, 8, Strategy::Resource, 1024),
        dense(1024, 1024, 8, Strategy::Latency, 1),
    ];
    // The calibration is read once a process.
    let _ = Calibration::embedded();
    for graph in &graphs {
        let fastest = (0..5).map(|_| {
            let start = Instant::now();
            well_formed_quick(&Estimate::new(graph, &target()));
            start.elapsed()
        });
        let fastest = fastest.min().unwrap_or_default();
        println!("{} weights: {fastest:?}", graph.total_workload().multiplications);
        let limit = if cfg!(debug_assertions) { 400 } else { 10 };
        assert!(fastest < Duration::from_millis(limit), "{fastest:?}");
    }
}

fn well_formed_quick(estimate: &Estimate) {
    assert!(estimate.total.lut.estimate > 0.0);
}

/// The graph of a model; `None` where a normalization is folded into weights, which is the trainer's.
#[track_caller]
fn unfolded(model: &RandomModel) -> Option<Graph> {
    let folds = model.layers.iter().any(|layer| matches!(layer.kind, LayerKind::BatchNorm { .. }));
    (!folds).then(|| model.graph().unwrap_or_else(|found| panic!("seed {}: {found}", model.seed)))
}

/// Every random model has a whole estimate.
#[test]
fn random_models_have_estimates() {
    let mut found = 0;
    for seed in 0..400 {
        let Some(graph) = unfolded(&RandomModel::new(seed)) else { continue };
        found += 1;
        for (part, clock) in [("xcvu13p-flga2577-2-e", 5.0), ("xc7z020clg400-1", 10.0), ("xcku115-flvb2104-2-e", 2.5)] {
            well_formed(&Estimate::new(&graph, &Target::new(part, clock).unwrap()));
        }
    }
    println!("{found} of 400 models");
    assert!(found > 200, "{found}");
}

#[test]
fn an_estimate_beside_a_report() {
    let estimate = Estimate::new(&jet(Rounding::Rnd, |_| hardware(Strategy::Latency, 1)), &target());
    let report = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reports/csynth.xml")).unwrap();
    let mut report = parse(&report).unwrap();
    let beside = estimate.beside(&report);
    let reported: Vec<Option<f64>> = beside.rows.iter().map(|row| row.reported).collect();
    assert_eq!(reported, [Some(20_480.0), Some(5_120.0), Some(41.0), Some(3.0), None, Some(14.0), Some(2.0)]);
    assert!(beside.differences.is_empty(), "{:?}", beside.differences);
    assert!(beside.rows[4].error().is_none() && beside.rows[4].is_within().is_none());
    let lut = beside.rows[0].estimated.estimate;
    assert!((beside.rows[0].error().unwrap() - (lut / 20_480.0 - 1.0)).abs() < 1e-9);
    (report.part, report.clock.target_ns) = (Some("xc7z020-clg400-1".to_owned()), Some(4.0));
    let beside = estimate.beside(&report);
    assert_eq!(beside.differences.len(), 2);
    println!("{beside}");
}

/// A layer that multiplies windows is estimated as the matrix that it is, and never calibrated.
#[test]
fn convolutions_are_matrices_at_every_position() {
    let mut found = 0;
    for seed in 0..100 {
        let Some(graph) = unfolded(&RandomModel::convolutional(seed)) else { continue };
        let estimate = Estimate::new(&graph, &target());
        well_formed(&estimate);
        for layer in estimate.layers.iter().filter(|layer| layer.op == "conv") {
            assert!(layer.outside.iter().any(|reason| reason.contains("dense layers only")), "{layer:?}");
            assert_ne!(layer.cost.lut.basis, Basis::Calibrated);
            found += 1;
        }
    }
    println!("{found} convolutions");
    assert!(found > 0);
}

/// A 3x3 convolution of an image with 4 channels, a rectifier, pooling.
fn image(io_type: IoType, size: usize, hardware: Hardware) -> Graph {
    let mut numbers = Numbers(11);
    let (mut model, input) = Model::with_io("image", io_type, Shape::new([size, size, 4]), fixed(8, 3));
    let format = FixedFormat::signed(8, 1);
    let matrix = Dense { weight: numbers.tensor(&[36, 8], format), bias: numbers.tensor(&[8], format), accum: None };
    let window = Window::new([3, 3], [1, 1]).padded(Padding::Same);
    let conv = Conv::new(matrix, Convolution { window, dims: 2, groups: 1 });
    let last = model.add("conv", conv, &[input], hardware);
    let ty = ufixed(6, 3, Rounding::Rnd, Overflow::Sat);
    let last = model.add("relu", Relu { ty }, &[last], Hardware::default());
    let window = Some(Window::new([2, 2], [2, 2]));
    let last = model.add("pool", MaxPool { window, dims: 2 }, &[last], Hardware::default());
    model.0.finish(&[last]).unwrap()
}

fn layer(graph: &Graph, index: usize) -> hls_core::cost::LayerEstimate {
    let estimate = Estimate::new(graph, &target());
    well_formed(&estimate);
    estimate.layers[index].clone()
}

/// A number of the configuration that is emitted for the convolution.
fn emitted(graph: &Graph, name: &str) -> f64 {
    let node = &graph.nodes()[1];
    let types = graph.input_types(node);
    let code = node.op.code(&OpTypes { inputs: &types, output: &node.output }, &node.hardware).unwrap();
    code.constants.iter().find(|(known, _)| *known == name).map(|&(_, value)| value as f64).unwrap()
}

/// `windows.h`: as many kernels as there are places at once, a pipeline over the rest.
#[test]
fn places_of_a_window_share_the_kernels_that_are_emitted() {
    for (strategy, reuse) in [(Strategy::Latency, 1), (Strategy::Unrolled, 4), (Strategy::Resource, 4)] {
        let settings = |parallelization_factor| Hardware { parallelization_factor, ..hardware(strategy, reuse) };
        // One place, whose cost is that of the kernel.
        let one = layer(&image(IoType::IoParallel, 2, settings(4)), 0);
        let kernel = |figure: Figure| figure.estimate / 4.0;
        for size in [4, 8, 16] {
            for factor in [1, 2, 4, 8] {
                let graph = image(IoType::IoParallel, size, settings(factor));
                let found = layer(&graph, 0);
                let copies = emitted(&graph, "parallelization_factor");
                let turns = (size * size) as f64 / copies;
                assert_eq!(found.cost.dsp.estimate, copies * kernel(one.cost.dsp), "{size} {factor}");
                assert_eq!(found.cost.bram.estimate, copies * kernel(one.cost.bram), "{size} {factor}");
                // What grows with the image: the choice of a window, and the registers of the results.
                let choices = 36.0 * 8.0 * (size * size) as f64 / 4.0;
                assert!((found.cost.lut.estimate - copies * kernel(one.cost.lut) - choices).abs() < 1.0);
                let registers =
                    ((size * size) as f64 - copies) * 8.0 * f64::from(graph.nodes()[1].output.ty.format.width);
                assert!((found.cost.ff.estimate - copies * kernel(one.cost.ff) - registers).abs() < 1.0);
                let latency = one.cost.cycles.estimate;
                let cycles = match strategy {
                    Strategy::Resource => turns * (latency + 1.0) - 1.0,
                    _ => latency + (turns - 1.0) * emitted(&graph, "interval"),
                };
                assert_eq!((found.cost.cycles.estimate, found.cost.ii.estimate), (cycles, cycles + 1.0));
            }
        }
        println!("{strategy:?}: {:.0} cycles, {:.0} DSP a place", one.cost.cycles.estimate, kernel(one.cost.dsp));
    }
}

/// `windows_stream.h`: one kernel and line buffers; clocks as the simulation of the streams counts them.
#[test]
fn a_stream_has_one_kernel_and_line_buffers() {
    for (strategy, reuse) in [(Strategy::Latency, 1), (Strategy::Latency, 4), (Strategy::Resource, 12)] {
        let at = |io_type, size| image(io_type, size, hardware(strategy, reuse));
        // Four places at once, all there are.
        let settings = Hardware { parallelization_factor: 4, ..hardware(strategy, reuse) };
        let places = layer(&image(IoType::IoParallel, 2, settings), 0);
        let mut memories = Vec::new();
        for size in [8, 16, 32] {
            let graph = at(IoType::IoStream, size);
            let conv = layer(&graph, 0);
            assert_eq!(4.0 * conv.cost.dsp.estimate, places.cost.dsp.estimate);
            memories.push(conv.cost.lut.estimate - places.cost.lut.estimate / 4.0);
            let simulated = dataflow::simulate(&graph).unwrap();
            let (interval, ii) = (simulated.interval as f64, conv.cost.ii.estimate);
            println!("{strategy:?} {reuse}, {size}: II {ii} estimated, {interval} simulated");
            // The simulation's latency of a kernel is rather too long: once for a pipeline, for every place in a loop.
            let least = if strategy == Strategy::Resource { 0.75 * interval } else { interval - 12.0 };
            assert!((least..=interval).contains(&ii), "{strategy:?} {reuse} {size}: {ii} {interval}");
            // One position at a time; in parallel all of them.
            for index in [1, 2] {
                let (small, large) = (layer(&at(IoType::IoStream, 8), index), layer(&graph, index));
                // The line of the pooling's window is longer.
                assert!(large.cost.lut.estimate <= small.cost.lut.estimate + 8.0 * 8.0);
                assert!((0.0..8.0).contains(&(large.cost.ii.estimate - (size * size) as f64)), "{large:?}");
            }
            let relu = |io_type| layer(&at(io_type, size), 1).cost.lut.estimate;
            let ratio = relu(IoType::IoParallel) / relu(IoType::IoStream) / (size * size) as f64;
            assert!((ratio - 1.0).abs() < 0.02, "{ratio}");
        }
        // Two rows of 4 channels, of 10, 18 and 34 positions of 8 bits: 2 LUTs for 64 bits of a memory.
        assert_eq!(memories, [32.0, 48.0, 80.0]);
    }
}

/// What FIFOs and ports take: the LUTs of the model that are no layer's.
fn between(graph: &Graph) -> f64 {
    let estimate = Estimate::new(graph, &target());
    well_formed(&estimate);
    estimate.total.lut.estimate - estimate.layers.iter().map(|layer| layer.cost.lut.estimate).sum::<f64>()
}

/// A FIFO is as wide as the packets that travel through it and as deep as it is emitted; a port and a name are none.
#[test]
fn fifos_are_those_of_the_design() {
    let graph = |fifo_depth| {
        let (mut model, input) = Model::streaming("m", Shape::new([8, 8, 16]), fixed(12, 3));
        let hardware_of_fifo = Hardware { fifo_depth, ..Hardware::default() };
        let first = model.add("first", Quantize { ty: fixed(16, 3) }, &[input], hardware_of_fifo);
        let flat = model.add("flat", Flatten {}, &[first], Hardware::default());
        let dense = Numbers(1).dense(1024, 1, FixedFormat::signed(4, 1));
        let fc = model.add("fc", dense, &[flat], hardware(Strategy::Resource, 1024));
        model.0.finish(&[fc]).unwrap()
    };
    for (fifo_depth, words) in [(None, 1.0), (Some(32), 1.0), (Some(33), 2.0), (Some(100), 4.0)] {
        assert_eq!(between(&graph(fifo_depth)), 256.0 * words, "{fifo_depth:?}");
    }
    // A copy for each reader, and one to what makes them; the plan says how deep.
    let (mut model, input) = Model::streaming("m", Shape::new([60, 2]), fixed(8, 3));
    let first = model.add("first", Quantize { ty: fixed(6, 3) }, &[input], Hardware::default());
    let flat = model.add("flat", Flatten {}, &[first], Hardware::default());
    let dense = Numbers(1).dense(120, 120, FixedFormat::signed(4, 1));
    let fc = model.add("fc", dense, &[flat], hardware(Strategy::Resource, 120));
    let sum = model.add("sum", Add { ty: fixed(8, 3) }, &[fc, flat], Hardware::default());
    let graph = model.0.finish(&[sum]).unwrap();
    let plan = Plan::new(&graph).unwrap();
    let words = |edge: Edge| plan.depth(edge).unwrap().div_ceil(32) as f64;
    let (from, bits) = (NodeId(1), 2.0 * 6.0);
    let sums = 120.0 * f64::from(graph.node(fc).output.ty.format.width);
    let expected = bits * words(Edge::ToCopies(from))
        + bits * words(Edge::ToReader { from, to: NodeId(3) })
        + bits * words(Edge::ToReader { from, to: NodeId(4) })
        + sums * words(Edge::ToReader { from: NodeId(3), to: NodeId(4) });
    assert!(words(Edge::ToReader { from, to: NodeId(4) }) > 1.0);
    assert_eq!(between(&graph), expected);
    // Too large to be simulated: what the layers ask for.
    let (mut model, input) = Model::streaming("m", Shape::new([64, 64, 2]), fixed(8, 3));
    let first = model.add("first", Quantize { ty: fixed(6, 3) }, &[input], Hardware::default());
    let fifo = Hardware { fifo_depth: Some(40), ..Hardware::default() };
    let second = model.add("second", Quantize { ty: fixed(5, 3) }, &[first], fifo);
    let third = model.add("third", Quantize { ty: fixed(4, 3) }, &[second], Hardware::default());
    assert_eq!(between(&model.0.finish(&[third]).unwrap()), 12.0 + 20.0);
}

/// Clocks of a design that locks are none: the estimate says what stands still.
#[test]
fn a_design_that_locks_says_so() {
    let graph = |fifo_depth| {
        let (mut model, input) = Model::streaming("skip", Shape::new([5, 2]), fixed(8, 3));
        let first = model.add("first", Quantize { ty: fixed(6, 3) }, &[input], Hardware::default());
        let fifo = Hardware { fifo_depth, ..Hardware::default() };
        let flat = model.add("flat", Flatten {}, &[first], fifo);
        let dense = Numbers(1).dense(10, 10, FixedFormat::signed(4, 1));
        let fc = model.add("fc", dense, &[flat], Hardware::default());
        let sum = model.add("sum", Add { ty: fixed(8, 3) }, &[fc, flat], Hardware::default());
        model.0.finish(&[sum]).unwrap()
    };
    let notes = |graph: &Graph| {
        let estimate = Estimate::new(graph, &target());
        well_formed(&estimate);
        let of_streams = estimate.notes.into_iter().filter(|note| note.starts_with("io_stream"));
        of_streams.collect::<Vec<String>>()
    };
    assert_eq!(notes(&graph(None)), [""; 0]);
    let found = notes(&graph(Some(1)));
    assert_eq!(found.len(), 2, "{found:?}");
    let who = "io_stream: the design locks: the copies of `first` waits for room in the FIFO to `sum`";
    assert!(found[0].starts_with(who), "{found:?}");
    assert_eq!(found[1], "io_stream: latency without overlap between layers, an upper bound where nothing locks");
    let large = image(IoType::IoStream, 64, Hardware::default());
    assert_eq!(notes(&large), ["io_stream: latency without overlap between layers, an upper bound"]);
}

/// A convolution that has the whole tensor runs at one place after the other.
#[test]
fn a_window_that_does_not_walk_is_a_loop_over_places() {
    for (strategy, reuse) in [(Strategy::Resource, 9), (Strategy::Latency, 1), (Strategy::Latency, 9)] {
        let graph = |io_type, parallelization_factor| {
            let (mut model, input) = Model::with_io("m", io_type, Shape::new([64]), fixed(8, 3));
            let shape = Shape::new([8, 8, 1]);
            let image = model.add("image", Reshape { shape }, &[input], Hardware::default());
            let matrix = Numbers(1).dense(9, 4, FixedFormat::signed(8, 1));
            let window = Window::new([3, 3], [1, 1]);
            let conv = Conv::new(matrix, Convolution { window, dims: 2, groups: 1 });
            let settings = Hardware { parallelization_factor, ..hardware(strategy, reuse) };
            let conv = model.add("conv", conv, &[image], settings);
            model.0.finish(&[conv]).unwrap()
        };
        let (stream, parallel) = (graph(IoType::IoStream, 1), graph(IoType::IoParallel, 1));
        let (found, places) = (layer(&stream, 1), layer(&parallel, 1));
        for (found, expected) in
            [(found.cost.lut, places.cost.lut), (found.cost.ff, places.cost.ff), (found.cost.dsp, places.cost.dsp)]
        {
            assert_eq!(found.estimate, expected.estimate, "{strategy:?}");
        }
        let (interval, ii) = (dataflow::simulate(&stream).unwrap().interval as f64, found.cost.ii.estimate);
        println!("{strategy:?} {reuse}: II {ii} estimated, {interval} simulated");
        // A packet of 64 elements, a step of the window for each place, and as many packets.
        assert!(ii >= 1.0 + 35.0 * reuse as f64 + 36.0, "{strategy:?} {reuse}: {ii}");
        assert!((0.75..1.35).contains(&(ii / interval)), "{strategy:?} {reuse}: {ii} {interval}");
    }
}

/// A row of every channel is kept while its copies are written, two where rows are blended.
#[test]
fn an_upsampling_keeps_rows() {
    for (interpolation, factor, rows) in [
        (Interpolation::Nearest, [2, 2], 1.0),
        (Interpolation::Nearest, [1, 2], 0.0),
        (Interpolation::Bilinear, [2, 2], 2.0),
    ] {
        let (mut model, input) = Model::streaming("m", Shape::new([2, 600, 3]), fixed(8, 3));
        let upsampling = Upsampling { factor, dims: 2, interpolation };
        let last = model.add("up", Upsample { upsampling }, &[input], Hardware::default());
        let found = layer(&model.0.finish(&[last]).unwrap(), 0);
        // 600 words of 8 bits, a block for each channel.
        assert_eq!(found.cost.bram.estimate, 3.0 * rows, "{interpolation:?} {factor:?}");
    }
}
