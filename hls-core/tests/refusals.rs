//! What the builder and the verifier refuse, and what they say.

use hls_core::diagnostics::{Code, Diagnostic, SourceLocation};
use hls_core::fixed::{FixedFormat, FixedTensor, FixedType, Overflow, Rounding};
use hls_core::ir::{Graph, GraphBuilder, Hardware, NodeId};
use hls_core::ops::{
    Add, Argmax, Average, AveragePool, Concatenate, Conv, Dense, Dot, MaxPool, Multiply, Op, Quantize, Relu, Softmax,
};
use hls_core::rules::{Convolution, IoType, Padding, Strategy, Window};
use hls_core::shape::Shape;

const I8: FixedType = FixedType::exact(FixedFormat::signed(8, 3));
const RELU: FixedType = FixedType::new(FixedFormat::unsigned(6, 2), Rounding::Rnd, Overflow::Sat);

fn builder(features: usize, ty: FixedType) -> (GraphBuilder, NodeId) {
    let mut builder = GraphBuilder::new("model", IoType::IoParallel);
    let input = builder.input(Shape::new([features]), ty).unwrap();
    (builder, input)
}

fn dense(inputs: usize, outputs: usize, format: FixedFormat, accum: Option<FixedType>) -> Dense {
    let ones = |dims: Vec<usize>| {
        let raw = vec![format.max_raw(); dims.iter().product()];
        FixedTensor::new(dims, format, raw).unwrap()
    };
    Dense { weight: ones(vec![inputs, outputs]), bias: ones(vec![outputs]), accum }
}

#[track_caller]
fn check(error: Diagnostic, code: Code, text: &str) {
    assert_eq!(error.code, code, "{error}");
    assert!(error.to_string().contains(text), "{error}\nlacks: {text}");
}

#[test]
fn shapes_that_do_not_fit() {
    let (mut builder, input) = builder(4, I8);
    let source = Some(SourceLocation { file: "model.rs".into(), line: 12 });
    let error = builder
        .push("fc1", dense(3, 2, FixedFormat::signed(6, 1), None), &[input], Hardware::default(), source)
        .unwrap_err();
    check(error, Code::Shape, "layer `fc1` (model.rs:12): expects input shape [3], but `input 1` produces [4]");
    let error = builder.push("sum", Add { ty: RELU }, &[input], Hardware::default(), None).unwrap_err();
    check(error, Code::Shape, "layer `sum`: reads two or more layers");
    let error = builder.push("relu", Relu { ty: RELU }, &[input, input], Hardware::default(), None).unwrap_err();
    check(error, Code::Shape, "reads one layer, but 2 are named");
    let error = builder.push("relu", Relu { ty: RELU }, &[NodeId(9)], Hardware::default(), None).unwrap_err();
    check(error, Code::Malformed, "reads node 9, which does not exist yet");
    let error = builder.input(Shape::new([1]), I8).unwrap_err();
    check(error, Code::Malformed, "a model has one input");
    let error = GraphBuilder::new("empty", IoType::IoParallel).input(Shape::new([0]), I8).unwrap_err();
    check(error, Code::Shape, "has no element");
}

#[test]
fn results_beyond_the_exact_bits() {
    let (mut builder, input) = builder(16, FixedType::exact(FixedFormat::signed(32, 16)));
    let wide = dense(16, 1, FixedFormat::signed(24, 1), None);
    let error = builder.push("fc1", wide, &[input], Hardware::default(), None).unwrap_err();
    check(error, Code::TooWide, "need 60 bits, the limit is 53; quantize the layer's input");
    // A narrow accumulator wraps, but its partial sums are carried exactly all the same.
    let accum = FixedType::exact(FixedFormat::signed(45, 6));
    let wrapped = dense(16, 1, FixedFormat::signed(24, 1), Some(accum));
    let last = builder.push("fc1", wrapped, &[input], Hardware::default(), None).unwrap();
    let error = builder.finish(&[last]).unwrap_err();
    assert!(
        error.to_string().starts_with("error[HLS0003]: layer `fc1`: exact intermediate results need 60 bits"),
        "{error}"
    );
}

