#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Rounding {
    relu1: Relu<UFixed<6, 2, Sat>>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Overflow {
    relu1: Relu<UFixed<6, 2, Rnd, Rnd>>,
}
