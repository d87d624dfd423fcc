#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16], io = io_parallel)]
pub struct Tagger {
    #[hls(reuse = 4)]
    fc1: Dense<16, 32, Fixed<6, 1>>,
    #[hls(reuse_factor = 4, outptu)]
    fc2: Dense<32, 5, Fixed<6, 1>>,
}
