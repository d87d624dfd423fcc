//! Layers of images and sequences: values worked out by hand as Keras and PyTorch define them, gradients, and separable
//! convolutions against their parts.

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};
use hls_core::emulator::Emulator;
use hls_core::shape::Shape;

use super::{Conv1d, ConvTranspose1d, Cropping2d, DepthwiseConv1d, UpSampling2d, ZeroPadding2d};
use crate::prelude::*;
use crate::random::Generator;
use crate::{Layer, Value};

type W = Fixed<12, 6>;

fn floats<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter().collect()
}

fn numbers(count: usize, seed: u64) -> Vec<f32> {
    let mut generator = Generator::new(&[seed]);
    (0..count).map(|_| generator.unit() * 4.0 - 2.0).collect()
}

fn matrix<const N: usize>(rows: [[f32; N]; 3], device: &Device) -> Param<Tensor<2>> {
    Param::from_tensor(Tensor::from_data(rows, device))
}

/// One sample of `dims` through a layer: its shape and its values.
#[track_caller]
fn check<const D: usize>(layer: &impl Layer, dims: [usize; D], input: &[f32], shape: &[usize], expected: &[f32]) {
    let mut batch = dims.to_vec();
    batch.insert(0, 1);
    let x = Tensor::<2>::from_data(TensorData::new(input.to_vec(), [1, input.len()]), &Device::default());
    let value = layer.forward(&[&Value::of(x, Shape::from_dims(&dims).unwrap())]);
    assert_eq!((value.shape().dims(), &floats(value.flat())[..]), (shape, expected));
}

#[test]
fn same_padding_is_that_of_keras() {
    let device = Device::default();
    let steps = [1.0, 2.0, 3.0, 4.0];
    let ones = matrix([[1.0], [10.0], [100.0]], &device);
    // With a stride of 2 one zero is missing, and it stands behind.
    let mut conv = Conv1d::<1, 1, Same<Kernel<3, 2>>, W>::init(&device).into_exact();
    conv.weight = ones.clone();
    check(&conv, [4, 1], &steps, &[2, 1], &[321.0, 43.0]);
    let mut conv = Conv1d::<1, 1, Same<Kernel<3>>, W>::init(&device).into_exact();
    conv.weight = ones.clone();
    check(&conv, [4, 1], &steps, &[4, 1], &[210.0, 321.0, 432.0, 43.0]);
    let mut conv = Conv1d::<1, 1, Causal<Dilated<Kernel<3>, 2>>, W>::init(&device).into_exact();
    conv.weight = ones;
    check(&conv, [4, 1], &steps, &[4, 1], &[100.0, 200.0, 310.0, 420.0]);
}

/// The scattering form: every input adds the kernel [1, 2, 3] at its place. Our matrix numbers the places from behind.
#[test]
fn transposed_convolutions_scatter() {
    let device = Device::default();
    let weight = matrix([[3.0], [2.0], [1.0]], &device);
    let mut conv = ConvTranspose1d::<1, 1, Kernel<3, 2>, W>::init(&device).into_exact();
    conv.weight = weight.clone();
    check(&conv, [2, 1], &[1.0, 10.0], &[5, 1], &[1.0, 2.0, 13.0, 20.0, 30.0]);
    // padding = 1 of PyTorch takes one result away at each end.
    let mut conv = ConvTranspose1d::<1, 1, Kernel<3, 2, 1>, W>::init(&device).into_exact();
    conv.weight = weight.clone();
    check(&conv, [2, 1], &[1.0, 10.0], &[3, 1], &[2.0, 13.0, 20.0]);
    // Keras's "same" cuts what is more than twice the length.
    let mut conv = ConvTranspose1d::<1, 1, Same<Kernel<3, 2>>, W>::init(&device).into_exact();
    conv.weight = weight;
    check(&conv, [2, 1], &[1.0, 10.0], &[4, 1], &[1.0, 2.0, 13.0, 20.0]);
}

#[test]
fn depthwise_convolutions_keep_channels_apart() {
    let device = Device::default();
    let mut conv = DepthwiseConv1d::<2, Kernel<3>, W>::init(&device).into_exact();
    conv.weight = matrix([[1.0, 0.5], [2.0, 0.0], [4.0, -1.0]], &device);
    conv.bias = Param::from_tensor(Tensor::from_data([0.0, 10.0], &device));
    let steps = [1.0, 10.0, 2.0, 20.0, 3.0, 30.0, 4.0, 40.0];
    check(&conv, [4, 2], &steps, &[2, 2], &[17.0, -15.0, 24.0, -20.0]);
}

