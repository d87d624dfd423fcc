//! Training end to end on a small problem.

use std::collections::BTreeMap;
use std::io::{Seek, SeekFrom, Write};
use std::ops::ControlFlow;
use std::path::Path;

use burn::module::ModuleVisitor;
use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};
use hls_core::emulator::Emulator;

use super::checkpoint::{Directory, declaration_digest};
use super::state::Identity;
use super::{
    Augmentation, Observer, Progress, Report, Samples, Settings, Stop, TrainError, Trained, Trainer, adam, readers,
};
use crate::prelude::*;
use crate::random::Generator;
use crate::{Carrier, HlsModel};

type W = Fixed<6, 2>;
type A = UFixed<6, 2, Rnd, Sat>;

/// Everything that carries state through a training: normalization, dropout, a skip connection.
#[hls_model(input = [Fixed<12, 4>; 4])]
struct Tagger {
    fc1: Dense<4, 16, W>,
    norm1: BatchNorm<16>,
    relu1: Relu<A>,
    drop1: Dropout<20>,
    fc2: Dense<16, 16, W>,
    relu2: Relu<A>,
    #[hls(input(relu1, relu2))]
    skip: Add<UFixed<7, 3, Rnd, Sat>>,
    fc3: Dense<16, 3, W, Fixed<8, 3>>,
    softmax: Softmax<UFixed<12, 0, Rnd, Sat>>,
}

/// Two of the features decide the class, on curved borders.
fn samples(count: usize, seed: u64) -> Samples {
    let mut generator = Generator::new(&[seed]);
    let inputs: Vec<f32> = (0..count * 4).map(|_| generator.unit() * 4.0 - 2.0).collect();
    let classes = inputs.chunks(4).map(|x| usize::from(x[0] * x[0] + x[1] > 1.0) + usize::from(x[1] > 0.5)).collect();
    Samples::new(4, inputs, classes).unwrap()
}

fn settings() -> Settings {
    Settings { epochs: 6, batch_size: 100, learning_rate: 1e-2, ..Settings::default() }
}

/// All parameters and running statistics, bit by bit.
fn weights<M: Module>(model: &M) -> Vec<u32> {
    struct Bits(Vec<u32>);
    impl ModuleVisitor for Bits {
        fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
            self.0.extend(parameter.val().into_data().iter::<f32>().map(f32::to_bits));
        }
    }
    let mut bits = Bits(Vec::new());
    model.visit(&mut bits);
    bits.0
}

fn run(trainer: &Trainer) -> Trained<Tagger> {
    trainer.run(&samples(1010, 1), &samples(500, 2), &mut ()).unwrap()
}

#[test]
fn training_learns() {
    let trained = run(&Trainer::new(Settings { epochs: 20, ..settings() }));
    let best = trained.report.epochs[trained.report.best_epoch - 1];
    assert!(best.validation_accuracy() > 0.85, "{best:?}");
    assert_eq!(trained.report.stop, Stop::Complete);
}

#[test]
fn a_seed_gives_the_same_model_twice_and_another_seed_another_one() {
    let first = run(&Trainer::new(settings()));
    // What other trainings draw in between must not matter.
    crate::seed(99);
    let second = run(&Trainer::new(settings()));
    assert_eq!(weights(&first.model), weights(&second.model));
    assert_eq!(first.report, second.report);
    let other = run(&Trainer::new(Settings { seed: 2, ..settings() }));
    assert_ne!(weights(&first.model), weights(&other.model));
}

/// Runs and stops after so many epochs, or in the middle of the next one.
fn interrupted(directory: &Path, epochs: usize, in_the_middle: bool) -> Report {
    let trainer = Trainer::new(settings()).checkpoints(directory);
    let mut observer = |progress: &Progress<'_>| match progress {
        Progress::Epoch(report) if !in_the_middle && report.epoch == epochs => ControlFlow::Break(()),
        Progress::Step { epoch, step: 3, .. } if in_the_middle && *epoch == epochs + 1 => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    let trained: Trained<Tagger> = trainer.run(&samples(1010, 1), &samples(500, 2), &mut observer).unwrap();
    trained.report
}

#[test]
fn a_resumed_training_equals_an_uninterrupted_one() {
    let whole = run(&Trainer::new(settings()));
    let directory = tempfile::tempdir().unwrap();
    let report = interrupted(directory.path(), 2, false);
    assert_eq!((report.stop, report.epochs.len()), (Stop::Observer, 2));
    let report = interrupted(directory.path(), 3, true);
    assert_eq!((report.stop, report.epochs.len()), (Stop::Observer, 3));
    let resumed = run(&Trainer::new(settings()).checkpoints(directory.path()));
    assert_eq!(weights(&resumed.model), weights(&whole.model));
    assert_eq!(resumed.report, whole.report);
    // A finished training is read, not repeated.
    let again = run(&Trainer::new(settings()).checkpoints(directory.path()));
    assert_eq!(weights(&again.model), weights(&whole.model));
}

