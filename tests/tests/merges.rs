//! Layers that merge and layers that move: gradients, one declaration with all of them, and how it prints.

use hls_core::emulator::Emulator;
use hls_core::fixed::{FixedFormat, FixedType, Overflow, Rounding};
use hls_core::shape::Shape;
use hls_train::burn::tensor::{DType, TensorData};
use hls_train::prelude::*;
use hls_train::{Carrier, Layer};

type R = Fixed<9, 4, RndConv, Sat>;

/// Every merge and every move.
#[hls_model(input = [Fixed<8, 3>; 2, 3, 2])]
pub struct Merged {
    coarse: Quantize<Fixed<5, 3, Rnd, Sat>>,
    #[hls(input(input))]
    turned: Transpose<1, 2, 0>,
    back: Reshape<2, 3, 2>,
    fine: Relu<UFixed<6, 2, Rnd, Sat>>,
    #[hls(input(fine, coarse))]
    difference: Subtract<R>,
    #[hls(input(coarse, fine, difference))]
    product: Multiply<R>,
    #[hls(input(coarse, fine, difference))]
    third: Average<R>,
    #[hls(input(third, product, coarse, fine))]
    fourth: Average<Fixed<12, 4, TrnZero, Sat>>,
    #[hls(input(fourth, third, fine))]
    largest: Maximum,
    #[hls(input(largest, product))]
    smallest: Minimum,
    #[hls(input(smallest, difference), output)]
    dot: Dot,
    #[hls(input(smallest))]
    columns: Transpose<2, 0, 1>,
    part: Slice<1, 2>,
    rows: Reshape<4, 2>,
    first: Slice<1, 2, 0>,
    flat: Reshape<4>,
    fc: Dense<4, 3, Fixed<6, 1>>,
}

const DECLARATION: &str = "\
#[hls_model(input = [Fixed<8, 3>; 2, 3, 2], io_type = io_parallel, strategy = latency, reuse_factor = 1)]
pub struct Merged {
    coarse: Quantize<Fixed<5, 3, Rnd, Sat>>,
    #[hls(input(input))]
    turned: Transpose<1, 2, 0>,
    back: Reshape<2, 3, 2>,
    fine: Relu<UFixed<6, 2, Rnd, Sat>>,
    #[hls(input(fine, coarse))]
    difference: Subtract<Fixed<9, 4, RndConv, Sat>>,
    #[hls(input(coarse, fine, difference))]
    product: Multiply<Fixed<9, 4, RndConv, Sat>>,
    #[hls(input(coarse, fine, difference))]
    third: Average<Fixed<9, 4, RndConv, Sat>>,
    #[hls(input(third, product, coarse, fine))]
    fourth: Average<Fixed<12, 4, TrnZero, Sat>>,
    #[hls(input(fourth, third, fine))]
    largest: Maximum,
    #[hls(input(largest, product))]
    smallest: Minimum,
    #[hls(input(smallest, difference), output)]
    dot: Dot,
    #[hls(input(smallest))]
    columns: Transpose<2, 0, 1>,
    part: Slice<1, 2>,
    rows: Reshape<4, 2>,
    first: Slice<1, 2, 0>,
    flat: Reshape<4>,
    fc: Dense<4, 3, Fixed<6, 1>>,
}
";

#[test]
fn a_declaration_with_all_of_them_equals_the_emulator_and_prints_itself() {
    let model = Merged::seeded(4, &Device::default());
    assert_eq!(Merged::OUTPUT_SHAPES, [Shape::new([2, 3, 1]), Shape::new([3])]);
    assert_eq!(model.declaration(), DECLARATION);
    let inputs: Vec<f32> = (0..12 * 500).map(|index| (index * 89 % 256) as f32 / 32.0 - 4.0).collect();
    let prediction = model.predict(&inputs);
    assert_eq!(prediction.carrier, Carrier::F32);
    let emulator = Emulator::new(&model.graph().unwrap());
    let outputs = emulator.run(&emulator.quantize_input(&inputs)).unwrap();
    assert_eq!(prediction.outputs, [outputs.values(0), outputs.values(1)]);
}

