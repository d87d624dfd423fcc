#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model]
pub struct None {
    fc1: Dense<16, 32, Fixed<6, 1>>,
}

#[hls_model(io_type = io_parallel)]
pub struct Missing {
    fc1: Dense<16, 32, Fixed<6, 1>>,
}

#[hls_model(input)]
pub struct NoValue {
    fc1: Dense<16, 32, Fixed<6, 1>>,
}

#[hls_model(input = Fixed<16, 6>)]
pub struct NoBrackets {
    fc1: Dense<16, 32, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<16, 6>])]
pub struct NoDimensions {
    fc1: Dense<16, 32, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<16, 6>, 16])]
pub struct Comma {
    fc1: Dense<16, 32, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<16, 6>; 1, 2, 3, 4, 5])]
pub struct Five {
    fc1: Dense<16, 32, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<16, 6>; 16] io_type = io_parallel)]
pub struct NoComma {
    fc1: Dense<16, 32, Fixed<6, 1>>,
}
