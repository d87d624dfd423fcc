#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Tagger {
    fc1: Dense<16, 32, Fixed<6, 1>, Fixed<6, 1>, Fixed<24, 8, Trn, Sat>>,
}
