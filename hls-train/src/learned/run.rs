//! A whole training of widths and the designs on its way.

use std::collections::BTreeMap;
use std::fmt;

use burn::optim::ModuleOptimizer;
use burn::tensor::Device;
use hls_core::diagnostics::Diagnostics;
use hls_core::fixed::{FixedFormat, WeightType};
use serde::{Deserialize, Serialize};

use super::settings::LearnSettings;
use super::widths::Widths;
use crate::calibration::{declared, observe, quantize_as};
use crate::design::{Design, HardwareSettings, precisions, set_precisions};
use crate::lower::folded;
use crate::seal::{self, sealed, unsealed};
use crate::training::records::{read_model, read_optimizer};
use crate::training::samples::hash;
use crate::training::shaping::Batches;
use crate::training::trainer::{check_samples, evaluate};
use crate::training::{Samples, TrainError, adam};
use crate::{Calibration, CalibrationError, HlsModel, Precision, Range};

/// Why widths cannot be trained.
#[derive(Debug)]
#[non_exhaustive]
pub enum LearnError {
    /// Settings or samples, or a loss that is not finite.
    Train(TrainError),
    /// The float model cannot be quantized to start with.
    Start(CalibrationError),
    /// A design cannot be built.
    Model(Diagnostics),
    /// A saved training cannot be read.
    State(String),
}

impl fmt::Display for LearnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Train(error) => error.fmt(f),
            Self::Start(error) => error.fmt(f),
            Self::Model(diagnostics) => diagnostics.fmt(f),
            Self::State(message) => write!(f, "not a training of widths: {message}"),
        }
    }
}

impl std::error::Error for LearnError {}

impl From<TrainError> for LearnError {
    fn from(error: TrainError) -> Self {
        Self::Train(error)
    }
}

impl From<CalibrationError> for LearnError {
    fn from(error: CalibrationError) -> Self {
        Self::Start(error)
    }
}

impl From<Diagnostics> for LearnError {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Model(diagnostics)
    }
}

/// A design on the way of a training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearnedPoint {
    /// The epoch after which it was taken, from 1.
    pub epoch: usize,
    /// What an EBOP cost then.
    pub price: f32,
    /// Its effective bit operations, counted in its graph.
    pub ebops: u64,
    /// The validation samples that it classifies correctly.
    pub correct: usize,
    /// The mean cross entropy of the validation samples: it tells designs apart that are equally accurate.
    pub loss: f32,
    /// The design itself.
    pub design: Design,
}

/// The designs of a training that no other one of it beats in cost, accuracy and loss, from the cheapest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearnedFront {
    /// How it was trained.
    pub settings: LearnSettings,
    /// The validation samples.
    pub samples: usize,
    /// The designs.
    pub points: Vec<LearnedPoint>,
}

impl LearnedFront {
    /// Adds a design unless another one is as good in everything.
    fn add(&mut self, point: LearnedPoint) {
        let beats =
            |a: &LearnedPoint, b: &LearnedPoint| a.ebops <= b.ebops && a.correct >= b.correct && a.loss <= b.loss;
        if self.points.iter().any(|other| beats(other, &point)) {
            return;
        }
        self.points.retain(|other| !beats(&point, other));
        let at = self.points.partition_point(|other| other.ebops < point.ebops);
        self.points.insert(at, point);
    }
}

/// A training of widths between two epochs.
pub struct Learning<M> {
    model: M,
    optimizer: ModuleOptimizer,
    widths: Widths,
    epoch: usize,
    front: LearnedFront,
}

/// A saved [`Learning`], apart from the two records.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    widths: Widths,
    epoch: usize,
    front: LearnedFront,
    precisions: BTreeMap<String, Precision>,
    model: Part,
    optimizer: Part,
}

/// A record behind the state.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    bytes: usize,
    sha256: String,
}

impl Part {
    fn of(content: &[u8]) -> Self {
        Self { bytes: content.len(), sha256: hash(content) }
    }
}

/// The training samples that ranges of results are chosen from.
const RANGE_SAMPLES: usize = 2048;

