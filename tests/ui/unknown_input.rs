#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Tagger {
    fc1: Dense<16, 32, Fixed<6, 1>>,
    fc2: Dense<32, 32, Fixed<6, 1>>,
    #[hls(input(fc1, ac1))]
    skip: Add<Fixed<8, 3>>,
    #[hls(input(skip, add, fc3))]
    add: Add<Fixed<8, 3>>,
    fc3: Dense<32, 32, Fixed<6, 1>>,
}
