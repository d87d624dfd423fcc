//! Layers of images and sequences, with all that their types may leave out.

use hls_train::prelude::*;

/// Every way to pad, cut, enlarge and join.
#[hls_model(input = [UFixed<8, 0>; 6, 8, 3], io_type = io_stream)]
pub struct Image {
    pad: ZeroPadding2d<1>,
    uneven: ZeroPadding2d<0, 1, 0, 2>,
    crop: Cropping2d<1, 2>,
    #[hls(reuse_factor = 3)]
    conv: SeparableConv2d<3, 8, Same<Kernel<3, 2>>, Fixed<6, 1>>,
    norm: BatchNorm<8>,
    relu: Relu<UFixed<6, 2>>,
    between: SeparableConv2d<8, 8, Same<Kernel<3>>, Fixed<6, 1>, Binary, Fixed<6, 1>, Fixed<10, 4, Rnd, Sat>>,
    again: Quantize<Fixed<6, 2>>,
    large: UpSampling2d<2>,
    wide: UpSampling2d<1, 2>,
    blended: UpSampling2d<2, 2, Bilinear>,
    turned: Permute<1, 0, 2>,
    #[hls(input(turned, turned))]
    rows: Concatenate<0>,
    #[hls(input(rows, rows))]
    columns: Concatenate<1>,
    flat: Flatten,
}

/// The same along one dimension.
#[hls_model(input = [Fixed<8, 3>; 10, 3])]
pub struct Sequence {
    pad: ZeroPadding1d<1>,
    causal: ZeroPadding1d<2, 0>,
    crop: Cropping1d<1>,
    tail: Cropping1d<0, 1>,
    #[hls(parallelization_factor = 2)]
    conv: SeparableConv1d<3, 4, Causal<Kernel<3>>, Fixed<6, 1>>,
    up: UpSampling1d<3>,
}
