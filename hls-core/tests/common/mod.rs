//! What the tests of the firmware share.
#![allow(dead_code)] // every test program uses a part of it

pub mod models;
pub mod pragmas;
pub mod rn07;

use std::fs;
use std::path::PathBuf;

use hls_core::backend::{self, Project, Target, TestVectors};
use hls_core::csim;
use hls_core::fixed::{FixedFormat, FixedTensor, FixedType, Overflow, Rounding};
use hls_core::ir::{Graph, GraphBuilder, Hardware, NodeId};
use hls_core::ops::{Dense, Op, Relu};
use hls_core::rules::{IoType, Strategy};
use hls_core::shape::Shape;

pub fn target() -> Target {
    Target::new("xcvu13p-flga2577-2-e", 5.0).unwrap()
}

#[track_caller]
pub fn emit(graph: &Graph, input: Vec<i64>) -> Project {
    backend::find("vitis").unwrap().emit(graph, &target(), &TestVectors::new(input)).unwrap()
}

/// The open `ap_fixed` headers; a test that needs them fails where they are not there.
#[track_caller]
pub fn headers() -> PathBuf {
    csim::headers(None).unwrap_or_else(|error| panic!("{error}"))
}

/// Runs the bench of a project: every vector, no mismatch.
#[track_caller]
pub fn assert_csim_agrees(project: &Project, vectors: usize) {
    let report = csim::run_project(project, &headers()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((report.vectors, report.mismatches), (vectors, 0), "{:?}", report.first);
}

pub fn fixed(width: u32, integer: i32) -> FixedType {
    FixedType::exact(FixedFormat::signed(width, integer))
}

pub fn ufixed(width: u32, integer: i32, rounding: Rounding, overflow: Overflow) -> FixedType {
    FixedType::new(FixedFormat::unsigned(width, integer), rounding, overflow)
}

pub fn hardware(strategy: Strategy, reuse_factor: usize) -> Hardware {
    Hardware { strategy, reuse_factor, ..Hardware::default() }
}

/// Deterministic numbers.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    pub fn raw(&mut self, format: FixedFormat) -> i64 {
        let count = (format.max_raw() - format.min_raw()) as u64 + 1;
        format.min_raw() + self.below(count) as i64
    }

    pub fn tensor(&mut self, dims: &[usize], format: FixedFormat) -> FixedTensor {
        let raw = (0..dims.iter().product()).map(|_| self.raw(format)).collect();
        FixedTensor::new(dims.to_vec(), format, raw).unwrap()
    }

    /// A dense layer with a third of its weights zero.
    pub fn dense(&mut self, inputs: usize, outputs: usize, format: FixedFormat) -> Dense {
        let mut weight = self.tensor(&[inputs, outputs], format);
        weight.raw.iter_mut().filter(|_| self.below(3) == 0).for_each(|raw| *raw = 0);
        Dense { weight, bias: self.tensor(&[outputs], format), accum: None }
    }

    pub fn input(&mut self, graph: &Graph, vectors: usize) -> Vec<i64> {
        let format = graph.input().ty.format;
        (0..vectors * graph.input().shape.size()).map(|_| self.raw(format)).collect()
    }
}

/// A builder whose calls unwrap.
pub struct Model(pub GraphBuilder);

impl Model {
    pub fn new(name: &str, shape: Shape, ty: FixedType) -> (Self, NodeId) {
        Self::with_io(name, IoType::IoParallel, shape, ty)
    }

    pub fn streaming(name: &str, shape: Shape, ty: FixedType) -> (Self, NodeId) {
        Self::with_io(name, IoType::IoStream, shape, ty)
    }

    pub fn with_io(name: &str, io_type: IoType, shape: Shape, ty: FixedType) -> (Self, NodeId) {
        let mut builder = GraphBuilder::new(name, io_type);
        let input = builder.input(shape, ty).unwrap();
        (Self(builder), input)
    }

    #[track_caller]
    pub fn add(&mut self, name: &str, op: impl Into<Op>, inputs: &[NodeId], hardware: Hardware) -> NodeId {
        self.0.push(name, op, inputs, hardware, None).unwrap()
    }
}

/// A file of the answers of hls4ml's C simulation.
fn hls4ml(name: &str) -> String {
    String::from_utf8(hls4ml_bytes(name)).unwrap()
}

fn hls4ml_bytes(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/data/hls4ml").join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn hls4ml_rows(name: &str) -> Vec<i64> {
    hls4ml(name).split([',', '\n']).filter(|cell| !cell.is_empty()).map(|cell| cell.parse().unwrap()).collect()
}

/// The jet network of hls4ml's answers.
pub fn jet(rounding: Rounding, hardware: impl Fn(usize) -> Hardware) -> Graph {
    let numbers = |value: &serde_json::Value| -> Vec<i64> {
        value.as_array().unwrap().iter().map(|number| number.as_i64().unwrap()).collect()
    };
    let file: serde_json::Value = serde_json::from_str(&hls4ml("jet_model.json")).unwrap();
    let format = FixedFormat::signed(6, 1);
    let (mut model, mut last) = Model::new("jet", Shape::new([16]), fixed(8, 3));
    let layers = file["layers"].as_array().unwrap();
    for (index, layer) in layers.iter().enumerate() {
        let matrix: Vec<Vec<i64>> = layer["w_int"].as_array().unwrap().iter().map(numbers).collect();
        let bias = numbers(&layer["b_int"]);
        let weight = FixedTensor::new(vec![matrix.len(), bias.len()], format, matrix.concat()).unwrap();
        let bias = FixedTensor::new(vec![bias.len()], format, bias).unwrap();
        let name = format!("fc{}", index + 1);
        last = model.add(&name, Dense { weight, bias, accum: None }, &[last], hardware(index));
        if index + 1 < layers.len() {
            let ty = ufixed(6, 2, rounding, Overflow::Sat);
            last = model.add(&format!("relu{}", index + 1), Relu { ty }, &[last], Hardware::default());
        }
    }
    model.0.finish(&[last]).unwrap()
}
