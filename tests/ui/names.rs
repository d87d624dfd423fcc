#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Tagger {
    input: Dense<16, 32, Fixed<6, 1>>,
    r#type: Relu<UFixed<6, 2>>,
    größe: Relu<UFixed<6, 2>>,
}
