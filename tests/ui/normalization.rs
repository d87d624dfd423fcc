#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<8, 4>; 3, 5])]
pub struct OtherLength {
    norm: LayerNorm<4, Fixed<8, 4>>,
    rms: RmsNorm<5, Fixed<8, 4>>,
}

#[hls_model(input = [Fixed<8, 4>; 3, 5])]
pub struct SmallEpsilon {
    norm: LayerNorm<5, Fixed<8, 4>, Fixed<18, 5, Rnd, Sat>, Fixed<10, 3>, Fixed<10, 3>, 49>,
}

#[hls_model(input = [Fixed<8, 4>; 3, 5])]
pub struct WideGamma {
    rms: RmsNorm<5, Fixed<8, 4>, Fixed<18, 5, Rnd, Sat>, Fixed<54, 3>>,
}

#[hls_model(input = [Fixed<8, 4>; 5])]
pub struct NotAPrecision {
    norm: LayerNorm<5, f32>,
}
