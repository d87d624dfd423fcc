#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [UFixed<4, 4>; 5])]
pub struct SmallVocabulary {
    words: Embedding<12, 3, Fixed<6, 2>>,
}

#[hls_model(input = [Fixed<4, 2>; 5])]
pub struct NoIndices {
    words: Embedding<64, 3, Fixed<6, 2>>,
}

#[hls_model(input = [UFixed<4, 4>; 5])]
pub struct NoElements {
    words: Embedding<16, 0, Fixed<6, 2>>,
}

#[hls_model(input = [UFixed<4, 4>; 1, 2, 3, 4])]
pub struct FiveDimensions {
    words: Embedding<16, 3, Fixed<6, 2>>,
}
