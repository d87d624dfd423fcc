use std::path::Path;
use std::sync::Mutex;

use super::*;
use crate::learned::LearnSettings;
use crate::prelude::*;
use hls_core::emulator::Emulator;
use hls_core::rules::{LayerAttributes, Strategy};

#[hls_model(input = [Fixed<10, 3>; 4])]
struct Tagger {
    fc1: Dense<4, 12, Fixed<6, 2>>,
    relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
    fc2: Dense<12, 8, Fixed<6, 2>>,
    relu2: Relu<UFixed<6, 2, Rnd, Sat>>,
    fc3: Dense<8, 3, Fixed<6, 2>>,
    softmax: Softmax<UFixed<10, 0, Rnd, Sat>>,
}

fn samples() -> (Samples, Samples) {
    let mut generator = crate::random::Generator::new(&[11]);
    let inputs: Vec<f32> = (0..4 * 500).map(|_| generator.unit() * 6.0 - 3.0).collect();
    let class = |x: &[f32]| usize::from(x[0] * x[0] + x[1] * x[1] > 4.0) + usize::from(x[0] > x[1]);
    let classes = inputs.chunks(4).map(class).collect();
    Samples::new(4, inputs, classes).unwrap().split_at(400)
}

fn float() -> Tagger {
    let (training, validation) = samples();
    let settings = Settings { epochs: 20, batch_size: 25, ..Settings::default() };
    let fresh = Tagger::seeded(3, &Device::default().autodiff()).into_float();
    Trainer::new(settings).train(fresh, &training, &validation, &mut ()).unwrap().model
}

fn learned(seed: u64) -> LearnSettings {
    LearnSettings {
        epochs: 12,
        cycles: 3,
        batch_size: 25,
        seed,
        width_rate: 0.03,
        first_price: 1e-5,
        last_price: 1e-3,
        ..LearnSettings::default()
    }
}

fn settings() -> SearchSettings {
    SearchSettings {
        population: 6,
        generations: 3,
        epochs: 2,
        batch_size: 25,
        uniform: vec![3, 6],
        uniform_training: Settings { epochs: 4, batch_size: 25, ..Settings::default() },
        learned: vec![learned(1), learned(2)],
        segment: 4,
        ..SearchSettings::default()
    }
}

fn run(float: &Tagger, settings: &SearchSettings, directory: &Path) -> Result<(Found, Vec<String>), SearchError> {
    let (training, validation) = samples();
    let told = Mutex::new(Vec::new());
    let tell = |text: &str| told.lock().unwrap().push(text.to_owned());
    let found = search(float, &training, &validation, settings, &WorkloadCost, directory, &tell)?;
    Ok((found, told.into_inner().unwrap()))
}

#[test]
fn a_front_of_exact_designs() {
    let directory = tempfile::tempdir().unwrap();
    let (_, validation) = samples();
    let (found, _) = run(&float(), &settings(), directory.path()).unwrap();
    assert!(found.points.len() >= 5 && found.uniform.len() == 2, "{}", found.points.len());
    for (index, point) in found.points.iter().enumerate() {
        assert!(!found.points.iter().any(|other| other.beats(point)), "{index}");
        let graph = point.design.graph::<Tagger>().unwrap();
        assert_eq!(WorkloadCost.objectives(&graph), point.objectives);
        let model: Tagger = point.design.model().unwrap();
        let emulator = Emulator::new(&graph);
        let emulated = emulator.run(&emulator.quantize_input(validation.inputs())).unwrap().values(0);
        assert_eq!(model.predict(validation.inputs()).outputs[0], emulated);
    }
    let of = |pick: fn(&Origin) -> bool| found.points.iter().any(|point| pick(&point.origin));
    assert!(
        of(|origin| matches!(origin, Origin::Learned { .. })) && of(|origin| matches!(origin, Origin::Searched(_)))
    );
    assert!(found.points.iter().any(|point| point.design.declaration.contains("reuse_factor")));
}

