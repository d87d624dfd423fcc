//! Layers that look at whole rows, and tables of vectors: gradients, and values in formats that training does not know.

use burn::tensor::{Device, Tensor, TensorData};
use hls_core::shape::Shape;

use super::{Embedding, LayerNorm, RmsNorm, Softmax};
use crate::prelude::*;
use crate::random::Generator;
use crate::{Layer, Value};

fn floats<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter().collect()
}

fn batch<const D: usize>(dims: [usize; D], seed: u64, device: &Device) -> Tensor<D> {
    let mut generator = Generator::new(&[seed]);
    let values: Vec<f32> = (0..dims.iter().product()).map(|_| generator.unit() * 4.0 - 2.0).collect();
    Tensor::from_data(TensorData::new(values, dims), device)
}

#[track_caller]
fn check_close(a: &[f32], b: &[f32], epsilon: f32) {
    approx::assert_abs_diff_eq!(a, b, epsilon = epsilon);
}

/// The gradients of input, gamma and beta of both normalizations, against burn's own functions of them.
#[test]
fn normalizations_have_the_gradients_of_the_real_functions() {
    let device = Device::default().autodiff();
    let upstream = batch([10, 6], 2, &Device::default());
    let layer = LayerNorm::<6, Fixed<16, 6>, Fixed<22, 6, Rnd, Sat>>::init(&device);
    let rms = RmsNorm::<6, Fixed<16, 6>, Fixed<22, 6, Rnd, Sat>>::init(&device);
    let epsilon = 2.0_f32.powi(-17);
    let x = batch([10, 6], 1, &device).require_grad();
    let y = layer.forward(&[&Value::new(x.clone())]).flat() + rms.forward(&[&Value::new(x.clone())]).flat();
    let gradients = (y.clone() * upstream.clone()).sum().backward();
    let found = [x.grad(&gradients), Some(layer.gamma.val().grad(&gradients).unwrap().unsqueeze())];
    let found = found.map(|gradient| floats(gradient.unwrap()));
    let beta = floats(layer.beta.val().grad(&gradients).unwrap());

    let gamma = Tensor::<1>::ones([6], &device).require_grad();
    let centered = x.clone() - x.clone().mean_dim(1);
    let size = |x: Tensor<2>| x.square().mean_dim(1).add_scalar(epsilon).sqrt();
    let normalized = centered.clone() / size(centered) * gamma.clone().unsqueeze();
    let expected = normalized + x.clone() / size(x.clone());
    let gradients = (expected.clone() * upstream.clone()).sum().backward();
    check_close(&found[0], &floats(x.grad(&gradients).unwrap()), 1e-4);
    check_close(&found[1], &floats(gamma.grad(&gradients).unwrap()), 1e-2);
    check_close(&beta, &floats(upstream.sum_dim(0)), 1e-5);
    // Both results are rounded down to 2^-10.
    check_close(&floats(y), &floats(expected), 2.5e-3);
}

#[test]
fn gamma_is_what_the_hardware_holds() {
    let device = Device::default().autodiff();
    let mut layer = RmsNorm::<2, Fixed<12, 4>, Fixed<18, 5, Rnd, Sat>, Fixed<4, 2>>::init(&device);
    layer.gamma = layer.gamma.map(|_| Tensor::from_data([3.0, 3.0], &device).require_grad());
    let x = Tensor::<2>::from_data([[1.0, 1.0]], &device);
    let y = layer.forward(&[&Value::new(x)]).flat();
    // 3 is outside Fixed<4, 2>, whose largest number is 1.75; the gradient that leads back passes.
    check_close(&floats(y.clone()), &[1.75, 1.75], 0.01);
    let upstream = Tensor::<2>::from_data([[1.0, -1.0]], &Device::default());
    let gradients = (y * upstream).sum().backward();
    let gamma = floats(layer.gamma.val().grad(&gradients).unwrap());
    check_close(&gamma, &[1.0, 0.0], 0.01);
    assert_eq!(gamma[1], 0.0);
}

#[test]
fn a_row_of_equal_elements_is_beta() {
    let device = Device::default();
    let layer = LayerNorm::<3, Fixed<12, 4>>::init(&device);
    let x = Tensor::<2>::from_data([[0.5, 0.5, 0.5], [0.0, 0.0, 0.0], [1.5, -1.5, 0.0]], &device);
    let y = floats(layer.forward(&[&Value::new(x)]).flat());
    assert_eq!(y[..6], [0.0; 6]);
    // The root of 1.5, rounded down on both sides.
    assert_eq!(y[6..], [1.2226563, -1.2265625, 0.0]);
}

/// Values that no hardware could read are normalized in floats, and never panic.
#[test]
fn values_without_a_format() {
    let device = Device::default();
    let layer = LayerNorm::<2, Fixed<12, 4>>::init(&device);
    for (a, b) in [(f32::NAN, 1.0), (f32::INFINITY, 1.0), (1e30, -1e30), (f32::MIN_POSITIVE, 0.1), (1e9, 1e-9)] {
        let x = Tensor::<2>::from_data([[a, b]], &device);
        assert_eq!(floats(layer.forward(&[&Value::new(x)]).flat()).len(), 2);
    }
}

#[test]
fn an_embedding_gathers_rows_and_sums_their_gradients() {
    let device = Device::default().autodiff();
    let mut layer = Embedding::<4, 2, Fixed<6, 2>>::init(&device);
    let table = [[0.25, -0.5], [1.03, 0.0], [3.0, -3.0], [-0.125, 1.5]];
    layer.weight = layer.weight.map(|_| Tensor::from_data(table, &device).require_grad());
    let indices = Tensor::<2>::from_data([[1.0, 1.0], [2.0, 3.0]], &device);
    let y = layer.forward(&[&Value::new(indices)]);
    assert_eq!(y.shape(), Shape::new([2, 2]));
    // 1.03 and 3 as Fixed<6, 2> holds them.
    assert_eq!(floats(y.flat()), [1.0, 0.0, 1.0, 0.0, 1.9375, -2.0, -0.125, 1.5]);
    let upstream = Tensor::<2>::from_data([[1.0, 2.0, 10.0, 20.0], [1.0, 1.0, -4.0, 7.0]], &Device::default());
    let gradients = (y.flat() * upstream).sum().backward();
    // Outside its range a weight only moves back: 3 with a positive gradient, -3 with a negative one.
    let expected = [0.0, 0.0, 11.0, 22.0, 1.0, 0.0, -4.0, 7.0];
    assert_eq!(floats(layer.weight.val().grad(&gradients).unwrap()), expected);
}

#[test]
fn softmax_along_the_first_dimension_has_the_gradient_of_the_true_one() {
    let device = Device::default().autodiff();
    let upstream = batch([4, 6], 5, &Device::default());
    let x = batch([4, 3, 2], 4, &device).require_grad();
    let layer =
        Softmax::<UFixed<12, 0, Rnd, Sat>, UFixed<18, 1, Rnd, Sat>, UFixed<12, 4, Rnd, Sat>, Stable, 0>::init(&device);
    let y = layer.forward(&[&Value::new(x.clone())]);
    let gradients = (y.flat() * upstream.clone()).sum().backward();
    let found = x.grad(&gradients).map(floats).unwrap();
    let real = burn::tensor::activation::softmax(x.clone(), 1);
    let gradients = (real.clone().reshape([4, 6]) * upstream).sum().backward();
    check_close(&found, &floats(x.grad(&gradients).unwrap()), 1e-6);
    check_close(&floats(y.flat()), &floats(real), 1e-3);
}
