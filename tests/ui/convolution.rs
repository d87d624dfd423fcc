#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<8, 3>; 4, 6, 2])]
pub struct LargerThanTheImage {
    conv: Conv2d<2, 8, Kernel<5>, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 4, 6, 2])]
pub struct DilatedBeyond {
    conv: Conv2d<2, 8, Dilated<Kernel2d<1, 3>, 3>, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 6, 3])]
pub struct OtherChannels {
    conv1: Conv2d<3, 8, Kernel<3>, Fixed<6, 1>>,
    conv2: Conv2d<4, 8, Kernel<3>, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 6, 3])]
pub struct OneDimension {
    conv: Conv1d<3, 8, Kernel<3>, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 12])]
pub struct Vector {
    conv: Conv1d<12, 8, Kernel<1>, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 6, 3])]
pub struct GroupsThatDoNotDivide {
    conv: GroupedConv2d<3, 8, 2, Kernel<3>, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 4])]
pub struct NoGroup {
    conv: GroupedConv1d<4, 8, 0, Kernel<3>, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 6, 3])]
pub struct NoStride {
    conv: Conv2d<3, 8, Kernel<3, 0>, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 6, 3])]
pub struct NoSize {
    conv: Conv2d<3, 8, Kernel<0>, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 6, 3])]
pub struct NoDilation {
    conv: Conv2d<3, 8, Dilated<Kernel<3>, 0>, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 6, 3])]
pub struct NoOutput {
    conv: Conv2d<3, 0, Kernel<3>, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 6, 3])]
pub struct NotAWindow {
    conv: Conv2d<3, 8, Fixed<6, 1>, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 6, 3])]
pub struct DenseOnAnImage {
    conv: Conv2d<3, 8, Kernel<3>, Fixed<6, 1>>,
    fc: Dense<128, 10, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 6, 3])]
pub struct NoScale {
    conv: Conv2d<3, 8, Kernel<3>, Binary, Fixed<6, 1>>,
    norm: BatchNorm<8>,
}

#[hls_model(input = [Fixed<8, 3>; 2, 2, 3])]
pub struct TransposedToNothing {
    conv: ConvTranspose2d<3, 8, Kernel<1, 1, 1>, Fixed<6, 1>>,
}
