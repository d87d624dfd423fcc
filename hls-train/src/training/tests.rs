//! Training end to end on a small problem.

use std::ops::ControlFlow;
use std::path::Path;

use burn::module::ModuleVisitor;
use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};
use hls_core::emulator::Emulator;

use super::{Progress, Report, Samples, Settings, Stop, TrainError, Trained, Trainer};
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

#[test]
fn a_damaged_checkpoint_is_named() {
    let directory = tempfile::tempdir().unwrap();
    interrupted(directory.path(), 1, false);
    let path = directory.path().join("model-00001.bpk");
    let mut bytes = std::fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let trainer = Trainer::new(settings()).checkpoints(directory.path());
    let error = trainer.run::<Tagger>(&samples(1010, 1), &samples(500, 2), &mut ()).unwrap_err();
    assert!(matches!(&error, TrainError::Corrupt { path: damaged, .. } if *damaged == path), "{error}");
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
