//! Every function by table, on every number of its input: training forward == emulator == definition == C simulation,
//! and within half a step of the result (a whole one where it truncates) of the function itself.
//!
//! The functions are written out once more here, from the standard library, so that a wrong table cannot agree with itself.

use hls_core::backend::{self, Target, TestVectors};
use hls_core::csim::{self, Simulator};
use hls_core::emulator::{Emulator, evaluate_sample};
use hls_core::fixed::{FixedFormat, FixedType, Overflow, Rounding};
use hls_core::ir::Graph;
use hls_core::rules::{LayerAttributes, ModelAttributes};
use hls_core::shape::Shape;
use hls_train::burn::tensor::{DType, Device, Tensor, TensorData};
use hls_train::layers::{Elu, Exp, Gelu, Reciprocal, Selu, Sigmoid, Silu, Softplus, Softsign, Table, Tanh};
use hls_train::prelude::{Fixed, Function};
use hls_train::{Layer, Lowered, Lowering, Precision, Site, Value};
use rayon::prelude::*;

type Any = Fixed<2, 1>;

/// One layer: its function as a layer and as a closure, its types.
struct Case {
    function: &'static str,
    exact: fn(f64) -> f64,
    result: FixedType,
    index: Option<FixedType>,
    /// Runs the layer: what it lowers to, and its training forward.
    lower: fn(&Case, &mut Lowering, &Site, &[&Lowered]) -> Lowered,
    forward: fn(&Case, &Value) -> Value,
}

fn layer<F: Function>(case: &Case) -> Table<F, Any> {
    let mut layer = Table::<F, Any>::init(&Device::default()).with_index(case.index);
    *layer.precisions()[0].1 = Precision::Fixed(case.result);
    layer
}

