//! A whole training of a classifier.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor, TensorData};
use hls_core::fixed::SliceQuantizer;

use super::augmentation::Augmentation;
use super::checkpoint::{Best, Checkpoint, Directory, declaration_digest};
use super::error::TrainError;
use super::observer::{EpochReport, Observer, Progress, Report, Stop};
use super::samples::Samples;
use super::settings::Settings;
use super::state::Identity;
use super::step::{adam, train_step};
use crate::HlsModel;
use crate::metrics::largest;
use crate::random::Generator;
use crate::value::Value;

/// Trains a model with Adam, a learning-rate schedule, early stopping and checkpoints.
///
/// The result depends on the declaration, the samples, the [`Settings`] and the [`Augmentation`] alone, also after an
/// interruption.
#[derive(Clone, Debug)]
pub struct Trainer {
    settings: Settings,
    checkpoints: Option<PathBuf>,
    augmentation: Option<Arc<dyn Augmentation>>,
}

/// A trained model.
#[derive(Debug)]
pub struct Trained<M> {
    /// The weights of the epoch with the best validation accuracy; without validation samples those of the last epoch.
    pub model: M,
    /// How it went.
    pub report: Report,
}

/// What the steps of an epoch draw from, so that none of them depends on another.
#[derive(Clone, Copy)]
enum Purpose {
    Order,
    Dropout,
    Augmentation,
}

