//! Emitted source grows with the layers, not with the weights or the pixels.

mod common;

use std::collections::BTreeSet;

use common::{Model, Numbers, emit, hardware, ufixed};
use hls_core::fixed::{FixedFormat, Overflow, Rounding};
use hls_core::ir::{Graph, Hardware};
use hls_core::ops::{Conv, Flatten, MaxPool, Relu};
use hls_core::rules::{Convolution, IoType, Padding, Strategy, Window};
use hls_core::shape::Shape;

/// Blocks of convolution, rectifier and pooling on images of `side` x `side`, and a matrix at the end.
fn network(side: usize, filters: usize, blocks: usize) -> Graph {
    let mut numbers = Numbers(5);
    let input = ufixed(8, 0, Rounding::Trn, Overflow::Wrap);
    let (mut model, mut last) = Model::with_io("net", IoType::IoStream, Shape::new([side, side, 3]), input);
    let window = Window::new([3, 3], [1, 1]).padded(Padding::Same);
    let mut channels = 3;
    for block in 0..blocks {
        let matrix = numbers.dense(9 * channels, filters, FixedFormat::signed(6, 1));
        let conv = Conv::new(matrix, Convolution { window, dims: 2, groups: 1 });
        last = model.add(&format!("conv{block}"), conv, &[last], hardware(Strategy::Resource, 9 * channels));
        let ty = ufixed(6, 2, Rounding::Rnd, Overflow::Sat);
        last = model.add(&format!("relu{block}"), Relu { ty }, &[last], Hardware::default());
        channels = filters;
    }
    let pool = MaxPool { window: Some(Window::new([2, 2], [2, 2])), dims: 2 };
    last = model.add("pool", pool, &[last], Hardware::default());
    last = model.add("flatten", Flatten {}, &[last], Hardware::default());
    let inputs = side * side / 4 * filters;
    let fc = numbers.dense(inputs, 10, FixedFormat::signed(6, 1));
    last = model.add("fc", fc, &[last], hardware(Strategy::Resource, inputs));
    model.0.finish(&[last]).unwrap()
}

/// The bytes of all source files but the weights, and of the weights, and the names of the former.
fn sizes(graph: &Graph) -> (usize, usize, BTreeSet<String>) {
    let project = emit(graph, vec![0; graph.input().shape.size()]);
    let (mut source, mut weights, mut names) = (0, 0, BTreeSet::new());
    for (path, bytes) in &project.files {
        if path.starts_with("firmware/weights/") {
            weights += bytes.len();
        } else if !path.starts_with("tb_data/") && path != "model.json" {
            source += bytes.len();
            names.insert(path.clone());
        }
    }
    (source, weights, names)
}

#[test]
fn source_grows_with_layers_only() {
    let (small, few_weights, names) = sizes(&network(8, 4, 3));
    let (large, many_weights, large_names) = sizes(&network(32, 16, 3));
    assert_eq!(names, large_names);
    assert!(many_weights > 20 * few_weights, "{few_weights} and {many_weights} bytes of weights");
    // Numbers have more digits, and that is all.
    assert!(large < small + 500, "{small} and {large} bytes of source");
    let (deep, _, _) = sizes(&network(8, 4, 6));
    let a_block = (deep - small) / 3;
    assert!((500..6000).contains(&a_block), "{a_block} bytes for a block");
}
