#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<8, 3>; 4, 6, 2])]
pub struct ByNothing {
    up: UpSampling2d<0>,
}

#[hls_model(input = [Fixed<8, 3>; 4, 6, 2])]
pub struct NoPowerOfTwo {
    up: UpSampling2d<2, 3, Bilinear>,
}

#[hls_model(input = [Fixed<8, 3>; 4, 6, 2])]
pub struct TwoDimensions {
    up: UpSampling1d<2>,
}

#[hls_model(input = [Fixed<8, 3>; 4, 6, 2])]
pub struct NotAnInterpolation {
    up: UpSampling2d<2, 2, Fixed<4, 1>>,
}
