#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Biases {
    binary: Dense<16, 32, Binary>,
    channels: Dense<32, 32, PerChannel<8>>,
    powers: Dense<32, 32, PowerOfTwo<-3, 0>>,
    ternary: Dense<32, 32, Ternary>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Parameters {
    binary: Dense<16, 32, Binary<40>, Fixed<8, 3>>,
    order: Dense<32, 32, PowerOfTwo<0, -3>, Fixed<8, 3>>,
    apart: Dense<32, 32, PowerOfTwo<-20, 20>, Fixed<8, 3>>,
    narrow: Dense<32, 32, PerChannel<1>, Fixed<8, 3>>,
    wide: Dense<32, 32, PerChannel<25>, Fixed<8, 3>>,
    bias: Dense<32, 32, Binary, Fixed<54, 3>>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Values {
    relu: Relu<Binary>,
    mode: Dense<16, 16, PerChannel<8, Sat>, Fixed<8, 3>>,
    norm: BatchNorm<16, f32>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Scales {
    binary: Dense<16, 32, Binary, Fixed<8, 3>>,
    norm1: BatchNorm<32>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct TernaryScale {
    ternary: Dense<16, 8, Ternary, Fixed<8, 3>>,
    norm2: BatchNorm<8>,
}

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct HalfFolded {
    norm3: BatchNorm<16, Folded, Fixed<8, 3>>,
}
