#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Different {
    fc1: Dense<16, 32, Fixed<6, 1>>,
    fc2: Dense<32, 16, Fixed<6, 1>>,
    #[hls(input(fc1, fc2))]
    skip: Add<Fixed<8, 3>>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct One {
    fc1: Dense<16, 32, Fixed<6, 1>>,
    skip: Add<Fixed<8, 3>>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Two {
    fc1: Dense<16, 16, Fixed<6, 1>>,
    #[hls(input(fc1, input))]
    fc2: Dense<16, 5, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<16, 6>; 4, 4])]
pub struct Joined {
    flatten: Flatten,
    #[hls(input(flatten, input))]
    join: Concatenate,
}
