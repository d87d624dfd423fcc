#![allow(missing_docs)]
use hls_train::prelude::*;

#[derive(Debug)]
pub struct Cube;

#[hls_model(input = [Fixed<8, 4>; 16])]
pub struct NotAFunction {
    cube: Table<Cube, Fixed<8, 4>>,
}

#[hls_model(input = [Fixed<8, 4>; 16])]
pub struct NotAnIndex {
    gate: Sigmoid<UFixed<8, 0>, f32>,
}

#[hls_model(input = [Fixed<8, 4>; 16])]
pub struct NotAPrecision {
    gate: Sigmoid<f32>,
}
