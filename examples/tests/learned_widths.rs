//! Learned bit widths of the jet tagger. The figures need minutes: `--ignored --nocapture` shows them.

use hls_examples::jets::{CLASSES, FEATURE_COUNT, Jets, Part};
use hls_examples::standardization::Standardization;
use hls_train::learned::{LearnSettings, Learning};
use hls_train::prelude::*;

type W6 = Fixed<6, 1>;
type A6 = UFixed<6, 2, Rnd, Sat>;

#[hls_model(input = [Fixed<16, 6>; 16])]
struct JetTagger {
    fc1: Dense<16, 64, W6>,
    relu1: Relu<A6>,
    fc2: Dense<64, 32, W6>,
    relu2: Relu<A6>,
    fc3: Dense<32, 32, W6>,
    relu3: Relu<A6>,
    fc4: Dense<32, 5, W6>,
    softmax: Softmax<UFixed<16, 0, Rnd, Sat>>,
}

fn variable(name: &str, default: f64) -> f64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
#[ignore = "minutes"]
#[allow(clippy::print_stdout)]
fn figures() {
    let jets = Jets::embedded().unwrap();
    let split = jets.split();
    let standardization = Standardization::fit(split.train.features);
    let samples = |part: Part<'_>| {
        let classes = part.labels.iter().map(|&label| usize::from(label)).collect();
        Samples::new(FEATURE_COUNT, standardization.apply(part.features), classes).unwrap()
    };
    let (train, validation, test) = (samples(split.train), samples(split.validation), samples(split.test));
    println!("{} {} {}", train.len(), validation.len(), test.len());
    let accuracy = |model: &JetTagger| {
        100.0 * Metrics::of(&model.predict(test.inputs()).logits[0], test.classes(), CLASSES.len()).accuracy()
    };
    let settings = Settings { epochs: 100, batch_size: 256, seed: 42, learning_rate: 0.002, ..Settings::default() };
    let fresh = JetTagger::seeded(42, &Device::default().autodiff()).into_float();
    let start = std::time::Instant::now();
    let float = Trainer::new(settings).train(fresh, &train, &validation, &mut ()).unwrap().model;
    println!("float {:.2} %, {:.1} s", accuracy(&float), start.elapsed().as_secs_f64());
    let default = LearnSettings::default();
    let settings = LearnSettings {
        epochs: variable("EPOCHS", default.epochs as f64) as usize,
        cycles: variable("CYCLES", default.cycles as f64) as usize,
        learning_rate: variable("RATE", default.learning_rate),
        width_rate: variable("WIDTH_RATE", default.width_rate),
        first_price: variable("FIRST", default.first_price),
        last_price: variable("LAST", default.last_price),
        weight_bits: variable("BITS", default.weight_bits.into()) as u32,
        result_bits: variable("BITS", default.result_bits.into()) as u32,
        final_fraction: variable("FINAL", default.final_fraction),
        ..default
    };
    let start = std::time::Instant::now();
    let learning = Learning::new(&float, &train, &settings).unwrap();
    let learning = learning.train(&train, &validation, settings.epochs).unwrap();
    println!("{:.1} s", start.elapsed().as_secs_f64());
    for point in &learning.front().points {
        let model: JetTagger = point.design.model().unwrap();
        let types: Vec<String> = ["relu1.result", "relu2.result", "relu3.result", "fc1.weight", "fc2.weight"]
            .map(|name| point.design.precisions[name].to_string())
            .into();
        println!(
            "epoch {:3} price {:.1e} EBOPs {:6} validation {:.2} % test {:.2} % {}",
            point.epoch,
            point.price,
            point.ebops,
            100.0 * point.correct as f64 / validation.len() as f64,
            accuracy(&model),
            types.join(" ")
        );
    }
}