#[test]
fn merges_beyond_the_exact_bits() {
    let (mut builder, input) = builder(2, FixedType::exact(FixedFormat::signed(20, 6)));
    let three = [input, input, input];
    let mut push = |op: Op, inputs: &[NodeId]| builder.push("wide", op, inputs, Hardware::default(), None);
    let error = push(Multiply { ty: RELU }.into(), &three).unwrap_err();
    check(
        error,
        Code::TooWide,
        "the exact product of 3 inputs is fixed<58,16>: the width of a fixed-point type must be 1 to 53",
    );
    assert!(push(Multiply { ty: RELU }.into(), &three[..2]).is_ok());
    assert!(push(Dot {}.into(), &three[..2]).is_ok());
    // A third with 40 fractional bits, and bits to the left of them.
    let fine = FixedType::exact(FixedFormat::signed(42, 2));
    let (mut builder, input) = self::builder(2, FixedType::exact(FixedFormat::signed(20, 20)));
    let inputs = [input, input, input];
    let mean = builder.push("mean", Average { ty: fine }, &inputs, Hardware::default(), None).unwrap();
    let error = builder.finish(&[mean]).unwrap_err();
    assert!(error.to_string().contains("layer `mean`: exact intermediate results need 63 bits"), "{error}");
}

#[test]
fn accumulators_that_would_depend_on_the_order() {
    let (mut builder, input) = builder(4, I8);
    let format = FixedFormat::signed(6, 1);
    let saturating = FixedType::new(FixedFormat::signed(16, 6), Rounding::Trn, Overflow::Sat);
    let mut push = |accum| builder.push("fc1", dense(4, 2, format, Some(accum)), &[input], Hardware::default(), None);
    check(push(saturating).unwrap_err(), Code::Type, "the accumulator fixed<16,6,TRN,SAT> does not wrap");
    let coarse = FixedType::exact(FixedFormat::signed(12, 4));
    check(push(coarse).unwrap_err(), Code::Type, "has 8 fractional bits, but products and bias have 10");
    assert!(push(FixedType::exact(FixedFormat::signed(12, 2))).is_ok());
}

#[test]
fn softmax_types_that_cannot_index_or_hold_one() {
    let (mut builder, input) = builder(4, I8);
    let unsigned = |width, integer| FixedType::new(FixedFormat::unsigned(width, integer), Rounding::Rnd, Overflow::Sat);
    let mut push = |exp, diff| {
        let softmax = Softmax::stable(unsigned(8, 0), exp, diff);
        builder.push("softmax", softmax, &[input], Hardware::default(), None)
    };
    let (exp, diff) = (unsigned(18, 1), unsigned(12, 4));
    check(push(exp, I8).unwrap_err(), Code::Type, "the table index fixed<8,3> is not unsigned with at most 16 bits");
    check(push(exp, unsigned(17, 4)).unwrap_err(), Code::Type, "is not unsigned with at most 16 bits");
    check(push(unsigned(18, 0), diff).unwrap_err(), Code::Type, "is not unsigned with 1 among its numbers");
    check(push(I8, diff).unwrap_err(), Code::Type, "is not unsigned with 1 among its numbers");
    check(push(unsigned(50, 1), diff).unwrap_err(), Code::Type, "the limit is 62");
    assert!(push(exp, diff).is_ok());
}

#[test]
fn formats_that_cannot_be() {
    let (mut builder, input) = builder(4, I8);
    for format in [FixedFormat::signed(0, 0), FixedFormat::signed(54, 6), FixedFormat::unsigned(8, 65)] {
        let quantize = Quantize { ty: FixedType::exact(format) };
        assert!(builder.push("q", quantize, &[input], Hardware::default(), None).is_err(), "{format}");
        let mut fresh = GraphBuilder::new("model", IoType::IoParallel);
        assert!(fresh.input(Shape::new([1]), FixedType::exact(format)).is_err(), "{format}");
    }
}