/// Only what is missing is run, whatever is missing, and the front is the same.
#[test]
fn a_search_that_lost_some_trials_comes_to_the_same_front() {
    let directory = tempfile::tempdir().unwrap();
    let float = float();
    let (whole, told) = run(&float, &settings(), directory.path()).unwrap();
    assert!(told.iter().any(|text| text.starts_with("uniform 3")));
    let (again, told) = run(&float, &settings(), directory.path()).unwrap();
    assert!(again == whole);
    assert!(!told.iter().any(|text| text.starts_with("uniform") || text.starts_with("learned")), "{told:?}");

    let trials = std::fs::read_dir(directory.path().join("trials")).unwrap();
    let mut trials: Vec<_> = trials.map(|entry| entry.unwrap().path()).collect();
    trials.sort();
    for (index, trial) in trials.iter().enumerate().filter(|(index, _)| index % 3 == 0) {
        assert!(index < 100);
        std::fs::remove_file(trial).unwrap();
    }
    std::fs::remove_file(directory.path().join("learned-2.state")).unwrap();
    std::fs::remove_file(directory.path().join("uniform-6.json")).unwrap();
    let kept = std::fs::metadata(&trials[1]).unwrap().modified().unwrap();
    assert!(run(&float, &settings(), directory.path()).unwrap().0 == whole);
    assert_eq!(std::fs::metadata(&trials[1]).unwrap().modified().unwrap(), kept);

    let other = SearchSettings { seed: 2, ..settings() };
    let error = run(&float, &other, directory.path()).unwrap_err().to_string();
    assert!(error.contains("holds a search of another"), "{error}");
    std::fs::write(&trials[1], "{\"half\":").unwrap();
    assert!(matches!(run(&float, &settings(), directory.path()), Err(SearchError::Corrupt { .. })));
}

#[test]
fn constraints_are_kept() {
    let directory = tempfile::tempdir().unwrap();
    let constraints = Constraints { ebops: Some(3000), interval: Some(2), ..Constraints::default() };
    let settings = SearchSettings { constraints, learned: Vec::new(), uniform: Vec::new(), ..settings() };
    let (found, _) = run(&float(), &settings, directory.path()).unwrap();
    assert!(found.points.iter().all(|point| point.objectives.ebops <= 3000 && point.objectives.interval <= 2));
    let directory = tempfile::tempdir().unwrap();
    let constraints = Constraints { ebops: Some(1), ..Constraints::default() };
    let settings = SearchSettings { constraints, ..settings };
    assert!(matches!(run(&float(), &settings, directory.path()), Err(SearchError::Nothing)));
    assert!(SearchSettings { widths: (9, 8), ..settings }.violation().is_some());
}

#[test]
fn the_estimate_of_a_part_is_an_objective() {
    let target = hls_core::backend::Target::new("xc7z020clg400-1", 5.0).unwrap();
    let graph = Tagger::seeded(1, &Device::default()).graph().unwrap();
    let cost = EstimateCost(target);
    let objectives = cost.objectives(&graph);
    assert!(objectives.lut.unwrap() > 0.0 && objectives.latency_ns.unwrap() > 0.0 && objectives.dsp.is_some());
    let fits = Constraints { fits: true, latency_ns: Some(1e9), ..Constraints::default() };
    assert!(objectives.utilization.unwrap() < 1.0 && fits.excess(&objectives) == 0.0);
    assert!(Constraints { latency_ns: Some(0.001), ..fits }.excess(&objectives) > 1.0);
    assert!(fits.excess(&Objectives { utilization: Some(1.5), ..objectives }) > 0.4);
    assert_ne!(cost.identity(), WorkloadCost.identity());
}

#[test]
fn ranks_and_crowding_by_hand() {
    let figures = [[1.0, 4.0], [2.0, 2.0], [4.0, 1.0], [3.0, 3.0], [5.0, 5.0]].map(Vec::from);
    let ranks: Vec<usize> = super::front::ranked(&figures).into_iter().map(|(rank, _)| rank).collect();
    assert_eq!(ranks, [0, 0, 0, 1, 2]);
    assert_eq!(super::front::ranked(&figures)[1].1, 2.0);
}

#[hls_model(input = [Fixed<8, 3>; 6, 6, 2])]
struct Convolving {
    #[hls(reuse_factor = 3, parallelization_factor = 5)]
    conv1: Conv2d<2, 4, Kernel<3>, Fixed<6, 1>>,
    relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
    #[hls(reuse_factor = 2)]
    sep1: SeparableConv2d<4, 3, Same<Kernel<3>>, Fixed<6, 1>>,
    flat: Flatten,
    fc1: Dense<48, 2, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 6, 2], io_type = io_stream)]