impl<M: HlsModel> Learning<M> {
    /// The start: a trained float model, quantized to the widths of the settings with the declared modes.
    ///
    /// # Errors
    /// Impossible settings, and a float model that cannot be quantized.
    pub fn new(float: &M, training: &Samples, settings: &LearnSettings) -> Result<Self, LearnError> {
        if let Some(violation) = settings.violation() {
            return Err(TrainError::Settings(violation).into());
        }
        check_samples(float, "training", training)?;
        let mut precisions = declared::<M>();
        for (name, precision) in &mut precisions {
            let Precision::Fixed(ty) = precision else { continue };
            let bits = match name.rsplit('.').next() {
                Some("weight" | "bias") => settings.weight_bits,
                Some("result") => settings.result_bits,
                _ => continue,
            };
            ty.format = FixedFormat { width: bits, ..ty.format };
        }
        let (few, _) = training.split_at(RANGE_SAMPLES);
        let calibration = Calibration::new(&few).method(Range::Percentile(settings.percentile));
        let mut model = quantize_as(&autodiff(float), &precisions, &calibration)?;
        // What is no factor of a trained weight, such as the scores, keeps its declared type.
        let graph = model.graph()?;
        let widths = Widths::new(&model, &graph, &folded(&model), settings);
        let trained: Vec<String> = widths.results().map(|(name, _)| name.to_owned()).collect();
        let declared = declared::<M>();
        for (name, precision) in model.precisions() {
            if name.ends_with(".result") && !trained.contains(&name) {
                *precision = declared[&name];
            }
        }
        let front = LearnedFront { settings: settings.clone(), samples: 0, points: Vec::new() };
        Ok(Self { model, optimizer: adam(), widths, epoch: 0, front })
    }

    /// The epochs that are done.
    #[must_use]
    pub fn epoch(&self) -> usize {
        self.epoch
    }

    /// The designs so far.
    #[must_use]
    pub fn front(&self) -> &LearnedFront {
        &self.front
    }