#[test]
fn weights_that_are_none() {
    let format = FixedFormat::signed(6, 1);
    let ty = FixedType::exact(format);
    assert_eq!(FixedTensor::quantized(vec![2], &ty, &[0.5, f32::NAN]).unwrap_err(), "element 1 is NaN");
    assert_eq!(FixedTensor::quantized(vec![2], &ty, &[f32::INFINITY, 0.0]).unwrap_err(), "element 0 is inf");
    assert_eq!(FixedTensor::new(vec![2], format, vec![1]).unwrap_err(), "1 elements do not fill the dimensions [2]");
    assert_eq!(FixedTensor::new(vec![1], format, vec![32]).unwrap_err(), "element 0 is 32, outside fixed<6,1>");
    // Out of range is clamped, never wrapped.
    assert_eq!(FixedTensor::quantized(vec![3], &ty, &[1.0, -1.0, -7.5]).unwrap().raw, [31, -32, -32]);
}

#[test]
fn everything_wrong_is_reported_at_once() {
    let mut builder = GraphBuilder::new("my model", IoType::IoParallel);
    let input = builder.input(Shape::new([4]), I8).unwrap();
    let hardware = Hardware { reuse_factor: 3, strategy: Strategy::Resource, ..Hardware::default() };
    let fc = dense(4, 4, FixedFormat::signed(6, 1), None);
    let a = builder.push("fc-1", fc.clone(), &[input], hardware, None).unwrap();
    let b =
        builder.push("fc2", fc.clone(), &[a], Hardware { fifo_depth: Some(4), ..Hardware::default() }, None).unwrap();
    let c = builder.push("fc2", fc, &[b], Hardware::default(), None).unwrap();
    let text = builder.finish(&[c, c]).unwrap_err().to_string();
    for part in [
        "error[HLS0007]: `my model` is no identifier",
        "error[HLS0007]: layer `fc-1`: the name is no identifier",
        "error[HLS0002]: layer `fc-1`: reuse_factor 3 is not legal for 4 x 4; nearest are 2 and 4",
        "error[HLS0002]: layer `fc2`: fifo_depth needs `io_type = io_stream`",
        "error[HLS0007]: layer `fc2`: two layers have this name",
        "error[HLS0006]: an output is the input, unknown or named twice",
    ] {
        assert!(text.contains(part), "{text}\nlacks: {part}");
    }
}

#[test]
fn a_replacement_that_breaks_a_later_layer_changes_nothing() {
    let (mut builder, input) = builder(4, I8);
    let format = FixedFormat::signed(6, 1);
    let fc1 = builder.push("fc1", dense(4, 3, format, None), &[input], Hardware::default(), None).unwrap();
    let fc2 = builder.push("fc2", dense(3, 2, format, None), &[fc1], Hardware::default(), None).unwrap();
    let mut graph = builder.finish(&[fc2]).unwrap();
    let before = graph.clone();
    let error = graph.replace(fc1, dense(4, 5, format, None), Hardware::default()).unwrap_err();
    assert!(error.to_string().contains("layer `fc2`: expects input shape [3], but `input 1` produces [5]"), "{error}");
    assert_eq!(graph, before);
    let wide = FixedFormat::signed(8, 1);
    graph.replace(fc1, dense(4, 3, wide, None), Hardware::default()).unwrap();
    assert!(graph.node(fc2).output.ty.format.width > before.node(fc2).output.ty.format.width);
}

#[test]
fn files_from_elsewhere_never_panic() {
    let (mut builder, input) = builder(2, I8);
    let other =
        builder.push("fc", dense(2, 2, FixedFormat::signed(6, 1), None), &[input], Hardware::default(), None).unwrap();
    let ty = FixedType::new(FixedFormat::unsigned(6, 2), Rounding::Rnd, Overflow::Sat);
    let relu = builder.push("relu", Relu { ty }, &[other], Hardware::default(), None).unwrap();
    let join = builder.push("join", Concatenate { axis: None }, &[input, relu], Hardware::default(), None).unwrap();
    let best = builder.push("best", Argmax {}, &[join], Hardware::default(), None).unwrap();
    let json = builder.finish(&[best]).unwrap().to_json().unwrap();
    assert!(Graph::from_json(&json).is_ok());
    // Every number replaced by every awkward one: refused or verified, never a panic.
    let bytes = json.as_bytes();
    let mut refused = 0;
    for start in (0..bytes.len()).filter(|&at| bytes[at].is_ascii_digit() && !bytes[at - 1].is_ascii_digit()) {
        let end = start + bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        for number in [
            "0",
            "1",
            "7",
            "99",
            "213",
            "4294967295",
            "9223372036854775807",
            "-1",
            "-2147483648",
            "-2147483640",
            "1e300",
        ] {
            let changed = format!("{}{number}{}", &json[..start], &json[end..]);
            refused += usize::from(Graph::from_json(&changed).is_err());
        }
    }
    assert!(refused > 200, "{refused}");
    for end in 0..json.len() {
        assert!(Graph::from_json(&json[..end]).is_err());
    }
}

