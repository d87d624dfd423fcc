//! Everything that pruning, learned widths and the search produce: training forward == emulator == C simulation, for a
//! random subset of it.

use hls_core::backend::{self, Target, TestVectors};
use hls_core::csim::{self, Simulator};
use hls_core::emulator::Emulator;
use hls_core::ops::OpTypes;
use hls_core::random::Choices;
use hls_core::rules::{LayerAttributes, Strategy};
use hls_train::Design;
use hls_train::learned::{Granularity, LearnSettings, learn};
use hls_train::prelude::*;
use hls_train::prune::{Pattern, PruneSettings, prune};
use hls_train::search::{SearchSettings, WorkloadCost, search};

#[hls_model(input = [Fixed<10, 3>; 4])]
struct Tagger {
    fc1: Dense<4, 12, Fixed<6, 2>>,
    relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
    fc2: Dense<12, 8, Fixed<6, 2, RndConv, SatSym>, Fixed<8, 2>>,
    relu2: Relu<UFixed<6, 2, Rnd, Sat>>,
    fc3: Dense<8, 3, Fixed<6, 2>>,
    softmax: Softmax<UFixed<10, 0, Rnd, Sat>>,
}

/// Filters that leave through everything that keeps channels apart.
#[hls_model(input = [Fixed<8, 2>; 6, 6, 2])]
struct Image {
    conv1: Conv2d<2, 8, Same<Kernel<3>>, Fixed<6, 1>>,
    norm1: BatchNorm<8>,
    relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
    pool1: MaxPool2d<2>,
    sep2: SeparableConv2d<8, 6, Kernel<2>, Fixed<6, 1>>,
    slope2: PRelu<6, Fixed<5, 1>, Fixed<8, 3, Rnd, Sat>>,
    flat: Flatten,
    #[hls(strategy = resource, reuse_factor = 6)]
    fc3: Dense<24, 3, Fixed<6, 1>>,
}

fn pruning(pattern: Pattern, share: f64) -> PruneSettings {
    PruneSettings { pattern, share, epochs: 4, batch_size: 25, ..PruneSettings::default() }
}

/// Training forward and emulator of a design, and the C simulation where there is a simulator: the same numbers.
#[track_caller]
fn agrees<M: HlsModel>(name: &str, design: &Design, inputs: &[f32], simulator: Option<&Simulator>) {
    let (graph, model) = (design.graph::<M>().unwrap(), design.model::<M>().unwrap());
    let emulator = Emulator::new(&graph);
    let quantized = emulator.quantize_input(inputs);
    let emulated = emulator.run(&quantized).unwrap();
    assert!(model.predict(inputs).outputs[0] == emulated.values(0), "{name}");
    let Some(simulator) = simulator else { return };
    let target = Target::new("xcvu13p-flga2577-2-e", 5.0).unwrap();
    let project = backend::find("vitis").unwrap().emit(&graph, &target, &TestVectors::new(quantized)).unwrap();
    let report = simulator.run_project(&project).unwrap();
    let vectors = inputs.len() / M::INPUT_SHAPE.size();
    assert_eq!((report.vectors, report.mismatches), (vectors, 0), "{name}: {:?}", report.first);
}

fn samples() -> (Samples, Samples) {
    let mut choices = Choices::new(3);
    let inputs: Vec<f32> = (0..4 * 500).map(|_| choices.normal(1.5)).collect();
    let class = |x: &[f32]| usize::from(x[0] * x[0] + x[1] * x[1] > 4.0) + usize::from(x[0] > x[1]);
    let classes = inputs.chunks(4).map(class).collect();
    Samples::new(4, inputs, classes).unwrap().split_at(400)
}

/// All designs, with where they are from.
fn designs() -> Vec<(String, Design)> {
    let (training, validation) = samples();
    let settings = Settings { epochs: 10, batch_size: 25, ..Settings::default() };
    let fresh = || Tagger::seeded(3, &Device::default().autodiff());
    let trainer = Trainer::new(settings.clone());
    let float = trainer.train(fresh().into_float(), &training, &validation, &mut ()).unwrap().model;
    let quantized = trainer.train(fresh(), &training, &validation, &mut ()).unwrap().model;

    let mut designs = Vec::new();
    let learning = LearnSettings {
        epochs: 12,
        cycles: 3,
        batch_size: 25,
        width_rate: 0.05,
        first_price: 1e-5,
        last_price: 1e-3,
        ..LearnSettings::default()
    };
    for granularity in [Granularity::Layer, Granularity::Channel, Granularity::Weight] {
        let learning = LearnSettings { granularity, ..learning.clone() };
        let front = learn(&float, &training, &validation, &learning).unwrap();
        let named = |epoch| format!("learned, {granularity:?}, epoch {epoch}");
        designs.extend(front.points.into_iter().map(|point| (named(point.epoch), point.design)));
    }
    for (pattern, share) in [(Pattern::Weights, 0.75), (Pattern::Weights, 0.95), (Pattern::Neurons, 0.5)] {
        let pruned = prune(&quantized, &training, &validation, &pruning(pattern, share)).unwrap();
        designs.push((format!("pruned, {pattern:?}, {share}"), pruned.design));
    }
    let directory = tempfile::tempdir().unwrap();
    let searching = SearchSettings {
        population: 6,
        generations: 3,
        epochs: 1,
        batch_size: 25,
        uniform: vec![3, 6],
        uniform_training: settings,
        learned: Vec::new(),
        ..SearchSettings::default()
    };
    let found = search(&float, &training, &validation, &searching, &WorkloadCost, directory.path(), &|_| ()).unwrap();
    let points = found.points.into_iter().chain(found.uniform);
    designs.extend(points.map(|point| (format!("{:?}", point.origin), point.design)));
    designs
}

