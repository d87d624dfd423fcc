use super::*;
use crate::prelude::*;
use hls_core::backend::Target;
use hls_core::cost::Estimate;
use hls_core::emulator::Emulator;
use hls_core::rules::{LayerAttributes, Strategy};

#[hls_model(input = [Fixed<10, 3>; 4])]
struct Tagger {
    fc1: Dense<4, 24, Fixed<6, 1>>,
    relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
    fc2: Dense<24, 16, Fixed<6, 1>>,
    relu2: Relu<UFixed<6, 2, Rnd, Sat>>,
    fc3: Dense<16, 3, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<10, 3>; 4])]
struct Normalized {
    fc1: Dense<4, 16, Fixed<6, 2>>,
    norm1: BatchNorm<16>,
    relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
    fc2: Dense<16, 3, Fixed<6, 1>>,
}

/// Multipliers of memories, and of constants that share them.
#[hls_model(input = [Fixed<10, 3>; 4], strategy = resource)]
struct Shared {
    #[hls(reuse_factor = 4)]
    fc1: Dense<4, 24, Fixed<8, 2>>,
    norm1: BatchNorm<24>,
    relu1: Relu<UFixed<8, 3, Rnd, Sat>>,
    #[hls(reuse_factor = 8)]
    fc2: Dense<24, 16, Fixed<8, 2>>,
    relu2: Relu<UFixed<8, 3, Rnd, Sat>>,
    #[hls(strategy = latency, reuse_factor = 4)]
    fc3: Dense<16, 3, Fixed<8, 2>>,
}

#[hls_model(input = [Fixed<10, 3>; 4], strategy = resource, reuse_factor = 4)]
struct Shifted {
    fc1: Dense<4, 8, PowerOfTwo<-3, 0>, Fixed<8, 3>>,
    relu1: Relu<UFixed<8, 3, Rnd, Sat>>,
    fc2: Dense<8, 3, Ternary, Fixed<8, 3>>,
}

#[hls_model(input = [Fixed<10, 3>; 4])]
struct Single {
    fc1: Dense<4, 3, Fixed<6, 2>>,
}

fn samples() -> (Samples, Samples) {
    let mut generator = crate::random::Generator::new(&[11]);
    let inputs: Vec<f32> = (0..4 * 600).map(|_| generator.unit() * 6.0 - 3.0).collect();
    let class = |x: &[f32]| usize::from(x[0] * x[0] + x[1] * x[1] > 4.0) + usize::from(x[0] > x[1]);
    let classes = inputs.chunks(4).map(class).collect();
    Samples::new(4, inputs, classes).unwrap().split_at(500)
}

fn trained<M: HlsModel>() -> M {
    let (training, validation) = samples();
    let settings = Settings { epochs: 20, batch_size: 25, ..Settings::default() };
    Trainer::new(settings).run::<M>(&training, &validation, &mut ()).unwrap().model
}

fn pruned<M: HlsModel>(model: &M, pattern: Pattern, share: f64) -> Pruned {
    let (training, validation) = samples();
    let settings = PruneSettings { pattern, share, epochs: 16, batch_size: 25, ..PruneSettings::default() };
    let pruned = prune(model, &training, &validation, &settings).unwrap();
    // As evaluated, so built.
    let model: M = pruned.design.model().unwrap();
    let emulator = Emulator::new(&pruned.design.graph::<M>().unwrap());
    let emulated = emulator.run(&emulator.quantize_input(validation.inputs())).unwrap();
    assert_eq!(model.predict(validation.inputs()).outputs[0], emulated.values(0));
    let metrics = Metrics::of(&emulated.values(0), validation.classes(), 3);
    assert_eq!(metrics.correct, pruned.correct);
    pruned
}

#[test]
fn three_quarters_of_the_weights_are_zero_in_the_graph() {
    let model: Tagger = trained();
    let pruned = pruned(&model, Pattern::Weights, 0.75);
    assert_eq!(pruned.weights, 4 * 24 + 24 * 16 + 16 * 3);
    assert!(pruned.zeros * 4 >= pruned.weights * 3, "{} of {}", pruned.zeros, pruned.weights);
    assert!(pruned.ebops * 2 < pruned.ebops_before && pruned.correct + 15 > pruned.correct_before, "{pruned:?}");
    assert!(pruned.neurons.iter().all(|(_, before, after)| before == after));
}

#[test]
fn pruned_neurons_are_gone() {
    let model: Tagger = trained();
    let pruned = pruned(&model, Pattern::Neurons, 0.5);
    let left: usize = pruned.neurons[..2].iter().map(|(_, _, after)| after).sum();
    assert_eq!(left, 20, "{:?}", pruned.neurons);
    assert_eq!(pruned.neurons[2], ("fc3".to_owned(), 3, 3));
    let [first, second] = [0, 1].map(|layer| pruned.neurons[layer].2);
    assert!(pruned.design.declaration.contains(&format!("fc1: Dense<4, {first}, ")), "{}", pruned.design.declaration);
    assert!(pruned.design.declaration.contains(&format!("fc2: Dense<{first}, {second}, ")));
}

#[test]
fn nearly_everything_leaves_one_neuron_a_layer() {
    let pruned = pruned(&trained::<Tagger>(), Pattern::Neurons, 0.999);
    assert_eq!(pruned.neurons.iter().map(|(_, _, after)| *after).collect::<Vec<_>>(), [1, 1, 3]);
}

