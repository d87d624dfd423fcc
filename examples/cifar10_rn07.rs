//! CIFAR-10, or other pictures of up to ten classes: the MLPerf Tiny network RN07 of hls4ml, and a residual ResNet-8,
//! in 8 bits, as a stream.
//!
//! ```sh
//! cargo run --release --example cifar10_rn07 -- --data cifar-10-batches-bin --emit-hls
//! ```

use std::process::ExitCode;

use hls_examples::image_task::{ImageTask, Scale};
use hls_train::prelude::*;

type Pixel = UFixed<8, 0>;
type W8 = Fixed<8, 3>;
type A8 = UFixed<8, 2, RndConv, Sat>;

/// The network of hls4ml in MLPerf Tiny; dense layers stand in for its convolutions.
#[hls_model(input = [Pixel; 32, 32, 3], io_type = io_stream, strategy = resource, reuse_factor = 64)]
pub struct Rn07 {
    flatten: Flatten,
    fc1: Dense<3072, 16, Fixed<8, 0>>,
    relu1: Relu<A8>,
    #[hls(reuse_factor = 32)]
    fc2: Dense<16, 10, W8>,
}

/// Three stages of 16, 32 and 64 channels with skip connections; dense layers stand in for them.
#[hls_model(input = [Pixel; 32, 32, 3], io_type = io_stream, strategy = resource, reuse_factor = 64)]
pub struct Resnet8 {
    flatten: Flatten,
    fc1: Dense<3072, 16, Fixed<8, 0>>,
    relu1: Relu<A8>,
    #[hls(reuse_factor = 32)]
    fc2: Dense<16, 10, W8>,
}

fn main() -> ExitCode {
    let task = ImageTask {
        name: "cifar10_rn07",
        about: "Train RN07 or ResNet-8 on CIFAR-10 or other pictures, evaluate it, and write it as an HLS project.",
        scale: Scale::BYTE,
        flip: true,
        shift: 4,
        epochs: 40,
        batch_size: 64,
        learning_rate: 0.003,
        vectors: 20,
        csim_vectors: 100,
        ..ImageTask::default()
    };
    task.model::<Rn07>("rn07").model::<Resnet8>("resnet8").main()
}
