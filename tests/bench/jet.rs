//! The jet tagger and its inputs.

use hls_core::random::Choices;
use hls_train::prelude::*;

type W6 = Fixed<6, 1>;
type A6 = UFixed<6, 2, Rnd, Sat>;

/// The LHC jet tagger, 16-64-32-32-5, with 6-bit weights and activations.
#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct JetTagger {
    fc1: Dense<16, 64, W6>,
    relu1: Relu<A6>,
    fc2: Dense<64, 32, W6>,
    relu2: Relu<A6>,
    fc3: Dense<32, 32, W6>,
    relu3: Relu<A6>,
    fc4: Dense<32, 5, W6>,
    softmax: Softmax<UFixed<16, 0, Rnd, Sat>>,
}

/// Inputs as standardized features have them: most within a few units around zero.
pub fn features(samples: usize) -> Vec<f32> {
    let mut choices = Choices::new(1);
    (0..samples * 16).map(|_| choices.normal(1.0)).collect()
}
