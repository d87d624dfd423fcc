//! Dense layers without multipliers, and those with narrow mantissas, under g++: every kind of products in every strategy
//! with every legal reuse factor.

mod common;

use common::{Model, Numbers, assert_csim_agrees, emit, fixed, hardware};
use hls_core::fixed::{FixedFormat, FixedTensor, FixedType, Rounding, Ternary, WeightQuantizer, WeightType};
use hls_core::ir::{Graph, Hardware};
use hls_core::ops::{Dense, Op, Products, ScaleShift, Sign};
use hls_core::rules::{Strategy, is_legal_reuse};
use hls_core::shape::Shape;

const BINARY: WeightType = WeightType::Binary { exponent: -1 };

/// Weights of a layer from 6 to 4, outputs of different sizes, some zero.
fn dense(numbers: &mut Numbers, ty: WeightType, bias: FixedFormat) -> Dense {
    let sizes = [2.0, 0.7, 0.1, 1.5];
    let weight: Vec<f32> = (0..24)
        .map(|at| if numbers.below(5) == 0 { 0.0 } else { (numbers.below(201) as f32 / 100.0 - 1.0) * sizes[at % 4] })
        .collect();
    Dense { weight: ty.quantize(vec![6, 4], &weight).unwrap(), bias: numbers.tensor(&[4], bias), accum: None }
}

/// The layer in every strategy with every legal reuse factor, each with the exact sum and with an accumulator that wraps.
fn every_hardware(name: &str, dense: &Dense, binary_input: bool) -> Graph {
    let (mut model, mut input) = Model::new(name, Shape::new([6]), fixed(7, 2));
    if binary_input {
        input = model.add("signs", Sign {}, &[input], Hardware::default());
    }
    let mut outputs = Vec::new();
    for strategy in [Strategy::Latency, Strategy::Resource, Strategy::Unrolled] {
        for reuse in (1..=24).filter(|&reuse| is_legal_reuse(6, 4, reuse)) {
            let name = format!("{}{reuse}", strategy.name());
            outputs.push(model.add(&name, dense.clone(), &[input], hardware(strategy, reuse)));
            let accum = FixedType::exact(FixedFormat::signed(20, 4));
            let wrapping = Dense { accum: Some(accum), ..dense.clone() };
            outputs.push(model.add(&format!("wrapping_{name}"), wrapping, &[input], hardware(strategy, reuse)));
        }
    }
    model.0.finish(&outputs).unwrap()
}

#[track_caller]
fn check(name: &str, ty: WeightType, binary_input: bool, products: Products, kernel: &str) {
    let mut numbers = Numbers(17);
    let dense = dense(&mut numbers, ty, FixedFormat::signed(5, 1));
    let graph = every_hardware(name, &dense, binary_input);
    assert_eq!(Graph::from_json(&graph.to_json().unwrap()).unwrap(), graph);
    for node in graph.nodes() {
        if let Op::Dense(dense) = &node.op {
            assert_eq!(dense.products(&graph.input_types(node)[0]), products);
        }
    }
    let project = emit(&graph, numbers.input(&graph, 100));
    let parameters = project.text("firmware/parameters.h").unwrap();
    assert!(parameters.contains(&format!("typedef nnet::{kernel} product;")), "{parameters}");
    if !products.needs_multipliers() {
        // No product is a `*`: the only header that has one is not there, and nothing limits multipliers.
        assert!(project.text("firmware/nnet/product_multiply.h").is_none());
        assert!(project.text("firmware/nnet/product_shifted.h").is_none());
        for (path, text) in &project.files {
            let text = String::from_utf8_lossy(text);
            let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            let multiplies = code.iter().any(|line| line.contains("data[i] *") || line.contains("x *"));
            assert!(!(path.starts_with("firmware/") && multiplies), "{path}");
        }
        assert!(!parameters.contains("multiplier_limit"));
        let top = project.text(&format!("firmware/{name}.cpp")).unwrap();
        assert!(top.contains("dense_latency_adders<") && top.contains("dense_unrolled_adders<"));
        assert!(!top.contains("dense_latency<") && !top.contains("dense_unrolled<"));
    }
    assert_csim_agrees(&project, 100);
}

#[test]
fn binary() {
    check("binary", BINARY, false, Products::Binary, "product_binary");
}

#[test]
fn binary_with_binary() {
    check("agreements", BINARY, true, Products::Agreements, "product_xnor");
}

