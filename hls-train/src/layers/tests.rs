//! Layers on their own: what the random models of the test package, which run forward only, cannot see.

use std::cell::Cell;
use std::rc::Rc;

use burn::module::{Module, RunningState};
use burn::tensor::{Device, Tensor, TensorData};
use hls_core::fixed::FixedTensor;
use hls_core::ir::Graph;
use hls_core::ops::Op;
use hls_core::shape::Shape;

use super::{BatchNorm, Concatenate, Dense, Relu, Softmax};
use crate::prelude::*;
use crate::random::Generator;
use crate::{Layer, Value};

fn floats<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter().collect()
}

/// `count` numbers from -2 to 2 that `seed` determines.
fn numbers(count: usize, seed: u64) -> Vec<f32> {
    let mut generator = Generator::new(&[seed]);
    (0..count).map(|_| generator.unit() * 4.0 - 2.0).collect()
}

fn batch(rows: usize, columns: usize, device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(numbers(rows * columns, 1), [rows, columns]), device)
}

#[track_caller]
fn check_close(a: &[f32], b: &[f32]) {
    approx::assert_relative_eq!(a, b, epsilon = 1e-5, max_relative = 1e-5);
}

type W = Fixed<6, 2>;

#[hls_model(input = [Fixed<8, 3>; 4])]
struct Normalized {
    fc1: Dense<4, 6, W>,
    norm1: BatchNorm<6>,
}

#[test]
fn batch_norm_is_the_normalization_of_the_batch_and_follows_its_statistics() {
    let device = Device::default().autodiff();
    let model = Normalized::seeded(1, &device).into_float();
    let x = batch(50, 4, &device);
    let linear = x.clone().matmul(model.fc1.weight.val()) + model.fc1.bias.val().unsqueeze();
    let mean = linear.clone().mean_dim(0);
    let variance = (linear.clone() - mean.clone()).square().mean_dim(0);
    let expected = (linear - mean.clone()) / variance.clone().add_scalar(1e-5).sqrt();
    let input = Value::new(x);
    let value = model.norm1.forward(&[&model.fc1.forward(&[&input])]);
    // Folding multiplies in another order, so floats can only be close.
    check_close(&floats(value.flat()), &floats(expected));
    check_close(&floats(model.norm1.running_mean.value_sync()), &floats(mean.mul_scalar(0.1)));
    check_close(&floats(model.norm1.running_var.value_sync()), &floats(variance.mul_scalar(0.1).add_scalar(0.9)));
}

fn dense_weights(graph: &Graph) -> (&FixedTensor, &FixedTensor) {
    let dense = graph.nodes().iter().find_map(|node| match &node.op {
        Op::Dense(dense) => Some((&dense.weight, &dense.bias)),
        _ => None,
    });
    dense.unwrap()
}

#[test]
fn the_quantizer_sees_the_folded_weights() {
    let device = Device::default().autodiff();
    let mut model = Normalized::seeded(1, &device);
    // Statistics and scales that are far from neutral.
    for _ in 0..20 {
        let input = Value::new(batch(50, 4, &device).mul_scalar(0.5));
        let _ = model.norm1.forward(&[&model.fc1.forward(&[&input])]);
    }
    model.norm1.gamma = model.norm1.gamma.map(|gamma| gamma.mul_scalar(0.75));
    let graph = model.graph().unwrap();
    let (weight, bias) = dense_weights(&graph);
    let evaluated = model.valid();
    let (folded_weight, folded_bias) =
        evaluated.norm1.fold_running(evaluated.fc1.weight.val(), evaluated.fc1.bias.val());
    let ty = <W as Quantizer>::TYPE;
    assert_eq!(*weight, FixedTensor::quantized(vec![4, 6], &ty, &floats(folded_weight)).unwrap());
    assert_eq!(*bias, FixedTensor::quantized(vec![6], &ty, &floats(folded_bias)).unwrap());
    let plain = FixedTensor::quantized(vec![4, 6], &ty, &floats(evaluated.fc1.weight.val())).unwrap();
    assert_ne!(*weight, plain);
}

#[test]
fn gradients_reach_scale_shift_and_weights_through_the_fold() {
    let device = Device::default().autodiff();
    let model = Normalized::seeded(1, &device);
    let input = Value::new(batch(50, 4, &device));
    let value = model.norm1.forward(&[&model.fc1.forward(&[&input])]);
    // Weighted, since the plain sum of a normalized batch does not depend on the weights.
    let loss = (value.flat() * batch(50, 6, &device)).sum();
    let gradients = loss.backward();
    let gamma = model.norm1.gamma.val().grad(&gradients).map(floats).unwrap();
    let beta = model.norm1.beta.val().grad(&gradients).map(floats).unwrap();
    let weight = model.fc1.weight.val().grad(&gradients).map(floats).unwrap();
    for gradient in [gamma, beta, weight] {
        assert!(gradient.iter().all(|value| value.is_finite()) && gradient.iter().any(|&value| value != 0.0));
    }
}

