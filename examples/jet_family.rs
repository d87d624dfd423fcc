//! The jet tagger's family: one task, six declarations, one table.
//!
//! ```sh
//! cargo run --release --example jet_family -- --csim
//! ```

use std::process::ExitCode;

use clap::Parser;
use hls_examples::family::{Arguments, Family, main as run};
use hls_train::prelude::*;

type W6 = Fixed<6, 1>;
type A6 = UFixed<6, 2, Rnd, Sat>;
type Scores = Softmax<UFixed<16, 0, Rnd, Sat>>;
/// Scales and shifts of normalizations that are not folded.
type Scale = Fixed<10, 2>;
type Shift = Fixed<10, 4>;

/// 6-bit weights and activations.
#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct JetSixBit {
    fc1: Dense<16, 64, W6>,
    relu1: Relu<A6>,
    fc2: Dense<64, 32, W6>,
    relu2: Relu<A6>,
    fc3: Dense<32, 32, W6>,
    relu3: Relu<A6>,
    fc4: Dense<32, 5, W6>,
    softmax: Scores,
}

/// Weights of -1, 0 and 1: additions only.
#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct JetTernary {
    fc1: Dense<16, 64, Ternary, Shift>,
    bn1: BatchNorm<64, Scale, Shift>,
    relu1: Relu<A6>,
    fc2: Dense<64, 32, Ternary, Shift>,
    bn2: BatchNorm<32, Scale, Shift>,
    relu2: Relu<A6>,
    fc3: Dense<32, 32, Ternary, Shift>,
    bn3: BatchNorm<32, Scale, Shift>,
    relu3: Relu<A6>,
    fc4: Dense<32, 5, Ternary, Shift>,
    bn4: BatchNorm<5, Scale, Shift>,
    softmax: Scores,
}

/// Weights and activations of -1 and 1: comparisons and counts behind the first layer.
#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct JetBinary {
    fc1: Dense<16, 64, Binary, Shift>,
    bn1: BatchNorm<64, Scale, Shift>,
    sign1: Sign,
    fc2: Dense<64, 32, Binary, Shift>,
    bn2: BatchNorm<32, Scale, Shift>,
    sign2: Sign,
    fc3: Dense<32, 32, Binary, Shift>,
    bn3: BatchNorm<32, Scale, Shift>,
    sign3: Sign,
    fc4: Dense<32, 5, Binary, Shift>,
    bn4: BatchNorm<5, Scale, Shift>,
    softmax: Scores,
}

/// Normalized while training, folded into the weights: the hardware of the 6-bit tagger.
#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct JetNormalized {
    fc1: Dense<16, 64, Fixed<6, 2>>,
    bn1: BatchNorm<64>,
    relu1: Relu<A6>,
    fc2: Dense<64, 32, Fixed<6, 2>>,
    bn2: BatchNorm<32>,
    relu2: Relu<A6>,
    fc3: Dense<32, 32, Fixed<6, 2>>,
    bn3: BatchNorm<32>,
    relu3: Relu<A6>,
    fc4: Dense<32, 5, W6>,
    softmax: Scores,
}

/// A skip connection around the third layer.
#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct JetResidual {
    fc1: Dense<16, 64, W6>,
    relu1: Relu<A6>,
    fc2: Dense<64, 32, W6>,
    relu2: Relu<A6>,
    fc3: Dense<32, 32, W6>,
    #[hls(input(fc3, relu2))]
    skip: Add<Fixed<9, 4, Rnd, Sat>>,
    relu3: Relu<A6>,
    fc4: Dense<32, 5, W6>,
    softmax: Scores,
}

/// The features of the last hidden layer for whoever comes behind, the winner, and the scores, as a stream.
#[hls_model(input = [Fixed<16, 6>; 16], io_type = io_stream)]
pub struct JetMultiOutput {
    fc1: Dense<16, 64, W6>,
    relu1: Relu<A6>,
    fc2: Dense<64, 32, W6>,
    relu2: Relu<A6>,
    fc3: Dense<32, 32, W6>,
    #[hls(output)]
    features: Relu<A6>,
    fc4: Dense<32, 5, W6>,
    #[hls(output)]
    winner: Argmax,
    #[hls(input(fc4))]
    softmax: Scores,
}

fn main() -> ExitCode {
    let family = Family::default()
        .member::<JetSixBit>("6-bit")
        .member::<JetNormalized>("batch-normalized")
        .member::<JetResidual>("residual")
        .member::<JetMultiOutput>("multi-output, io_stream")
        .member::<JetTernary>("ternary")
        .member::<JetBinary>("binary");
    run(&family, &Arguments::parse())
}
