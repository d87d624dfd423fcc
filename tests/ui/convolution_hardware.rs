#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<8, 3>; 6, 6, 3], io_type = io_stream)]
pub struct Stream {
    #[hls(parallelization_factor = 4)]
    conv: Conv2d<3, 8, Kernel<3>, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 16])]
pub struct OnADense {
    #[hls(parallelization_factor = 2)]
    fc: Dense<16, 8, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 6, 3])]
pub struct OnPadding {
    #[hls(parallelization_factor = 2)]
    pad: ZeroPadding2d<1>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 6, 3])]
pub struct None {
    #[hls(parallelization_factor = 0)]
    conv: Conv2d<3, 8, Kernel<3>, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 6, 3])]
pub struct TooMany {
    #[hls(parallelization_factor = 50)]
    conv: Conv2d<3, 8, Kernel<3>, Fixed<6, 1>>,
    #[hls(parallelization_factor = 8)]
    narrow: SeparableConv2d<8, 8, Kernel<3>, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 6, 3])]
pub struct Reuse {
    #[hls(reuse_factor = 5)]
    conv: Conv2d<3, 8, Kernel<3>, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 6, 3])]
pub struct ReuseOfChannels {
    #[hls(reuse_factor = 5)]
    conv: DepthwiseConv2d<3, Kernel<3>, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 6, 3])]
pub struct ReuseOfPositions {
    #[hls(reuse_factor = 9)]
    conv: SeparableConv2d<3, 8, Kernel<3>, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 6, 3])]
pub struct NothingToShare {
    #[hls(reuse_factor = 2)]
    up: UpSampling2d<2>,
}