/// Weights as they are, without a grid.
trait IntoExact: Layer {
    fn into_exact(mut self) -> Self {
        for (_, precision) in self.precisions() {
            *precision = Precision::Float;
        }
        self
    }
}

impl<L: Layer> IntoExact for L {}

#[test]
fn bilinear_positions_are_half_pixels() {
    let device = Device::default();
    let square = UpSampling2d::<2, 2, Bilinear>::init(&device);
    let rows = [[0.0, 1.0, 3.0, 4.0], [2.0, 3.0, 5.0, 6.0], [6.0, 7.0, 9.0, 10.0], [8.0, 9.0, 11.0, 12.0]];
    check(&square, [2, 2, 1], &[0.0, 4.0, 8.0, 12.0], &[4, 4, 1], rows.as_flattened());
    let wide = UpSampling2d::<1, 4, Bilinear>::init(&device);
    check(&wide, [1, 2, 1], &[0.0, 8.0], &[1, 8, 1], &[0.0, 0.0, 1.0, 3.0, 5.0, 7.0, 8.0, 8.0]);
    let nearest = UpSampling2d::<2, 1>::init(&device);
    let copies = [1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 3.0, 4.0];
    check(&nearest, [1, 2, 2], &copies[..4], &[2, 2, 2], &copies);
}

#[test]
fn zeros_stand_where_the_sides_say() {
    let device = Device::default();
    let pad = ZeroPadding2d::<1, 0, 0, 2>::init(&device);
    check(&pad, [1, 2, 1], &[1.0, 2.0], &[2, 4, 1], &[0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 0.0, 0.0]);
    let pad = ZeroPadding2d::<0, 1>::init(&device);
    check(&pad, [1, 1, 2], &[1.0, 2.0], &[1, 3, 2], &[0.0, 0.0, 1.0, 2.0, 0.0, 0.0]);
    let crop = Cropping2d::<1, 0, 0, 1>::init(&device);
    check(&crop, [2, 3, 1], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[1, 2, 1], &[4.0, 5.0]);
}

/// Every input's gradient is the sum of its weights in all results.
#[track_caller]
fn check_gradient<const D: usize>(layer: &impl Layer, dims: [usize; D], expected: &[f32]) {
    let device = Device::default().autodiff();
    let x = Tensor::<2>::from_data(TensorData::new(numbers(expected.len(), 3), [1, expected.len()]), &device);
    let x = x.require_grad();
    let y = layer.forward(&[&Value::of(x.clone(), Shape::from_dims(&dims).unwrap())]).flat();
    let gradients = y.sum().backward();
    assert_eq!(x.grad(&gradients).map(floats).as_deref(), Some(expected));
}

#[test]
fn gradients_go_back_the_way() {
    let device = Device::default();
    check_gradient(&UpSampling2d::<2, 3>::init(&device), [1, 2, 1], &[6.0, 6.0]);
    check_gradient(&UpSampling2d::<1, 2, Bilinear>::init(&device), [1, 3, 1], &[2.0, 2.0, 2.0]);
    check_gradient(&UpSampling2d::<2, 2, Bilinear>::init(&device), [2, 2, 1], &[4.0; 4]);
    check_gradient(&ZeroPadding2d::<1>::init(&device), [2, 2, 1], &[1.0; 4]);
    check_gradient(&Cropping2d::<0, 0, 1, 0>::init(&device), [2, 2, 1], &[0.0, 1.0, 0.0, 1.0]);
    check_gradient(&Permute::<1, 0, 2>::init(&device), [2, 2, 1], &[1.0; 4]);
}

type Between = Fixed<9, 4, Rnd, Sat>;

#[hls_model(input = [Fixed<8, 3>; 5, 4, 3])]
struct Separable {
    #[hls(reuse_factor = 3, strategy = resource)]
    conv: SeparableConv2d<3, 4, Same<Kernel<3, 2>>, Fixed<5, 1>, Fixed<6, 1>, Fixed<7, 2>, Between>,
    norm: BatchNorm<4>,
    relu: Relu<UFixed<6, 3, Rnd, Sat>>,
    exact: SeparableConv2d<4, 2, Kernel<2>, Fixed<4, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 5, 4, 3])]
