//! The fused operations against the composed ones and against expectations written out, forward and backward.

use std::sync::Arc;

use approx::assert_abs_diff_eq;
use burn::tensor::{DType, Device, Int, Tensor, TensorData};
use hls_core::fixed::{FixedFormat, FixedType, Overflow, Rounding, WeightType};
use hls_core::rules::{Padding, Plane, Window};

use super::activation::activate;
use super::adam::Adam;
use super::cross_entropy::cross_entropy;
use super::linear::{LinearPlan, linear};
use super::pass::{Activation, range};
use super::portable;
use super::unfold::Unfold;
use crate::Precision;

fn every_type() -> impl Iterator<Item = FixedType> {
    let formats = [FixedFormat::signed(4, 2), FixedFormat::unsigned(3, 1), FixedFormat::signed(3, 5)];
    let modes = Rounding::ALL.into_iter().flat_map(|rounding| Overflow::ALL.map(|overflow| (rounding, overflow)));
    modes.flat_map(move |(rounding, overflow)| formats.map(|format| FixedType::new(format, rounding, overflow)))
}

fn every_activation() -> impl Iterator<Item = Activation> {
    every_type()
        .map(Precision::Fixed)
        .chain([Precision::Float])
        .flat_map(|precision| [false, true].map(|rectify| Activation { rectify, precision }))
}

/// Multiples of 1/16 from -20 to 20: all halves, ends of ranges and zero are among them.
fn values() -> Vec<f32> {
    (-320..=320).map(|raw| raw as f32 / 16.0).collect()
}

/// Gradients of both signs, no two neighbours alike.
fn gradients(length: usize) -> Vec<f32> {
    (0..length).map(|index| ((index * 7) % 11) as f32 - 5.0).collect()
}

fn vector(values: &[f32], device: &Device) -> Tensor<1> {
    Tensor::from_data(TensorData::new(values.to_vec(), [values.len()]), device)
}

fn matrix(values: &[f32], rows: usize, device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(values.to_vec(), [rows, values.len() / rows]), device)
}

fn floats<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter().collect()
}

fn training() -> Device {
    Device::default().autodiff()
}

#[test]
fn activation_equals_the_scalar_definition_and_its_mask() {
    let values = values();
    let upstream = gradients(values.len());
    for activation in every_activation() {
        let x = vector(&values, &training()).require_grad();
        let y = activate(x.clone(), activation);
        let forward = floats(y.clone());
        let gradients = (y * vector(&upstream, &Device::default())).sum().backward();
        let backward = x.grad(&gradients).map(floats).unwrap();
        for (index, &value) in values.iter().enumerate() {
            let rectified = if activation.rectify { value.max(0.0) } else { value };
            let (expected, inside) = match activation.precision {
                Precision::Float | Precision::Weight(_) => (rectified, true),
                Precision::Fixed(ty) | Precision::Learned { ty, .. } => {
                    let bounds = range(&ty);
                    let inside = ty.overflow == Overflow::Wrap || (bounds.low <= value && value <= bounds.high);
                    (ty.format.value(ty.quantize_f64(rectified.into())) as f32, inside)
                }
            };
            assert_eq!(forward[index], expected, "{activation:?} of {value}");
            let passes = inside && (!activation.rectify || value > 0.0);
            let expected = if passes { upstream[index] } else { 0.0 };
            assert_eq!(backward[index], expected, "{activation:?}: gradient at {value}");
        }
    }
}