impl Trainer {
    /// A training with these settings.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings, checkpoints: None, augmentation: None }
    }

    /// Saves the training after every epoch, and goes on where the directory holds one.
    #[must_use]
    pub fn checkpoints(mut self, directory: &Path) -> Self {
        self.checkpoints = Some(directory.to_owned());
        self
    }

    /// Changes the training samples at random, anew in every epoch.
    #[must_use]
    pub fn augmentation(mut self, augmentation: impl Augmentation + 'static) -> Self {
        self.augmentation = Some(Arc::new(augmentation));
        self
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Trains a model from fresh weights, which [`Settings::seed`] determines, on the default device.
    ///
    /// # Errors
    /// As [`Trainer::train`].
    pub fn run<M: HlsModel>(
        &self,
        training: &Samples,
        validation: &Samples,
        observer: &mut dyn Observer,
    ) -> Result<Trained<M>, TrainError> {
        let model = M::seeded(self.settings.seed, &Device::default().autodiff());
        self.train(model, training, validation, observer)
    }

    /// Trains `model`, which lives on a device with automatic differentiation. The loss is the cross entropy of the
    /// last output's [`Value::logits`].
    ///
    /// A checkpoint is only taken for the same training if `model` starts with the same weights; that is the caller's
    /// to see to, the other conditions are checked.
    ///
    /// # Errors
    /// Impossible settings, samples that do not fit the model, a loss that is not finite, a checkpoint of another
    /// training, and files that cannot be read or written.
    pub fn train<M: HlsModel>(
        &self,
        model: M,
        training: &Samples,
        validation: &Samples,
        observer: &mut dyn Observer,
    ) -> Result<Trained<M>, TrainError> {
        if let Some(violation) = self.settings.violation() {
            return Err(TrainError::Settings(violation));
        }
        check_samples(&model, "training", training)?;
        check_samples(&model, "validation", validation)?;
        let identity = Identity {
            declaration: declaration_digest(&model),
            data: self.data(training, validation),
            settings: self.settings.clone(),
        };
        let directory = self.checkpoints.as_deref().map(Directory::new);
        let loaded = match &directory {
            Some(directory) => directory.load(&identity, &model, adam())?,
            None => None,
        };
        let mut state =
            loaded.unwrap_or_else(|| Checkpoint { model, optimizer: adam(), best: None, epochs: Vec::new() });
        let inputs = match self.augmentation {
            None => Cow::Owned(quantized::<M>(training.inputs())),
            // Changed first, then quantized, batch by batch.
            Some(_) => Cow::Borrowed(training.inputs()),
        };

        let started = Progress::Started {
            epochs: self.settings.epochs,
            completed: state.epochs.len(),
            samples: training.len(),
            parameters: state.model.num_params(),
        };
        let mut stop = match observer.observe(&started) {
            ControlFlow::Continue(()) => None,
            ControlFlow::Break(()) => Some(Stop::Observer),
        };
        while stop.is_none() {
            stop = self.why_stop(&state.epochs);
            if stop.is_some() {
                break;
            }
            let epoch = state.epochs.len() + 1;
            let (next, loss) = self.epoch(state, epoch, &inputs, training.classes(), observer)?;
            state = next;
            let Some(loss) = loss else {
                stop = Some(Stop::Observer);
                break;
            };
            let steps = training.len().div_ceil(self.settings.batch_size);
            let score = evaluate(&state.model, validation);
            if !(score.loss as f32).is_finite() {
                return Err(TrainError::Diverged { epoch });
            }
            let best_before = state.epochs.iter().map(|report| report.validation_correct).max();
            let report = EpochReport {
                epoch,
                // As f32, which survives being written as text and read again.
                loss: loss as f32,
                validation_loss: score.loss as f32,
                validation_correct: score.correct,
                validation_samples: validation.len(),
                learning_rate: self.settings.learning_rate_at((epoch * steps).saturating_sub(1), steps) as f32,
                best: validation.is_empty() || best_before.is_none_or(|best| score.correct > best),
            };
            if report.best {
                // A clone would share the running statistics, which move on; this is a copy of its own.
                state.best = Some(Best::new(state.model.valid().train()));
            }
            state.epochs.push(report);
            if let Some(directory) = &directory {
                directory.save(&identity, &mut state)?;
            }
            if observer.observe(&Progress::Epoch(&report)).is_break() {
                stop = Some(Stop::Observer);
            }
        }
        let best_epoch = state.epochs.iter().rev().find(|report| report.best).map_or(0, |report| report.epoch);
        let report = Report { epochs: state.epochs, best_epoch, stop: stop.unwrap_or(Stop::Complete) };
        let _ = observer.observe(&Progress::Finished(&report));
        Ok(Trained { model: state.best.map_or(state.model, |best| best.model), report })
    }

    fn why_stop(&self, epochs: &[EpochReport]) -> Option<Stop> {
        let best = epochs.iter().rev().find(|report| report.best).map_or(0, |report| report.epoch);
        if epochs.len() >= self.settings.epochs {
            Some(Stop::Complete)
        } else if self.settings.patience.is_some_and(|patience| epochs.len() - best >= patience) {
            Some(Stop::Patience)
        } else {
            None
        }
    }

    /// One pass over the samples; the mean loss, or `None` where the observer ended it.
    fn epoch<M: HlsModel>(
        &self,
        state: Checkpoint<M>,
        epoch: usize,
        inputs: &[f32],
        classes: &[usize],
        observer: &mut dyn Observer,
    ) -> Result<(Checkpoint<M>, Option<f64>), TrainError> {
        let Checkpoint { mut model, mut optimizer, best, epochs } = state;
        let features = M::INPUT_SHAPE.size();
        let device = plain_device(&model);
        let order = self.generator(epoch, Purpose::Order).permutation(classes.len());
        crate::seed(self.generator(epoch, Purpose::Dropout).bits());
        let steps = order.len().div_ceil(self.settings.batch_size);
        let mut total = 0.0;
        for (index, batch) in order.chunks(self.settings.batch_size).enumerate() {
            let mut rows = Vec::with_capacity(batch.len() * features);
            batch.iter().for_each(|&sample| rows.extend_from_slice(&inputs[sample * features..][..features]));
            if let Some(augmentation) = &self.augmentation {
                for (row, &sample) in rows.chunks_mut(features.max(1)).zip(batch) {
                    let keys = [self.settings.seed, epoch as u64, Purpose::Augmentation as u64, sample as u64];
                    augmentation.apply(row, &mut Generator::new(&keys));
                }
                rows = quantized::<M>(&rows);
            }
            let rate = self.settings.learning_rate_at((epoch - 1) * steps + index, steps);
            let input =
                Value::of(Tensor::from_data(TensorData::new(rows, [batch.len(), features]), &device), M::INPUT_SHAPE);
            let batch_classes = class_tensor(batch.iter().map(|&sample| classes[sample]), &device);
            let (trained, loss) = train_step(model, &mut optimizer, input, batch_classes, rate);
            model = trained;
            let loss: f32 = loss.into_scalar();
            if !loss.is_finite() {
                return Err(TrainError::Diverged { epoch });
            }
            total += f64::from(loss) * batch.len() as f64;
            if observer.observe(&Progress::Step { epoch, step: index + 1, steps, loss }).is_break() {
                return Ok((Checkpoint { model, optimizer, best, epochs }, None));
            }
        }
        let mean = total / order.len().max(1) as f64;
        Ok((Checkpoint { model, optimizer, best, epochs }, Some(mean)))
    }

    /// What a checkpoint's data are told by: all samples, and how they are changed.
    fn data(&self, training: &Samples, validation: &Samples) -> String {
        let samples = format!("{} {}", training.digest(), validation.digest());
        match &self.augmentation {
            None => samples,
            Some(augmentation) => format!("{samples} {}", augmentation.description()),
        }
    }

    fn generator(&self, epoch: usize, purpose: Purpose) -> Generator {
        Generator::new(&[self.settings.seed, epoch as u64, purpose as u64])
    }
}

