#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Tagger<'a, W: Quantizer> {
    fc1: Dense<16, 32, W>,
    #[cfg(feature = "wide")]
    fc2: Dense<32, 32, W>,
    #[cfg_attr(feature = "wide", hls(output))]
    fc3: Dense<32, 32, &'a W>,
}
