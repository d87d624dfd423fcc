#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Generic<const WIDTH: u32> {
    fc1: Dense<16, 32, Fixed<WIDTH, 1>>,
}

pub fn wrong(device: &Device) -> Generic<54> {
    Generic::init(device)
}
