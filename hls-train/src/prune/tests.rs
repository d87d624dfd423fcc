use super::*;
use crate::prelude::*;
use hls_core::emulator::Emulator;

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

#[test]
fn what_cannot_be_pruned_is_refused() {
    let (training, validation) = samples();
    let model = Single::seeded(1, &Device::default().autodiff());
    let refuse = |settings: PruneSettings| prune(&model, &training, &validation, &settings).unwrap_err().to_string();
    assert!(refuse(PruneSettings { pattern: Pattern::Neurons, ..PruneSettings::default() }).contains("no neuron"));
    assert!(refuse(PruneSettings { share: 1.0, ..PruneSettings::default() }).contains("share must be"));
    // Without an epoch the smallest weights go at once.
    let settings = PruneSettings { epochs: 0, share: 0.5, ..PruneSettings::default() };
    assert!(prune(&model, &training, &validation, &settings).unwrap().zeros >= 6);
}
