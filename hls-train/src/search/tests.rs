use std::path::Path;
use std::sync::Mutex;

use super::*;
use crate::learned::LearnSettings;
use crate::prelude::*;
use hls_core::emulator::Emulator;

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
