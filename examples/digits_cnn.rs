//! Handwritten digits, 8x8 pixels: a small convolutional network with weights and activations of 6 bits, as a stream.
//!
//! ```sh
//! cargo run --release --example digits_cnn -- --emit-hls
//! ```

use std::process::ExitCode;

use hls_examples::digits;
use hls_examples::image_task::{ImageTask, Scale};
use hls_train::prelude::*;

type W6 = Fixed<6, 1>;
type A6 = UFixed<6, 2, Rnd, Sat>;

/// Weights that normalization is folded into reach further.
type N6 = Fixed<6, 2>;

/// A pixel is a multiple of 1/16, up to 1.
#[hls_model(input = [UFixed<5, 1>; 8, 8, 1], io_type = io_stream)]
pub struct DigitsCnn {
    conv1: Conv2d<1, 16, Same<Kernel<3>>, N6>,
    norm1: BatchNorm<16>,
    relu1: Relu<A6>,
    pool1: MaxPool2d<2>,
    conv2: Conv2d<16, 24, Same<Kernel<3>>, N6>,
    norm2: BatchNorm<24>,
    relu2: Relu<A6>,
    pool2: MaxPool2d<2>,
    flatten: Flatten,
    fc: Dense<96, 10, W6>,
}

fn main() -> ExitCode {
    let task = ImageTask {
        name: "digits_cnn",
        about: "Train a small network on handwritten digits, evaluate it, and write it as an HLS project.",
        embedded: Some(digits::embedded),
        scale: Scale { steps: 16, maximum: 255 },
        // The digits fill their pictures: whatever is moved out is missed.
        shift: 0,
        epochs: 60,
        batch_size: 32,
        learning_rate: 0.002,
        csim_vectors: usize::MAX,
        vectors: 1000,
        ..ImageTask::default()
    };
    task.model::<DigitsCnn>("digits_cnn").main()
}
