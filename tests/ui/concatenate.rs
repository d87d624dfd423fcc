#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<8, 3>; 4, 6, 2])]
pub struct Rows {
    narrow: Cropping2d<0, 1>,
    #[hls(input(input, narrow))]
    join: Concatenate<0>,
}

#[hls_model(input = [Fixed<8, 3>; 4, 6, 2])]
pub struct NoSuchAxis {
    relu: Relu<UFixed<6, 3>>,
    #[hls(input(input, relu))]
    join: Concatenate<3>,
}

#[hls_model(input = [Fixed<8, 3>; 6])]
pub struct OnlyAxis {
    relu: Relu<UFixed<6, 3>>,
    #[hls(input(input, relu))]
    join: Concatenate<1>,
}
