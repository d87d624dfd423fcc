#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; INPUTS], reuse_factor = FACTOR)]
pub struct Tagger<W: Quantizer, const INPUTS: usize, const FACTOR: usize> {
    fc1: Dense<16, 32, W>,
    relu1: Relu<UFixed<6, 2>>,
}

pub fn right(device: &Device) -> Tagger<Fixed<4, 1>, 16, 2> {
    Tagger::init(device)
}

pub fn wrong_shape(device: &Device) -> Tagger<Fixed<4, 1>, 8, 2> {
    Tagger::init(device)
}

pub fn wrong_factor(device: &Device) -> Tagger<Fixed<4, 1>, 16, 3> {
    Tagger::init(device)
}
