use super::*;
use crate::prelude::*;
use crate::{Design, training};
use hls_core::emulator::Emulator;
use hls_core::ops::Op;

#[hls_model(input = [Fixed<10, 3>; 4])]
struct Tagger {
    fc1: Dense<4, 12, Fixed<6, 1>>,
    relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
    fc2: Dense<12, 8, Fixed<6, 1>>,
    relu2: Relu<UFixed<6, 2, Rnd, Sat>>,
    fc3: Dense<8, 3, Fixed<6, 1>>,
    softmax: Softmax<UFixed<10, 0, Rnd, Sat>>,
}

/// Two of the four features decide the class.
fn samples() -> (Samples, Samples) {
    let mut generator = crate::random::Generator::new(&[11]);
    let inputs: Vec<f32> = (0..4 * 600).map(|_| generator.unit() * 6.0 - 3.0).collect();
    let class = |x: &[f32]| usize::from(x[0] * x[0] + x[1] * x[1] > 4.0) + usize::from(x[0] > x[1]);
    let classes = inputs.chunks(4).map(class).collect();
    Samples::new(4, inputs, classes).unwrap().split_at(500)
}

fn float() -> Tagger {
    let (training, validation) = samples();
    let settings = Settings { epochs: 20, batch_size: 25, ..Settings::default() };
    let fresh = Tagger::seeded(3, &Device::default().autodiff()).into_float();
    training::Trainer::new(settings).train(fresh, &training, &validation, &mut ()).unwrap().model
}

fn settings() -> LearnSettings {
    LearnSettings {
        epochs: 40,
        cycles: 4,
        batch_size: 25,
        width_rate: 0.03,
        first_price: 1e-5,
        last_price: 1e-3,
        ..LearnSettings::default()
    }
}

#[track_caller]
fn check_exact(design: &Design, inputs: &[f32]) {
    let model: Tagger = design.model().unwrap();
    let emulator = Emulator::new(&design.graph::<Tagger>().unwrap());
    let emulated = emulator.run(&emulator.quantize_input(inputs)).unwrap();
    assert_eq!(model.predict(inputs).outputs[0], emulated.values(0));
}

#[test]
fn one_training_passes_from_accurate_to_small_designs() {
    let (training, validation) = samples();
    let front = learn(&float(), &training, &validation, &settings()).unwrap();
    let figures: Vec<(u64, usize)> = front.points.iter().map(|point| (point.ebops, point.correct)).collect();
    assert!(front.points.len() >= 4, "{figures:?}");
    assert!(front.points.windows(2).all(|pair| pair[0].ebops <= pair[1].ebops));
    let (first, last) = (&front.points[0], &front.points[front.points.len() - 1]);
    assert!(first.ebops * 2 < last.ebops && last.correct > 70, "{} {} {}", first.ebops, last.ebops, last.correct);
    for point in &front.points {
        check_exact(&point.design, validation.inputs());
        let graph = point.design.graph::<Tagger>().unwrap();
        assert_eq!(graph.total_workload().ebops, point.ebops);
        let correct = Metrics::of(
            &point.design.model::<Tagger>().unwrap().predict(validation.inputs()).logits[0],
            validation.classes(),
            3,
        );
        assert_eq!(correct.correct, point.correct);
    }
    // The price took weights away.
    let graph = first.design.graph::<Tagger>().unwrap();
    let zeros: usize =
        graph.nodes().iter().map(|node| if let Op::Dense(dense) = &node.op { dense.weight.zeros() } else { 0 }).sum();
    assert!(zeros > 50, "{zeros}");
}