struct Streaming {
    #[hls(reuse_factor = 3)]
    conv1: Conv2d<2, 4, Same<Kernel<3>>, Fixed<6, 1>>,
    relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
    flat: Flatten,
    fc1: Dense<144, 2, Fixed<6, 1>>,
}

#[test]
fn places_of_a_window_count() {
    let graph = Convolving::seeded(1, &Device::default()).graph().unwrap();
    let nonzero = |name: &str, places: u64| {
        let node = graph.nodes().iter().find(|node| node.name == name).unwrap();
        graph.workload(node).nonzero_multiplications / places
    };
    let counted = WorkloadCost.objectives(&graph);
    // The 16 places of conv1 are 4 runs of 3 clocks; those of sep1 are 16 runs of 2 clocks.
    assert_eq!(counted.interval, 32);
    let multipliers = 5 * nonzero("conv1", 16).div_ceil(3)
        + nonzero("sep1_depthwise", 16).div_ceil(1)
        + nonzero("sep1", 16).div_ceil(2)
        + nonzero("fc1", 1);
    assert_eq!(counted.multipliers, multipliers);
    let target = hls_core::backend::Target::new("xc7z020clg400-1", 5.0).unwrap();
    let estimate = hls_core::cost::Estimate::new(&graph, &target);
    let estimated = EstimateCost(target).objectives(&graph);
    assert_eq!((estimated.interval as f64, estimated.multipliers), (estimate.total.ii.estimate, multipliers));
    assert!(estimated.interval >= 32, "{}", estimated.interval);

    // One kernel, which walks over image and padding.
    let graph = Streaming::seeded(1, &Device::default()).graph().unwrap();
    let counted = WorkloadCost.objectives(&graph);
    let simulated = hls_core::dataflow::simulate(&graph).unwrap().interval;
    assert!((36 * 3..=simulated).contains(&counted.interval), "{} {simulated}", counted.interval);
    let of = |name: &str| graph.workload(graph.nodes().iter().find(|node| node.name == name).unwrap());
    let multipliers = (of("conv1").nonzero_multiplications / 36).div_ceil(3) + of("fc1").nonzero_multiplications;
    assert_eq!(counted.multipliers, multipliers);
}

/// What counted before there were windows.
#[test]
fn dense_layers_count_by_their_reuse_factor() {
    let target = hls_core::backend::Target::new("xc7z020clg400-1", 5.0).unwrap();
    let model = Tagger::seeded(1, &Device::default());
    for (factor, strategy) in
        [(1, Strategy::Latency), (4, Strategy::Latency), (1, Strategy::Resource), (4, Strategy::Resource)]
    {
        let shared =
            LayerAttributes { reuse_factor: Some(factor), strategy: Some(strategy), ..LayerAttributes::default() };
        let hardware = [("fc1".to_owned(), shared), ("fc2".to_owned(), shared)].into();
        let graph = crate::design::graph(&model, &hardware).unwrap();
        let multipliers = |node: &hls_core::ir::Node| {
            graph.workload(node).nonzero_multiplications.div_ceil(node.hardware.reuse_factor.max(1) as u64)
        };
        let counted = WorkloadCost.objectives(&graph);
        assert_eq!(counted.multipliers, graph.nodes().iter().map(multipliers).sum::<u64>());
        assert_eq!(counted.interval, factor as u64);
        let estimated = EstimateCost(target.clone()).objectives(&graph);
        assert_eq!(estimated.multipliers, counted.multipliers);
        assert_eq!(estimated.interval, factor as u64);
    }
}

