#![allow(missing_docs)]
use hls_train::prelude::*;

type Probability = UFixed<16, 0, Rnd, Sat>;
type Exp = UFixed<18, 1, Rnd, Sat>;

type Distance = UFixed<12, 4, Rnd, Sat>;

#[hls_model(input = [Fixed<8, 4>; 3, 5])]
pub struct OneTooFar {
    softmax: Softmax<Probability, Exp, Distance, Stable, 2>,
}

#[hls_model(input = [Fixed<8, 4>; 5])]
pub struct OnlyOne {
    softmax: Softmax<Probability, Exp, Distance, ArgmaxOnly, 1>,
}
