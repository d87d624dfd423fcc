#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16], io_type = parallel, speed = 4)]
pub struct Syntax {
    #[hls(input(fc0), reuse = 4)]
    fc1: Dense<16, 32, Fixed<6, 1>>,
    #[hls(strategy = fast, fifo_depth = "deep")]
    fc2: Dense<32, 5, Fixed<6, 1>>,
}

// The struct is still there.
pub fn take(model: Syntax) -> Dense<32, 5, Fixed<6, 1>> {
    model.fc2
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Hardware {
    #[hls(reuse_factor = 3)]
    fc1: Dense<16, 32, Fixed<6, 1>>,
    #[hls(reuse_factor = 5)]
    fc2: Dense<16, 32, Fixed<6, 1>>,
    #[hls(reuse_factor = 7)]
    fc3: Dense<32, 5, Fixed<6, 1>>,
}
