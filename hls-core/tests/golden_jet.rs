//! The emulator against the answers of hls4ml's C simulation.

use std::fs;
use std::path::PathBuf;

use hls_core::emulator::{Emulator, evaluate_sample};
use hls_core::fixed::{FixedFormat, FixedTensor, FixedType, Overflow, Rounding};
use hls_core::ir::{Graph, GraphBuilder, Hardware};
use hls_core::ops::{Dense, Relu};
use hls_core::rules::IoType;
use hls_core::shape::Shape;

fn data(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/data/hls4ml").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn rows(name: &str) -> Vec<i64> {
    data(name).split([',', '\n']).filter(|cell| !cell.is_empty()).map(|cell| cell.parse().unwrap()).collect()
}

fn numbers(value: &serde_json::Value) -> Vec<i64> {
    value.as_array().unwrap().iter().map(|number| number.as_i64().unwrap()).collect()
}

fn jet(rounding: Rounding) -> Graph {
    let model: serde_json::Value = serde_json::from_str(&data("jet_model.json")).unwrap();
    let format = FixedFormat::signed(6, 1);
    let mut builder = GraphBuilder::new("jet", IoType::IoParallel);
    let mut last = builder.input(Shape::new([16]), FixedType::exact(FixedFormat::signed(8, 3))).unwrap();
    let layers = model["layers"].as_array().unwrap();
    for (index, layer) in layers.iter().enumerate() {
        let matrix: Vec<Vec<i64>> = layer["w_int"].as_array().unwrap().iter().map(numbers).collect();
        let bias = numbers(&layer["b_int"]);
        let weight = FixedTensor::new(vec![matrix.len(), bias.len()], format, matrix.concat()).unwrap();
        let bias = FixedTensor::new(vec![bias.len()], format, bias).unwrap();
        let dense = Dense { weight, bias, accum: None };
        last = builder.push(&format!("fc{}", index + 1), dense, &[last], Hardware::default(), None).unwrap();
        if index + 1 < layers.len() {
            let ty = FixedType::new(FixedFormat::unsigned(6, 2), rounding, Overflow::Sat);
            last =
                builder.push(&format!("relu{}", index + 1), Relu { ty }, &[last], Hardware::default(), None).unwrap();
        }
    }
    builder.finish(&[last]).unwrap()
}

#[track_caller]
fn check(rounding: Rounding, answers: &str) {
    let graph = jet(rounding);
    let input = rows("jet_x_int_first1000.csv");
    let expected = rows(answers);
    let outputs = Emulator::new(&graph).run(&input).unwrap();
    assert_eq!(outputs.formats[0].fraction(), 9);
    assert_eq!(outputs.raw[0], expected);
    for (x, y) in input.chunks(16).zip(expected.chunks(5)).take(50) {
        assert_eq!(evaluate_sample(&graph, x).last().unwrap(), y);
    }
}

#[test]
fn rounding_half_up() {
    check(Rounding::Rnd, "jet_logits_f9_RND_first1000.csv");
}

#[test]
fn rounding_half_to_even() {
    check(Rounding::RndConv, "jet_logits_f9_RND_CONV_first1000.csv");
}

#[test]
fn prints_serializes_and_verifies() {
    let graph = jet(Rounding::Rnd);
    let json = graph.to_json().unwrap();
    assert_eq!(Graph::from_json(&json).unwrap(), graph);
    let text = graph.to_string();
    assert!(
        text.starts_with("model jet (io_parallel)\n  %0 input = input() : [16] fixed<8,3> in [-4, 3.96875]\n"),
        "{text}"
    );
    assert!(text.contains("%2 relu1 = relu(%1) : [64] ufixed<6,2,RND,SAT>"), "{text}");
    let broken = json.replacen("\"width\":6", "\"width\":5", 1);
    assert!(Graph::from_json(&broken).is_err());
}
