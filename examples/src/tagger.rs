//! What an example does, whatever its layers and its data: train, evaluate, emit, simulate.

mod error;
mod estimate;
mod evaluate;
mod page;
mod project;
mod studies;

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub use error::TaggerError;
use hls_train::burn::tensor::Device;
use hls_train::core::disk::write_atomically;
use hls_train::progress::TerminalProgress;
use hls_train::report::Report;
use hls_train::training::{ImageAugmentation, Observer, Samples, Settings, Trainer};
use hls_train::{Design, HlsModel};

use crate::arguments::Arguments;
use crate::jets::{CLASSES, FEATURE_COUNT, Jets, Part};
use crate::standardization::Standardization;
use crate::summary::Summary;

/// The file of the constants that inputs are standardized with: beside the checkpoints and in the project.
const STANDARDIZATION: &str = "standardization.json";

/// Runs a jet tagger and prints its closing table, or the same as JSON; errors go to standard error.
pub fn main<M: HlsModel>(arguments: &Arguments) -> ExitCode {
    report(arguments, run::<M>(arguments))
}

/// Prints the closing table of a run, or the same as JSON; errors go to standard error.
#[allow(clippy::print_stdout, clippy::print_stderr)] // a program's outermost function: printing is its purpose
pub fn report(arguments: &Arguments, result: Result<Summary, TaggerError>) -> ExitCode {
    let printed = result.and_then(|summary| {
        let exact = summary.is_exact();
        let text = if arguments.json { summary.to_json().map_err(TaggerError::Json)? } else { summary.to_string() };
        println!("{text}");
        Ok(exact)
    });
    match printed {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("error: executions of one model differ; this is a defect of hls4rs, please report it");
            ExitCode::FAILURE
        }
        Err(error) => failed(&error),
    }
}

/// Prints why a run failed. Findings of the compiler say themselves that they are errors.
#[allow(clippy::print_stderr)] // of a program's outermost functions
pub(crate) fn failed(error: &TaggerError) -> ExitCode {
    let text = error.to_string();
    let prefix = if text.starts_with("error[") { "" } else { "error: " };
    eprintln!("{prefix}{text}");
    ExitCode::FAILURE
}

/// What a model is trained on and measured with.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// What weights are fitted to.
    pub train: Samples,
    /// What decides which epoch is kept.
    pub validation: Samples,
    /// What the results are measured on.
    pub test: Samples,
    /// The classes of the test part.
    pub labels: Vec<u8>,
    /// The number of each test sample in the data, from 1.
    pub rows: Vec<usize>,
    /// The names of the classes, at most as many as the model has outputs.
    pub classes: Vec<String>,
    /// How numbers of the data become inputs, for whoever uses the model: a file beside the checkpoints and in the
    /// project.
    pub constants: Constants,
    /// How training samples are changed at random.
    pub augmentation: Option<ImageAugmentation>,
    /// The learning rate of the quantized model where it starts with the float model's weights, as a part of the float
    /// model's; `None`: it starts with fresh weights.
    pub tuning: Option<f64>,
    /// Epochs without a better validation accuracy after which training stops; `None`: never.
    pub patience: Option<usize>,
    /// Samples in the project's test bench.
    pub vectors: usize,
    /// Samples in the test bench of a C simulation, at most.
    pub csim_vectors: usize,
}

/// A small file that travels with a model.
#[derive(Clone, Debug)]
pub struct Constants {
    /// Its name.
    pub name: &'static str,
    /// Its content.
    pub content: Vec<u8>,
}

/// Runs a jet tagger: trains, resumes or loads weights, evaluates, and writes what the arguments ask for.
///
/// # Errors
/// As [`run_on`].
pub fn run<M: HlsModel>(arguments: &Arguments) -> Result<Summary, TaggerError> {
    run_on::<M>(arguments, || prepare(arguments))
}

