#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 3, 4])]
pub struct Start {
    part: Slice<4, 1>,
}

#[hls_model(input = [Fixed<16, 6>; 3, 4])]
pub struct Length {
    part: Slice<1, 3, 0>,
}

#[hls_model(input = [Fixed<16, 6>; 3, 4])]
pub struct Empty {
    part: Slice<1, 0>,
}

#[hls_model(input = [Fixed<16, 6>; 3, 4])]
pub struct Axis {
    part: Slice<0, 1, 2>,
}
