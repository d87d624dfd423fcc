//! The network RN07 and its smaller and larger brothers.

use hls_core::random::Choices;
use hls_train::prelude::*;

type W8 = Fixed<8, 3>;
type A8 = UFixed<8, 2, RndConv, Sat>;

/// Side of the images.
pub const SIDE: usize = 32;

/// The convolutional network of hls4ml's MLPerf Tiny submission, with another number of filters.
macro_rules! network {
    ($(#[$attribute:meta])* $name:ident, $filters:literal, $reuse:literal, $first_reuse:literal, $last_reuse:literal) => {
        $(#[$attribute])*
        #[hls_model(input = [UFixed<8, 0>; 32, 32, 3], io_type = io_stream, strategy = resource, reuse_factor = $reuse)]
        pub struct $name {
            #[hls(reuse_factor = $first_reuse)]
            conv1: Conv2d<3, $filters, Same<Kernel<1>>, W8>,
            norm1: BatchNorm<$filters>,
            relu1: Relu<A8>,
            conv2: Conv2d<$filters, 4, Same<Kernel<4>>, W8>,
            norm2: BatchNorm<4>,
            relu2: Relu<A8>,
            #[hls(reuse_factor = 64)]
            conv3: Conv2d<4, $filters, Same<Kernel<4>>, W8>,
            norm3: BatchNorm<$filters>,
            relu3: Relu<A8>,
            conv4: Conv2d<$filters, $filters, Same<Kernel<4, 4>>, W8>,
            norm4: BatchNorm<$filters>,
            relu4: Relu<A8>,
            conv5: Conv2d<$filters, $filters, Same<Kernel<4>>, W8>,
            norm5: BatchNorm<$filters>,
            relu5: Relu<A8>,
            flatten: Flatten,
            #[hls(reuse_factor = $last_reuse)]
            fc: Dense<{ 8 * 8 * $filters }, 10, W8>,
        }
    };
}

network!(
    /// 8 filters: 7 thousand weights.
    Rn07Small, 8, 64, 3, 512
);
network!(
    /// The published one: 32 filters, 58 thousand weights.
    Rn07, 32, 64, 3, 2048
);
network!(
    /// 160 filters: 0.94 million weights.
    Rn07Large, 160, 256, 3, 10240
);

/// Pixels of random images, smooth enough to be seen as such: neighbours are alike.
pub fn pixels(images: usize) -> Vec<f32> {
    let mut choices = Choices::new(7);
    let mut last = 0.5;
    let mut pixel = || {
        last = (last + choices.normal(0.1)).clamp(0.0, 255.0 / 256.0);
        last
    };
    (0..images * SIDE * SIDE * 3).map(|_| pixel()).collect()
}