/// Adds to every number up to a half, which is no multiple of the input's step.
#[derive(Debug)]
struct Noise(f32);

impl Augmentation for Noise {
    fn description(&self) -> String {
        format!("noise {}", self.0)
    }

    fn apply(&self, sample: &mut [f32], generator: &mut Generator) {
        sample.iter_mut().for_each(|value| *value += self.0 * (generator.unit() - 0.5));
    }
}

#[test]
fn a_resumed_training_changes_its_samples_like_an_uninterrupted_one() {
    let (training, validation) = (samples(310, 1), samples(100, 2));
    let train = |trainer: &Trainer, observer: &mut dyn Observer| -> Trained<Tagger> {
        trainer.run(&training, &validation, observer).unwrap()
    };
    let noisy = Trainer::new(settings()).augmentation(Noise(0.3));
    let whole = train(&noisy, &mut ());
    assert_ne!(weights(&whole.model), weights(&train(&Trainer::new(settings()), &mut ()).model));
    assert_ne!(weights(&whole.model), weights(&train(&noisy.clone().augmentation(Noise(0.2)), &mut ()).model));
    // No change at all is no augmentation at all, and samples are quantized as ever.
    let silent = train(&Trainer::new(settings()).augmentation(Noise(0.0)), &mut ());
    assert_eq!(weights(&silent.model), weights(&train(&Trainer::new(settings()), &mut ()).model));

    for last in 1..6 {
        let directory = tempfile::tempdir().unwrap();
        let noisy = noisy.clone().checkpoints(directory.path());
        let mut stop = |progress: &Progress<'_>| match progress {
            Progress::Step { epoch, step: 2, .. } if *epoch == last + 1 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        };
        train(&noisy, &mut stop);
        let other = noisy.clone().augmentation(Noise(0.2)).run::<Tagger>(&training, &validation, &mut ());
        assert!(matches!(other.unwrap_err(), TrainError::Mismatch { what: "data set", .. }));
        let resumed = train(&noisy, &mut ());
        assert_eq!(resumed.report, whole.report, "after epoch {last}");
        assert_eq!(weights(&resumed.model), weights(&whole.model), "after epoch {last}");
    }
}

#[test]
fn a_training_resumed_after_any_epoch_equals_an_uninterrupted_one() {
    // Few steps an epoch: the best weights are often not the last ones.
    let (training, validation) = (samples(64, 1), samples(32, 2));
    let settings = Settings { epochs: 16, batch_size: 32, patience: None, ..Settings::default() };
    let whole: Trained<Tagger> = Trainer::new(settings.clone()).run(&training, &validation, &mut ()).unwrap();
    assert!(whole.report.epochs.iter().filter(|report| !report.best).count() > 4, "{:?}", whole.report);
    for last in 1..16 {
        let directory = tempfile::tempdir().unwrap();
        let trainer = Trainer::new(settings.clone()).checkpoints(directory.path());
        let mut stop = |progress: &Progress<'_>| match progress {
            Progress::Epoch(report) if report.epoch == last => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        };
        trainer.run::<Tagger>(&training, &validation, &mut stop).unwrap();
        let resumed: Trained<Tagger> = trainer.run(&training, &validation, &mut ()).unwrap();
        assert_eq!(resumed.report, whole.report, "after epoch {last}");
        assert_eq!(weights(&resumed.model), weights(&whole.model), "after epoch {last}");
    }
}

#[test]
fn no_file_of_the_last_checkpoint_is_written_again() {
    let (training, validation) = (samples(64, 1), samples(32, 2));
    let settings = Settings { epochs: 16, batch_size: 32, patience: None, ..Settings::default() };
    let directory = tempfile::tempdir().unwrap();
    let contents = || {
        let files = std::fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().path());
        let named = files.filter(|path| path.extension().is_some_and(|extension| extension == "bpk"));
        named.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect::<BTreeMap<_, _>>()
    };
    let mut before = BTreeMap::new();
    let mut compare = |progress: &Progress<'_>| {
        if let Progress::Epoch(_) = progress {
            let now = contents();
            for (path, bytes) in &now {
                assert!(before.get(path).is_none_or(|old| old == bytes), "{}", path.display());
            }
            before = now;
        }
        ControlFlow::Continue(())
    };
    let trainer = Trainer::new(settings).checkpoints(directory.path());
    trainer.run::<Tagger>(&training, &validation, &mut compare).unwrap();
}

