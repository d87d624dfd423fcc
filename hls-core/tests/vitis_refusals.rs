//! What the back end refuses, all at once, and what it warns about.

mod common;

use common::{Model, Numbers, fixed, hardware, target, ufixed};
use hls_core::backend::{self, Backend, EmitError, TestVectors, Vitis};
use hls_core::dataflow;
use hls_core::diagnostics::{Severity, SourceLocation};
use hls_core::fixed::{FixedFormat, Overflow, Rounding};
use hls_core::ir::{Graph, GraphBuilder, Hardware};
use hls_core::ops::{Add, Flatten, Quantize, Relu};
use hls_core::rules::{IoType, Strategy};
use hls_core::shape::Shape;

/// A model whose layers only have names.
fn named(model: &str, io_type: IoType, layers: &[&str]) -> Graph {
    let mut builder = GraphBuilder::new(model, io_type);
    let mut last = builder.input(Shape::new([2]), fixed(8, 3)).unwrap();
    for (index, name) in layers.iter().enumerate() {
        let source = SourceLocation { file: "model.rs".to_owned(), line: index as u32 + 10 };
        let ty = fixed(8 + index as u32, 3);
        last = builder.push(name, Quantize { ty }, &[last], Hardware::default(), Some(source)).unwrap();
    }
    builder.finish(&[last]).unwrap()
}

#[track_caller]
fn check(graph: &Graph, expected: &[&str]) {
    let found: Vec<String> = Vitis.check(graph, &target()).iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
}

#[test]
fn everything_at_once_with_its_place() {
    check(
        &named("double", IoType::IoStream, &["size", "q1", "__q2"]),
        &[
            "error[HLS0007]: the model's name `double` is reserved in C++; the name becomes the top function; choose another one",
            "error[HLS0007]: layer `size` (model.rs:10): its type would be called `size_t`, which C++ already has; rename the layer",
            "error[HLS0007]: layer `__q2` (model.rs:12): names with two underscores or a leading one are reserved in C++; rename the layer",
        ],
    );
    let graph = named("double", IoType::IoParallel, &["q1"]);
    let error = Vitis.emit(&graph, &target(), &TestVectors::new(vec![0; 2])).unwrap_err();
    assert!(matches!(&error, EmitError::Refused(diagnostics) if diagnostics.has_errors()), "{error}");
}

#[test]
fn identifiers_that_collide() {
    check(
        &named("fc1_t", IoType::IoParallel, &["fc1"]),
        &[
            "error[HLS0007]: layer `fc1` (model.rs:10): its identifier `fc1_t` in the firmware is also that of the model; rename the layer",
        ],
    );
    check(&named("result", IoType::IoParallel, &["result", "config_result", "q_t"]), &[]);
}

/// Dense layers and, between them, activations, all with these names; the first name is a dense layer's.
fn alternating(io_type: IoType, strategy: Strategy, names: &[&str]) -> Graph {
    let (mut model, mut last) = Model::with_io("model", io_type, Shape::new([4]), fixed(6, 3));
    for (index, name) in names.iter().enumerate() {
        last = if index % 2 == 0 {
            let dense = Numbers(index as u64).dense(4, 4, FixedFormat::signed(4, 1));
            model.add(name, dense, &[last], hardware(strategy, 1))
        } else {
            let ty = ufixed(4, 2, Rounding::Rnd, Overflow::Sat);
            model.add(name, Relu { ty }, &[last], Hardware::default())
        };
    }
    model.0.finish(&[last]).unwrap()
}

/// Arrays of the top function hide those of weights, and include guards know no case.
#[test]
fn arrays_and_headers_that_collide() {
    let check_both = |names: &[&str], layer: &str, identifier: &str, other: &str| {
        let message = format!(
            "error[HLS0007]: layer `{layer}`: its identifier `{identifier}` in the firmware is also that of {other}; rename the layer"
        );
        for io_type in [IoType::IoParallel, IoType::IoStream] {
            check(&alternating(io_type, Strategy::Latency, names), &[&message]);
        }
    };
    check_both(&["out", "bias", "fc"], "bias", "bias_out", "layer `out`");
    check_both(&["out", "weight", "fc"], "weight", "weight_out", "layer `out`");
    check_both(&["x_out", "weight_x", "fc"], "weight_x", "weight_x_out", "layer `x_out`");
    check_both(&["fc", "relu", "fc2", "config", "out"], "out", "config_out", "layer `config`");
    check(&alternating(IoType::IoParallel, Strategy::Latency, &["fc", "bias", "last", "out", "fc2"]), &[]);
    let headers = "error[HLS0007]: layer `FC`: its header `weight_FC.h` differs from `weight_fc.h` of layer `fc` in case alone; rename the layer";
    let more = "error[HLS0007]: layer `FC`: its header `bias_FC.h` differs from `bias_fc.h` of layer `fc` in case alone; rename the layer";
    check(&alternating(IoType::IoParallel, Strategy::Latency, &["fc", "relu", "FC"]), &[headers, more]);
    // Without arrays there are no headers.
    check(&named("model", IoType::IoParallel, &["q", "Q"]), &[]);
}

