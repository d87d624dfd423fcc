//! Binary, ternary and other weights, with and without folded normalization.
use hls_train::prelude::*;

/// Weights of every kind.
#[hls_model(input = [Fixed<12, 4>; 16])]
pub struct Weights<W: WeightQuantizer> {
    fc1: Dense<16, 32, Binary, Fixed<8, 3>>,
    norm1: BatchNorm<32, Fixed<8, 2>, Fixed<10, 4>>,
    sign1: Sign,
    #[hls(reuse_factor = 4, strategy = resource)]
    fc2: Dense<32, 16, Binary<-2>, Fixed<8, 3>, Fixed<16, 8>>,
    norm2: BatchNorm<16, Fixed<8, 2, Rnd, Sat>>,
    narrow: Quantize<Ternary>,
    fc3: Dense<16, 16, PerChannel<6>, Fixed<8, 3>>,
    norm3: BatchNorm<16>,
    relu3: Relu<UFixed<6, 2, Rnd, Sat>>,
    fc4: Dense<16, 8, PowerOfTwo<-4, 0>, Fixed<8, 3>>,
    norm4: BatchNorm<8>,
    relu4: Relu<UFixed<6, 2, Rnd, Sat>>,
    fc5: Dense<8, 8, W, Fixed<8, 3>>,
    norm5: BatchNorm<8, Fixed<8, 2>>,
}

/// Two of them.
pub fn models(device: &Device) -> (Weights<Binary>, Weights<Fixed<6, 1>>) {
    (Weights::init(device), Weights::init(device))
}
