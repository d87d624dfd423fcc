//! Everything that the grammar allows beyond the examples.

use hls_train::prelude::*;

const SIDE: usize = 4;
const FACTOR: usize = 8;

/// A marker of the user.
pub trait Named {}

impl Named for Fixed<4, 1> {}

/// Image of several dimensions, constants in every place, the input read twice.
#[hls_model(
    input = [UFixed<8, 0>; SIDE, { SIDE }, 2 - 1,],
    reuse_factor = FACTOR / 4,
    io_type = io_stream,
    strategy = unrolled,
)]
pub struct Image {
    #[hls(input(input, input), fifo_depth = 2 * SIDE)]
    twice: Add<UFixed<9, 1>>,
    flatten: Flatten,
    /// A documented, public layer.
    #[hls(reuse_factor = 1,)]
    pub fc1: Dense<{ SIDE * SIDE }, 8, Fixed<4, 1>>,
    norm: BatchNorm<8>,
    dropout: Dropout<25>,
    quantize: Quantize<Fixed<8, 3, RndConv, SatSym>>,
    #[hls(input(quantize, quantize, norm))]
    joined: Concatenate,
    #[hls(output)]
    argmax: Argmax,
}

/// Type and const parameters, a default, a `where` clause.
#[hls_model(input = [Fixed<12, 4>; N])]
pub(crate) struct Generic<W: Quantizer, L, const N: usize = 16>
where
    W: Named,
    L: hls_train::Layer,
{
    fc1: Dense<N, 8, W>,
    activation: L,
}

/// A layer of any kind.
pub fn generic(device: &Device, input: Tensor<4>) -> Tensor<2> {
    let model = Generic::<Fixed<4, 1>, Relu<UFixed<6, 2>>>::init(device);
    let _ = model.graph();
    Image::init(device).forward(input)
}

/// A model inside a function.
pub fn local(device: &Device) -> bool {
    #[hls_model(input = [Fixed<12, 4>; 8])]
    struct Local {
        message: Dense<8, 8, Fixed<4, 1>>,
        shape: Relu<UFixed<6, 2>>,
        device: Relu<UFixed<6, 2>>,
        lowering: Relu<UFixed<6, 2>>,
        precisions: Relu<UFixed<6, 2>>,
    }
    Local::init(device).graph().is_ok()
}
