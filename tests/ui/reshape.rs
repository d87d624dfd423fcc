#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 3, 4])]
pub struct TooFew {
    rows: Reshape<2, 5>,
}

#[hls_model(input = [Fixed<16, 6>; 1])]
pub struct Nothing {
    rows: Reshape<0>,
}

#[hls_model(input = [Fixed<16, 6>; 8])]
pub struct Hole {
    rows: Reshape<4, 0, 2>,
}
