//! The example of the language's description.

use hls_train::prelude::*;

type W6 = Fixed<6, 1>;
type A6 = UFixed<6, 2, Rnd, Sat>;

/// 16 high-level features to 5 jet classes, fully parallel.
#[hls_model(input = [Fixed<16, 6>; 16], io_type = io_parallel, strategy = latency, reuse_factor = 1)]
pub struct JetTagger {
    fc1: Dense<16, 64, W6>,
    relu1: Relu<A6>,
    #[hls(reuse_factor = 2)]
    fc2: Dense<64, 32, W6>,
    relu2: Relu<A6>,
    #[hls(reuse_factor = 4, strategy = resource)]
    fc3: Dense<32, 32, Fixed<4, 1>>,
    relu3: Relu<A6>,
    fc4: Dense<32, 5, W6, Fixed<8, 2>>,
    softmax: Softmax<UFixed<16, 0, Rnd, Sat>>,
}

/// Two tensors of rank 2.
pub fn use_it(device: &Device, input: Tensor<2>) -> Tensor<2> {
    JetTagger::init(device).forward(input)
}
