//! A skip connection, two outputs, the precision of the weights a parameter.

use hls_train::prelude::*;

/// Classes and energy.
#[hls_model(input = [Fixed<12, 4>; 32], io_type = io_parallel)]
pub struct ResidualTagger<W: Quantizer> {
    fc1: Dense<32, 32, W>,
    relu1: Relu<UFixed<8, 3, Rnd, Sat>>,
    #[hls(reuse_factor = 4, strategy = resource)]
    fc2: Dense<32, 32, W>,
    #[hls(input(fc2, relu1))]
    skip: Add<Fixed<12, 5, Rnd, Sat>>,
    #[hls(output)]
    classes: Dense<32, 5, W, W, Fixed<16, 8>>,
    #[hls(input(skip), output)]
    energy: Dense<32, 1, Fixed<8, 2>>,
}

/// A scan is a list of aliases.
pub type Narrow = ResidualTagger<Fixed<4, 1>>;

/// Both outputs.
pub fn use_it(device: &Device, input: Tensor<2>) -> (Tensor<2>, Tensor<2>) {
    Narrow::init(device).forward(input)
}

/// Generic code over the precision.
pub fn scan<W: Quantizer>(device: &Device) -> usize {
    ResidualTagger::<W>::init(device).num_params() + ResidualTagger::<W>::OUTPUT_SHAPE.size()
}
