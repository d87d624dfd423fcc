//! The jet tagger quantized after training: 8 bits for everything, each method against the float model.

use hls_examples::jets::{CLASSES, FEATURE_COUNT, Jets, Part};
use hls_examples::standardization::Standardization;
use hls_train::core::emulator::Emulator;
use hls_train::prelude::*;

type W8 = Fixed<8, 1, Rnd, Sat>;
type A8 = UFixed<8, 1, Rnd, Sat>;

/// The integer bits are guesses, and poor ones.
#[hls_model(input = [Fixed<16, 6>; 16])]
struct JetTagger {
    fc1: Dense<16, 64, W8>,
    relu1: Relu<A8>,
    fc2: Dense<64, 32, W8>,
    relu2: Relu<A8>,
    fc3: Dense<32, 32, W8>,
    relu3: Relu<A8>,
    fc4: Dense<32, 5, W8>,
    softmax: Softmax<UFixed<16, 0, Rnd, Sat>>,
}

#[test]
#[allow(clippy::print_stdout)] // the figures; `--nocapture` shows them
fn eight_bits_after_training() {
    let jets = Jets::embedded().unwrap();
    let split = jets.split();
    let standardization = Standardization::fit(split.train.features);
    let samples = |part: Part<'_>| {
        let classes = part.labels.iter().map(|&label| usize::from(label)).collect();
        Samples::new(FEATURE_COUNT, standardization.apply(part.features), classes).unwrap()
    };
    let (train, validation, test) = (samples(split.train), samples(split.validation), samples(split.test));
    let accuracy = |model: &JetTagger| {
        Metrics::of(&model.predict(test.inputs()).logits[0], test.classes(), CLASSES.len()).accuracy()
    };

    let settings = Settings { epochs: 15, ..Settings::default() };
    let fresh = JetTagger::seeded(settings.seed, &Device::default().autodiff()).into_float();
    let float = Trainer::new(settings).train(fresh, &train, &validation, &mut ()).unwrap().model;
    let baseline = accuracy(&float);
    println!("float: {:.2} %", 100.0 * baseline);
    assert!(baseline > 0.70, "{baseline}");

    let (calibration, _) = train.split_at(4096);
    for method in [Range::Max, Range::Percentile(99.9), Range::Mse] {
        let model = JetTagger::from_float(&float, &Calibration::new(&calibration).method(method)).unwrap();
        let quantized = accuracy(&model);
        println!(
            "{method:?}: {:.2} %, {:+.2}\n{}",
            100.0 * quantized,
            100.0 * (quantized - baseline),
            model.declaration()
        );
        assert!(quantized > baseline - 0.004, "{method:?}: {quantized} of {baseline}");
        // And it is a model like any other: as evaluated, so built.
        let emulator = Emulator::new(&model.graph().unwrap());
        let outputs = emulator.run(&emulator.quantize_input(test.inputs())).unwrap();
        assert_eq!(model.predict(test.inputs()).outputs[0], outputs.values(0));
    }
}
