#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct BehindInput {
    norm: BatchNorm<16>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct BehindRelu {
    fc1: Dense<16, 32, Fixed<6, 1>>,
    relu1: Relu<UFixed<6, 2>>,
    norm: BatchNorm<32>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Shared {
    fc1: Dense<16, 32, Fixed<6, 1>>,
    norm: BatchNorm<32>,
    #[hls(input(fc1, norm))]
    skip: Add<Fixed<8, 3>>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct HandedOut {
    #[hls(output)]
    fc1: Dense<16, 32, Fixed<6, 1>>,
    norm: BatchNorm<32>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Channels {
    fc1: Dense<16, 32, Fixed<6, 1>>,
    norm: BatchNorm<16>,
}
