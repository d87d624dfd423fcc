//! Models quantized after training: which bits were chosen, what stays, and what is refused.

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};

use super::{Calibration, CalibrationError, Range};
use crate::HlsModel;
use crate::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 2])]
struct Tagger {
    fc1: Dense<2, 3, Fixed<8, 1>, Fixed<10, 5, Rnd>>,
    bn1: BatchNorm<3>,
    relu1: Relu<UFixed<8, 0, Rnd, Sat>>,
    fc2: Dense<3, 2, Fixed<6, 1, Rnd, SatSym>>,
    sum: Quantize<Fixed<12, 2, RndConv, Sat>>,
    softmax: Softmax<UFixed<10, 2, Rnd, Sat>>,
}

fn weight<const D: usize, const N: usize>(dims: [usize; D], values: [f32; N]) -> Param<Tensor<D>> {
    Param::from_tensor(Tensor::from_data(TensorData::new(values.to_vec(), dims), &Device::default()))
}

/// `relu1` is `[4.5 a, 0.25 b, 0]` of positive samples `a, b`, and `fc2` makes `[4.5 a + 0.25 b, -3 * 0.25 b]` of it.
fn float() -> Tagger {
    let mut model = Tagger::seeded(1, &Device::default());
    model.fc1.weight = weight([2, 3], [0.5, 0.0, 0.0, 0.0, 0.25, -0.5]);
    model.fc1.bias = weight([3], [0.0; 3]);
    // Folded, the first weight is 4.5.
    model.bn1.gamma = weight([3], [9.0, 1.0, 1.0]);
    model.bn1.beta = weight([3], [0.0, 0.0, -0.001]);
    model.fc2.weight = weight([3, 2], [1.0, 0.0, 1.0, -3.0, 0.0, 0.0]);
    model.fc2.bias = weight([2], [1e-6, 0.0]);
    model.into_float()
}

/// 1,000 samples with both features from 1/1000 to 1.
fn samples() -> Vec<f32> {
    (1..=1000).flat_map(|index| [index as f32 / 1000.0, index as f32 / 1000.0]).collect()
}

fn types<M: HlsModel>(model: &mut M) -> Vec<String> {
    model.precisions().into_iter().map(|(name, precision)| format!("{name}: {}", precision.declaration())).collect()
}

#[test]
fn every_precision_gets_the_bits_of_its_values() {
    let mut model = Tagger::from_float(&float(), &Calibration::new(&samples()).method(Range::Max)).unwrap();
    let expected = [
        // 4.5 with the normalization folded into it.
        "fc1.weight: Fixed<8, 4>",
        // 0.001 asks for Fixed<10, -8>, 18 fractional bits; the products have 4 + 10.
        "fc1.bias: Fixed<10, -4, Rnd>",
        "relu1.result: UFixed<8, 3, Rnd, Sat>",
        "fc2.weight: Fixed<6, 3, Rnd, SatSym>",
        // A millionth asks for more than the products' 3 + 5 fractional bits.
        "fc2.bias: Fixed<6, -2, Rnd, SatSym>",
        "sum.result: Fixed<12, 4, RndConv, Sat>",
        // Probabilities; what is a table's type stays.
        "softmax.result: UFixed<10, 0, Rnd, Sat>",
        "softmax.exp: UFixed<18, 1, Rnd, Sat>",
        "softmax.diff: UFixed<12, 4, Rnd, Sat>",
    ];
    assert_eq!(types(&mut model), expected);
    assert!(model.declaration().contains("    fc1: Dense<2, 3, Fixed<8, 4>, Fixed<10, -4, Rnd>>,\n"));
    assert!(model.declaration().starts_with("#[hls_model(input = [Fixed<16, 6>; 2]"));
    // The weights of any model count, whatever its precisions are.
    let mut again = Tagger::from_float(&model, &Calibration::new(&samples()).method(Range::Max)).unwrap();
    assert_eq!(types(&mut again), expected);
    // It is a model like any other: as trained, so built.
    let inputs = samples();
    let emulator = hls_core::emulator::Emulator::new(&model.graph().unwrap());
    let outputs = emulator.run(&emulator.quantize_input(&inputs)).unwrap();
    assert_eq!(model.predict(&inputs).outputs[0], outputs.values(0));
}

#[test]
fn the_float_model_stays_as_it_was() {
    let float = float();
    let before = float.predict(&samples());
    let model = Tagger::from_float(&float, &Calibration::new(&samples())).unwrap();
    model.bn1.running_mean.update(Tensor::ones([3], &Device::default()));
    assert_eq!(model.bn1.running_mean.value_sync().into_data().iter::<f32>().collect::<Vec<_>>(), [1.0; 3]);
    assert_eq!(float.predict(&samples()), before);
}