/// A trained width changes nothing but that its gradient is the sum of gradient times rounding error times ln 2.
#[test]
fn the_gradient_of_a_width() {
    let values = values();
    let upstream = gradients(values.len());
    for ty in every_type() {
        let run = |precision| {
            let x = matrix(&values, 1, &training()).require_grad();
            let identity = matrix(&[1.0], 1, &training());
            let bias = vector(&[0.0], &training());
            let plan = |activation| LinearPlan {
                weight: Precision::Float,
                bias: Precision::Float,
                accumulator: None,
                activation,
                unfold: None,
            };
            let activation = Activation { rectify: true, precision };
            let alone = activate(x.clone(), activation);
            let column = x.clone().reshape([values.len(), 1]);
            let fused = linear(column, identity, bias, plan(activation)).reshape([1, values.len()]);
            let weights = matrix(&upstream, 1, &Device::default());
            let tape = (alone.clone() * weights.clone() + fused.clone() * weights).sum().backward();
            (floats(alone), floats(fused), x.grad(&tape).map(floats))
        };
        super::probe::take(0);
        let learned = run(Precision::Learned { ty, slot: 2 });
        let found = super::probe::take(4);
        assert_eq!(learned, run(Precision::Fixed(ty)), "{ty}");
        assert_eq!(super::probe::take(4), [0.0; 4]);
        let (low, high) = (0.0, f64::from(range(&ty).high));
        let each = values.iter().zip(&upstream).map(|(&value, &gradient)| {
            let value = f64::from(value);
            let error = value - ty.format.value(ty.quantize_f64(value));
            let masked = value <= low || (ty.overflow != Overflow::Wrap && value > high);
            if masked || error.abs() > ty.format.lsb() { 0.0 } else { f64::from(gradient) * error }
        });
        let expected = 2.0 * each.sum::<f64>() * std::f64::consts::LN_2;
        assert_abs_diff_eq!(found[2], expected, epsilon = 1e-3);
        assert_eq!([found[0], found[1], found[3]], [0.0; 3]);
    }
}

#[test]
fn activation_equals_the_composed_one() {
    let values = values();
    let upstream = gradients(values.len());
    let device = Device::default();
    for activation in every_activation() {
        let x = vector(&values, &training()).require_grad();
        let y = activate(x.clone(), activation);
        let composed = portable::activate(vector(&values, &device), activation);
        assert_eq!(floats(y.clone()), floats(composed), "{activation:?}");
        let gradients = (y * vector(&upstream, &device)).sum().backward();
        let composed = portable::mask(vector(&upstream, &device), vector(&values, &device), activation.bounds());
        assert_eq!(x.grad(&gradients).map(floats), Some(floats(composed)), "{activation:?}");
    }
}

/// A layer with 5 inputs and 3 outputs on 4 samples; everything is a small multiple of a power of two, so that all
/// sums are exact in any order. Some weights are outside every format.
struct Case {
    x: Vec<f32>,
    weight: Vec<f32>,
    bias: Vec<f32>,
    upstream: Vec<f32>,
}

impl Case {
    fn new() -> Self {
        let numbers = |length: usize, step: usize, lsb: f32| -> Vec<f32> {
            (0..length).map(|index| (((index * step + 3) % 23) as f32 - 11.0) * lsb).collect()
        };
        Self {
            x: numbers(20, 7, 0.25),
            weight: numbers(15, 9, 0.375),
            bias: numbers(3, 5, 0.5),
            upstream: gradients(12),
        }
    }
}

fn every_plan() -> impl Iterator<Item = LinearPlan> {
    every_fixed_plan().chain(every_weight_type().map(|ty| LinearPlan {
        weight: Precision::Weight(ty),
        bias: Precision::Fixed(FixedType::exact(FixedFormat::signed(6, 3))),
        accumulator: None,
        activation: Activation { rectify: true, precision: Precision::Float },
        unfold: None,
    }))
}

fn every_weight_type() -> impl Iterator<Item = WeightType> {
    let binary = (-2..=1).map(|exponent| WeightType::Binary { exponent });
    let powers = [(-3, 2), (0, 0), (-1, 1)].map(|(min, max)| WeightType::PowerOfTwo { min, max });
    let channels = Rounding::ALL
        .into_iter()
        .flat_map(|rounding| [2, 3, 6].map(|width| WeightType::PerChannel { width, rounding }));
    binary.chain(powers).chain(channels)
}

fn every_fixed_plan() -> impl Iterator<Item = LinearPlan> {
    every_type().flat_map(|ty| {
        let wide = FixedType::exact(FixedFormat::signed(9, 4));
        let plan = |accumulator, activation| LinearPlan {
            weight: Precision::Fixed(ty),
            bias: Precision::Fixed(FixedType { overflow: Overflow::Wrap, ..ty }),
            accumulator,
            activation,
            unfold: None,
        };
        let relu = Activation { rectify: true, precision: Precision::Fixed(ty) };
        [
            plan(None, Activation::IDENTITY),
            plan(Some(wide), Activation::IDENTITY),
            plan(None, relu),
            plan(Some(wide), relu),
            LinearPlan {
                weight: Precision::Float,
                bias: Precision::Float,
                accumulator: None,
                activation: relu,
                unfold: None,
            },
        ]
    })
}

