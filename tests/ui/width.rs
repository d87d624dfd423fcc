#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Zero {
    relu1: Relu<UFixed<0, 0>>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Wide {
    fc1: Dense<16, 32, Fixed<6, 1>, Fixed<1000, 1>>,
    softmax: Softmax<UFixed<16, -100>>,
}

#[hls_model(input = [UFixed<64, 6>; 16])]
pub struct Input {
    fc1: Dense<16, 32, Fixed<6, 1>>,
}
