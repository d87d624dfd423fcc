//! The LHC jet tagger: 16 features of a jet to five classes, with 6-bit weights and activations, fully parallel.
//!
//! ```sh
//! cargo run --release --example jet_tagger -- --emit-hls
//! ```

use std::process::ExitCode;

use clap::Parser;
use hls_examples::arguments::Arguments;
use hls_examples::tagger;
use hls_train::prelude::*;

type W6 = Fixed<6, 1>;
type A6 = UFixed<6, 2, Rnd, Sat>;

/// 16-64-32-32-5, as in arXiv:1804.06913.
#[hls_model(input = [Fixed<16, 6>; 16], io_type = io_parallel, strategy = latency, reuse_factor = 1)]
pub struct JetTagger {
    fc1: Dense<16, 64, W6>,
    relu1: Relu<A6>,
    fc2: Dense<64, 32, W6>,
    relu2: Relu<A6>,
    fc3: Dense<32, 32, W6>,
    relu3: Relu<A6>,
    fc4: Dense<32, 5, W6>,
    softmax: Softmax<UFixed<16, 0, Rnd, Sat>>,
}

fn main() -> ExitCode {
    tagger::main::<JetTagger>(&Arguments::parse())
}
