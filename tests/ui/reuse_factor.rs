#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 32], strategy = resource)]
pub struct Tagger {
    fc1: Dense<32, 32, Fixed<6, 1>>,
    #[hls(reuse_factor = 3)]
    fc3: Dense<32, 32, Fixed<6, 1>>,
    #[hls(reuse_factor = 0)]
    fc4: Dense<32, 32, Fixed<6, 1>>,
    #[hls(reuse_factor = 64 * 64)]
    fc5: Dense<32, 32, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<16, 6>; 16], reuse_factor = 7)]
pub struct Default {
    fc1: Dense<16, 5, Fixed<6, 1>>,
    #[hls(reuse_factor = 5)]
    fc2: Dense<5, 5, Fixed<6, 1>>,
}
