#![no_main]
//! Any bytes as weights: every tensor fills its shape, or its elements are of a type that weights cannot have.

use hls_train::weights::safetensors::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(tensors) = parse(bytes) {
        for tensor in tensors {
            if let Ok(elements) = tensor.elements {
                assert_eq!(elements.len(), tensor.shape.iter().product::<usize>(), "{}", tensor.name);
            }
        }
    }
});
