//! A network of a million weights.

use hls_core::fixed::{FixedFormat, FixedTensor, FixedType, Overflow, Rounding};
use hls_core::ir::{Graph, GraphBuilder, Hardware};
use hls_core::ops::{Dense, Relu};
use hls_core::random::Choices;
use hls_core::rules::{IoType, Strategy};
use hls_core::shape::Shape;

/// A multilayer perceptron of a million 8-bit weights: 256-1024-512-256-128-10.
pub fn million() -> Graph {
    let mut choices = Choices::new(2);
    let sizes = [256_usize, 1024, 512, 256, 128, 10];
    let format = FixedFormat::signed(8, 1);
    let mut builder = GraphBuilder::new("mlp_1m", IoType::IoParallel);
    let input = builder.input(Shape::new([sizes[0]]), FixedType::exact(FixedFormat::signed(8, 3)));
    let mut last = input.unwrap_or_else(|error| panic!("{error}"));
    for (index, pair) in sizes.windows(2).enumerate() {
        let mut tensor = |dims: Vec<usize>| {
            let raw = (0..dims.iter().product()).map(|_| choices.range(-128, 127)).collect();
            FixedTensor { dims, format, raw }
        };
        let dense = Dense { weight: tensor(vec![pair[0], pair[1]]), bias: tensor(vec![pair[1]]), accum: None };
        let hardware = Hardware { reuse_factor: pair[0], strategy: Strategy::Resource, ..Hardware::default() };
        let name = format!("fc{}", index + 1);
        last = builder.push(&name, dense, &[last], hardware, None).unwrap_or_else(|error| panic!("{error}"));
        if index + 2 < sizes.len() {
            let ty = FixedType::new(FixedFormat::unsigned(8, 6), Rounding::Rnd, Overflow::Sat);
            let name = format!("relu{}", index + 1);
            last = builder
                .push(&name, Relu { ty }, &[last], Hardware::default(), None)
                .unwrap_or_else(|error| panic!("{error}"));
        }
    }
    builder.finish(&[last]).unwrap_or_else(|error| panic!("{error}"))
}
