//! An example about pictures: its data, its models and its command line.
//!
//! ```no_run
//! use clap::Parser;
//! use hls_examples::image_task::ImageTask;
//! use hls_train::prelude::*;
//!
//! #[hls_model(input = [UFixed<8, 0>; 8, 8, 1])]
//! struct Tiny {
//!     flatten: Flatten,
//!     fc1: Dense<64, 10, Fixed<6, 1>>,
//! }
//!
//! let task = ImageTask { name: "tiny", about: "A tiny example.", ..ImageTask::default() };
//! task.model::<Tiny>("tiny").main();
//! ```

mod arguments;
mod prepare;

use std::ffi::OsString;
use std::process::ExitCode;

pub use arguments::ImageArguments;
use hls_train::HlsModel;

use crate::images::{Images, ImagesError};
use crate::summary::Summary;
use crate::tagger::{self, TaggerError};

/// What an example about pictures is, apart from its models.
#[derive(Clone, Debug)]
pub struct ImageTask {
    /// The name of the program.
    pub name: &'static str,
    /// What it does, for its help.
    pub about: &'static str,
    /// The pictures that are part of the program; without them `--data` is needed.
    pub embedded: Option<fn() -> Result<Images, ImagesError>>,
    /// The input of the model that a pixel becomes.
    pub scale: Scale,
    /// Whether pictures are mirrored at random while training.
    pub flip: bool,
    /// By how many pixels pictures are moved at random while training, at most.
    pub shift: usize,
    /// The epochs without `--epochs`.
    pub epochs: u32,
    /// The pictures of a step without `--batch-size`.
    pub batch_size: u32,
    /// The learning rate without `--learning-rate`.
    pub learning_rate: f64,
    /// The learning rate of a quantized model that starts with the float model's weights, as a part of the float model's;
    /// `None`: it starts with fresh weights.
    pub tuning: Option<f64>,
    /// Pictures in the project's test bench.
    pub vectors: usize,
    /// Pictures of a C simulation, at most.
    pub csim_vectors: usize,
    /// The models by their names on the command line, the first one is the default: see [`ImageTask::model`].
    pub models: Vec<Model>,
}

/// A model of a task.
#[derive(Clone, Copy, Debug)]
pub struct Model {
    name: &'static str,
    run: fn(&ImageTask, &ImageArguments) -> Result<Summary, TaggerError>,
}

/// A pixel `p`, 0 to 255, as `round(p * steps / maximum) / steps`.
///
/// The same for every picture, and exact in a type with that many steps to one: nothing is fitted to the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Steps of the input to one: a power of two.
    pub steps: u32,
    /// What becomes one.
    pub maximum: u32,
}

impl Scale {
    /// `p / 256`: the byte as it is, as an unsigned type of 8 bits behind the point.
    pub const BYTE: Self = Self { steps: 256, maximum: 256 };

    /// The input that a pixel becomes.
    #[must_use]
    pub fn apply(self, pixel: u8) -> f32 {
        let Self { steps, maximum } = self;
        let rounded = (2 * u32::from(pixel) * steps + maximum) / (2 * maximum);
        rounded as f32 / steps as f32
    }
}

impl Default for ImageTask {
    /// Pictures of `--data`, their bytes as they are, moved by nothing, and no model yet.
    fn default() -> Self {
        Self {
            name: "images",
            about: "",
            embedded: None,
            scale: Scale::BYTE,
            flip: false,
            shift: 0,
            epochs: 50,
            batch_size: 64,
            learning_rate: 0.002,
            tuning: None,
            vectors: 100,
            csim_vectors: 200,
            models: Vec::new(),
        }
    }
}

impl ImageTask {
    /// Adds a model under a name for `--model`.
    #[must_use]
    pub fn model<M: HlsModel>(mut self, name: &'static str) -> Self {
        self.models.push(Model { name, run: run_model::<M> });
        self
    }

    /// Runs the program with the command line of the process.
    #[must_use]
    pub fn main(&self) -> ExitCode {
        let arguments = self.parse(std::env::args_os()).unwrap_or_else(|error| error.exit());
        tagger::report(&arguments.run, self.run(&arguments))
    }

    /// The arguments of a command line, the program's name first.
    ///
    /// # Errors
    /// What is not legal, or the help that was asked for.
    pub fn parse<T: Into<OsString> + Clone>(
        &self,
        line: impl IntoIterator<Item = T>,
    ) -> Result<ImageArguments, clap::Error> {
        arguments::parse(self, line)
    }

    /// Trains and measures the model that the arguments name.
    ///
    /// # Errors
    /// Where pictures, weights, a checkpoint or a directory cannot be used, or the model cannot be built.
    pub fn run(&self, arguments: &ImageArguments) -> Result<Summary, TaggerError> {
        let named = self.models.iter().find(|model| model.name == arguments.model);
        match named.or(self.models.first()) {
            Some(model) => (model.run)(self, arguments),
            None => Ok(Summary::default()),
        }
    }
}

fn run_model<M: HlsModel>(task: &ImageTask, arguments: &ImageArguments) -> Result<Summary, TaggerError> {
    tagger::run_on::<M>(&arguments.run, || prepare::prepare::<M>(task, arguments))
}