#[test]
fn ternary() {
    check("ternary", Ternary::WEIGHT, false, Products::Ternary, "product_ternary");
}

#[test]
fn powers_of_two() {
    let ty = WeightType::PowerOfTwo { min: -4, max: 0 };
    check("powers", ty, false, Products::PowersOfTwo, "product_power_of_two");
    check("powers_of_signs", ty, true, Products::PowersOfTwo, "product_power_of_two");
}

#[test]
fn per_channel() {
    let ty = WeightType::PerChannel { width: 5, rounding: Rounding::Rnd };
    check("channels", ty, false, Products::Shifted, "product_shifted");
}

/// Bits in memory, not mantissas: one a weight for binary, two for ternary, a sign and an exponent for powers of two.
#[test]
fn weights_are_stored_in_few_bits() {
    let mut numbers = Numbers(3);
    for (ty, bits) in [
        (BINARY, "unsigned_raw<1>"),
        (Ternary::WEIGHT, "signed_raw<2>"),
        (WeightType::PowerOfTwo { min: -6, max: 0 }, "unsigned_raw<4>"),
        (WeightType::PerChannel { width: 5, rounding: Rounding::Rnd }, "signed_raw<5>"),
    ] {
        let dense = dense(&mut numbers, ty, FixedFormat::signed(5, 1));
        let (mut model, input) = Model::new("stored", Shape::new([6]), fixed(7, 2));
        let fc = model.add("fc", dense, &[input], hardware(Strategy::Resource, 6));
        let project = emit(&model.0.finish(&[fc]).unwrap(), vec![0; 6]);
        let weights = project.text("firmware/weights/weight_fc.h").unwrap();
        // As many as there are, but for those of multipliers with nothing but zeros.
        assert!(weights.contains(&format!("nnet::{bits}::type weight_fc[")), "{ty}: {weights}");
    }
}

/// Unsigned weights and inputs, far binary points, layers of one input.
#[test]
fn edges_of_the_products() {
    let unsigned = FixedFormat::unsigned(4, 6);
    let (mut model, input) = Model::new("edges", Shape::new([2]), FixedType::exact(FixedFormat::unsigned(3, -2)));
    let signs = model.add("signs", Sign {}, &[input], Hardware::default());
    let tensor = |raw: &[i64], format| FixedTensor::new(vec![2, raw.len() / 2], format, raw.to_vec()).unwrap();
    let bias = |outputs| FixedTensor::new(vec![outputs], FixedFormat::signed(6, -1), vec![-3; outputs]).unwrap();
    let mut outputs = Vec::new();
    for (index, raw) in
        [vec![8, 8], vec![4, 0, 0, 4], vec![1, 8, 0, 2], vec![6, 3, 10, 1], vec![12, 5, 8, 0], vec![0, 0]]
            .iter()
            .enumerate()
    {
        for strategy in [Strategy::Latency, Strategy::Resource, Strategy::Unrolled] {
            for (name, from) in [("x", input), ("s", signs)] {
                let dense = Dense { weight: tensor(raw, unsigned), bias: bias(raw.len() / 2), accum: None };
                let name = format!("{}{index}{name}", strategy.name());
                outputs.push(model.add(&name, dense, &[from], hardware(strategy, 1)));
            }
        }
    }
    let graph = model.0.finish(&outputs).unwrap();
    let input = (0..8).flat_map(|a| (0..8).flat_map(move |b| [a, b])).collect();
    assert_csim_agrees(&emit(&graph, input), 64);
}

#[test]
fn scale_and_shift() {
    let mut numbers = Numbers(5);
    let (mut model, input) = Model::new("scaled", Shape::new([2, 3]), fixed(7, 2));
    let mut last = input;
    for (index, (scale, shift)) in [
        (FixedFormat::signed(5, 2), FixedFormat::signed(9, 1)),
        (FixedFormat::unsigned(3, -1), FixedFormat::signed(4, 6)),
    ]
    .into_iter()
    .enumerate()
    {
        let op = ScaleShift { scale: numbers.tensor(&[3], scale), shift: numbers.tensor(&[3], shift) };
        last = model.add(&format!("norm{index}"), op, &[last], Hardware::default());
    }
    let signs = model.add("signs", Sign {}, &[last], Hardware::default());
    let graph = model.0.finish(&[last, signs]).unwrap();
    assert_csim_agrees(&emit(&graph, numbers.input(&graph, 200)), 200);
}
