#![no_main]
//! Any bytes as a file of a checkpoint, past the hashes that keep all but forgeries away; the first byte chooses which.

use hls_train::prelude::*;
use hls_train::training::adam;
use hls_train::training::readers::{State, read_model, read_optimizer};
use libfuzzer_sys::fuzz_target;

#[hls_model(input = [Fixed<8, 3>; 2])]
struct Tiny {
    fc1: Dense<2, 2, Fixed<6, 2>>,
    norm1: BatchNorm<2>,
}

thread_local! {
    // With the parameters' numbers of the seeds, which the optimizer's file refers to. On a device without
    // differentiation: the other one keeps what it records until a backward pass.
    static TINY: Tiny = read_model(
        include_bytes!("../seeds/checkpoint/model")[1..].to_vec(),
        &Tiny::seeded(1, &Device::default()),
    )
    .expect("the seed");
}

fuzz_target!(|bytes: &[u8]| {
    let Some((which, bytes)) = bytes.split_first() else { return };
    match which {
        b's' => {
            let _ = State::parse(bytes);
        }
        b'b' => {
            let Ok(text) = std::str::from_utf8(bytes) else { return };
            if let Ok(state) = State::parse_body(text) {
                let text = state.to_text().expect("JSON");
                State::parse(text.as_bytes()).expect("its own text");
            }
        }
        b'm' => {
            if let Ok(model) = TINY.with(|tiny| read_model(bytes.to_vec(), tiny)) {
                // Weights that are no numbers are refused here.
                let _ = model.graph();
            }
        }
        b'o' => {
            let _ = TINY.with(|tiny| read_optimizer(bytes.to_vec(), adam(), tiny));
        }
        _ => {}
    }
});