#[test]
fn an_outlier_among_the_samples_separates_the_methods() {
    let mut inputs = samples();
    let result = |inputs: &[f32], method: Range| {
        let mut model = Tagger::from_float(&float(), &Calibration::new(inputs).method(method)).unwrap();
        types(&mut model)[2].clone()
    };
    // Without it they agree.
    for method in [Range::Max, Range::Percentile(99.0), Range::Mse] {
        assert_eq!(result(&inputs, method), "relu1.result: UFixed<8, 3, Rnd, Sat>", "{method:?}");
    }
    inputs.extend([2.1, 0.0]);
    assert_eq!(result(&inputs, Range::Max), "relu1.result: UFixed<8, 4, Rnd, Sat>");
    assert_eq!(result(&inputs, Range::Percentile(99.0)), "relu1.result: UFixed<8, 3, Rnd, Sat>");
    assert_eq!(result(&inputs, Range::Percentile(100.0)), "relu1.result: UFixed<8, 4, Rnd, Sat>");
    // One value that saturates at 8 instead of 9.45 costs less than a bit of all others.
    let mut many = Vec::new();
    (0..100).for_each(|_| many.extend(samples()));
    many.extend([2.1, 0.0]);
    assert_eq!(result(&many, Range::Max), "relu1.result: UFixed<8, 4, Rnd, Sat>");
    assert_eq!(result(&many, Range::Mse), "relu1.result: UFixed<8, 3, Rnd, Sat>");
}

#[test]
fn samples_that_cannot_be_used() {
    let refused = |inputs: &[f32], method: Range| {
        let error = Tagger::from_float(&float(), &Calibration::new(inputs).method(method)).unwrap_err();
        assert!(!matches!(error, CalibrationError::Model(_)), "{error}");
        error.to_string()
    };
    assert_eq!(refused(&[], Range::Mse), "there are no samples to calibrate with");
    assert_eq!(refused(&[1.0; 5], Range::Mse), "5 numbers are no whole samples of 2 features");
    assert_eq!(refused(&[1.0, 2.0, 3.0, f32::NAN], Range::Max), "calibration sample 1, feature 1 is not finite");
    assert_eq!(refused(&[f32::INFINITY, 2.0], Range::Max), "calibration sample 0, feature 0 is not finite");
    for percent in [0.0, -1.0, 100.1, f64::NAN] {
        let error = refused(&samples(), Range::Percentile(percent));
        let expected = format!("a percentile of {percent} is not possible; legal are numbers above 0 up to 100");
        assert_eq!(error, expected);
    }
    let narrow = Samples::new(3, vec![1.0; 6], vec![0, 1]).unwrap();
    let error = Tagger::from_float(&float(), &Calibration::new(&narrow)).unwrap_err();
    assert_eq!(error, CalibrationError::Features { samples: 3, model: 2 });
    assert_eq!(error.to_string(), "calibration samples have 3 features, the model takes 2");
    let none = Samples::new(2, Vec::new(), Vec::new()).unwrap();
    let error = Tagger::from_float(&float(), &Calibration::new(&none)).unwrap_err();
    assert_eq!(error, CalibrationError::Empty);
}

#[test]
fn values_that_are_not_finite() {
    let mut model = float();
    model.fc1.weight = weight([2, 3], [f32::MAX / 12.0; 6]);
    let error = Tagger::from_float(&model, &Calibration::new(&samples())).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("layer `relu1`: the float model has values that are not finite"), "{text}");
    model.fc1.weight = weight([2, 3], [1.0, 2.0, f32::NAN, 4.0, 5.0, 6.0]);
    let error = Tagger::from_float(&model, &Calibration::new(&samples())).unwrap_err();
    assert!(error.to_string().contains("HLS0005") && error.to_string().contains("layer `fc1`"), "{error}");
}

