#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<8, 3>; 4, 6, 2])]
pub struct AllRows {
    crop: Cropping2d<2, 1>,
}

#[hls_model(input = [Fixed<8, 3>; 4, 6, 2])]
pub struct TooManyColumns {
    crop: Cropping2d<0, 0, 6, 3>,
}

#[hls_model(input = [Fixed<8, 3>; 4, 2])]
pub struct AllSteps {
    crop: Cropping1d<1, 3>,
}

#[hls_model(input = [Fixed<8, 3>; 4, 2])]
pub struct OneDimension {
    pad: ZeroPadding2d<1>,
}

#[hls_model(input = [Fixed<8, 3>; 4, 6, 2])]
pub struct TwoDimensions {
    pad: ZeroPadding1d<1>,
}

#[hls_model(input = [Fixed<8, 3>; 4, 6, 2])]
pub struct ThreeSides {
    pad: ZeroPadding2d<1, 2, 3>,
}

#[hls_model(input = [Fixed<8, 3>; 4, 6, 2])]
pub struct Huge {
    pad: ZeroPadding2d<100000>,
}
