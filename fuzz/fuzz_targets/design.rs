#![no_main]
//! Any bytes as a design: what is accepted is a model, and as a design again the same one.

use hls_train::Design;
use hls_train::prelude::*;
use libfuzzer_sys::fuzz_target;

#[hls_model(input = [Fixed<8, 3>; 2], strategy = resource)]
struct Tiny {
    #[hls(reuse_factor = 2)]
    fc1: Dense<2, 4, Fixed<6, 2>>,
    norm1: BatchNorm<4>,
    relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
    fc2: Dense<4, 3, Fixed<4, 1>>,
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(design) = serde_json::from_slice::<Design>(bytes) else { return };
    let model: Tiny = match design.model() {
        Ok(model) => model,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let graph = design.graph::<Tiny>().expect("a model that can be built");
    let again = Design::new(&model, design.hardware.clone());
    let again: Design = serde_json::from_slice(&serde_json::to_vec(&again).expect("JSON")).expect("its own JSON");
    assert_eq!(again.graph::<Tiny>().expect("the same design"), graph);
});
