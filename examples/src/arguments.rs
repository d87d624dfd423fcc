//! The command line of the examples.

use std::path::PathBuf;

use clap::Parser;
use clap::builder::PossibleValuesParser;
use hls_train::weights;

/// Train a model quantization-aware, evaluate it, and write it as an HLS project.
///
/// Trains the float model and the quantized one on the same jets, compares the quantized forward
/// pass with the integer emulator bit for bit, and ends with a table of accuracies, hardware
/// figures and the place of the project.
#[derive(Clone, Debug, PartialEq, Parser)]
#[command(name = "jet_tagger", version, verbatim_doc_comment)]
pub struct Arguments {
    /// Write the HLS project of the trained model to the directory of --out
    #[arg(long, help_heading = "Project")]
    pub emit_hls: bool,

    /// Where the project is written
    ///
    /// Checkpoints and the standardization constants lie beside it, in DIR.training; a later run resumes there.
    #[arg(long, value_name = "DIR", default_value = "build/jet_tagger", help_heading = "Project")]
    pub out: PathBuf,

    /// The tool that the project is for
    #[arg(long, value_name = "NAME", default_value = "vitis", value_parser = PossibleValuesParser::new(["vitis"]),
          help_heading = "Project")]
    pub backend: String,

    /// The device to build for, as the vendor's tools name it
    #[arg(long, value_name = "PART", default_value = "xcvu13p-flga2577-2-e", value_parser = part,
          help_heading = "Project")]
    pub part: String,

    /// The clock period, in nanoseconds: more than 0, at most 1000
    #[arg(long, value_name = "NS", default_value_t = 5.0, value_parser = clock_period, help_heading = "Project")]
    pub clock_ns: f64,

    /// Compile the emitted C++ and compare every output bit on the test part
    ///
    /// Needs g++ and the open ap_fixed headers. Writes the project, as --emit-hls does.
    #[arg(long, help_heading = "Project")]
    pub csim: bool,

    /// The directory of the ap_fixed headers for --csim
    ///
    /// [default: those of `cargo xtask ap-types`, or of an installed Vitis]
    #[arg(long, value_name = "DIR", requires = "csim", help_heading = "Project")]
    pub ap_types: Option<PathBuf>,

    /// Compare the estimate with a synthesis report of the project: csynth.xml or a .rpt file
    #[arg(long, value_name = "FILE", help_heading = "Project")]
    pub csynth: Option<PathBuf>,

    /// A table of jets to use instead of the embedded one: ARFF, CSV, Parquet or NPY
    ///
    /// Its columns are those of OpenML's hls4ml_lhc_jets_hlf, in any order, with class names or
    /// indices. The first 70 % of the rows train, the next 10 % validate, the last 20 % test.
    /// [default: the jets that are part of the program]
    #[arg(long, value_name = "FILE", help_heading = "Data", verbatim_doc_comment)]
    pub data: Option<PathBuf>,

    /// Write the scores and the predicted class of every test jet to this CSV file
    #[arg(long, value_name = "FILE", help_heading = "Data")]
    pub predict: Option<PathBuf>,

    /// Take the weights of this file, safetensors or NPZ, and train nothing
    ///
    /// It holds all weights of the model by name: fc1.weight [inputs, outputs], fc1.bias, and so on.
    /// The float model has the same ones. Jets are standardized as for a training on them.
    #[arg(long, value_name = "FILE", help_heading = "Training", verbatim_doc_comment,
          conflicts_with_all = ["epochs", "seed", "batch_size", "learning_rate", "fresh"])]
    pub weights: Option<PathBuf>,

    /// Write the weights of the quantized model to this file, .safetensors or .npz, as --weights reads them
    #[arg(long, value_name = "FILE", value_parser = weights_file, help_heading = "Training")]
    pub save_weights: Option<PathBuf>,

    /// Times that training sees all training jets, at most; 0 trains nothing
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(0..=100_000),
          help_heading = "Training")]
    pub epochs: u32,

    /// Seed of the initial weights and of the order of the jets
    ///
    /// The same seed gives the same model.
    #[arg(long, value_name = "N", default_value_t = 42, help_heading = "Training")]
    pub seed: u64,

    /// Jets of one training step: 1 to 65536
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=65_536),
          help_heading = "Training")]
    pub batch_size: u32,

    /// The first learning rate of the schedule: more than 0, at most 1
    #[arg(long, value_name = "RATE", default_value_t = 0.002, value_parser = learning_rate, help_heading = "Training")]
    pub learning_rate: f64,

    /// Train from the beginning even if DIR.training holds a checkpoint
    #[arg(long, help_heading = "Training")]
    pub fresh: bool,

    /// Take precisions, hardware settings and weights of this file, as --search writes it, and train nothing
    #[arg(long, value_name = "FILE", help_heading = "Designs",
          conflicts_with_all = ["weights", "epochs", "seed", "batch_size", "learning_rate", "fresh", "prune", "learn_bits",
                                "search", "scan"])]
    pub design: Option<PathBuf>,

    /// Measure weights, sums and results against their types, and trace a sample through every layer
    ///
    /// Results and designs of this and the other questions are JSON files in DIR.designs.
    #[arg(long, help_heading = "Designs")]
    pub profile: bool,

    /// The test sample that is traced, from 0
    #[arg(long, value_name = "N", default_value_t = 0, requires = "profile", help_heading = "Designs")]
    pub sample: usize,

    /// What a layer of the traced sample may differ by from the float model
    #[arg(long, value_name = "X", default_value_t = 0.1, requires = "profile", value_parser = tolerance,
          help_heading = "Designs")]
    pub tolerance: f64,

    /// Scan accuracy and AUC against fractional bits (6 integer bits) and integer bits (8 fractional bits)
    ///
    /// The float model is quantized after training; nothing is trained.
    #[arg(long, help_heading = "Designs")]
    pub scan: bool,

    /// Quantize this layer alone in the scan
    #[arg(long, value_name = "LAYER", requires = "scan", help_heading = "Designs")]
    pub scan_layer: Option<String>,

    /// Prune 75 % of the weights, half of the neurons, and half of the multipliers, while training further
    #[arg(long, help_heading = "Designs")]
    pub prune: bool,

    /// Train the width of every weight and result while the price of bits rises
    #[arg(long, help_heading = "Designs")]
    pub learn_bits: bool,

    /// Search precision and reuse factor of every layer, beside learned widths and uniform ones
    ///
    /// A search that was interrupted goes on. The winner is printed as a declaration and written to
    /// DIR.designs/winner.json, which --design loads.
    #[arg(long, help_heading = "Designs", verbatim_doc_comment)]
    pub search: bool,

    /// The most nanoseconds from input to output that a design of the search may take, estimated for --part and --clock-ns
    #[arg(long, value_name = "NS", requires = "search", value_parser = tolerance, help_heading = "Designs")]
    pub max_latency_ns: Option<f64>,

    /// Keep only designs that fit --part, by estimate
    #[arg(long, requires = "search", help_heading = "Designs")]
    pub must_fit: bool,

    /// Candidates of the search
    #[arg(long, value_name = "N", default_value_t = 128, requires = "search",
          value_parser = clap::value_parser!(u32).range(2..=100_000), help_heading = "Designs")]
    pub trials: u32,

    /// Write report.html, one page about the model, and report.json, the same as data
    ///
    /// They lie beside the project, in DIR.report. What --profile, --scan, --search, --csim and --csynth find out in the
    /// same run is part of them.
    #[arg(long, help_heading = "Output")]
    pub report: bool,

    /// Print no progress, only the results
    #[arg(long, help_heading = "Output")]
    pub quiet: bool,

    /// Print the results as one JSON object on the last line of stdout
    #[arg(long, help_heading = "Output")]
    pub json: bool,
}

impl Arguments {
    /// Whether the project is written: on demand, and for the C simulation, which compiles it.
    #[must_use]
    pub fn writes_project(&self) -> bool {
        self.emit_hls || self.csim
    }
}

fn part(text: &str) -> Result<String, String> {
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == '.';
    // The name goes into Tcl scripts; it must be one word there.
    if !text.is_empty() && text.chars().all(legal) && text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        Ok(text.to_owned())
    } else {
        Err("expected the name of a device: letters, digits, `-`, `_` and `.`, such as xcvu13p-flga2577-2-e".to_owned())
    }
}

/// Before minutes of training, not after.
fn weights_file(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    weights::check_extension(&path).map(|()| path).map_err(|error| error.to_string())
}

fn clock_period(text: &str) -> Result<f64, String> {
    positive(text, 1000.0)
}

fn learning_rate(text: &str) -> Result<f64, String> {
    positive(text, 1.0)
}

fn tolerance(text: &str) -> Result<f64, String> {
    positive(text, 1e9)
}

fn positive(text: &str, limit: f64) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value <= limit => Ok(value),
        _ => Err(format!("expected a number greater than 0 and at most {limit}")),
    }
}
