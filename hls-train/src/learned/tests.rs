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

#[hls_model(input = [Fixed<8, 3>; 2])]
struct Tiny {
    fc1: Dense<2, 2, Fixed<6, 1>>,
    relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
    fc2: Dense<2, 2, Fixed<6, 1>>,
}

/// A small training after an epoch, as bytes.
fn saved() -> (Vec<u8>, LearnSettings) {
    let settings = LearnSettings { epochs: 4, cycles: 1, batch_size: 8, ..settings() };
    let samples = Samples::new(2, (0..40).map(|index| ((index * 7) % 11) as f32 / 4.0 - 1.0).collect(), {
        (0..20).map(|index| index % 2).collect()
    })
    .unwrap();
    let float = Tiny::seeded(1, &Device::default().autodiff()).into_float();
    let learning = Learning::new(&float, &samples, &settings).unwrap().train(&samples, &samples, 1).unwrap();
    assert!(!learning.front().points.is_empty());
    (learning.to_bytes().unwrap(), settings)
}

#[test]
fn every_changed_byte_and_every_cut_of_a_saved_training_is_seen() {
    let (bytes, settings) = saved();
    assert_eq!(Learning::<Tiny>::from_bytes(&bytes, &settings).unwrap().epoch(), 1);
    for at in 0..bytes.len() {
        assert!(Learning::<Tiny>::from_bytes(&bytes[..at], &settings).is_err(), "cut at {at}");
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        assert!(Learning::<Tiny>::from_bytes(&changed, &settings).is_err(), "byte {at}");
    }
    assert!(Learning::<Tiny>::from_bytes(&[&bytes[..], b"0"].concat(), &settings).is_err());
    assert!(Learning::<Tagger>::from_bytes(&bytes, &settings).is_err());
}

/// A saved training with `from` replaced and a hash that says it was written so.
#[track_caller]
fn forged(from: &str, to: &str, expected: &str) {
    let (bytes, settings) = saved();
    let line = bytes.iter().position(|&byte| byte == b'\n').unwrap();
    let (header, records) = bytes.split_at(line + crate::seal::LENGTH - 1);
    let body = crate::seal::unsealed(std::str::from_utf8(header).unwrap()).unwrap();
    let changed = body.replacen(from, to, 1);
    assert_ne!(changed, body, "{body}");
    let bytes = [crate::seal::sealed(&format!("{changed}}}")).as_bytes(), records].concat();
    let error = Learning::<Tiny>::from_bytes(&bytes, &settings).err().unwrap().to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn slots_lengths_and_names_of_a_saved_training_are_checked() {
    let widths = "its widths are not those of the model";
    forged("\"factor\":{\"Result\":0}", "\"factor\":{\"Result\":9}", widths);
    forged("\"factor\":{\"Bits\":8}", "\"factor\":{\"Bits\":80}", widths);
    forged("\"fractions\":{\"values\":[", "\"fractions\":{\"values\":[1.0,", widths);
    forged("\"first\":[", "\"first\":[0.0,", widths);
    forged("\"count\":4", "\"count\":5", widths);
    forged("\"outputs\":2", "\"outputs\":0", widths);
    forged("\"name\":\"fc2.weight\"", "\"name\":\"fc1.weight\"", widths);
    forged("\"name\":\"relu1.result\"", "\"name\":\"relu2.result\"", widths);
    forged("\"values\":{\"fc1.bias\":[", "\"values\":{\"fc1.bias\":[0.5,", widths);
    forged("\"settings\":{\"epochs\":4", "\"settings\":{\"epochs\":5", "its widths are of other settings");
    forged("\"epoch\":1", "\"epoch\":7", "it has more epochs");
    forged("]},\"precisions\":{\"fc1.", "]},\"precisions\":{\"fc7.", "precisions are not those");
    forged("\"widths\":", "\"width\":", "unknown field");
}

#[hls_model(input = [Fixed<8, 3>; 2])]
struct Accumulating {
    fc1: Dense<2, 4, Fixed<6, 1>, Fixed<6, 1>, Fixed<24, 8>>,
    relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
    fc2: Dense<4, 2, Fixed<6, 1>, Fixed<6, 1>, Fixed<20, 10>>,
}

/// The accumulator of `fc2` holds 10 fractional bits: 5 of its weights and 4 of its inputs, and no more than one more.
#[test]
fn a_design_that_cannot_be_built_is_left_out() {
    let points: Vec<f32> = (0..400).map(|index| ((index * 377) % 1000) as f32 / 250.0 - 2.0).collect();
    let classes = points.chunks(2).map(|x| usize::from(x[0] * x[0] + x[1] * x[1] > 2.0)).collect();
    let samples = Samples::new(2, points, classes).unwrap();
    let float = Accumulating::seeded(1, &Device::default().autodiff()).into_float();
    let settings =
        LearnSettings { epochs: 12, cycles: 1, batch_size: 20, weight_bits: 6, result_bits: 6, ..settings() };
    let learn = |width_rate, first_price| {
        let settings = LearnSettings { width_rate, first_price, last_price: 10.0 * first_price, ..settings.clone() };
        learn(&float, &samples, &samples, &settings)
    };
    // Bits that cost nothing grow.
    let error = learn(0.9, 1e-12).unwrap_err();
    assert!(matches!(&error, LearnError::Model(_)) && error.to_string().contains("accumulator"), "{error}");
    // Where they cost they shrink, and the later designs can be built.
    let front = learn(0.2, 1e-3).unwrap();
    let epochs: Vec<usize> = front.points.iter().map(|point| point.epoch).collect();
    assert!(!epochs.is_empty() && !epochs.contains(&1), "{epochs:?}");
    front.points.iter().for_each(|point| drop(point.design.graph::<Accumulating>().unwrap()));
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
