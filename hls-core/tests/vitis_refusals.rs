//! What the back end refuses, all at once, and what it warns about.

mod common;

use common::{Model, Numbers, fixed, hardware, target};
use hls_core::backend::{self, Backend, EmitError, TestVectors, Vitis};
use hls_core::diagnostics::SourceLocation;
use hls_core::fixed::FixedFormat;
use hls_core::ir::{Graph, GraphBuilder, Hardware};
use hls_core::ops::Quantize;
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

#[test]
fn an_array_that_cannot_be_unrolled_is_a_warning() {
    let (mut model, input) = Model::new("large", Shape::new([80]), fixed(8, 3));
    let dense = Numbers(1).dense(80, 80, FixedFormat::signed(4, 1));
    let latency = model.add("fc1", dense.clone(), &[input], hardware(Strategy::Latency, 1));
    let resource = model.add("fc2", dense, &[latency], hardware(Strategy::Resource, 80));
    let graph = model.0.finish(&[resource]).unwrap();
    check(
        &graph,
        &[
            "warning[HLS0002]: layer `fc1`: 6400 multiplications are unrolled, but the tools stop at 4096 elements; use `strategy = resource` with a reuse factor",
        ],
    );
    assert!(Vitis.emit(&graph, &target(), &TestVectors::new(vec![0; 80])).is_ok());
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