#[test]
fn a_value_is_computed_once_and_only_when_it_is_read() {
    let count = Rc::new(Cell::new(0));
    let counter = Rc::clone(&count);
    let device = Device::default();
    let value = Value::lazy(Shape::new([2]), move || {
        counter.set(counter.get() + 1);
        Tensor::ones([3, 2], &device)
    });
    let other = value.clone();
    assert_eq!(count.get(), 0);
    assert_eq!(floats(value.flat()), floats(other.flat()));
    assert_eq!(count.get(), 1);
}

#[test]
fn an_activation_behind_a_dense_layer_gives_the_same_alone_and_fused() {
    let device = Device::default();
    let dense = Dense::<4, 6, W>::init(&device);
    let relu = Relu::<UFixed<5, 2, Rnd, Sat>>::init(&device);
    let input = Value::new(batch(20, 4, &device));
    let fused = relu.forward(&[&dense.forward(&[&input])]);
    let read = dense.forward(&[&input]);
    let _ = read.flat();
    assert_eq!(floats(fused.flat()), floats(relu.forward(&[&read]).flat()));
}

#[test]
fn softmax_has_the_gradient_of_the_true_one() {
    let device = Device::default().autodiff();
    let upstream = batch(10, 5, &Device::default());
    let x = batch(10, 5, &device).require_grad();
    let layer = Softmax::<UFixed<12, 0, Rnd, Sat>>::init(&device);
    let y = layer.forward(&[&Value::new(x.clone())]);
    let gradients = (y.flat() * upstream.clone()).sum().backward();
    let table = x.grad(&gradients).map(floats).unwrap();
    let gradients = (burn::tensor::activation::softmax(x.clone(), 1) * upstream).sum().backward();
    assert_eq!(table, x.grad(&gradients).map(floats).unwrap());
    // The values are those of the table, multiples of 2^-12, and the loss sees the exact inputs.
    assert!(floats(y.flat()).iter().all(|value| (value * 4096.0).fract() == 0.0));
    assert_eq!(floats(y.logits()), floats(x));
}

#[test]
fn concatenation_joins_channels_at_every_position() {
    let device = Device::default();
    let a = Tensor::<3>::from_data([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]], &device);
    let b = Tensor::<3>::from_data([[[-1.0], [-2.0]], [[-3.0], [-4.0]]], &device);
    let joined = <Concatenate>::init(&device).forward(&[&Value::new(a), &Value::new(b)]);
    assert_eq!(joined.shape(), Shape::new([2, 3]));
    let expected = [[[1.0_f32, 2.0, -1.0], [3.0, 4.0, -2.0]], [[5.0, 6.0, -3.0], [7.0, 8.0, -4.0]]];
    assert_eq!(joined.tensor::<3>().into_data(), TensorData::from(expected));
}

#[test]
fn precisions_change_while_the_program_runs() {
    let device = Device::default();
    let mut model = Normalized::seeded(1, &device);
    let names: Vec<String> = model.precisions().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["fc1.weight", "fc1.bias"]);
    let wider = <Fixed<10, 2> as Quantizer>::TYPE;
    for (_, precision) in model.precisions() {
        *precision = Precision::Fixed(wider);
    }
    let graph = model.graph().unwrap();
    assert_eq!(dense_weights(&graph).0.format, wider.format);
}

