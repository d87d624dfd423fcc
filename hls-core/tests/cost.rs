//! Estimates of whole graphs.

// Figures for people who run it.
#![allow(clippy::print_stdout)]

mod common;

use std::time::{Duration, Instant};

use common::{Model, Numbers, fixed, hardware, jet, target};
use hls_core::backend::Target;
use hls_core::cost::{
    Basis, Calibration, ConstantCounts, DenseFacts, Device, Estimate, Family, Figure, Multipliers, Regime, Resource,
};
use hls_core::fixed::{FixedFormat, Rounding};
use hls_core::ir::Graph;
use hls_core::ops::Dense;
use hls_core::random::RandomModel;
use hls_core::reports::parse;
use hls_core::rules::Strategy;
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

/// More of anything never costs less, and every random model has a whole estimate.
#[test]
fn random_models_have_estimates() {
    for seed in 0..400 {
        let Ok(graph) = RandomModel::new(seed).graph() else { continue };
        for (part, clock) in [("xcvu13p-flga2577-2-e", 5.0), ("xc7z020clg400-1", 10.0), ("xcku115-flvb2104-2-e", 2.5)] {
            well_formed(&Estimate::new(&graph, &Target::new(part, clock).unwrap()));
        }
    }
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
        let Ok(graph) = RandomModel::convolutional(seed).graph() else { continue };
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
