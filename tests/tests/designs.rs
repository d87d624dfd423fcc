//! Everything that pruning, learned widths and the search produce: training forward == emulator == C simulation, for a
//! random subset of it.

use hls_core::backend::{self, Target, TestVectors};
use hls_core::csim::{self, Simulator};
use hls_core::emulator::Emulator;
use hls_core::random::Choices;
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
        let settings = PruneSettings { pattern, share, epochs: 4, batch_size: 25, ..PruneSettings::default() };
        let pruned = prune(&quantized, &training, &validation, &settings).unwrap();
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
    let target = Target::new("xcvu13p-flga2577-2-e", 5.0).unwrap();
    let mut simulated = 0;
    for (name, design) in &designs {
        let graph = design.graph::<Tagger>().unwrap();
        let model: Tagger = design.model().unwrap();
        let emulator = Emulator::new(&graph);
        let inputs = emulator.quantize_input(validation.inputs());
        let emulated = emulator.run(&inputs).unwrap();
        assert!(model.predict(validation.inputs()).outputs[0] == emulated.values(0), "{name}");
        // The file says the same.
        let text = serde_json::to_string(design).unwrap();
        assert!(serde_json::from_str::<Design>(&text).unwrap() == *design, "{name}");
        // Compiling takes a second or two each.
        let is_pruned = name.starts_with("pruned");
        if simulated < 12 && (is_pruned || choices.one_in(4)) {
            let backend = backend::find("vitis").unwrap();
            let project = backend.emit(&graph, &target, &TestVectors::new(inputs)).unwrap();
            let report = simulator.run_project(&project).unwrap();
            assert_eq!((report.vectors, report.mismatches), (validation.len(), 0), "{name}: {:?}", report.first);
            simulated += 1;
        }
    }
    println!("{} designs equal in training and emulator, {simulated} of them in C simulation", designs.len());
    assert!(designs.len() > 20 && simulated >= 6, "{} {simulated}", designs.len());
}