#[test]
fn linear_equals_the_composed_one() {
    let case = Case::new();
    let device = Device::default();
    for plan in every_plan() {
        let x = matrix(&case.x, 4, &training()).require_grad();
        let weight = matrix(&case.weight, 5, &training()).require_grad();
        let bias = vector(&case.bias, &training()).require_grad();
        let y = linear(x.clone(), weight.clone(), bias.clone(), plan.clone());
        let (expected, quantized, sum) =
            portable::linear(x.clone().inner(), weight.clone().inner(), bias.clone().inner(), &plan);
        assert_eq!(floats(y.clone()), floats(expected), "{plan:?}");

        let upstream = matrix(&case.upstream, 4, &device);
        let gradients = (y * upstream.clone()).sum().backward();
        let inputs = portable::LinearInputs {
            x: x.clone().inner(),
            weight: weight.clone().inner(),
            quantized,
            bias: bias.clone().inner(),
            sum,
        };
        let (of_x, of_weight, of_bias) = portable::linear_backward(upstream, inputs, &plan);
        assert_eq!(x.grad(&gradients).map(floats), Some(floats(of_x)), "{plan:?}");
        assert_eq!(weight.grad(&gradients).map(floats), Some(floats(of_weight)), "{plan:?}");
        assert_eq!(bias.grad(&gradients).map(floats), Some(floats(of_bias)), "{plan:?}");
    }
}

#[test]
fn linear_without_a_tape_and_in_f64_gives_the_same_numbers() {
    let case = Case::new();
    let device = Device::default();
    for plan in every_plan() {
        let (weight, bias) = (matrix(&case.weight, 5, &device), vector(&case.bias, &device));
        let trained =
            linear(matrix(&case.x, 4, &training()).require_grad(), weight.clone(), bias.clone(), plan.clone());
        let plain = linear(matrix(&case.x, 4, &device), weight.clone(), bias.clone(), plan.clone());
        let wide = linear(matrix(&case.x, 4, &device).cast(DType::F64), weight, bias, plan.clone());
        assert_eq!(wide.dtype(), DType::F64);
        assert_eq!(floats(plain.clone()), floats(trained), "{plan:?}");
        assert_eq!(floats(plain), floats(wide.clone()), "{plan:?}");

        let x = matrix(&case.x, 4, &training()).cast(DType::F64).require_grad();
        let weight = matrix(&case.weight, 5, &training()).require_grad();
        let taped = linear(x.clone(), weight.clone(), vector(&case.bias, &training()), plan.clone());
        assert_eq!(taped.dtype(), DType::F64);
        assert_eq!(floats(taped.clone()), floats(wide), "{plan:?}");
        let gradients = (taped.clone() + taped).sum().backward();
        assert_eq!(x.grad(&gradients).map(|gradient| gradient.dtype()), Some(DType::F64));
        assert_eq!(weight.grad(&gradients).map(|gradient| gradient.dtype()), Some(DType::F32));
    }
}

#[test]
fn a_constant_outside_its_range_is_its_end_and_moves_only_inwards() {
    let device = training();
    // The range is -2 to 1.75; the gradient of a weight is the sum of its inputs times the upstream gradient.
    let ty = FixedType::exact(FixedFormat::signed(4, 2));
    let plan = LinearPlan {
        weight: Precision::Fixed(ty),
        bias: Precision::Fixed(ty),
        accumulator: None,
        activation: Activation::IDENTITY,
        unfold: None,
    };
    let weight = matrix(&[3.0, 3.0, -3.0, -3.0, 1.0, 1.0], 1, &device).require_grad();
    let bias = vector(&[0.0; 6], &device).require_grad();
    let y = linear(matrix(&[1.0], 1, &device), weight.clone(), bias.clone(), plan.clone());
    assert_eq!(floats(y.clone()), [1.75, 1.75, -2.0, -2.0, 1.0, 1.0]);
    let upstream = matrix(&[1.0, -1.0, 1.0, -1.0, 1.0, -1.0], 1, &Device::default());
    let gradients = (y * upstream).sum().backward();
    // A step goes against the gradient: only 3 with a positive and -3 with a negative one come back.
    assert_eq!(weight.grad(&gradients).map(floats), Some(vec![1.0, 0.0, 0.0, -1.0, 1.0, -1.0]));
    assert_eq!(bias.grad(&gradients).map(floats), Some(vec![1.0, -1.0, 1.0, -1.0, 1.0, -1.0]));
}