/// Names that the bench's `main` or a macro would hide.
#[test]
fn models_whose_calls_would_be_hidden() {
    let reserved = |model: &str| {
        format!(
            "error[HLS0007]: the model's name `{model}` is reserved in C++; the name becomes the top function; choose another one"
        )
    };
    for model in [
        "input",
        "expected",
        "results",
        "vectors",
        "sample",
        "row",
        "mismatches",
        "limit",
        "directory",
        "complete",
        "argc",
        "results_path",
        "Defines",
        "PARAMETERS",
        "nnet_relu",
        "HLS_PRAGMA",
        "DEFINES_H_",
    ] {
        check(&named(model, IoType::IoStream, &["q1"]), &[&reserved(model)]);
    }
    let port = |layer: &str, port: &str| {
        format!(
            "error[HLS0007]: layer `{layer}: its identifier `{port}` in the firmware is also that of the model; rename the layer"
        )
    };
    check(&named("q1_out", IoType::IoParallel, &["q1"]), &[&port("q1` (model.rs:10)", "q1_out")]);
    check(&named("q1_out_values", IoType::IoStream, &["q1"]), &[&port("q1` (model.rs:10)", "q1_out_values")]);
    check(&named("input_data", IoType::IoParallel, &["q1"]), &[&port("input`", "input_data")]);
    check(&named("nnet_tagger", IoType::IoParallel, &["q1"]), &[]);
    let mut builder = GraphBuilder::new("weights_Bias_fc", IoType::IoParallel);
    let input = builder.input(Shape::new([2]), fixed(8, 3)).unwrap();
    let dense = Numbers(1).dense(2, 2, FixedFormat::signed(4, 1));
    let fc = builder.push("fc", dense, &[input], Hardware::default(), None).unwrap();
    check(
        &builder.finish(&[fc]).unwrap(),
        &["error[HLS0007]: layer `fc`: its header `bias_fc.h` has the include guard of the model's; rename the layer"],
    );
}

/// Layers named by what they do; the graph is a skip connection over a layer that needs the whole tensor.
fn skip(fifo_depth: impl Fn(&str) -> Option<usize>) -> Graph {
    let hardware = |name: &str| Hardware { fifo_depth: fifo_depth(name), ..Hardware::default() };
    let (mut model, input) = Model::streaming("skip", Shape::new([5, 2]), fixed(8, 3));
    let first = model.add("first", Quantize { ty: fixed(6, 3) }, &[input], hardware("first"));
    let flat = model.add("flat", Flatten {}, &[first], hardware("flat"));
    let dense = Numbers(1).dense(10, 10, FixedFormat::signed(4, 1));
    let fc = model.add("fc", dense, &[flat], hardware("fc"));
    let sum = model.add("sum", Add { ty: fixed(8, 3) }, &[fc, flat], hardware("sum"));
    model.0.finish(&[sum]).unwrap()
}

#[test]
fn fifos_that_do_nothing_or_too_little() {
    check(&skip(|_| None), &[]);
    check(&skip(|name| (name == "first").then_some(7)), &[]);
    check(
        &skip(|name| (name == "first").then_some(5)),
        &[
            "warning[HLS0002]: layer `first`: fifo_depth 5 slows the design down: a sample every 15 clocks instead of 13; fifo_depth 7 does not",
        ],
    );
    check(
        &skip(|name| ["flat", "fc", "sum"].contains(&name).then_some(1)),
        &[
            "error[HLS0002]: layer `flat`: fifo_depth 1 locks the design: the FIFO from `flat` to `sum` fills up (the copies of `first` waits for room in the FIFO to `sum`, `sum` waits for a packet from `fc`, `fc` waits for a packet from the copies of `first`); the least that works is 5, the least that does not slow the design down 7",
            "warning[HLS0002]: layer `sum`: fifo_depth 1 does nothing: no layer reads through a FIFO of this one; the model's input and outputs are ports",
        ],
    );
    check(
        &skip(|name| ["first", "flat"].contains(&name).then_some(7)),
        &[
            "warning[HLS0002]: layer `first`: fifo_depth 7 does nothing: no layer reads through a FIFO of this one; the model's input and outputs are ports",
        ],
    );
}

