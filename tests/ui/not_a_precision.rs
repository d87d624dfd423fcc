#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Weights {
    fc1: Dense<16, 32, f32>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Biases {
    fc1: Dense<16, 32, Fixed<6, 1>, i8>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Results {
    relu1: Relu<Rnd>,
}

#[hls_model(input = [f32; 16])]
pub struct Inputs {
    fc1: Dense<16, 32, Fixed<6, 1>>,
}
