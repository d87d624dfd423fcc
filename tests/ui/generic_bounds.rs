#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Tagger<W> {
    fc1: Dense<16, 32, W>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Bounded<W: Quantizer> {
    fc1: Dense<16, 32, W>,
}

pub fn wrong(device: &Device) {
    let _ = Bounded::<f32>::init(device);
}
