#![allow(missing_docs)]
use hls_train::prelude::*;

type Probability = UFixed<16, 0, Rnd, Sat>;
type Exp = UFixed<18, 1, Rnd, Sat>;

#[hls_model(input = [Fixed<8, 4>; 5])]
pub struct SignedDistance {
    softmax: Softmax<Probability, Exp, Fixed<12, 4, Rnd, Sat>>,
}

#[hls_model(input = [Fixed<8, 4>; 5])]
pub struct UnsignedInput {
    softmax: Softmax<Probability, Exp, UFixed<12, 4, Rnd, Sat>, Latency>,
}

#[hls_model(input = [Fixed<8, 4>; 5])]
pub struct LargeTable {
    softmax: Softmax<Probability, UFixed<18, 12, Rnd, Sat>, Fixed<17, 4, Rnd, Sat>, Latency>,
}

#[hls_model(input = [Fixed<8, 4>; 5])]
pub struct NotAnImplementation {
    softmax: Softmax<Probability, Exp, UFixed<12, 4, Rnd, Sat>, Argmax>,
}
