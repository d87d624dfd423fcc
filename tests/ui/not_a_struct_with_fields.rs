#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Tuple(Dense<16, 32, Fixed<6, 1>>);

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Unit;

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Empty {}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub enum Choice {
    Wide(Dense<16, 32, Fixed<6, 1>>),
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub fn model() {}