#[test]
fn a_folded_normalization_becomes_narrower_too() {
    let pruned = pruned(&trained::<Normalized>(), Pattern::Neurons, 0.5);
    assert_eq!(pruned.neurons[0].2, 8);
    assert!(pruned.design.declaration.contains("norm1: BatchNorm<8>"), "{}", pruned.design.declaration);
    assert!(pruned.zeros * 2 >= pruned.weights, "{} of {}", pruned.zeros, pruned.weights);
}

/// The DSPs of a design by layer, estimated.
fn dsps<M: HlsModel>(design: &Design) -> Vec<f64> {
    let target = Target::new("xcvu13p-flga2577-2-e", 5.0).unwrap();
    let estimate = Estimate::new(&design.graph::<M>().unwrap(), &target);
    let layers = estimate.layers.iter().filter(|layer| layer.op == "dense");
    layers.map(|layer| layer.cost.dsp.estimate).collect()
}

#[test]
#[allow(clippy::print_stdout)] // the figures; `--nocapture` shows them
fn pruned_multipliers_are_not_built() {
    let model: Shared = trained();
    let multipliers = pruned(&model, Pattern::Multipliers, 0.5);
    // 4 x 24 / 4, 24 x 16 / 8, 16 x 3 / 4 and less.
    assert!((83..=84).contains(&multipliers.multipliers_before), "{}", multipliers.multipliers_before);
    assert!(multipliers.multipliers <= 42 && multipliers.zeros * 20 > multipliers.weights * 9, "{multipliers:?}");
    let weights = pruned(&model, Pattern::Weights, 0.5);
    let declared = dsps::<Shared>(&Design::new(&model, HardwareSettings::new()));
    let [together, single] = [&multipliers, &weights].map(|pruned| dsps::<Shared>(&pruned.design));
    println!("DSPs: declared {declared:?}, half of the multipliers {together:?}, half of the weights {single:?}");
    for (name, pruned) in [("multipliers", &multipliers), ("weights", &weights)] {
        let Pruned { multipliers_before: before, multipliers: after, zeros, weights, correct, correct_before, .. } =
            pruned;
        println!(
            "half of the {name}: {after} of {before} multipliers, {zeros} of {weights} zeros, {correct} correct, before {correct_before}"
        );
    }
    // As many multipliers as are left in the memories, and far fewer than as many zeros anywhere leave.
    let total = |dsps: &[f64]| dsps.iter().take(2).sum::<f64>();
    assert_eq!(declared[..2], [24.0, 48.0]);
    assert!(total(&together) <= 42.0 && total(&single) > 1.3 * total(&together), "{together:?} {single:?}");
    assert!(multipliers.correct + 15 > multipliers.correct_before, "{multipliers:?}");
}

/// Other settings than the declared ones: the design has them, and its multipliers are theirs.
#[test]
fn multipliers_of_other_settings() {
    let (training, validation) = samples();
    let attributes = |reuse_factor| LayerAttributes {
        reuse_factor: Some(reuse_factor),
        strategy: Some(Strategy::Resource),
        ..LayerAttributes::default()
    };
    let hardware: HardwareSettings =
        [("fc1", 8), ("fc2", 12), ("fc3", 4)].map(|(layer, reuse)| (layer.to_owned(), attributes(reuse))).into();
    let settings = PruneSettings {
        pattern: Pattern::Multipliers,
        share: 0.75,
        epochs: 0,
        hardware: hardware.clone(),
        ..PruneSettings::default()
    };
    let model = Tagger::seeded(5, &Device::default().autodiff());
    let pruned = prune(&model, &training, &validation, &settings).unwrap();
    assert_eq!(pruned.design.hardware, hardware);
    assert_eq!((pruned.multipliers_before, pruned.multipliers), (12 + 32 + 12, 14));
    let illegal = [("fc1".to_owned(), attributes(5))].into();
    let error = prune(&model, &training, &validation, &PruneSettings { hardware: illegal, ..settings }).unwrap_err();
    assert!(error.to_string().contains("reuse_factor 5 is not legal"), "{error}");
}

#[test]
fn what_cannot_be_pruned_is_refused() {
    let (training, validation) = samples();
    let model = Single::seeded(1, &Device::default().autodiff());
    let refuse = |settings: PruneSettings| prune(&model, &training, &validation, &settings).unwrap_err().to_string();
    assert!(refuse(PruneSettings { pattern: Pattern::Neurons, ..PruneSettings::default() }).contains("no neuron"));
    let shifted = Shifted::seeded(1, &Device::default().autodiff());
    let settings = PruneSettings { pattern: Pattern::Multipliers, ..PruneSettings::default() };
    let error = prune(&shifted, &training, &validation, &settings).unwrap_err().to_string();
    assert!(
        error.contains("no multiplier can be freed: it takes a Dense or a convolution with weights other"),
        "{error}"
    );
    assert!(refuse(PruneSettings { share: 1.0, ..PruneSettings::default() }).contains("share must be"));
    // Without an epoch the smallest weights go at once.
    let settings = PruneSettings { epochs: 0, share: 0.5, ..PruneSettings::default() };
    assert!(prune(&model, &training, &validation, &settings).unwrap().zeros >= 6);
}
