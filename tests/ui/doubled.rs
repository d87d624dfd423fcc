#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16], strategy = latency, strategy = resource)]
#[hls(reuse_factor = 4)]
pub struct Tagger {
    #[hls(reuse_factor = 2, reuse_factor = 4)]
    fc1: Dense<16, 32, Fixed<6, 1>>,
    #[hls(reuse_factor = 2)]
    #[hls(strategy = resource)]
    fc2: Dense<32, 32, Fixed<6, 1>>,
    fc2: Dense<32, 32, Fixed<6, 1>>,
    #[hls]
    fc3: Dense<32, 32, Fixed<6, 1>>,
    #[hls()]
    fc4: Dense<32, 32, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Twice {
    fc1: Dense<16, 32, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
#[derive(Clone, Debug)]
pub struct Derived {
    fc1: Dense<16, 32, Fixed<6, 1>>,
}
