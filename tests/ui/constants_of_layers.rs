#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct WideIndex {
    gate: Sigmoid<UFixed<8, 0, Rnd, Sat>, Fixed<17, 6>>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct IndexWithoutBits {
    gate: Tanh<Fixed<8, 1, Rnd, Sat>, UFixed<0, 6>>,
}

#[hls_model(input = [Fixed<16, 6>; 4, 8])]
pub struct Channels {
    prelu: PRelu<4, Fixed<6, 1>, Fixed<12, 4>>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Constants {
    leaky: LeakyRelu<Fixed<8, 4>, 1, 32>,
    bounded: BoundedRelu<UFixed<8, 4>, 0>,
    threshold: ThresholdedRelu<UFixed<8, 4>, 2_147_483_648, 0>,
    hard: HardSigmoid<UFixed<100, 0>, 1, 1>,
}