#[test]
#[allow(clippy::print_stdout)] // the figures; `--nocapture` shows them
fn what_is_found_is_what_is_built() {
    let (_, validation) = samples();
    let designs = designs();
    let mut choices = Choices::new(17);
    let simulator = csim::headers(None).and_then(|headers| Simulator::new(&headers)).unwrap();
    let mut simulated = 0;
    for (name, design) in &designs {
        // The file says the same.
        let text = serde_json::to_string(design).unwrap();
        assert!(serde_json::from_str::<Design>(&text).unwrap() == *design, "{name}");
        // Compiling takes a second or two each.
        let is_pruned = name.starts_with("pruned");
        let is_simulated = simulated < 12 && (is_pruned || choices.one_in(4));
        agrees::<Tagger>(name, design, validation.inputs(), is_simulated.then_some(&simulator));
        simulated += usize::from(is_simulated);
    }
    println!("{} designs equal in training and emulator, {simulated} of them in C simulation", designs.len());
    assert!(designs.len() > 20 && simulated >= 6, "{} {simulated}", designs.len());
}

#[test]
#[allow(clippy::print_stdout)] // the figures; `--nocapture` shows them
fn pruned_filters_and_multipliers_are_built() {
    let simulator = csim::headers(None).and_then(|headers| Simulator::new(&headers)).unwrap();
    let (training, validation) = samples();
    let training_settings = Settings { epochs: 6, batch_size: 25, ..Settings::default() };
    let trainer = Trainer::new(training_settings);

    let resource = |reuse_factor| LayerAttributes {
        reuse_factor: Some(reuse_factor),
        strategy: Some(Strategy::Resource),
        ..LayerAttributes::default()
    };
    let hardware = [("fc1", 4), ("fc2", 12), ("fc3", 8)].map(|(layer, reuse)| (layer.to_owned(), resource(reuse)));
    let model = trainer.run::<Tagger>(&training, &validation, &mut ()).unwrap().model;
    let asked = PruneSettings { hardware: hardware.into(), ..pruning(Pattern::Multipliers, 0.6) };
    let pruned = prune(&model, &training, &validation, &asked).unwrap();
    println!("{} of {} multipliers", pruned.multipliers, pruned.multipliers_before);
    assert!(pruned.multipliers_before == 12 + 8 + 3 && pruned.multipliers <= 9, "{}", pruned.multipliers);
    let codes = pruned.design.graph::<Tagger>().unwrap();
    let codes = codes.nodes().iter().filter(|node| node.op.name() == "dense").map(|node| {
        let types = codes.input_types(node);
        node.op.code(&OpTypes { inputs: &types, output: &node.output }, &node.hardware).unwrap()
    });
    let built: i64 =
        codes.map(|code| code.constants.iter().find(|(name, _)| *name == "lanes").map_or(0, |&(_, lanes)| lanes)).sum();
    assert_eq!(built, pruned.multipliers as i64);
    agrees::<Tagger>("multipliers", &pruned.design, validation.inputs(), Some(&simulator));

    let mut choices = Choices::new(8);
    let inputs: Vec<f32> = (0..72 * 150).map(|_| choices.normal(0.7)).collect();
    let classes = inputs.chunks(72).map(|x| (x.iter().sum::<f32>() / 4.0).clamp(-1.0, 1.0).round() as i32 + 1);
    let classes = classes.map(|class| class as usize).collect();
    let (training, validation) = Samples::new(72, inputs, classes).unwrap().split_at(100);
    let model = trainer.run::<Image>(&training, &validation, &mut ()).unwrap().model;
    for (pattern, share) in [(Pattern::Neurons, 0.5), (Pattern::Neurons, 0.8), (Pattern::Multipliers, 0.7)] {
        let pruned = prune(&model, &training, &validation, &pruning(pattern, share)).unwrap();
        println!("{pattern:?} {share}: {:?}, {} multipliers", pruned.neurons, pruned.multipliers);
        let outputs: Vec<usize> = pruned.neurons.iter().map(|(_, _, after)| *after).collect();
        // The filters of the first convolution are the channels of the depthwise part.
        assert!(outputs[0] == outputs[1] && outputs[3] == 3, "{outputs:?}");
        assert_eq!(outputs[0] + outputs[2] < 14, pattern == Pattern::Neurons, "{outputs:?}");
        assert!(pruned.multipliers < pruned.multipliers_before);
        agrees::<Image>(&format!("{pattern:?} {share}"), &pruned.design, validation.inputs(), Some(&simulator));
    }
}