#[test]
fn moves_move_what_their_names_say() {
    let device = Device::default();
    let value = Value::new(Tensor::<1>::from_floats([0.0, 1.0, 2.0, 3.0, 4.0, 5.0], &device).reshape([1, 2, 3]));
    let check = |value: Value, shape: &[usize], expected: &[f32]| {
        assert_eq!(value.shape().dims(), shape);
        assert_eq!(value.flat().into_data().iter().collect::<Vec<f32>>(), expected);
    };
    check(Transpose::<1, 0>::init(&device).forward(&[&value]), &[3, 2], &[0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
    check(Slice::<1, 2>::init(&device).forward(&[&value]), &[2, 2], &[1.0, 2.0, 4.0, 5.0]);
    check(Slice::<1, 1, 0>::init(&device).forward(&[&value]), &[1, 3], &[3.0, 4.0, 5.0]);
    check(Reshape::<3, 2>::init(&device).forward(&[&value]), &[3, 2], &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    check(Dot::init(&device).forward(&[&value, &value]), &[2, 1], &[5.0, 50.0]);
}

/// The sum of both outputs, each element with a weight of its own.
fn loss(model: &Merged, input: Tensor<2>) -> Tensor<1> {
    let batch = input.dims()[0];
    let values = model.evaluate(Value::new(input.reshape([batch, 2, 3, 2])));
    let weighted = |value: &Value| {
        let tensor = value.flat();
        let [rows, columns] = tensor.dims();
        let weights: Vec<f64> = (0..rows * columns).map(|index| 1.0 + (index * 7 % 11) as f64 / 8.0).collect();
        let (device, dtype) = (tensor.device().without_autodiff(), tensor.dtype());
        (tensor * Tensor::<2>::from_data(TensorData::new(weights, [rows, columns]), (&device, dtype))).sum()
    };
    weighted(&values[0]) + weighted(&values[1])
}

#[test]
fn gradients_are_those_of_finite_differences() {
    let device = Device::default().autodiff();
    let model = Merged::seeded(4, &device).into_float();
    // Numbers of f32: training computes in it, the differences in f64.
    let x: Vec<f64> = (0..12 * 5).map(|index| f64::from(index * 89 % 256) / 64.0 - 2.0 + 1.0 / 1024.0).collect();
    let data = |x: &[f64]| TensorData::new(x.to_vec(), [x.len() / 12, 12]);
    let input = Tensor::<2>::from_data(data(&x), (&device, DType::F32)).require_grad();
    let gradients = loss(&model, input.clone()).backward();
    let gradient: Vec<f64> = input.grad(&gradients).unwrap().into_data().iter().collect();

    let (plain, device) = (model.valid(), device.without_autodiff());
    let value = |x: &[f64]| {
        let loss = loss(&plain, Tensor::<2>::from_data(data(x), (&device, DType::F64)));
        loss.into_data().iter::<f64>().next().unwrap()
    };
    let step = 1e-6;
    for index in 0..x.len() {
        let moved = |by: f64| {
            let mut x = x.clone();
            x[index] += by;
            value(&x)
        };
        let difference = (moved(step) - moved(-step)) / (2.0 * step);
        // A gradient of f32, and differences that are off by the second order of their step.
        approx::assert_relative_eq!(gradient[index], difference, epsilon = 1e-4, max_relative = 1e-5);
    }
    let nonzero = gradient.iter().filter(|value| value.abs() > 0.01).count();
    assert!(nonzero > x.len() / 2, "{nonzero} of {}", x.len());
}

#[test]
fn the_first_among_equals_has_the_gradient() {
    let device = Device::default().autodiff();
    let leaf = |values: [f32; 3]| Tensor::<2>::from_floats([values], &device).require_grad();
    let check = |layer: &dyn Fn(&[&Value]) -> Value, expected: [[f32; 3]; 2]| {
        let (a, b) = (leaf([1.0, 2.0, 3.0]), leaf([1.0, 3.0, 2.0]));
        let gradients = layer(&[&Value::new(a.clone()), &Value::new(b.clone())]).flat().sum().backward();
        let gradient = |leaf: &Tensor<2>| leaf.grad(&gradients).unwrap().into_data().iter().collect::<Vec<f32>>();
        assert_eq!([gradient(&a), gradient(&b)], expected);
    };
    check(&|inputs| Maximum::init(&device).forward(inputs), [[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]);
    check(&|inputs| Minimum::init(&device).forward(inputs), [[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);
}

#[test]
fn means_are_exact_in_every_mode() {
    let device = Device::default();
    let mut layer = Average::<R>::init(&device);
    let sums: Vec<i64> = (-300..300).collect();
    // The first input is the sum, the others are zero.
    let values = |dtype| {
        let values: Vec<f64> = sums.iter().map(|&sum| sum as f64 / 8.0).collect();
        Value::new(Tensor::<2>::from_data(TensorData::new(values, [sums.len(), 1]), (&device, dtype)))
    };
    for dtype in [DType::F32, DType::F64] {
        let sum = values(dtype);
        let zero = Value::new(sum.flat().mul_scalar(0));
        for rounding in Rounding::ALL {
            for overflow in Overflow::ALL {
                for format in [FixedFormat::signed(6, 4), FixedFormat::unsigned(4, 0), FixedFormat::signed(3, 5)] {
                    let ty = FixedType::new(format, rounding, overflow);
                    for (_, precision) in layer.precisions() {
                        *precision = Precision::Fixed(ty);
                    }
                    for count in 2..=7 {
                        let mut inputs = vec![&zero; count as usize];
                        inputs[0] = &sum;
                        let means: Vec<f64> = layer.forward(&inputs).flat().into_data().iter().collect();
                        let raw = sums.iter().map(|&sum| ty.quantize_quotient(sum.into(), 3, count));
                        assert_eq!(means, raw.map(|raw| format.value(raw)).collect::<Vec<f64>>(), "{ty}, {count}");
                    }
                }
            }
        }
    }
}

#[test]
fn the_gradient_of_a_mean_passes_inside_the_range() {
    let device = Device::default().autodiff();
    let leaf = Tensor::<2>::from_floats([[0.5, 3.0, -3.0]], &device).require_grad();
    let value = Value::new(leaf.clone());
    let mean = Average::<Fixed<4, 2, Rnd, Sat>>::init(&device).forward(&[&value, &value, &value]);
    assert_eq!(mean.flat().into_data().iter().collect::<Vec<f32>>(), [0.5, 1.75, -2.0]);
    let gradients = mean.flat().sum().backward();
    let gradient: Vec<f32> = leaf.grad(&gradients).unwrap().into_data().iter().collect();
    approx::assert_relative_eq!(gradient[..], [1.0, 0.0, 0.0][..], max_relative = 1e-6);
}
