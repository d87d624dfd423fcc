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
/// Eight bits of a weight, with a binary point for every filter: normalization makes filters of very different sizes.
type W8 = PerChannel<8>;
type B8 = Fixed<8, 3>;
type A8 = UFixed<8, 2, RndConv, Sat>;

/// The network of hls4ml in MLPerf Tiny: 57,582 parameters once the normalization is folded.
#[hls_model(input = [Pixel; 32, 32, 3], io_type = io_stream, strategy = resource, reuse_factor = 64)]
pub struct Rn07 {
    #[hls(reuse_factor = 48)]
    conv1: Conv2d<3, 32, Kernel<1>, W8, B8>,
    norm1: BatchNorm<32>,
    relu1: Relu<A8>,
    conv2: Conv2d<32, 4, Same<Kernel<4>>, W8, B8>,
    norm2: BatchNorm<4>,
    relu2: Relu<A8>,
    conv3: Conv2d<4, 32, Same<Kernel<4>>, W8, B8>,
    norm3: BatchNorm<32>,
    relu3: Relu<A8>,
    conv4: Conv2d<32, 32, Same<Kernel<4, 4>>, W8, B8>,
    norm4: BatchNorm<32>,
    relu4: Relu<A8>,
    conv5: Conv2d<32, 32, Same<Kernel<4>>, W8, B8>,
    norm5: BatchNorm<32>,
    relu5: Relu<A8>,
    flatten: Flatten,
    fc: Dense<2048, 10, W8, B8>,
}

/// Weights of the residual network.
type R8 = PerChannel<8>;
/// Sums of the residual network.
type S8 = Fixed<8, 3, RndConv, Sat>;

/// Three stages of 16, 32 and 64 channels, each around a skip connection, as in MLPerf Tiny.
#[hls_model(input = [Pixel; 32, 32, 3], io_type = io_stream, strategy = resource, reuse_factor = 144)]
pub struct Resnet8 {
    #[hls(reuse_factor = 27)]
    conv1: Conv2d<3, 16, Same<Kernel<3>>, R8, B8>,
    norm1: BatchNorm<16>,
    relu1: Relu<A8>,

    conv2: Conv2d<16, 16, Same<Kernel<3>>, R8, B8>,
    norm2: BatchNorm<16>,
    relu2: Relu<A8>,
    conv3: Conv2d<16, 16, Same<Kernel<3>>, R8, B8>,
    norm3: BatchNorm<16>,
    #[hls(input(norm3, relu1))]
    skip1: Add<S8>,
    relu3: Relu<A8>,

    conv4: Conv2d<16, 32, Same<Kernel<3, 2>>, R8, B8>,
    norm4: BatchNorm<32>,
    relu4: Relu<A8>,
    conv5: Conv2d<32, 32, Same<Kernel<3>>, R8, B8>,
    norm5: BatchNorm<32>,
    #[hls(input(relu3), reuse_factor = 16)]
    short2: Conv2d<16, 32, Same<Kernel<1, 2>>, R8, B8>,
    #[hls(input(norm5, short2))]
    skip2: Add<S8>,
    relu5: Relu<A8>,

    conv6: Conv2d<32, 64, Same<Kernel<3, 2>>, R8, B8>,
    norm6: BatchNorm<64>,
    relu6: Relu<A8>,
    conv7: Conv2d<64, 64, Same<Kernel<3>>, R8, B8>,
    norm7: BatchNorm<64>,
    #[hls(input(relu5), reuse_factor = 32)]
    short3: Conv2d<32, 64, Same<Kernel<1, 2>>, R8, B8>,
    #[hls(input(norm7, short3))]
    skip3: Add<S8>,
    relu7: Relu<A8>,

    pool: GlobalAveragePool2d<UFixed<8, 2, RndConv, Sat>>,
    #[hls(reuse_factor = 64)]
    fc: Dense<64, 10, R8, B8>,
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
        tuning: Some(0.3),
        vectors: 20,
        csim_vectors: 100,
        ..ImageTask::default()
    };
    task.model::<Rn07>("rn07").model::<Resnet8>("resnet8").main()
}
