//! A declaration with words: embedding, normalizations and softmax along both dimensions.

use hls_core::emulator::Emulator;
use hls_train::burn::module::Param;
use hls_train::prelude::*;

type Share = UFixed<8, 0, Rnd, Sat>;
type Exp = UFixed<18, 1, Rnd, Sat>;
type Distance = UFixed<10, 4, Rnd, Sat>;

#[hls_model(input = [UFixed<3, 3>; 4])]
struct Words {
    vectors: Embedding<8, 6, Fixed<8, 2>>,
    norm: LayerNorm<6, Fixed<10, 3, Rnd, Sat>>,
    #[hls(output)]
    weights: Softmax<Share, Exp, Distance, Stable, 0>,
    #[hls(input(norm))]
    rms: RmsNorm<6, Fixed<10, 3, Rnd, Sat>, Fixed<16, 4, Rnd, Sat>, Fixed<8, 2>, 10>,
    flat: Flatten,
    classes: Dense<24, 3, Fixed<6, 1>>,
    winner: Softmax<UFixed<1, 1>, Exp, Distance, ArgmaxOnly>,
}

#[test]
fn predictions_are_the_emulator() {
    let model = Words::seeded(3, &Device::default());
    let graph = model.graph().unwrap();
    let raw: Vec<i64> = (0..4096 * 4).map(|at| ((at / 4) >> (at % 4 * 3)) & 7).collect();
    let inputs: Vec<f32> = raw.iter().map(|&raw| raw as f32).collect();
    let predicted = model.predict(&inputs);
    let emulated = Emulator::new(&graph).run(&raw).unwrap();
    for ((values, raw), id) in predicted.outputs.iter().zip(&emulated.raw).zip(graph.outputs()) {
        let format = graph.node(*id).output.ty.format;
        assert!(values.iter().zip(raw).all(|(&value, &raw)| value == format.value(raw)));
    }
    assert_eq!(emulated.features, [24, 3]);
}

#[test]
fn the_declaration_names_every_parameter() {
    let declaration = Words::seeded(3, &Device::default()).declaration();
    for line in [
        "vectors: Embedding<8, 6, Fixed<8, 2>>,",
        "norm: LayerNorm<6, Fixed<10, 3, Rnd, Sat>, Fixed<18, 5, Rnd, Sat>, Fixed<10, 3>, Fixed<10, 3>, 17>,",
        "weights: Softmax<UFixed<8, 0, Rnd, Sat>, UFixed<18, 1, Rnd, Sat>, UFixed<10, 4, Rnd, Sat>, Stable, 0>,",
        "rms: RmsNorm<6, Fixed<10, 3, Rnd, Sat>, Fixed<16, 4, Rnd, Sat>, Fixed<8, 2>, 10>,",
        "winner: Softmax<UFixed<1, 1>, UFixed<18, 1, Rnd, Sat>, UFixed<10, 4, Rnd, Sat>, ArgmaxOnly>,",
    ] {
        assert!(declaration.contains(line), "{declaration}\nlacks: {line}");
    }
}

#[test]
fn clamped_constants_are_named() {
    let mut model = Words::seeded(3, &Device::default());
    let device = Device::default();
    model.norm.gamma = Param::from_tensor(Tensor::from_data([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &device));
    model.vectors.weight = Param::from_tensor(Tensor::ones([8, 6], &device).mul_scalar(2.5));
    let warnings = model.warnings().unwrap().to_string();
    assert!(warnings.contains("3 of 6 elements of gamma lie outside fixed<10,3> and are clamped"), "{warnings}");
    assert!(warnings.contains("48 of 48 weights lie outside fixed<8,2> and are clamped"), "{warnings}");
}

#[test]
fn words_are_learned() {
    // The class is whether the first word is in the upper half, which no linear layer sees in the indices' order.
    let device = Device::default().autodiff();
    let mut model = Words::seeded(5, &device);
    let words: Vec<f32> = (0..256 * 4).map(|at| ((at * 7 + at / 3 * 5) % 8) as f32).collect();
    let labels: Vec<usize> = words.chunks(4).map(|row| [0, 2, 1, 0, 2, 1, 0, 1][row[0] as usize]).collect();
    let x = Tensor::<2>::from_data(hls_train::burn::tensor::TensorData::new(words, [256, 4]), &device);
    let loss = |model: &Words| {
        let input = Value::input(x.clone(), Words::INPUT_SHAPE, Words::INPUT);
        let logits = model.evaluate(input)[1].logits();
        let log = hls_train::burn::tensor::activation::log_softmax(logits, 1);
        let expected: Vec<f32> =
            labels.iter().flat_map(|&label| (0..3).map(move |class| f32::from(u8::from(class == label)))).collect();
        let data = hls_train::burn::tensor::TensorData::new(expected, [256, 3]);
        (log * Tensor::<2>::from_data(data, &device)).sum().mul_scalar(-1.0 / 256.0)
    };
    let before = loss(&model).into_scalar::<f32>();
    for _ in 0..60 {
        let gradients = loss(&model).backward();
        let step = |param: &Param<Tensor<2>>| {
            let gradient = param.val().grad(&gradients).unwrap();
            let next = param.val().without_autodiff() - gradient.mul_scalar(0.5);
            Param::from_tensor(Tensor::from_data(next.into_data(), &device))
        };
        model.vectors.weight = step(&model.vectors.weight);
        model.classes.weight = step(&model.classes.weight);
    }
    let after = loss(&model).into_scalar::<f32>();
    assert!(after < before * 0.3, "{before} to {after}");
}