/// Trains, resumes or loads weights, evaluates, and writes what the arguments ask for.
///
/// # Errors
/// Where data, weights, a checkpoint or a directory cannot be used, or the model cannot be built.
pub fn run_on<M: HlsModel>(
    arguments: &Arguments,
    prepare: impl FnOnce() -> Result<Prepared, TaggerError>,
) -> Result<Summary, TaggerError> {
    if arguments.csim {
        // Before minutes of training, not after.
        hls_train::core::csim::headers(arguments.ap_types.as_deref())?;
    }
    let target = project::target(arguments)?;
    let report = arguments.csynth.as_deref().map(estimate::report).transpose()?;
    let design = arguments.design.as_deref().map(Design::load).transpose()?;
    let data = prepare()?;
    let training = training_directory(&arguments.out);
    if arguments.fresh {
        remove(&training)?;
    }
    let (float, quantized) = match (&arguments.weights, &design) {
        (_, Some(design)) => {
            let model = design.model::<M>()?;
            (model.clone().into_float(), model)
        }
        (Some(path), None) => {
            let model = M::load(path)?;
            (model.clone().into_float(), model)
        }
        (None, None) => {
            let float = train::<M>(arguments, &training, Start::Float, &data)?;
            let start = data.tuning.map_or(Start::Quantized, |part| Start::Tuned(float.clone(), part));
            let quantized = train::<M>(arguments, &training, start, &data)?;
            (float, quantized)
        }
    };
    if let Some(path) = &arguments.save_weights {
        quantized.save(path)?;
    }
    fs::create_dir_all(&training).map_err(|source| TaggerError::Io { path: training.clone(), source })?;
    let path = training.join(data.constants.name);
    write_atomically(&path, |file| file.write_all(&data.constants.content))
        .map_err(|source| TaggerError::Io { path, source })?;

    let (graph, warnings) = match &design {
        Some(design) => design.graph_and_warnings::<M>()?,
        None => quantized.graph_and_warnings()?,
    };
    let mut evaluation = evaluate::evaluate(&float, &quantized, &graph, &data)?;
    estimate::estimate(&graph, &target, report.as_ref(), &mut evaluation.summary);
    evaluation.summary.warnings = warnings.iter().map(ToString::to_string).collect();
    if let Some(path) = &arguments.predict {
        evaluation.write_predictions(&data, path)?;
    }
    let mut page = Report::new(&graph);
    studies::run(arguments, (&float, &quantized), &data, &mut evaluation.summary, &mut page)?;
    if arguments.writes_project() {
        project::write(arguments, &graph, &data, &mut evaluation.summary)?;
    }
    if arguments.report {
        page.quality = Some(evaluation.quality(&data));
        page::write(arguments, &data, page, &mut evaluation.summary)?;
    }
    Ok(evaluation.summary)
}

/// Where a training is kept: beside the project, which is replaced as a whole.
fn training_directory(out: &Path) -> PathBuf {
    beside(out, ".training")
}

fn beside(out: &Path, ending: &str) -> PathBuf {
    let mut name = out.file_name().map_or_else(|| OsString::from("model"), OsString::from);
    name.push(ending);
    out.with_file_name(name)
}

fn remove(directory: &Path) -> Result<(), TaggerError> {
    match fs::remove_dir_all(directory) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(TaggerError::Io { path: directory.to_owned(), source })
        }
        _ => Ok(()),
    }
}

fn prepare(arguments: &Arguments) -> Result<Prepared, TaggerError> {
    let jets = match &arguments.data {
        Some(path) => Jets::read(path)?,
        None => Jets::embedded()?,
    };
    let split = jets.split();
    let standardization = Standardization::fit(split.train.features);
    let skipped = split.train.rows() + split.validation.rows();
    let samples = |part: Part<'_>| {
        let classes = part.labels.iter().map(|&label| usize::from(label)).collect();
        Samples::new(FEATURE_COUNT, standardization.apply(part.features), classes)
    };
    Ok(Prepared {
        train: samples(split.train)?,
        validation: samples(split.validation)?,
        test: samples(split.test)?,
        labels: split.test.labels.to_vec(),
        rows: (skipped + 1..=jets.rows()).collect(),
        classes: CLASSES.map(str::to_owned).into(),
        constants: Constants { name: STANDARDIZATION, content: standardization.to_json().map_err(TaggerError::Json)? },
        augmentation: None,
        tuning: None,
        patience: Settings::default().patience,
        vectors: 1000,
        csim_vectors: usize::MAX,
    })
}

/// What a training of a run starts with.
enum Start<M> {
    /// The declaration without quantization, fresh: what the quantized one is measured by.
    Float,
    /// What is built, fresh.
    Quantized,
    /// What is built, with the weights of the float model, at a part of its learning rate.
    Tuned(M, f64),
}

fn train<M: HlsModel>(
    arguments: &Arguments,
    directory: &Path,
    start: Start<M>,
    data: &Prepared,
) -> Result<M, TaggerError> {
    let mut settings = Settings {
        epochs: arguments.epochs as usize,
        batch_size: arguments.batch_size as usize,
        seed: arguments.seed,
        learning_rate: arguments.learning_rate,
        patience: data.patience,
        ..Settings::default()
    };
    let mut model = M::seeded(arguments.seed, &Device::default().autodiff());
    let (model, name) = match start {
        Start::Float => (model.into_float(), "float"),
        Start::Quantized => (model, "quantized"),
        Start::Tuned(float, part) => {
            settings.learning_rate *= part;
            let mut tuned = float.valid().train();
            for ((_, precision), (_, declared)) in tuned.precisions().into_iter().zip(model.precisions()) {
                *precision = *declared;
            }
            (tuned, "quantized")
        }
    };
    let mut terminal = TerminalProgress::new(name);
    let observer: &mut dyn Observer = if arguments.quiet { &mut () } else { &mut terminal };
    let mut trainer = Trainer::new(settings).checkpoints(&directory.join(name));
    if let Some(augmentation) = data.augmentation {
        trainer = trainer.augmentation(augmentation);
    }
    Ok(trainer.train(model, &data.train, &data.validation, observer)?.model)
}