#[test]
fn a_checkpoint_of_another_training_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    interrupted(directory.path(), 1, false);
    let refused = |settings: Settings, data: &Samples| {
        let trainer = Trainer::new(settings).checkpoints(directory.path());
        let error = trainer.run::<Tagger>(data, &samples(500, 2), &mut ()).unwrap_err();
        match error {
            TrainError::Mismatch { what, .. } => what,
            other => panic!("{other}"),
        }
    };
    assert_eq!(refused(Settings { seed: 2, ..settings() }, &samples(1010, 1)), "training with other settings");
    assert_eq!(refused(settings(), &samples(1010, 3)), "data set");
    let mut model = Tagger::seeded(1, &Device::default().autodiff());
    for (_, precision) in model.precisions() {
        *precision = Precision::Float;
    }
    let trainer = Trainer::new(settings()).checkpoints(directory.path());
    let error = trainer.train(model, &samples(1010, 1), &samples(500, 2), &mut ()).unwrap_err();
    assert!(matches!(error, TrainError::Mismatch { what: "declaration", .. }), "{error}");
}

#[hls_model(input = [Fixed<8, 3>; 2])]
struct Tiny {
    fc1: Dense<2, 2, W>,
    norm1: BatchNorm<2>,
}

#[test]
fn a_checkpoint_with_any_byte_changed_or_any_end_cut_off_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let samples = Samples::new(2, vec![1.0, 0.5, -1.0, 0.25], vec![0, 1]).unwrap();
    let settings = Settings { epochs: 1, ..settings() };
    Trainer::new(settings.clone()).checkpoints(place.path()).run::<Tiny>(&samples, &samples, &mut ()).unwrap();

    let model = Tiny::seeded(settings.seed, &Device::default().autodiff());
    let data = format!("{0} {0}", samples.digest());
    let identity = Identity { declaration: declaration_digest(&model), data, settings };
    let directory = Directory::new(place.path());
    let load =
        || directory.load(&identity, &model, adam()).map(|found| found.map(|checkpoint| checkpoint.epochs.len()));
    assert_eq!(load().unwrap(), Some(1));
    for name in ["state.json", "model-00001.bpk", "optimizer-00001.bpk", "best-00001.bpk"] {
        let path = place.path().join(name);
        let whole = std::fs::read(&path).unwrap();
        let refused = |what: String| {
            let error = load().unwrap_err();
            assert!(matches!(&error, TrainError::Corrupt { path: named, .. } if *named == path), "{what}: {error}");
        };
        // In place: a file that is emptied and written anew is flushed by some file systems, each time.
        let mut file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        let mut overwrite = |at: usize, bytes: &[u8]| {
            file.seek(SeekFrom::Start(at as u64)).and_then(|_| file.write_all(bytes)).unwrap();
        };
        for at in 0..whole.len() {
            overwrite(at, &[whole[at] ^ 1 << (at % 8)]);
            refused(format!("byte {at} of {name}"));
            overwrite(at, &whole[at..=at]);
        }
        overwrite(whole.len(), b" ");
        refused(format!("{name} with more at its end"));
        for end in (0..whole.len()).rev() {
            file.set_len(end as u64).unwrap();
            refused(format!("{name} cut at {end}"));
        }
        std::fs::remove_file(&path).unwrap();
        match name {
            // Without a state there is no checkpoint.
            "state.json" => assert_eq!(load().unwrap(), None),
            _ => assert!(load().unwrap_err().to_string().contains(name)),
        }
        std::fs::write(&path, whole).unwrap();
    }
    assert_eq!(load().unwrap(), Some(1));
}