/// Outputs of very different sizes, one of them zero: the definition of the core, its carriers and the composed form.
#[test]
fn weights_equal_the_definition() {
    let device = Device::default();
    let sizes = [1.0, 0.0, 1.0 / 4096.0, 8.0, 0.3];
    let weight: Vec<f32> = (0..60).map(|at| (((at * 7) % 23) as f32 - 11.0) / 8.0 * sizes[at % 5]).collect();
    let zeros = vec![0.0; 60];
    for ty in every_weight_type() {
        for weight in [&weight, &zeros] {
            let expected: Vec<f32> =
                ty.quantize(vec![12, 5], weight).unwrap().values().iter().map(|&value| value as f32).collect();
            let composed = portable::quantized_constant(matrix(weight, 12, &device), Precision::Weight(ty));
            assert_eq!(floats(composed), expected, "{ty}");
            let plan = LinearPlan {
                weight: Precision::Weight(ty),
                bias: Precision::Float,
                accumulator: None,
                activation: Activation::IDENTITY,
                unfold: None,
            };
            // Each row alone, so that nothing is added.
            let rows: Vec<f32> = (0..144).map(|at| if at % 13 == 0 { 1.0 } else { 0.0 }).collect();
            let (x, bias) = (matrix(&rows, 12, &device), vector(&[0.0; 5], &device));
            let weight = matrix(weight, 12, &device);
            let same = linear(x.clone(), weight.clone(), bias.clone(), plan.clone());
            assert_eq!(floats(same), expected, "{ty}");
            assert_eq!(floats(linear(x.cast(DType::F64), weight, bias, plan.clone())), expected, "{ty}");
        }
    }
}

#[test]
fn signs_move_back_into_their_range() {
    let device = training();
    let plan = LinearPlan {
        weight: Precision::Weight(WeightType::Binary { exponent: 0 }),
        bias: Precision::Float,
        accumulator: None,
        activation: Activation::IDENTITY,
        unfold: None,
    };
    let weight = matrix(&[1.5, 1.5, -1.5, -1.5, 0.25, -0.25], 1, &device).require_grad();
    let y = linear(matrix(&[1.0], 1, &device), weight.clone(), vector(&[0.0; 6], &device), plan.clone());
    assert_eq!(floats(y.clone()), [1.0, 1.0, -1.0, -1.0, 1.0, -1.0]);
    let upstream = matrix(&[1.0, -1.0, 1.0, -1.0, 1.0, -1.0], 1, &Device::default());
    let gradients = (y * upstream).sum().backward();
    assert_eq!(weight.grad(&gradients).map(floats), Some(vec![1.0, 0.0, 0.0, -1.0, 1.0, -1.0]));
}

#[test]
fn cross_entropy_equals_the_composed_one_to_the_last_digits() {
    let logits: Vec<f32> = (0..30).map(|index| ((index * 13) % 17) as f32 / 2.0 - 4.0).collect();
    let classes: Vec<i64> = vec![0, 4, 2, 2, 1, 3];
    let device = Device::default();
    let classes = Tensor::<1, Int>::from_data(TensorData::new(classes, [6]), &device);
    let x = matrix(&logits, 6, &training()).require_grad();
    let loss = cross_entropy(x.clone(), classes.clone());
    let (expected, expected_gradient) = portable::cross_entropy(matrix(&logits, 6, &device), classes);
    // Exponentials differ in their last bits between implementations, so these two can only be close.
    assert_abs_diff_eq!(floats(loss.clone())[..], floats(expected)[..], epsilon = 1e-6);
    let gradients = loss.mul_scalar(2.0).backward();
    let gradient = x.grad(&gradients).map(floats).unwrap();
    assert_abs_diff_eq!(gradient[..], floats(expected_gradient.mul_scalar(2.0))[..], epsilon = 1e-6);
    // Per sample the gradients of the classes cancel.
    gradient.chunks(5).for_each(|row| assert_abs_diff_eq!(row.iter().sum::<f32>(), 0.0, epsilon = 1e-6));
}

