//! Layers that look at whole rows, and a table of vectors.

use hls_train::prelude::*;

/// Words, of which each row is normalized; weights along the words; and one answer of each kind.
#[hls_model(input = [UFixed<3, 3>; 4])]
pub struct Words {
    vectors: Embedding<8, 6, Fixed<8, 2>>,
    norm: LayerNorm<6, Fixed<10, 3, Rnd, Sat>>,
    #[hls(output)]
    weights: Softmax<UFixed<8, 0, Rnd, Sat>, UFixed<18, 1, Rnd, Sat>, UFixed<10, 4, Rnd, Sat>, Stable, 0>,
    #[hls(input(norm))]
    rms: RmsNorm<6, Fixed<10, 3, Rnd, Sat>, Fixed<16, 4, Rnd, Sat>, Fixed<8, 2>, 10>,
    #[hls(output)]
    fast: Softmax<UFixed<8, 0, Rnd, Sat>, UFixed<18, 8, Rnd, Sat>, Fixed<10, 3, Rnd, Sat>, Latency>,
    #[hls(input(rms))]
    winner: Softmax<UFixed<1, 1>, UFixed<18, 1, Rnd, Sat>, UFixed<10, 4, Rnd, Sat>, ArgmaxOnly, 1>,
}