/// Sizes that a file declares cost neither time nor memory before they are known to be there.
#[test]
fn sizes_that_are_only_declared() {
    let (mut builder, input) = builder(2, I8);
    let op = dense(2, 2, FixedFormat::signed(6, 1), None);
    let hardware = Hardware { reuse_factor: 2, ..Hardware::default() };
    let fc = builder.push("fc", op, &[input], hardware, None).unwrap();
    let json = builder.finish(&[fc]).unwrap().to_json().unwrap();
    let dims = "\"dims\":[2,2],";
    assert!(json.contains(dims));
    let huge = json.replace(dims, "\"dims\":[2305843009213693951,1],");
    let error = Graph::from_json(&huge).unwrap_err().to_string();
    assert!(error.contains("2305843009213693951"), "{error}");
    // As many positions as a shape may have, and windows at all of them.
    let pooled = |dims: &[usize], window: Option<Window>| {
        let mut builder = GraphBuilder::new("pools", IoType::IoStream);
        let input = builder.input(Shape::from_dims(dims).unwrap(), I8).unwrap();
        let dims = dims.len() - 1;
        let mean = AveragePool { window, dims, ty: RELU };
        let mean = builder.push("mean", mean, &[input], Hardware::default(), None)?;
        let largest = builder.push("largest", MaxPool { window, dims }, &[input], Hardware::default(), None)?;
        let json = builder.finish(&[mean, largest]).unwrap().to_json().unwrap();
        Ok::<_, Diagnostic>(Graph::from_json(&json).unwrap())
    };
    assert!(pooled(&[1 << 31, 1], None).is_ok());
    assert!(pooled(&[40_000, 40_000, 1], Some(Window::new([1, 1], [1, 1]))).is_ok());
    let same = Window::new([1024, 1024], [1, 1]).padded(Padding::Same);
    assert!(pooled(&[40_000, 40_000, 1], Some(same)).is_ok());
    let error = pooled(&[40_000, 40_000, 1], Some(Window { size: [1024, 1025], ..same })).unwrap_err();
    check(error, Code::Shape, "has a window of 1049600 positions; legal are up to 1048576");
    let far = Window { size: [1, 1 << 16], dilation: [1, 1 << 16], ..same };
    check(pooled(&[1 << 20, 1], Some(far)).unwrap_err(), Code::Shape, "has a window of 4294901761 steps");
    let spread = Window { spread: [1, 2], ..Window::new([1, 1], [1, 1]) };
    check(pooled(&[4, 4, 1], Some(spread)).unwrap_err(), Code::Shape, "has inputs at distances");
}

/// A convolution has no more places at once than there are.
#[test]
fn more_places_at_once_than_there_are() {
    let graph = |parallelization_factor| {
        let mut builder = GraphBuilder::new("places", IoType::IoParallel);
        let input = builder.input(Shape::new([6, 6, 4]), I8).unwrap();
        let window = Window::new([3, 3], [1, 1]);
        let matrix = dense(36, 2, FixedFormat::signed(4, 1), None);
        let conv = Conv::new(matrix, Convolution { window, dims: 2, groups: 1 });
        let hardware = Hardware { parallelization_factor, ..Hardware::default() };
        let conv = builder.push("conv", conv, &[input], hardware, None).unwrap();
        builder.finish(&[conv])
    };
    for factor in [1, 3, 16] {
        assert!(graph(factor).is_ok(), "{factor}");
    }
    for factor in [17, 50, 1000] {
        assert_eq!(
            graph(factor).unwrap_err().to_string().trim_end(),
            format!(
                "error[HLS0002]: layer `conv`: parallelization_factor {factor} is not legal for 16 places; it may be 1 to 16"
            )
        );
    }
}
