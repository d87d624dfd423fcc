#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Tagger {
    fc1: Dense<16, 32, Fixed<6, 1>>,
    #[hls(reuse_factor = 4)]
    relu1: Relu<UFixed<6, 2>>,
    #[hls(strategy = resource)]
    softmax: Softmax<UFixed<16, 0, Rnd, Sat>>,
}