struct Parts {
    conv_depthwise: DepthwiseConv2d<3, Same<Kernel<3, 2>>, Fixed<5, 1>>,
    conv_intermediate: Quantize<Between>,
    conv: Conv2d<3, 4, Kernel<1>, Fixed<6, 1>, Fixed<7, 2>>,
    norm: BatchNorm<4>,
    relu: Relu<UFixed<6, 3, Rnd, Sat>>,
    exact_depthwise: DepthwiseConv2d<4, Kernel<2>, Fixed<4, 1>>,
    exact: Conv2d<4, 2, Kernel<1>, Fixed<4, 1>>,
}

/// The same weights in both, some training steps' worth of statistics, then bit for bit: training and emulator.
#[test]
fn a_separable_convolution_is_its_two_parts() {
    let device = Device::default().autodiff();
    let whole = Separable::seeded(1, &device);
    let mut parts = Parts::seeded(2, &device);
    parts.conv_depthwise.weight = whole.conv.depthwise.clone();
    (parts.conv.weight, parts.conv.bias) = (whole.conv.weight.clone(), whole.conv.bias.clone());
    parts.exact_depthwise.weight = whole.exact.depthwise.clone();
    (parts.exact.weight, parts.exact.bias) = (whole.exact.weight.clone(), whole.exact.bias.clone());
    let x = || Tensor::<2>::from_data(TensorData::new(numbers(20 * 60, 5), [20, 60]), &device);
    for _ in 0..3 {
        let outputs = [
            whole.evaluate(Value::of(x(), Shape::new([5, 4, 3]))),
            parts.evaluate(Value::of(x(), Shape::new([5, 4, 3]))),
        ];
        assert_eq!(floats(outputs[0][0].flat()), floats(outputs[1][0].flat()));
    }
    let (graph, other) = (whole.graph().unwrap(), parts.graph().unwrap());
    let names = |graph: &hls_core::ir::Graph| -> Vec<String> {
        graph.nodes().iter().map(|node| format!("{}: {}", node.name, node.output.ty)).collect()
    };
    assert_eq!(names(&graph), names(&other));
    let inputs = numbers(60 * 60, 7);
    let emulator = Emulator::new(&graph);
    let outputs = emulator.run(&emulator.quantize_input(&inputs)).unwrap();
    assert_eq!(outputs.raw, Emulator::new(&other).run(&emulator.quantize_input(&inputs)).unwrap().raw);
    assert_eq!(whole.predict(&inputs).outputs[0], outputs.values(0));
    // 3 is legal for the window of 9 by 3 channels as for the 3 by 4 of the other.
    let reuse: Vec<usize> = graph.nodes().iter().map(|node| node.hardware.reuse_factor).collect();
    assert_eq!(reuse, [1, 3, 1, 3, 1, 1, 1]);
    let value = &whole.evaluate(Value::of(x(), Shape::new([5, 4, 3])))[0];
    let gradients = value.flat().sum().backward();
    for parameter in [&whole.conv.depthwise, &whole.conv.weight, &whole.exact.depthwise, &whole.exact.weight] {
        let gradient = parameter.val().grad(&gradients).map(floats).unwrap();
        assert!(gradient.iter().all(|value| value.is_finite()) && gradient.iter().any(|&value| value != 0.0));
    }
}

#[test]
fn separable_convolutions_declare_themselves() {
    let device = Device::default();
    let whole = Separable::init(&device);
    let text = whole.conv.declaration();
    let expected =
        "SeparableConv2d<3, 4, Same<Kernel<3, 2>>, Fixed<5, 1>, Fixed<6, 1>, Fixed<7, 2>, Fixed<9, 4, Rnd, Sat>>";
    assert_eq!(text, expected);
    assert_eq!(whole.exact.declaration(), "SeparableConv2d<4, 2, Kernel<2>, Fixed<4, 1>>");
    assert_eq!(UpSampling2d::<2, 4, Bilinear>::init(&device).declaration(), "UpSampling2d<2, 4, Bilinear>");
    assert_eq!(ZeroPadding2d::<1, 2>::init(&device).declaration(), "ZeroPadding2d<1, 1, 2, 2>");
    assert_eq!(Cropping2d::<1, 2, 3, 4>::init(&device).declaration(), "Cropping2d<1, 2, 3, 4>");
    assert_eq!(Concatenate::<0>::init(&device).declaration(), "Concatenate<0>");
}