#[test]
fn only_declared_fields_have_reuse_factors() {
    let model = Convolving::seeded(1, &Device::default());
    let space = super::genome::Space::new(&model, &model.graph().unwrap(), &SearchSettings::default());
    let mut generator = crate::random::Generator::new(&[5]);
    let mut genomes = vec![space.uniform(6), space.random(&mut generator), space.random(&mut generator)];
    for index in 0..20 {
        genomes.push(space.child(&genomes[index], &genomes[index + 1], &mut generator));
    }
    let fields = ["conv1", "fc1", "sep1"];
    for genome in genomes {
        assert!(genome.reuse.keys().eq(fields), "{genome}");
        let hardware = space.hardware(&genome);
        assert!(hardware.keys().eq(fields));
        // All of it is used.
        let graph = crate::design::graph(&model, &hardware).unwrap();
        for (name, factor) in genome.reuse {
            let node = graph.nodes().iter().find(|node| node.name == name).unwrap();
            assert_eq!(node.hardware.reuse_factor, factor, "{name}");
        }
    }
}

#[test]
fn a_limit_that_cannot_be_checked_is_refused_before_anything_is_trained() {
    let (training, validation) = samples();
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("search");
    let fresh = Tagger::seeded(3, &Device::default()).into_float();
    let refused = |constraints, cost: &dyn CostModel, parts: &[&str]| {
        let settings = SearchSettings { constraints, ..settings() };
        let error = search(&fresh, &training, &validation, &settings, cost, &directory, &|_| ()).unwrap_err();
        assert!(matches!(error, SearchError::Settings(_)));
        let error = error.to_string();
        assert!(parts.iter().all(|part| error.contains(part)), "{error}");
        assert!(!directory.exists());
    };
    let unknown = EstimateCost(hls_core::backend::Target::new("xcau25p-ffvb676-2-e", 5.0).unwrap());
    let fits = Constraints { fits: true, ..Constraints::default() };
    refused(fits, &unknown, &["must fit", "xcau25p-ffvb676-2-e", "xcvu13p"]);
    refused(fits, &WorkloadCost, &["must fit", "without a part"]);
    let latency = Constraints { latency_ns: Some(100.0), ..Constraints::default() };
    refused(latency, &WorkloadCost, &["latency_ns"]);
    // Nor is it kept where only some design's figure is not known.
    assert_eq!(fits.excess(&Objectives::default()), f64::INFINITY);
    assert_eq!(latency.excess(&Objectives::default()), f64::INFINITY);
    assert_eq!(Constraints::default().excess(&Objectives::default()), 0.0);
}

#[test]
fn impossible_settings_are_named() {
    let violation = |settings: SearchSettings| settings.violation();
    let default = SearchSettings::default;
    assert_eq!(violation(default()), None);
    for allowance in [f64::NAN, -0.1, 1.1, f64::INFINITY] {
        assert_eq!(violation(SearchSettings { allowance, ..default() }).unwrap(), "allowance must be 0 to 1");
    }
    let uniform = vec![6, 4, 6];
    assert_eq!(violation(SearchSettings { uniform, ..default() }).unwrap(), "the uniform width 6 is named twice");
    assert!(violation(SearchSettings { candidates: Some(0), ..default() }).unwrap().contains("candidates"));
    for limit in [f64::NAN, 0.0, -1.0] {
        let constraints = Constraints { latency_ns: Some(limit), ..Constraints::default() };
        assert!(violation(SearchSettings { constraints, ..default() }).unwrap().contains("latency"));
    }
}

/// Exactly so many candidates, and those that a search without a limit begins with.
#[test]
fn the_last_generation_is_cut() {
    let float = float();
    let names = |directory: &Path| {
        let entries = std::fs::read_dir(directory.join("trials")).unwrap();
        entries.map(|entry| entry.unwrap().file_name()).collect::<std::collections::BTreeSet<_>>()
    };
    let settings = SearchSettings { learned: Vec::new(), uniform: vec![6, 3], epochs: 1, ..settings() };
    let whole = tempfile::tempdir().unwrap();
    let (found, _) = run(&float, &settings, whole.path()).unwrap();
    assert_eq!(found.candidates, 18);
    let origins: Vec<&Origin> = found.uniform.iter().map(|point| &point.origin).collect();
    assert_eq!(origins, [&Origin::Uniform(3), &Origin::Uniform(6)]);
    let cut = tempfile::tempdir().unwrap();
    let (found, _) = run(&float, &SearchSettings { candidates: Some(8), ..settings }, cut.path()).unwrap();
    assert_eq!(found.candidates, 8);
    let (whole, cut) = (names(whole.path()), names(cut.path()));
    assert!(cut.len() <= 8 && cut.len() + 2 == found.trials && cut.is_subset(&whole), "{cut:?} {whole:?}");
}

