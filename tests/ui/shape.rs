#![allow(missing_docs)]
use hls_train::prelude::*;

type W6 = Fixed<6, 1>;
const HIDDEN: usize = 64;

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Tagger {
    fc1: Dense<16, HIDDEN, W6>,
    act1: Relu<UFixed<6, 2, Rnd, Sat>>,
    fc2: Dense<32, 5, W6>,
}

#[hls_model(input = [Fixed<16, 6>; 4, 4])]
pub struct Image {
    fc1: Dense<16, 32, W6>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Empty {
    fc1: Dense<16, 0, W6>,
}

#[hls_model(input = [Fixed<16, 6>; 0])]
pub struct Nothing {
    relu: Relu<W6>,
}
