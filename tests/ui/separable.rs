#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<8, 3>; 6, 6, 3])]
pub struct OtherChannels {
    conv: SeparableConv2d<4, 8, Kernel<3>, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 3])]
pub struct OneDimension {
    conv: SeparableConv2d<3, 8, Kernel<3>, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 2, 3])]
pub struct TooLarge {
    conv: SeparableConv1d<3, 8, Kernel<3>, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 6, 3])]
pub struct WideWeights {
    conv: SeparableConv2d<3, 8, Kernel<3>, Fixed<60, 1>, Fixed<6, 1>>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 6, 3])]
pub struct WideIntermediate {
    conv: SeparableConv2d<3, 8, Kernel<3>, Fixed<6, 1>, Fixed<6, 1>, Fixed<6, 1>, Fixed<60, 10>>,
}

#[hls_model(input = [Fixed<8, 3>; 6, 6, 3])]
pub struct NoScale {
    conv: SeparableConv2d<3, 8, Kernel<3>, Fixed<6, 1>, Ternary, Fixed<6, 1>>,
    norm: BatchNorm<8>,
}