#[test]
fn a_named_accumulator_keeps_every_bit_or_is_refused() {
    #[hls_model(input = [Fixed<8, 3>; 2])]
    struct Named {
        fc1: Dense<2, 2, Fixed<8, 2>, Fixed<8, 2>, Fixed<24, 12>>,
        relu1: Relu<UFixed<8, 3, Rnd, Sat>>,
    }

    let quantized = |weights: [f32; 4]| {
        let mut model = Named::seeded(1, &Device::default());
        model.fc1.weight = weight([2, 2], weights);
        // Far finer than the accumulator.
        model.fc1.bias = weight([2], [1e-6, 0.0]);
        Named::from_float(&model.into_float(), &Calibration::new(&samples()))
    };
    // Weights of fixed<8,1>: 7 + 5 fractional bits, which is what the accumulator has.
    let mut model = quantized([0.9, -0.9, 0.5, 0.25]).unwrap();
    assert_eq!(types(&mut model)[..2], ["fc1.weight: Fixed<8, 1>", "fc1.bias: Fixed<8, -4>"]);
    assert!(model.declaration().contains("Dense<2, 2, Fixed<8, 1>, Fixed<8, -4>, Fixed<24, 12>>"));
    let error = quantized([0.09, -0.09, 0.05, 0.025]).unwrap_err().to_string();
    let expected = "the accumulator fixed<24,12> has 12 fractional bits, but products and bias have 15";
    assert!(error.contains("layer `fc1`") && error.contains(expected), "{error}");
}

#[test]
fn all_zeros_say_nothing() {
    let mut model = float();
    model.fc1.weight = weight([2, 3], [0.0; 6]);
    model.bn1.beta = weight([3], [0.0; 3]);
    let mut quantized = Tagger::from_float(&model, &Calibration::new(&samples())).unwrap();
    let expected = ["fc1.weight: Fixed<8, 1>", "fc1.bias: Fixed<10, 5, Rnd>", "relu1.result: UFixed<8, 0, Rnd, Sat>"];
    assert_eq!(types(&mut quantized)[..3], expected);
}

#[test]
fn a_trace_has_the_value_of_every_layer() {
    let model = Tagger::from_float(&float(), &Calibration::new(&samples())).unwrap();
    let input = || {
        let tensor = Tensor::<2>::from_floats([[0.5, 1.0], [0.25, -0.5]], &Device::default());
        crate::Value::input(tensor, Tagger::INPUT_SHAPE, Tagger::INPUT)
    };
    let trace = model.trace(input());
    let names: Vec<&str> = trace.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["fc1", "bn1", "relu1", "fc2", "sum", "softmax"]);
    let values = |value: &crate::Value| value.flat().into_data().iter::<f32>().collect::<Vec<_>>();
    assert_eq!(values(&trace[5].1), values(&model.evaluate(input())[0]));
    // What an activation has fused into itself is there all the same.
    let rectified: Vec<f32> = values(&trace[1].1).into_iter().map(|value| value.max(0.0)).collect();
    let step = values(&trace[2].1).into_iter().zip(rectified).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(step <= 0.0625, "{step}");
}

#[test]
fn every_kind_of_layer_and_every_output() {
    #[hls_model(input = [Fixed<8, 4>; 2])]
    struct Merged {
        fc1: Dense<2, 2, Fixed<8, 1>>,
        relu1: Relu<UFixed<8, 0, Rnd, Sat>>,
        #[hls(input(relu1, input))]
        product: Multiply<Fixed<9, 1, Rnd, Sat>>,
        #[hls(input(product, relu1), output)]
        difference: Subtract<Fixed<10, 1, Rnd, Sat>>,
        #[hls(input(relu1, product))]
        join: Concatenate,
        fc2: Dense<4, 1, Fixed<8, 4>>,
    }

    let mut float = Merged::seeded(1, &Device::default());
    float.fc1.weight = weight([2, 2], [1.0, 0.0, 0.0, 1.0]);
    float.fc1.bias = weight([2], [0.0, 0.0]);
    float.fc2.weight = weight([4, 1], [0.1, 0.1, -0.1, 0.0]);
    // relu1 up to 7, the product up to 49, the difference up to 42.
    let inputs: Vec<f32> = (0..=14).flat_map(|index| [index as f32 / 2.0, -(index as f32) / 2.0]).collect();
    let calibration = Calibration::new(&inputs).method(Range::Max);
    let mut model = Merged::from_float(&float.into_float(), &calibration).unwrap();
    let expected = [
        "fc1.weight: Fixed<8, 2>",
        "fc1.bias: Fixed<8, 1>",
        "relu1.result: UFixed<8, 3, Rnd, Sat>",
        "product.result: Fixed<9, 7, Rnd, Sat>",
        "difference.result: Fixed<10, 7, Rnd, Sat>",
        "fc2.weight: Fixed<8, -2>",
        "fc2.bias: Fixed<8, 4>",
    ];
    assert_eq!(types(&mut model), expected);
    let emulator = hls_core::emulator::Emulator::new(&model.graph().unwrap());
    let outputs = emulator.run(&emulator.quantize_input(&inputs)).unwrap();
    let prediction = model.predict(&inputs);
    assert_eq!(prediction.outputs, [outputs.values(0), outputs.values(1)]);
}