/// One packet less than the least that works, and that itself: as the message says.
#[test]
fn the_least_depth_of_a_message_works() {
    for depth in 1..9 {
        let graph = skip(|name| (name == "flat").then_some(depth));
        assert_eq!(Vitis.check(&graph, &target()).has_errors(), depth < 5, "{depth}");
        assert_eq!(Vitis.check(&graph, &target()).is_empty(), depth >= 7, "{depth}");
        assert_eq!(dataflow::simulate(&graph).is_ok(), depth >= 5, "{depth}");
    }
}

/// The FIFOs of one way together hold what the other way needs first: each may hold one packet less, not all of them.
#[test]
fn depths_that_lock_together() {
    let graph = |asks: usize| {
        let (mut model, input) = Model::streaming("ways", Shape::new([12, 2]), fixed(8, 3));
        let first = model.add("first", Quantize { ty: fixed(6, 3) }, &[input], Hardware::default());
        let flat = model.add("flat", Flatten {}, &[first], Hardware::default());
        let dense = Numbers(1).dense(24, 24, FixedFormat::signed(4, 1));
        let fc = model.add("fc", dense, &[flat], Hardware::default());
        let mut last = flat;
        for index in 0..4 {
            let fifo_depth = (asks & 1 << index != 0).then_some(1);
            let (name, hardware) = (format!("way{index}"), Hardware { fifo_depth, ..Hardware::default() });
            last = model.add(&name, Quantize { ty: fixed(7 + index, 3) }, &[last], hardware);
        }
        let sum = model.add("sum", Add { ty: fixed(8, 3) }, &[fc, last], Hardware::default());
        model.0.finish(&[sum]).unwrap()
    };
    let errors = |graph: &Graph| -> Vec<String> {
        let found = Vitis.check(graph, &target());
        found.iter().filter(|found| found.severity == Severity::Error).map(ToString::to_string).collect()
    };
    for index in 0..4 {
        assert_eq!(errors(&graph(1 << index)), [""; 0]);
    }
    let found = errors(&graph(15));
    let expected = "layer `way0`: fifo_depth 1 with those of `way1`, `way2`, `way3` locks the design: the FIFO from `way0` to `way1` fills up";
    assert!(matches!(&found[..], [error] if error.contains(expected)), "{found:?}");
}

#[test]
fn more_packets_than_can_be_followed() {
    let (mut model, input) = Model::streaming("film", Shape::new([4096, 4096, 1]), fixed(8, 3));
    let layer = model.add("layer", Quantize { ty: fixed(6, 3) }, &[input], Hardware::default());
    let graph = model.0.finish(&[layer]).unwrap();
    check(
        &graph,
        &["error[HLS0008]: a sample is 33554432 packets on all edges, but 16777216 are the most; use a smaller input"],
    );
}

#[test]
fn a_stream_that_nobody_reads_is_refused() {
    let (mut model, input) = Model::streaming("lost", Shape::new([2]), fixed(8, 3));
    let kept = model.add("kept", Quantize { ty: fixed(6, 3) }, &[input], Hardware::default());
    let lost = model.add("lost", Quantize { ty: fixed(5, 3) }, &[input], Hardware::default());
    model.add("renamed", Flatten {}, &[lost], Hardware::default());
    let graph = model.0.finish(&[kept]).unwrap();
    check(
        &graph,
        &[
            "error[HLS0008]: layer `lost`: nobody reads its result, so its stream would never be empty; make it an output or leave it out",
        ],
    );
}

#[test]
fn vectors_that_are_no_inputs() {
    let graph = named("model", IoType::IoParallel, &["q1"]);
    let emit =
        |input: &[i64]| Vitis.emit(&graph, &target(), &TestVectors::new(input.to_vec())).unwrap_err().to_string();
    assert_eq!(emit(&[]), "a project needs at least one test vector");
    assert_eq!(emit(&[1, 2, 3]), "test vectors: 3 numbers are no whole number of samples of 2 features");
    assert!(emit(&[1, 200]).contains("sample 0, feature 1: raw value 200 is outside fixed<8,3>"));
}

#[test]
fn an_unknown_back_end_lists_those_that_exist() {
    let error = backend::find("quartus").map(Backend::name).unwrap_err().to_string();
    assert_eq!(error, "error[HLS0009]: there is no back end `quartus`; the back ends are `vitis`");
    for backend in backend::BACKENDS {
        assert_eq!(backend::find(backend.name()).unwrap().name(), backend.name());
    }
}
