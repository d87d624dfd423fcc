#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16], reuse_factor = "4")]
pub struct Tagger {
    #[hls(reuse_factor = 2.5)]
    fc1: Dense<16, 32, Fixed<6, 1>>,
    #[hls(reuse_factor = -1)]
    fc2: Dense<32, 32, Fixed<6, 1>>,
    #[hls(reuse_factor)]
    fc3: Dense<32, 32, Fixed<6, 1>>,
    #[hls(reuse_factor = )]
    fc4: Dense<32, 32, Fixed<6, 1>>,
    #[hls(reuse_factor = 4 8)]
    fc5: Dense<32, 32, Fixed<6, 1>>,
}