#[test]
fn trained_constants_of_every_layer_are_found_by_their_names() {
    #[hls_model(input = [UFixed<2, 2>; 3])]
    struct Normalized {
        vectors: Embedding<4, 2, Fixed<8, 5>>,
        flat: Flatten,
        norm: LayerNorm<6, Fixed<10, 9, Rnd, Sat>>,
    }

    let mut float = Normalized::seeded(1, &Device::default());
    float.vectors.weight = weight([4, 2], [0.1, -0.2, 0.2, 0.15, 0.0, 0.05, -0.1, 0.24]);
    float.norm.gamma = weight([6], [3.0, 1.0, 1.0, 1.0, 1.0, -1.0]);
    float.norm.beta = weight([6], [0.3, 0.0, 0.0, 0.0, 0.0, -0.1]);
    let inputs: Vec<f32> = (0..64).flat_map(|index| [index % 4, index / 4 % 4, index / 16].map(|x| x as f32)).collect();
    let names = |model: &mut Normalized| {
        let formats = model.precisions().into_iter().map(|(name, precision)| (name, precision.fixed().unwrap().format));
        formats.map(|(name, format)| (name, format.width, format.integer)).collect::<Vec<_>>()
    };
    let declared = names(&mut Normalized::seeded(1, &Device::default()));
    let calibration = Calibration::new(&inputs).method(Range::Max);
    let mut model = Normalized::from_float(&float.into_float(), &calibration).unwrap();
    for ((name, width, integer), (_, declared_width, declared)) in names(&mut model).into_iter().zip(declared) {
        assert_eq!(width, declared_width, "{name}");
        let expected = match name.as_str() {
            "vectors.weight" => -1,
            "norm.gamma" => 3,
            "norm.beta" => 0,
            // At most the root of 6, times 3, plus 0.3.
            "norm.result" => 4,
            // A type of the arithmetic inside, which no value of the trace is.
            "norm.norm" => declared,
            other => panic!("{other}"),
        };
        assert_eq!(integer, expected, "{name}");
    }
}

#[test]
fn scales_and_shifts_of_a_normalization_and_no_signs() {
    #[hls_model(input = [Fixed<8, 4>; 2])]
    struct Scaled {
        fc1: Dense<2, 2, Binary, Fixed<8, 1>>,
        norm: BatchNorm<2, Fixed<8, 1>, Fixed<9, 1>>,
    }

    let mut float = Scaled::seeded(1, &Device::default());
    float.fc1.bias = weight([2], [1.0, -1.5]);
    float.norm.gamma = weight([2], [6.0, 0.01]);
    float.norm.beta = weight([2], [0.3, -3.0]);
    let calibration = Calibration::new(&[0.5_f32, -0.5][..]).method(Range::Max);
    let mut model = Scaled::from_float(&float.into_float(), &calibration).unwrap();
    // Signs of inputs with 4 fractional bits have as many, and so has what is added to them.
    let expected =
        ["fc1.weight: Binary", "fc1.bias: Fixed<8, 4>", "norm.scale: Fixed<8, 4>", "norm.shift: Fixed<9, 3>"];
    assert_eq!(types(&mut model), expected);
}

/// Weights that are no fixed-point type, and an accumulator that asks for biases no finer than the products.
#[hls_model(input = [Fixed<8, 4>; 2])]
struct Signs {
    fc1: Dense<2, 3, Binary<-2>, Fixed<8, 3>, Fixed<16, 8>>,
    relu1: Relu<UFixed<8, 4, Rnd, Sat>>,
    fc2: Dense<3, 3, PowerOfTwo<-3, 0>, Fixed<8, 3>>,
}

#[test]
fn biases_are_no_finer_than_the_products_of_any_weights() {
    let mut float = Signs::seeded(1, &Device::default()).into_float();
    float.fc1.bias = weight([3], [0.05, -0.05, 0.01]);
    float.fc2.bias = weight([3], [0.01, -0.002, 0.003]);
    let model = Signs::from_float(&float, &Calibration::new(&samples()).method(Range::Max)).unwrap();
    let graph = model.graph().unwrap();
    for name in ["fc1", "fc2"] {
        let node = graph.nodes().iter().find(|node| node.name == name).unwrap();
        let hls_core::ops::Op::Dense(dense) = &node.op else { panic!("{name} is a Dense") };
        let products = dense.weight.format.fraction() + graph.input_types(node)[0].fraction();
        assert!(dense.bias.format.fraction() <= products, "{name}: {} and {products}", dense.bias.format.fraction());
    }
}