#[test]
fn sign_passes_gradients_from_minus_one_to_one() {
    let device = Device::default().autodiff();
    let values = [-3.0, -1.0001, -1.0, -0.25, -f32::MIN_POSITIVE, -0.0, 0.0, 0.25, 1.0, 1.0001, 3.0];
    let x = Tensor::<2>::from_data(TensorData::new(values.to_vec(), [1, values.len()]), &device).require_grad();
    let y = Sign::init(&device).forward(&[&Value::new(x.clone())]).flat();
    assert_eq!(floats(y.clone()), [-1.0, -1.0, -1.0, -1.0, -1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
    let gradients = y.mul_scalar(2.0).sum().backward();
    let expected: Vec<f32> = values.iter().map(|value| if value.abs() <= 1.0 { 2.0 } else { 0.0 }).collect();
    assert_eq!(x.grad(&gradients).map(floats), Some(expected));
}

#[hls_model(input = [Fixed<8, 3>; 4])]
struct Binarized {
    fc1: Dense<4, 6, Binary, Fixed<6, 2>>,
    norm1: BatchNorm<6, Fixed<8, 2, Rnd, Sat>, Fixed<10, 3>>,
    sign1: Sign,
    fc2: Dense<6, 3, Ternary, Fixed<6, 2>>,
    norm2: BatchNorm<3, Fixed<6, 1>>,
}

#[test]
fn a_normalization_of_its_own_normalizes_the_batch() {
    let device = Device::default().autodiff();
    let model = Binarized::seeded(1, &device).into_float();
    let x = batch(50, 6, &device);
    let mean = x.clone().mean_dim(0);
    let variance = (x.clone() - mean.clone()).square().mean_dim(0);
    let expected = (x.clone() - mean.clone()) / variance.clone().add_scalar(1e-5).sqrt();
    let value = model.norm1.forward(&[&Value::new(x)]);
    // Scale and shift in another order, so floats can only be close.
    check_close(&floats(value.flat()), &floats(expected));
    check_close(&floats(model.norm1.running_mean.value_sync()), &floats(mean.mul_scalar(0.1)));
    check_close(&floats(model.norm1.running_var.value_sync()), &floats(variance.mul_scalar(0.1).add_scalar(0.9)));
}

/// Statistics and scales far from neutral, then evaluation against the emulator, bit for bit.
#[test]
fn a_binary_network_is_what_it_evaluates() {
    let device = Device::default().autodiff();
    let mut model = Binarized::seeded(1, &device);
    for _ in 0..20 {
        let _ = model.evaluate(Value::new(batch(50, 4, &device).mul_scalar(0.5)));
    }
    model.norm1.gamma = model.norm1.gamma.map(|gamma| gamma.mul_scalar(0.37));
    model.norm2.beta = model.norm2.beta.map(|beta| beta.add_scalar(0.3));
    let graph = model.graph().unwrap();
    let names: Vec<&str> = graph.nodes().iter().map(|node| node.op.name()).collect();
    assert_eq!(names, ["input", "dense", "scale_shift", "sign", "dense", "scale_shift"]);
    let inputs = numbers(400, 2);
    let emulator = hls_core::emulator::Emulator::new(&graph);
    let outputs = emulator.run(&emulator.quantize_input(&inputs)).unwrap();
    assert_eq!(model.predict(&inputs).outputs[0], outputs.values(0));
}

#[test]
fn gradients_reach_weights_behind_signs_and_normalizations() {
    let device = Device::default().autodiff();
    let model = Binarized::seeded(1, &device);
    let value = &model.evaluate(Value::new(batch(50, 4, &device)))[0];
    let gradients = (value.flat() * batch(50, 3, &device)).sum().backward();
    let parameters = [&model.norm1.gamma, &model.norm1.beta, &model.norm2.gamma, &model.norm2.beta, &model.fc1.bias];
    let vectors = parameters.map(|parameter| parameter.val().grad(&gradients).map(floats).unwrap());
    let matrices =
        [&model.fc1.weight, &model.fc2.weight].map(|weight| weight.val().grad(&gradients).map(floats).unwrap());
    for gradient in vectors.iter().chain(&matrices) {
        assert!(gradient.iter().all(|value| value.is_finite()) && gradient.iter().any(|&value| value != 0.0));
    }
}

#[test]
fn a_scale_cannot_be_folded_into_signs() {
    let device = Device::default();
    let mut model = Normalized::seeded(1, &device);
    for (name, precision) in model.precisions() {
        if name == "fc1.weight" {
            *precision = Precision::of_weight::<Binary>();
        }
    }
    let error = model.graph().unwrap_err().to_string();
    assert!(error.contains("`norm1`") && error.contains("weights `Binary` take no scale"), "{error}");
    for (_, precision) in model.precisions() {
        *precision = Precision::of_weight::<Binary>();
    }
    let error = model.graph().unwrap_err().to_string();
    assert!(error.contains("the bias is `Binary`, a precision of weights"), "{error}");
}

#[test]
fn a_batch_of_one_row_leaves_the_running_statistics() {
    #[hls_model(input = [Fixed<8, 3>; 2])]
    struct Normalized {
        fc1: Dense<2, 3, Fixed<8, 2>>,
        bn1: BatchNorm<3>,
    }
    let device = Device::default().autodiff();
    let model = Normalized::seeded(1, &device);
    let statistics = || {
        let [mean, variance] = [&model.bn1.running_mean, &model.bn1.running_var].map(RunningState::value_sync);
        (mean.into_data().iter::<f32>().collect::<Vec<_>>(), variance.into_data().iter::<f32>().collect::<Vec<_>>())
    };
    let fresh = statistics();
    let _ = model.forward(Tensor::<2>::from_floats([[1.0, -2.0]], &device)).into_data();
    assert_eq!(statistics(), fresh);
    let _ = model.forward(Tensor::<2>::from_floats([[1.0, -2.0], [0.5, 1.0]], &device)).into_data();
    assert_ne!(statistics().1, fresh.1);
}