/// Trains a model from fresh weights with the default settings, the last tenth of the samples for validation.
///
/// # Errors
/// As [`Trainer::train`].
pub fn train<M: HlsModel>(samples: &Samples) -> Result<M, TrainError> {
    let (training, validation) = samples.split_at(samples.len() - samples.len() / 10);
    Trainer::new(Settings::default()).run(&training, &validation, &mut ()).map(|trained| trained.model)
}

pub(crate) fn plain_device<M: Module>(model: &M) -> Device {
    model.devices().first().cloned().unwrap_or_default().without_autodiff()
}

pub(crate) fn class_tensor(classes: impl Iterator<Item = usize>, device: &Device) -> Tensor<1, Int> {
    let classes: Vec<i64> = classes.map(|class| class as i64).collect();
    let length = classes.len();
    Tensor::from_data(TensorData::new(classes, [length]), device)
}

pub(crate) fn check_samples<M: HlsModel>(model: &M, which: &str, samples: &Samples) -> Result<(), TrainError> {
    if samples.is_empty() {
        return Ok(());
    }
    let features = M::INPUT_SHAPE.size();
    if samples.features() != features {
        let message = format!("{which} samples have {} features, the model takes {features}", samples.features());
        return Err(TrainError::Samples(message));
    }
    let classes = class_count(model);
    if classes == 1 {
        let message = "the model's last output is one number, which is no classification: 2 or more are needed, or a loss of \
                       your own with burn's optimizers";
        return Err(TrainError::Samples(message.to_owned()));
    }
    if let Some(class) = samples.classes().iter().find(|&&class| class >= classes) {
        return Err(TrainError::Samples(format!("{which} class {class} is beyond the model's {classes} outputs")));
    }
    Ok(())
}

/// How many numbers a classification is made from. An argmax at the end has one result but reads more, which the shapes of
/// the outputs do not tell.
fn class_count<M: HlsModel>(model: &M) -> usize {
    let model = model.valid();
    let sample = Tensor::<2>::zeros([1, M::INPUT_SHAPE.size()], &plain_device(&model));
    let outputs = model.evaluate(Value::input(sample, M::INPUT_SHAPE, M::INPUT));
    outputs.last().map_or(0, |output| output.logits().dims()[1])
}

/// The inputs as the hardware receives them.
pub(crate) fn quantized<M: HlsModel>(inputs: &[f32]) -> Vec<f32> {
    let mut inputs = inputs.to_vec();
    SliceQuantizer::fake(&M::INPUT).apply_in_place(&mut inputs);
    inputs
}

/// How good a model is on samples.
pub(crate) struct Score {
    /// The mean cross entropy.
    pub loss: f64,
    /// The samples that were classified correctly.
    pub correct: usize,
}

/// Mean cross entropy and correct classifications, with running statistics and without dropout.
pub(crate) fn evaluate<M: HlsModel>(model: &M, samples: &Samples) -> Score {
    let model = model.valid();
    let device = plain_device(&model);
    let features = M::INPUT_SHAPE.size().max(1);
    let mut score = Score { loss: 0.0, correct: 0 };
    for (rows, classes) in samples.inputs().chunks(1024 * features).zip(samples.classes().chunks(1024)) {
        let data = TensorData::new(rows.to_vec(), [classes.len(), features]);
        let input = Value::input(Tensor::<2>::from_data(data, &device), M::INPUT_SHAPE, M::INPUT);
        let outputs = model.evaluate(input);
        let Some(logits) = outputs.last().map(Value::logits) else { continue };
        let loss = crate::kernels::cross_entropy::cross_entropy(
            logits.clone(),
            class_tensor(classes.iter().copied(), &device),
        );
        score.loss += f64::from(loss.into_scalar::<f32>()) * classes.len() as f64;
        let width = logits.dims()[1];
        let logits: Vec<f32> = logits.into_data().iter().collect();
        let answers = logits.chunks(width.max(1)).map(largest);
        score.correct += answers.zip(classes).filter(|(answer, class)| answer == *class).count();
    }
    score.loss /= samples.len().max(1) as f64;
    score
}
