//! The command line of an example about pictures: the one of all examples, and what pictures need.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::parser::ValueSource;
use clap::{Args, Command, FromArgMatches};

use super::ImageTask;
use crate::arguments::Arguments;

/// What an example about pictures is asked to do.
#[derive(Args, Clone, Debug, PartialEq)]
pub struct ImageArguments {
    /// What every example understands.
    #[command(flatten)]
    pub run: Arguments,

    /// Make pictures of another size fit
    ///
    /// The largest centred part of the model's proportions is averaged over the area of each of its new pixels.
    #[arg(long, help_heading = "Data")]
    pub resize: bool,

    /// Train on the pictures as they are, without moving or mirroring them
    #[arg(long, help_heading = "Training", conflicts_with_all = ["weights", "design"])]
    pub no_augmentation: bool,

    /// The model to train
    #[arg(long, value_name = "NAME", default_value = "", help_heading = "Training")]
    pub model: String,
}

pub(super) fn parse<T: Into<OsString> + Clone>(
    task: &ImageTask,
    line: impl IntoIterator<Item = T>,
) -> Result<ImageArguments, clap::Error> {
    let matches = command(task).try_get_matches_from(line)?;
    let mut arguments = ImageArguments::from_arg_matches(&matches)?;
    let given = |name: &str| matches.value_source(name) != Some(ValueSource::DefaultValue);
    let run = &mut arguments.run;
    if !given("out") {
        run.out = default_out(task, &arguments.model);
    }
    if !given("epochs") {
        run.epochs = task.epochs;
    }
    if !given("batch_size") {
        run.batch_size = task.batch_size;
    }
    if !given("learning_rate") {
        run.learning_rate = task.learning_rate;
    }
    Ok(arguments)
}

/// Every model has a place of its own, so that none takes another one's checkpoint.
fn default_out(task: &ImageTask, model: &str) -> PathBuf {
    let first = task.models.first().is_none_or(|first| first.name == model);
    PathBuf::from("build").join(if first { task.name.to_owned() } else { format!("{}_{model}", task.name) })
}

/// The command line with the words and defaults of a task.
pub(super) fn command(task: &ImageTask) -> Command {
    let ImageTask { name, about, epochs, batch_size, learning_rate, csim_vectors, .. } = task;
    let names: Vec<&'static str> = task.models.iter().map(|model| model.name).collect();
    let out = default_out(task, names.first().unwrap_or(&"")).display().to_string();
    let embedded = task.embedded.is_some();
    let source = match embedded {
        true => "[default: the pictures that are part of the program]",
        false => "Needed: no pictures are part of the program.",
    };
    let data = format!(
        "CIFAR-10 as binary batches (a folder or a file), NPZ with `x` and `y` (or `x_train`, `y_train`,\n\
         `x_test`, `y_test`), or a folder with one sub-folder of PNG files for each class (or with `train`\n\
         and `test`, each of them such a folder). There are 2 classes or more, at most as many as the model\n\
         has outputs. Data without a test part of their own are split by class: {} % are held out, {} %\n\
         decide which epoch is kept.\n{source}",
        crate::parts::HELD_OUT,
        crate::parts::VALIDATION
    );
    let csim = format!(
        "Needs g++ and the open ap_fixed headers. Writes the project, as --emit-hls does. At most {csim_vectors} \
         pictures are simulated."
    );
    ImageArguments::augment_args(Command::new(*name))
        .about(*about)
        .long_about(*about)
        .version(env!("CARGO_PKG_VERSION"))
        .mut_arg("out", |arg| {
            let help = "Checkpoints and the constants of the inputs lie beside it, in DIR.training; a later run resumes there.";
            let help = format!("Where the project is written\n\n{help}\n\n[default: {out}]");
            arg.hide_default_value(true).long_help(help)
        })
        .mut_arg("csim", |arg| {
            arg.help("Compile the emitted C++ and compare every output bit")
                .long_help(format!("Compile the emitted C++ and compare every output bit\n\n{csim}"))
        })
        .mut_arg("data", |arg| {
            let help = "The pictures to use: a file or a folder";
            arg.value_name("PATH").help(help).long_help(format!("{help}\n\n{data}")).required(!embedded)
        })
        .mut_arg("predict", |arg| {
            arg.help("Write the scores and the predicted class of every held-out picture to this CSV file")
        })
        .mut_arg("weights", |arg| {
            let help = "Take the weights of this file, safetensors or NPZ, and train nothing";
            let more = "It holds all weights of the model by name. The float model has the same ones.";
            arg.help(help).long_help(format!("{help}\n\n{more}"))
        })
        .mut_arg("epochs", |arg| {
            let help = "Times that training sees all training pictures, at most; 0 trains nothing";
            arg.hide_default_value(true).help(help).long_help(format!("{help}\n\n[default: {epochs}]"))
        })
        .mut_arg("seed", |arg| {
            let help = "Seed of the initial weights, of the order of the pictures and of how they are moved";
            arg.help(help).long_help(format!("{help}\n\nThe same seed gives the same model."))
        })
        .mut_arg("batch_size", |arg| {
            let help = "Pictures of one training step: 1 to 65536";
            arg.hide_default_value(true).help(help).long_help(format!("{help}\n\n[default: {batch_size}]"))
        })
        .mut_arg("learning_rate", |arg| {
            let help = "The first learning rate of the schedule: more than 0, at most 1";
            arg.hide_default_value(true).help(help).long_help(format!("{help}\n\n[default: {learning_rate}]"))
        })
        .mut_arg("model", |arg| {
            let first = *names.first().unwrap_or(&"");
            arg.hide(names.len() < 2).default_value(first).value_parser(PossibleValuesParser::new(names.clone()))
        })
}