#[test]
fn the_average_is_a_mean_at_first_and_forgets_then() {
    let model = float();
    let bias = |model: &Tagger| {
        crate::weights::parameters(model).into_iter().find(|parameter| parameter.name == "fc3.bias").unwrap().values
    };
    let with = |values: [f32; 3]| {
        let values = [("fc3.bias".to_owned(), values.to_vec())].into();
        crate::weights::replace(crate::weights::separate(&model), values)
    };
    let mut average = super::average::Average::default();
    for values in [[1.0, 0.0, 2.0], [3.0, 0.0, -2.0]] {
        average.add(&with(values), 0.25);
    }
    assert_eq!(bias(&average.of(&model)), [2.0, 0.0, 0.0]);
    (0..2).for_each(|_| average.add(&with([2.0, 4.0, 0.0]), 0.5));
    assert_eq!(bias(&average.of(&model)), [2.0, 3.0, 0.0]);
    // The other weights were the same in every step, and the model itself stays as it is.
    assert_eq!(average.of(&model).fc1.weight.val().into_data(), model.fc1.weight.val().into_data());
    assert_ne!(bias(&model), [2.0, 3.0, 0.0]);
}

#[test]
fn every_granularity_trains_and_lowers() {
    let (training, validation) = samples();
    let float = float();
    for granularity in [Granularity::Layer, Granularity::Channel] {
        let front =
            learn(&float, &training, &validation, &LearnSettings { granularity, epochs: 6, ..settings() }).unwrap();
        front.points.iter().for_each(|point| check_exact(&point.design, validation.inputs()));
        assert!(front.points.len() > 1);
    }
}

#[test]
fn a_saved_training_goes_on_to_the_same_front() {
    let (training, validation) = samples();
    let float = float();
    let whole = learn(&float, &training, &validation, &settings()).unwrap();
    let mut learning = Learning::new(&float, &training, &settings()).unwrap();
    while !learning.is_complete() {
        let bytes = learning.to_bytes().unwrap();
        learning = Learning::from_bytes(&bytes, &settings()).unwrap();
        learning = learning.train(&training, &validation, 7).unwrap();
    }
    // Not printed: it is long.
    assert!(*learning.front() == whole);
    let bytes = learning.to_bytes().unwrap();
    let other = LearnSettings { seed: 2, ..settings() };
    assert!(Learning::<Tagger>::from_bytes(&bytes, &other).is_err());
    for end in [0, 10, bytes.len() / 2, bytes.len() - 1] {
        assert!(Learning::<Tagger>::from_bytes(&bytes[..end], &settings()).is_err());
    }
}

#[hls_model(input = [Fixed<10, 3>; 4])]
struct Folding {
    fc1: Dense<4, 12, Fixed<6, 1>>,
    norm1: BatchNorm<12>,
    relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
    flat: Flatten,
    fc2: Dense<12, 3, Fixed<6, 1>>,
}

#[test]
fn weights_with_a_normalization_in_them_keep_their_width() {
    let (training, validation) = samples();
    let fresh = Folding::seeded(3, &Device::default().autodiff()).into_float();
    let trainer = training::Trainer::new(Settings { epochs: 3, batch_size: 25, ..Settings::default() });
    let float = trainer.train(fresh, &training, &validation, &mut ()).unwrap().model;
    let front = learn(&float, &training, &validation, &LearnSettings { epochs: 4, ..settings() }).unwrap();
    let design = &front.points[0].design;
    assert_eq!(design.precisions["fc1.weight"].fixed().unwrap().format.width, 8);
    let model: Folding = design.model().unwrap();
    let emulator = Emulator::new(&design.graph::<Folding>().unwrap());
    let emulated = emulator.run(&emulator.quantize_input(validation.inputs())).unwrap();
    assert_eq!(model.predict(validation.inputs()).outputs[0], emulated.values(0));
}

#[test]
fn impossible_settings_are_named() {
    assert_eq!(LearnSettings::default().violation(), None);
    assert!(LearnSettings { cycles: 0, ..LearnSettings::default() }.violation().is_some());
    assert!(LearnSettings { last_price: 0.0, ..LearnSettings::default() }.violation().is_some());
    assert!(LearnSettings { weight_bits: 1, ..LearnSettings::default() }.violation().is_some());
    let settings = LearnSettings { epochs: 101, first_price: 1e-6, last_price: 1e-4, ..LearnSettings::default() };
    let prices = [1, 51, 101].map(|epoch| settings.price(epoch));
    assert!((prices[0] - 1e-6).abs() < 1e-12 && (prices[1] - 1e-5).abs() < 1e-9 && (prices[2] - 1e-4).abs() < 1e-9);
}