    /// Whether all epochs are done.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.epoch >= self.front.settings.epochs
    }

    /// Trains up to `epochs` more epochs.
    ///
    /// # Errors
    /// Samples that do not fit, and a loss that is not finite. A design that cannot be built is left out; it is an error
    /// where none can be, after the last epoch.
    pub fn train(mut self, training: &Samples, validation: &Samples, epochs: usize) -> Result<Self, LearnError> {
        check_samples(&self.model, "training", training)?;
        check_samples(&self.model, "validation", validation)?;
        self.front.samples = validation.len();
        let settings = self.front.settings.clone();
        let batches = Batches::new::<M>(training, settings.batch_size, settings.seed);
        let (few, _) = training.split_at(RANGE_SAMPLES);
        let mut unbuildable = None;
        for _ in 0..epochs {
            if self.is_complete() {
                break;
            }
            self.epoch += 1;
            self.widths.price = settings.price(self.epoch);
            self.choose_ranges(&few)?;
            crate::kernels::probe::take(0);
            let rate = |step| settings.rate(self.epoch, step, batches.steps());
            self.widths.pace = rate(batches.steps() / 2) / settings.learning_rate;
            let epoch = self.epoch;
            (self.model, _) = batches.epoch(self.model, &mut self.optimizer, &mut self.widths, epoch, rate)?;
            for latent in [self.model.clone(), self.widths.averaged(&self.model)] {
                let finished = self.widths.finished(&latent);
                let graph = match finished.graph() {
                    Ok(graph) => graph,
                    Err(diagnostics) => {
                        unbuildable = Some(diagnostics);
                        continue;
                    }
                };
                let score = evaluate(&finished, validation);
                self.front.add(LearnedPoint {
                    epoch,
                    price: self.widths.price as f32,
                    ebops: graph.total_workload().ebops,
                    correct: score.correct,
                    // As f32, which survives being written as text and read again.
                    loss: score.loss as f32,
                    design: Design::new(&finished, HardwareSettings::new()),
                });
            }
        }
        match unbuildable {
            Some(diagnostics) if self.is_complete() && self.front.points.is_empty() => Err(diagnostics.into()),
            _ => Ok(self),
        }
    }

    /// The integer bits of trained results, from what they are of before they are rounded.
    fn choose_ranges(&mut self, samples: &Samples) -> Result<(), LearnError> {
        let mut model = self.widths.finished(&self.model);
        for (name, precision) in model.precisions() {
            if name.ends_with(".result") {
                *precision = Precision::Float;
            }
        }
        let range = Range::Percentile(self.front.settings.percentile);
        let observed = observe(model, &Calibration::new(samples))?;
        let types: Vec<_> = self.widths.results().map(|(name, ty)| (name.to_owned(), ty)).collect();
        for (name, mut ty) in types {
            // Wide, so that rounding plays no part.
            ty.format.width = 24;
            let chosen = observed.get(&name).and_then(|values| range.integer_bits(&ty, values));
            if let Some(integer) = chosen {
                self.widths.set_integer(&name, integer);
            }
        }
        Ok(())
    }

    /// The training as bytes; [`Learning::from_bytes`] goes on as if nothing had happened.
    ///
    /// # Errors
    /// Where a record cannot be written.
    pub fn to_bytes(&self) -> Result<Vec<u8>, LearnError> {
        let state = |error: &dyn fmt::Debug| LearnError::State(format!("{error:?}"));
        let model = self.model.clone().into_record().into_bytes().map_err(|error| state(&error))?;
        let optimizer = self.optimizer.into_bytes().map_err(|error| state(&error))?;
        let header = State {
            widths: self.widths.clone(),
            epoch: self.epoch,
            front: self.front.clone(),
            precisions: precisions(&self.model),
            model: Part::of(&model),
            optimizer: Part::of(&optimizer),
        };
        let header = serde_json::to_string(&header).map_err(|error| state(&error))?;
        // Without spaces: a line, whose seal is the next two.
        let mut bytes = sealed(&header).into_bytes();
        bytes.extend_from_slice(&model);
        bytes.extend_from_slice(&optimizer);
        Ok(bytes)
    }

    /// A training from its bytes; `settings` are those that it began with.
    ///
    /// # Errors
    /// Says what is wrong with the bytes: cut, changed in any bit, or of a training of another model or with other settings.
    pub fn from_bytes(bytes: &[u8], settings: &LearnSettings) -> Result<Self, LearnError> {
        let wrong = |message: &str| LearnError::State(message.to_owned());
        let changed = || wrong("it is not what was written: a hash is not that of its content");
        let line = bytes.iter().position(|&byte| byte == b'\n').ok_or_else(|| wrong("there is no header"))?;
        let (header, rest) = bytes.split_at_checked(line + seal::LENGTH - 1).ok_or_else(|| wrong("it is cut"))?;
        let body = std::str::from_utf8(header).ok().and_then(unsealed).ok_or_else(changed)?;
        let state: State = seal::object(body).map_err(|error| wrong(&error.to_string()))?;
        if state.model.bytes.checked_add(state.optimizer.bytes) != Some(rest.len()) {
            return Err(wrong("it is cut"));
        }
        let (records, moments) = rest.split_at(state.model.bytes);
        if hash(records) != state.model.sha256 || hash(moments) != state.optimizer.sha256 {
            return Err(changed());
        }
        if state.front.settings != *settings {
            return Err(wrong("it has other settings"));
        }
        if let Some(violation) = settings.violation() {
            return Err(TrainError::Settings(violation).into());
        }
        let mut model = M::init(&Device::default().autodiff());
        model = read_model(records.to_vec(), &model).map_err(LearnError::State)?;
        let unusable = |ty: &Precision| ty.weight().and_then(WeightType::violation).is_some();
        if !precisions(&model).keys().eq(state.precisions.keys()) || state.precisions.values().any(unusable) {
            return Err(wrong("its precisions are not those of the model"));
        }
        set_precisions(&mut model, &state.precisions);
        if let Some(violation) = state.widths.violation(&mut model, settings) {
            return Err(LearnError::State(violation));
        }
        let is_early = |point: &LearnedPoint| (1..=state.epoch).contains(&point.epoch);
        if state.epoch > settings.epochs || !state.front.points.iter().all(is_early) {
            return Err(wrong("it has more epochs than the settings"));
        }
        let optimizer = read_optimizer(moments.to_vec(), adam(), &model).map_err(LearnError::State)?;
        Ok(Self { model, optimizer, widths: state.widths, epoch: state.epoch, front: state.front })
    }
}

/// The same model, able to be trained.
fn autodiff<M: HlsModel>(model: &M) -> M {
    model.valid().train()
}

/// Trains widths to the end.
///
/// `float` is a trained [`HlsModel::into_float`]; of any other model the weights count as well.
///
/// # Errors
/// As [`Learning::new`] and [`Learning::train`].
pub fn learn<M: HlsModel>(
    float: &M,
    training: &Samples,
    validation: &Samples,
    settings: &LearnSettings,
) -> Result<LearnedFront, LearnError> {
    let learning = Learning::new(float, training, settings)?;
    Ok(learning.train(training, validation, settings.epochs)?.front)
}
