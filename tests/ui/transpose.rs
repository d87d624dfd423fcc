#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 3, 4])]
pub struct Twice {
    columns: Transpose<1, 1>,
}

#[hls_model(input = [Fixed<16, 6>; 3, 4])]
pub struct Beyond {
    columns: Transpose<2, 1>,
}

#[hls_model(input = [Fixed<16, 6>; 3, 4])]
pub struct TooMany {
    columns: Transpose<1, 0, 2>,
}

#[hls_model(input = [Fixed<16, 6>; 3, 4, 2])]
pub struct TooFew {
    columns: Transpose<1, 0>,
}
