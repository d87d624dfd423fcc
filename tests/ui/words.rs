#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16], io_type = parallel, strategy = "latency")]
pub struct Tagger {
    #[hls(strategy = fast)]
    fc1: Dense<16, 32, Fixed<6, 1>>,
    #[hls(strategy = distributed_arithmetic)]
    fc2: Dense<32, 32, Fixed<6, 1>>,
    #[hls(strategy)]
    fc3: Dense<32, 32, Fixed<6, 1>>,
    #[hls(output = true)]
    fc4: Dense<32, 32, Fixed<6, 1>>,
}
