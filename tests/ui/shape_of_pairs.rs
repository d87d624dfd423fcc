#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct One {
    fc1: Dense<16, 16, Fixed<6, 1>>,
    difference: Subtract<Fixed<8, 3>>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Three {
    fc1: Dense<16, 16, Fixed<6, 1>>,
    #[hls(input(fc1, input, fc1))]
    dot: Dot,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Different {
    fc1: Dense<16, 8, Fixed<6, 1>>,
    #[hls(input(fc1, input))]
    dot: Dot,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Single {
    largest: Maximum,
}