#[test]
fn adam_equals_the_composed_one() {
    use burn::optim::Optimizer;
    let gradient_at = |step: usize| -> Vec<f32> { (0..33).map(|i| ((i * 5 + step * 3) % 13) as f32 - 6.0).collect() };
    let adam = Adam::default();
    let device = Device::default();
    let start: Vec<f32> = (0..33).map(|index| index as f32 / 8.0).collect();
    let mut fused = (vector(&start, &device), None);
    // On the training device the tensors are no plain primitives, so that the composed form is used.
    let mut composed = (vector(&start, &training()), None);
    for step in 0..20 {
        let gradient = gradient_at(step);
        fused = adam.step(1e-2, fused.0, vector(&gradient, &device), fused.1);
        composed = adam.step(1e-2, composed.0, vector(&gradient, &training()), composed.1);
        assert_eq!(floats(fused.0.clone()), floats(composed.0.clone()), "step {step}");
    }
    assert!(floats(fused.0) != start);
}

/// A convolution of 3 samples of 2 x 3 positions with 4 channels, whole and in groups, with padding.
#[test]
fn unfolded_products_equal_the_composed_ones() {
    let device = Device::default();
    let plane = Plane { rows: 2, columns: 3, channels: 4 };
    let window = Window::new([2, 2], [1, 2]).padded(Padding::Same);
    let placed = window.on(&plane).unwrap();
    let numbers = |length: usize, step: usize, lsb: f32| -> Vec<f32> {
        (0..length).map(|index| (((index * step + 3) % 23) as f32 - 11.0) * lsb).collect()
    };
    for groups in [1, 2, 4] {
        let unfold = Some(Arc::new(Unfold::new(placed, &plane, groups, 0.0)));
        for plan in every_plan().map(|plan| LinearPlan { unfold: unfold.clone(), ..plan }) {
            let x = matrix(&numbers(72, 7, 0.25), 3, &training()).require_grad();
            let inputs = 16 / groups;
            let weight = matrix(&numbers(inputs * 8, 9, 0.375), inputs, &training()).require_grad();
            let bias = vector(&numbers(8, 5, 0.5), &training()).require_grad();
            let y = linear(x.clone(), weight.clone(), bias.clone(), plan.clone());
            assert_eq!(y.dims(), [3 * 4, 8]);
            let (expected, quantized, sum) =
                portable::linear(x.clone().inner(), weight.clone().inner(), bias.clone().inner(), &plan);
            assert_eq!(floats(y.clone()), floats(expected), "{plan:?}");
            let wide = |tensor: Tensor<2>| tensor.cast(DType::F64);
            let wide = linear(wide(x.clone().inner()), weight.clone().inner(), bias.clone().inner(), plan.clone());
            assert_eq!(floats(y.clone()), floats(wide), "{plan:?}");

            let upstream = matrix(&gradients(96), 12, &device);
            let gradients = (y * upstream.clone()).sum().backward();
            let inputs = portable::LinearInputs {
                x: x.clone().inner(),
                weight: weight.clone().inner(),
                quantized,
                bias: bias.clone().inner(),
                sum,
            };
            let (of_x, of_weight, of_bias) = portable::linear_backward(upstream, inputs, &plan);
            assert_eq!(x.grad(&gradients).map(floats), Some(floats(of_x)), "{plan:?}");
            assert_eq!(weight.grad(&gradients).map(floats), Some(floats(of_weight)), "{plan:?}");
            assert_eq!(bias.grad(&gradients).map(floats), Some(floats(of_bias)), "{plan:?}");
        }
    }
}
