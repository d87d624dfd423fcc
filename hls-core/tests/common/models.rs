//! Small models whose emitted projects are golden.

use hls_core::axes::Axes;
use hls_core::fixed::{FixedFormat, FixedType, Overflow, Rounding};
use hls_core::ir::{Graph, Hardware};
use hls_core::ops::{
    Add, Argmax, Average, Concatenate, Dot, Flatten, Lanes, Maximum, Minimum, Multiply, Quantize, Relu, Reshape, Slice,
    Softmax, Subtract, Transpose,
};
use hls_core::rules::Strategy;
use hls_core::shape::Shape;

use super::{Model, Numbers, fixed, hardware, ufixed};

/// Every operation and strategy, in a dataflow region: layers with several readers, outputs that are read again.
pub fn everything() -> Graph {
    let mut numbers = Numbers(1);
    let format = FixedFormat::signed(6, 1);
    let plain = Hardware::default();
    let (mut model, input) = Model::new("everything", Shape::new([2, 4]), fixed(8, 3));
    let coarse = FixedType::new(FixedFormat::signed(5, 3), Rounding::RndConv, Overflow::SatSym);
    let coarse = model.add("coarse", Quantize { ty: coarse }, &[input], plain);
    let both = model.add("both", Concatenate { axis: None }, &[input, coarse], plain);
    let flat = model.add("flat", Flatten {}, &[both], plain);
    let fc1 = model.add("fc1", numbers.dense(16, 6, format), &[flat], hardware(Strategy::Latency, 2));
    let relu1 = Relu { ty: ufixed(7, 3, Rounding::Rnd, Overflow::Sat) };
    let relu1 = model.add("relu1", relu1, &[fc1], plain);
    let fc2 = model.add("fc2", numbers.dense(6, 6, format), &[relu1], hardware(Strategy::Resource, 3));
    let fc3 = model.add("fc3", numbers.dense(6, 6, format), &[relu1], hardware(Strategy::Unrolled, 2));
    let ty = FixedType::new(FixedFormat::signed(10, 5), Rounding::TrnZero, Overflow::SatZero);
    let skip = model.add("skip", Add { ty }, &[fc2, relu1, fc3], plain);
    let fc4 = model.add("fc4", numbers.dense(6, 4, format), &[skip], hardware(Strategy::Resource, 12));
    let softmax = Softmax::stable(
        ufixed(12, 0, Rounding::Rnd, Overflow::Sat),
        ufixed(18, 1, Rounding::Rnd, Overflow::Sat),
        ufixed(8, 4, Rounding::Rnd, Overflow::Sat),
    );
    let classes = model.add("classes", softmax, &[fc4], plain);
    let best = model.add("best", Argmax {}, &[classes], plain);
    model.0.finish(&[classes, skip, best]).unwrap()
}

/// A pipeline with one interval: an output that a later layer reads, a flattened output, three inputs to one layer.
pub fn pipelined() -> Graph {
    let mut numbers = Numbers(2);
    let format = FixedFormat::signed(4, 1);
    let plain = Hardware::default();
    let (mut model, input) = Model::new("pipelined", Shape::new([2, 3]), ufixed(4, 2, Rounding::Trn, Overflow::Wrap));
    let flat = model.add("flat", Flatten {}, &[input], plain);
    let fc1 = model.add("fc1", numbers.dense(6, 4, format), &[flat], hardware(Strategy::Latency, 3));
    let relu1 = Relu { ty: ufixed(5, 3, Rounding::RndInf, Overflow::Wrap) };
    let relu1 = model.add("relu1", relu1, &[fc1], plain);
    let fc2 = model.add("fc2", numbers.dense(4, 4, format), &[relu1], hardware(Strategy::Unrolled, 2));
    let doubled = model.add("doubled", Add { ty: fixed(9, 4) }, &[fc2, fc2, relu1], plain);
    let best = model.add("best", Argmax {}, &[input], plain);
    let rows = model.add("rows", Flatten {}, &[best], plain);
    model.0.finish(&[doubled, fc2, flat, rows]).unwrap()
}