#[hls_model(input = [Fixed<10, 3>; 4])]
struct Accumulating {
    fc1: Dense<4, 12, Fixed<6, 2>, Fixed<6, 2>, Fixed<24, 10>>,
    relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
    fc2: Dense<12, 3, Fixed<6, 2>, Fixed<6, 2>, Fixed<18, 10>>,
}

/// `fc2` holds 8 fractional bits of a product, which are those of the declared types.
#[test]
fn designs_that_cannot_be_built_are_left_out() {
    let (training, validation) = samples();
    let fresh = Accumulating::seeded(3, &Device::default().autodiff()).into_float();
    let trainer = Trainer::new(Settings { epochs: 5, batch_size: 25, ..Settings::default() });
    let float = trainer.train(fresh, &training, &validation, &mut ()).unwrap().model;
    let run = |settings: &SearchSettings| {
        let directory = tempfile::tempdir().unwrap();
        let told = Mutex::new(Vec::new());
        let tell = |text: &str| told.lock().unwrap().push(text.to_owned());
        let found = search(&float, &training, &validation, settings, &WorkloadCost, directory.path(), &tell);
        let trained = directory.path().join("uniform-8.training").exists();
        (found, told.into_inner().unwrap(), trained)
    };
    let settings = SearchSettings {
        uniform: vec![8, 4],
        widths: (3, 8),
        epochs: 1,
        generations: 4,
        learned: vec![LearnSettings { epochs: 2, cycles: 1, ..learned(1) }],
        ..settings()
    };
    let (found, told, trained) = run(&settings);
    let found = found.unwrap();
    assert!(!found.points.is_empty() && !trained);
    assert_eq!(found.uniform.iter().map(|point| &point.origin).collect::<Vec<_>>(), [&Origin::Uniform(4)]);
    let heard = |what: &str| told.iter().any(|text| text.contains("cannot be built") && text.contains(what));
    assert!(heard("uniform 8 bits") && heard("learned widths 1") && heard("fc2.weight "), "{told:#?}");
    for point in &found.points {
        point.design.graph::<Accumulating>().unwrap();
    }

    let (found, ..) = run(&SearchSettings { widths: (8, 8), uniform: vec![8], ..settings });
    let error = found.unwrap_err();
    assert!(matches!(error, SearchError::Unbuildable(_)) && error.to_string().contains("accumulator"), "{error}");
}

#[test]
fn every_changed_byte_and_every_cut_of_a_trial_is_seen() {
    let directory = tempfile::tempdir().unwrap();
    let float = Tagger::seeded(3, &Device::default()).into_float();
    let settings = SearchSettings {
        population: 2,
        generations: 1,
        epochs: 1,
        learned: Vec::new(),
        uniform: Vec::new(),
        ..settings()
    };
    let (found, _) = run(&float, &settings, directory.path()).unwrap();
    let entry = std::fs::read_dir(directory.path().join("trials")).unwrap().next().unwrap().unwrap();
    let text = std::fs::read(entry.path()).unwrap();
    // It is JSON for everyone else.
    assert!(serde_json::from_slice::<serde_json::Value>(&text).unwrap()["correct"].is_u64());
    let parse = super::journal::parse::<super::trial::Trial>;
    assert!(parse(&text).is_ok());
    for at in 0..text.len() {
        assert!(parse(&text[..at]).is_err(), "cut at {at}");
        let mut changed = text.clone();
        changed[at] ^= 1 << (at % 8);
        assert!(parse(&changed).is_err(), "byte {at}");
    }
    // A digit of what it classifies correctly.
    let digit = text.windows(10).position(|part| part == b"\"correct\":").unwrap() + 10;
    let mut changed = text.clone();
    changed[digit] = if text[digit] == b'9' { b'8' } else { text[digit] + 1 };
    std::fs::write(entry.path(), changed).unwrap();
    assert!(matches!(run(&float, &settings, directory.path()), Err(SearchError::Corrupt { .. })));
    std::fs::write(entry.path(), text).unwrap();
    assert!(run(&float, &settings, directory.path()).unwrap().0 == found);
}
