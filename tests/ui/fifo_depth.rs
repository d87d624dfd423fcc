#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16], io_type = io_parallel)]
pub struct Parallel {
    #[hls(fifo_depth = 4)]
    fc1: Dense<16, 32, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<16, 6>; 16], io_type = io_stream)]
pub struct Folded {
    fc1: Dense<16, 32, Fixed<6, 1>>,
    #[hls(fifo_depth = 2)]
    bn1: BatchNorm<32>,
}

#[hls_model(input = [Fixed<16, 6>; 16], io_type = io_stream)]
pub struct Stream {
    #[hls(fifo_depth = 0)]
    fc1: Dense<16, 32, Fixed<6, 1>>,
}