/// Every merge with arithmetic, of several inputs and formats, and every layer that moves elements.
pub fn merges() -> Graph {
    let plain = Hardware::default();
    let (mut model, input) = Model::new("merges", Shape::new([2, 3, 2]), fixed(8, 3));
    let ty = FixedType::new(FixedFormat::signed(6, 4), Rounding::RndConv, Overflow::Sat);
    let coarse = model.add("coarse", Quantize { ty }, &[input], plain);
    let fine = Relu { ty: ufixed(5, 1, Rounding::Trn, Overflow::Sat) };
    let fine = model.add("fine", fine, &[input], plain);
    let ty = FixedType::new(FixedFormat::signed(7, 4), Rounding::RndInf, Overflow::SatSym);
    let difference = model.add("difference", Subtract { ty }, &[fine, coarse], plain);
    let ty = FixedType::new(FixedFormat::signed(9, 5), Rounding::RndZero, Overflow::Wrap);
    let product = model.add("product", Multiply { ty }, &[coarse, fine, difference], plain);
    let ty = FixedType::new(FixedFormat::signed(8, 4), Rounding::RndConv, Overflow::Sat);
    let mean = model.add("mean", Average { ty }, &[coarse, fine, difference], plain);
    let half = model.add("half", Average { ty }, &[coarse, fine], plain);
    let finer = FixedType::new(FixedFormat::signed(12, 4), Rounding::TrnZero, Overflow::Sat);
    let sixth = [mean, half, coarse, fine, difference, input];
    let sixth = model.add("sixth", Average { ty: finer }, &sixth, plain);
    let largest = model.add("largest", Maximum {}, &[mean, fine, half], plain);
    let smallest = model.add("smallest", Minimum {}, &[sixth, largest], plain);
    let dot = model.add("dot", Dot {}, &[product, smallest], plain);
    let order = Transpose { axes: Axes::new([2, 0, 1]) };
    let order = model.add("order", order, &[smallest], plain);
    let middle = Slice { start: 1, length: 2, axis: None };
    let middle = model.add("middle", middle, &[order], plain);
    let row = model.add("row", Reshape { shape: Shape::new([4, 2]) }, &[middle], plain);
    let first = model.add("first", Slice { start: 1, length: 2, axis: Some(0) }, &[row], plain);
    model.0.finish(&[dot, row, first]).unwrap()
}

/// Streams: positions one by one, a flattened tensor that keeps its packets, readers and outputs of one tensor, paths
/// that meet again behind a layer that needs the whole tensor, a depth of its own.
pub fn streaming() -> Graph {
    let mut numbers = Numbers(3);
    let format = FixedFormat::signed(4, 1);
    let plain = Hardware::default();
    let (mut model, input) = Model::streaming("streaming", Shape::new([3, 4]), fixed(8, 3));
    let sharp = Quantize { ty: FixedType::new(FixedFormat::signed(5, 2), Rounding::RndConv, Overflow::Sat) };
    let sharp = model.add("sharp", sharp, &[input], plain);
    let both = model.add("both", Concatenate { axis: None }, &[input, sharp], plain);
    let best = model.add("best", Argmax {}, &[both], plain);
    let flat = model.add("flat", Flatten {}, &[sharp], plain);
    let relu = Relu { ty: ufixed(6, 3, Rounding::Rnd, Overflow::Sat) };
    let relu = model.add("relu", relu, &[flat], plain);
    let fc1 = model.add("fc1", numbers.dense(12, 12, format), &[relu], hardware(Strategy::Resource, 6));
    let skip = model.add("skip", Add { ty: fixed(10, 6) }, &[fc1, relu, fc1], plain);
    let fifo = Hardware { fifo_depth: Some(5), ..hardware(Strategy::Latency, 3) };
    let fc2 = model.add("fc2", numbers.dense(12, 4, format), &[skip], fifo);
    let softmax = Softmax::stable(
        ufixed(8, 0, Rounding::Rnd, Overflow::Sat),
        ufixed(10, 1, Rounding::Rnd, Overflow::Sat),
        ufixed(6, 3, Rounding::Rnd, Overflow::Sat),
    );
    let classes = model.add("classes", softmax, &[fc2], plain);
    model.0.finish(&[classes, best, flat, skip]).unwrap()
}

/// Two thirds of the multipliers of a matrix in a memory pruned, then zeros among constants.
pub fn pruned() -> Graph {
    let mut numbers = Numbers(4);
    let format = FixedFormat::signed(6, 1);
    let (mut model, input) = Model::new("pruned", Shape::new([6]), fixed(8, 3));
    let mut memory = numbers.dense(6, 4, format);
    let lanes = Lanes::new(6, 4, 3);
    for lane in (0..lanes.count()).filter(|lane| lane % 3 != 1) {
        lanes.weights(lane).for_each(|at| memory.weight.raw[at] = 0);
    }
    let fc1 = model.add("fc1", memory, &[input], hardware(Strategy::Resource, 3));
    let relu1 = Relu { ty: ufixed(6, 3, Rounding::Rnd, Overflow::Sat) };
    let relu1 = model.add("relu1", relu1, &[fc1], Hardware::default());
    let fc2 = model.add("fc2", numbers.dense(4, 3, format), &[relu1], hardware(Strategy::Unrolled, 2));
    model.0.finish(&[fc2]).unwrap()
}
