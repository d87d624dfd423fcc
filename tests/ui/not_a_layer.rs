#![allow(missing_docs)]
use hls_train::prelude::*;

pub struct Plain;

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Values {
    fc1: Dense<16, 32, Fixed<6, 1>>,
    scale: f32,
    precision: Fixed<6, 1>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Own {
    layer: Plain,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Unknown {
    fc1: Dens<16, 32, Fixed<6, 1>>,
}