fn lower<F: Function>(case: &Case, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Lowered {
    lowering.layer(&layer::<F>(case), site, inputs)
}

fn forward<F: Function>(case: &Case, input: &Value) -> Value {
    layer::<F>(case).forward(&[input])
}

fn case<F: Function>(exact: fn(f64) -> f64, result: FixedType, index: Option<FixedType>) -> Case {
    Case { function: F::NAME, exact, result, index, lower: lower::<F>, forward: forward::<F> }
}

type Make = fn(FixedType, Option<FixedType>) -> Case;

/// A function of the user's.
#[derive(Debug)]
struct Bump;

impl Function for Bump {
    const NAME: &'static str = "Bump";

    fn value(x: f64) -> f64 {
        1.0 / (1.0 + x * x)
    }
}

/// The error function by its series, or by its asymptotic value where that is exact to 53 bits.
fn erf(x: f64) -> f64 {
    if x.abs() > 6.0 {
        return x.signum();
    }
    // 2 / sqrt(pi) * exp(-x^2) * sum of 2^n x^(2n+1) / (1 * 3 * .. * (2n+1)): all terms of one sign.
    let (mut term, mut sum) = (x, x);
    for n in 1..200 {
        term *= 2.0 * x * x / f64::from(2 * n + 1);
        sum += term;
    }
    std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp() * sum
}

const FUNCTIONS: [Make; 11] = [
    |ty, index| case::<hls_core::functions::Sigmoid>(|x| 0.5 * (1.0 + (0.5 * x).tanh()), ty, index),
    |ty, index| case::<hls_core::functions::Tanh>(f64::tanh, ty, index),
    |ty, index| case::<hls_core::functions::Elu>(|x| if x > 0.0 { x } else { x.exp_m1() }, ty, index),
    |ty, index| {
        case::<hls_core::functions::Selu>(
            |x| 1.050_700_987_355_480_5 * if x > 0.0 { x } else { 1.673_263_242_354_377_2 * x.exp_m1() },
            ty,
            index,
        )
    },
    |ty, index| case::<hls_core::functions::Softplus>(|x| if x > 40.0 { x } else { x.exp().ln_1p() }, ty, index),
    |ty, index| case::<hls_core::functions::Softsign>(|x| x / (1.0 + x.abs()), ty, index),
    |ty, index| {
        case::<hls_core::functions::Gelu>(|x| 0.5 * x * (1.0 + erf(x * std::f64::consts::FRAC_1_SQRT_2)), ty, index)
    },
    |ty, index| case::<hls_core::functions::Silu>(|x| 0.5 * x * (1.0 + (0.5 * x).tanh()), ty, index),
    |ty, index| case::<hls_core::functions::Exp>(f64::exp, ty, index),
    |ty, index| case::<hls_core::functions::Reciprocal>(f64::recip, ty, index),
    |ty, index| case::<Bump>(|x| (1.0 + x * x).recip(), ty, index),
];

const fn ty(signed: bool, width: u32, integer: i32, rounding: Rounding, overflow: Overflow) -> FixedType {
    FixedType::new(FixedFormat { signed, width, integer }, rounding, overflow)
}

/// The inputs, each with all its numbers.
const INPUTS: [FixedType; 9] = [
    ty(true, 8, 4, Rounding::Trn, Overflow::Wrap),
    ty(false, 8, 1, Rounding::Trn, Overflow::Wrap),
    ty(true, 8, 9, Rounding::Rnd, Overflow::Sat),
    ty(true, 10, 5, Rounding::Trn, Overflow::Wrap),
    ty(true, 10, 2, Rounding::Trn, Overflow::Wrap),
    ty(false, 10, 4, Rounding::RndConv, Overflow::Sat),
    ty(true, 12, 6, Rounding::Trn, Overflow::Wrap),
    ty(true, 12, 1, Rounding::Trn, Overflow::Wrap),
    ty(false, 12, 3, Rounding::Trn, Overflow::Wrap),
];

const RESULTS: [FixedType; 9] = [
    ty(true, 10, 4, Rounding::Rnd, Overflow::Sat),
    ty(false, 8, 0, Rounding::Rnd, Overflow::Sat),
    ty(true, 16, 3, Rounding::RndConv, Overflow::Sat),
    ty(true, 8, 2, Rounding::Trn, Overflow::Wrap),
    ty(true, 12, 8, Rounding::TrnZero, Overflow::SatSym),
    ty(false, 9, 3, Rounding::RndMinInf, Overflow::Wrap),
    ty(true, 7, 2, Rounding::RndInf, Overflow::SatZero),
    ty(false, 18, 2, Rounding::RndConv, Overflow::Wrap),
    ty(true, 6, 7, Rounding::RndZero, Overflow::Sat),
];

/// Types that the input is assigned to first.
const INDICES: [FixedType; 4] = [
    ty(true, 7, 4, Rounding::Rnd, Overflow::Sat),
    ty(true, 9, 2, Rounding::Trn, Overflow::Wrap),
    ty(false, 6, 3, Rounding::RndConv, Overflow::SatZero),
    ty(true, 13, 6, Rounding::TrnZero, Overflow::SatSym),
];

/// For every function three result types of the input's own bits and one of another index, in turn.
fn cases(input: usize) -> Vec<Case> {
    let cases = FUNCTIONS.iter().enumerate().flat_map(|(at, make)| {
        let result = move |turn: usize| RESULTS[(at + input + 3 * turn) % RESULTS.len()];
        let plain = (0..3).map(move |turn| make(result(turn), None));
        plain.chain([make(result(input), Some(INDICES[(at + input) % INDICES.len()]))])
    });
    cases.collect()
}

fn lowered(input: FixedType, cases: &[Case]) -> Graph {
    let mut lowering = Lowering::new("tables", input, Shape::new([1]), ModelAttributes::DEFAULT);
    let start = lowering.input();
    let lower = |(at, case): (usize, &Case)| {
        let name: &'static str = format!("{}_{at}", case.function).leak();
        let site = Site { name, file: file!(), line: line!(), attributes: LayerAttributes::default() };
        (case.lower)(case, &mut lowering, &site, &[&start])
    };
    let outputs: Vec<Lowered> = cases.iter().enumerate().map(lower).collect();
    lowering.finish(&outputs).unwrap()
}

/// Training forward, as raw mantissas.
fn trained(case: &Case, input: FixedType, raw: &[i64], dtype: DType) -> Vec<i64> {
    let values: Vec<f64> = raw.iter().map(|&raw| input.format.value(raw)).collect();
    let tensor = Tensor::<2>::from_data(TensorData::new(values, [raw.len(), 1]), (&Device::default(), dtype));
    let value = (case.forward)(case, &Value::new(tensor));
    let exact = |value: f64| {
        let raw = value / case.result.format.lsb();
        assert_eq!(raw, raw.trunc(), "{}: {value} is no number of {}", case.function, case.result);
        raw as i64
    };
    value.flat().into_data().iter::<f64>().map(exact).collect()
}

/// The result is the nearest number of its type, as its rounding says, unless it lies outside.
fn check_distance(case: &Case, input: FixedType, raw: i64, result: i64) {
    let format = case.result.format;
    let x = match case.index {
        None => input.format.value(raw),
        Some(index) => index.format.value(index.quantize(raw.into(), input.format.fraction())),
    };
    let exact = (case.exact)(x);
    if !(format.value(case.result.min_raw()) <= exact && exact <= format.value(format.max_raw())) {
        return;
    }
    // In steps of the result; the two ways to compute the function differ in their last bits.
    let (error, slack) = (format.value(result) / format.lsb() - exact / format.lsb(), 1e-6);
    let allowed = match case.result.rounding {
        Rounding::Trn => -1.0 - slack..=slack,
        Rounding::TrnZero => -1.0 - slack..=1.0 + slack,
        _ => -0.5 - slack..=0.5 + slack,
    };
    assert!(allowed.contains(&error), "{} of {x} is {exact}, in {} {result}", case.function, case.result);
}

/// Compares all four; returns how many results.
fn check(at: usize, simulator: &Simulator) -> usize {
    let (input, cases) = (INPUTS[at], cases(at));
    let graph = lowered(input, &cases);
    let raw: Vec<i64> = (input.format.min_raw()..=input.format.max_raw()).collect();
    let outputs = Emulator::new(&graph).run(&raw).unwrap();
    let defined: Vec<Vec<Vec<i64>>> = raw.iter().map(|&raw| evaluate_sample(&graph, &[raw])).collect();
    for (position, (case, id)) in cases.iter().zip(graph.outputs()).enumerate() {
        let emulated = &outputs.raw[position];
        let defined: Vec<i64> = defined.iter().map(|results| results[id.0][0]).collect();
        let named = format!("{} of {input} to {}, index {:?}", case.function, case.result, case.index);
        assert_eq!(*emulated, defined, "emulator: {named}");
        for dtype in [DType::F32, DType::F64] {
            assert_eq!(trained(case, input, &raw, dtype), defined, "training: {named}");
        }
        raw.iter().zip(defined).for_each(|(&raw, result)| check_distance(case, input, raw, result));
    }
    let target = Target::new("xcvu13p-flga2577-2-e", 5.0).unwrap();
    let vectors = TestVectors::new(raw.clone());
    let project = backend::find("vitis").unwrap().emit(&graph, &target, &vectors).unwrap();
    let report = simulator.run_project(&project).unwrap();
    assert_eq!((report.vectors, report.mismatches), (raw.len(), 0), "{input}: {:?}", report.first);
    raw.len() * cases.len()
}

#[test]
fn every_function_of_every_number_in_all_executions() {
    let simulator = csim::headers(None).and_then(|headers| Simulator::new(&headers));
    let simulator = simulator.unwrap_or_else(|error| panic!("{error}"));
    let compared: usize = (0..INPUTS.len()).into_par_iter().map(|at| check(at, &simulator)).sum();
    // 3 inputs each of 8, 10 and 12 bits, 11 functions, 4 types each.
    assert_eq!(compared, 3 * (256 + 1024 + 4096) * 11 * 4);
}

#[test]
fn functions_have_their_layers_names() {
    fn check<F: Function>(layer: Table<F, Any>, expected: &str) {
        assert_eq!(layer.declaration(), expected);
        let indexed = layer.with_index(Some(INDICES[0])).declaration();
        let tail = ", Fixed<7, 4, Rnd, Sat>>";
        assert_eq!(indexed, format!("{}{tail}", expected.strip_suffix('>').unwrap()));
    }
    let device = Device::default();
    check(Sigmoid::<Any>::init(&device), "Sigmoid<Fixed<2, 1>>");
    check(Tanh::<Any>::init(&device), "Tanh<Fixed<2, 1>>");
    check(Elu::<Any>::init(&device), "Elu<Fixed<2, 1>>");
    check(Selu::<Any>::init(&device), "Selu<Fixed<2, 1>>");
    check(Softplus::<Any>::init(&device), "Softplus<Fixed<2, 1>>");
    check(Softsign::<Any>::init(&device), "Softsign<Fixed<2, 1>>");
    check(Gelu::<Any>::init(&device), "Gelu<Fixed<2, 1>>");
    check(Silu::<Any>::init(&device), "Silu<Fixed<2, 1>>");
    check(Exp::<Any>::init(&device), "Exp<Fixed<2, 1>>");
    check(Reciprocal::<Any>::init(&device), "Reciprocal<Fixed<2, 1>>");
    check(Table::<Bump, Any>::init(&device), "Table<Bump, Fixed<2, 1>>");
}