#[test]
fn a_directory_that_cannot_be_written_is_named() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("file");
    std::fs::write(&file, "mine").unwrap();
    // Nobody can make a directory below a file, not even an administrator.
    for directory in [file.clone(), file.join("below")] {
        let samples = Samples::new(2, vec![1.0, 0.5, -1.0, 0.25], vec![0, 1]).unwrap();
        let error = Trainer::new(settings()).checkpoints(&directory).run::<Tiny>(&samples, &samples, &mut ());
        let error = error.unwrap_err();
        assert!(
            matches!(error, TrainError::Io { .. }) && error.to_string().contains(file.to_str().unwrap()),
            "{error}"
        );
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn records_of_other_models_are_refused_behind_a_valid_hash() {
    let device = Device::default();
    let bytes = |record: Result<burn::tensor::Bytes, _>| -> Vec<u8> {
        let record: Result<_, burn::store::RecordError> = record;
        record.unwrap().to_vec()
    };
    let tagger = Tagger::seeded(1, &device);
    let wide = bytes(Wide::seeded(1, &device).into_record().into_bytes());
    let own = bytes(tagger.clone().into_record().into_bytes());
    assert_eq!(weights(&readers::read_model(own.clone(), &Tagger::seeded(2, &device)).unwrap()), weights(&tagger));
    assert!(readers::read_model(wide, &tagger).is_err());
    assert!(readers::read_model(b"no record".to_vec(), &tagger).is_err());
    for end in 0..own.len() {
        assert!(readers::read_model(own[..end].to_vec(), &tagger).is_err(), "cut at {end}");
    }
}

#[test]
fn only_the_files_of_the_last_epoch_stay() {
    let directory = tempfile::tempdir().unwrap();
    let trained = run(&Trainer::new(settings()).checkpoints(directory.path()));
    let mut names: Vec<String> = std::fs::read_dir(directory.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let best = format!("best-{:05}.bpk", trained.report.best_epoch);
    assert_eq!(names, [best.as_str(), "model-00006.bpk", "optimizer-00006.bpk", "state.json"]);
}

#[test]
fn training_stops_early_with_the_best_weights() {
    let settings = Settings { epochs: 200, patience: Some(3), ..settings() };
    let Trained { model, report } = run(&Trainer::new(settings));
    assert_eq!((report.stop, report.epochs.len()), (Stop::Patience, report.best_epoch + 3));
    let validation = samples(500, 2);
    let prediction = model.predict(validation.inputs());
    let metrics = Metrics::of(&prediction.logits[0], validation.classes(), 3);
    assert_eq!(metrics.correct, report.epochs[report.best_epoch - 1].validation_correct);
}

#[test]
fn impossible_trainings_are_refused() {
    let trainer = Trainer::new(Settings { batch_size: 0, ..settings() });
    assert!(matches!(
        trainer.run::<Tagger>(&samples(10, 1), &samples(10, 2), &mut ()).unwrap_err(),
        TrainError::Settings(_)
    ));
    let beyond = Samples::new(4, vec![0.0; 8], vec![0, 3]).unwrap();
    let error = Trainer::new(settings()).run::<Tagger>(&beyond, &samples(10, 2), &mut ()).unwrap_err();
    assert_eq!(error.to_string(), "samples: training class 3 is beyond the model's 3 outputs");
    let narrow = Samples::new(2, vec![0.0; 4], vec![0, 1]).unwrap();
    let error = Trainer::new(settings()).run::<Tagger>(&narrow, &samples(10, 2), &mut ()).unwrap_err();
    assert_eq!(error.to_string(), "samples: training samples have 2 features, the model takes 4");
}

/// The inputs as the hardware receives them.
fn raw_inputs<M: HlsModel>(samples: &Samples) -> Vec<i64> {
    samples.inputs().iter().map(|&value| M::INPUT.quantize_f64(value.into())).collect()
}

#[track_caller]
fn check_exact<M: HlsModel>(model: &M, samples: &Samples, carrier: Carrier) {
    let graph = model.graph().unwrap();
    let prediction = model.predict(samples.inputs());
    assert_eq!(prediction.carrier, carrier);
    let emulated = Emulator::new(&graph).run(&raw_inputs::<M>(samples)).unwrap();
    for output in 0..M::OUTPUT_SHAPES.len() {
        assert_eq!(prediction.outputs[output], emulated.values(output), "output {output}");
    }
}

#[test]
fn the_trained_forward_equals_the_emulator() {
    let trained = run(&Trainer::new(settings()));
    check_exact(&trained.model, &samples(2000, 3), Carrier::F32);
}

#[hls_model(input = [Fixed<20, 6>; 4])]
struct Wide {
    fc1: Dense<4, 8, Fixed<18, 3>>,
    relu1: Relu<UFixed<20, 4, RndConv, Sat>>,
    #[hls(output)]
    fc2: Dense<8, 3, Fixed<16, 3>>,
    #[hls(input(fc2))]
    argmax: Argmax,
}

#[test]
fn a_wide_model_is_predicted_in_f64() {
    let model = Wide::seeded(5, &Device::default());
    check_exact(&model, &samples(300, 4), Carrier::F64);
}

#[test]
fn a_float_model_cannot_be_built() {
    let model = Tagger::seeded(1, &Device::default()).into_float();
    let diagnostics = model.graph().unwrap_err();
    let text = diagnostics.to_string();
    assert!(text.contains("layer `fc1`") && text.contains("the weight is a float"), "{text}");
}

#[test]
fn batch_statistics_while_training_running_ones_afterwards() {
    let trained = run(&Trainer::new(settings()));
    let data = samples(100, 7);
    let batch = |device: &Device| {
        let data = burn::tensor::TensorData::new(data.inputs().to_vec(), [100, 4]);
        Tensor::<2>::from_data(data, device)
    };
    let device = Device::default();
    let once = trained.model.forward(batch(&device)).into_data();
    // Dropout is off as well: an evaluation is the same twice.
    let evaluated = trained.model.valid();
    assert_eq!(evaluated.forward(batch(&device)).into_data(), evaluated.forward(batch(&device)).into_data());
    assert_ne!(once, evaluated.forward(batch(&device)).into_data());
}
