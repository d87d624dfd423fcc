#![allow(missing_docs)]
use hls_train::prelude::*;

#[hls_model(input = [Fixed<16, 6>; 16])]
pub struct Tagger {
    #[hls(input)]
    fc1: Dense<16, 32, Fixed<6, 1>>,
    #[hls(input())]
    fc2: Dense<32, 32, Fixed<6, 1>>,
    #[hls(input = fc2)]
    fc3: Dense<32, 32, Fixed<6, 1>>,
    #[hls(input(self.fc3))]
    fc4: Dense<32, 32, Fixed<6, 1>>,
}
