//! QAT forward == emulator == C simulation on random models. `cargo xtask fuzz-csim` runs more of them.

use hls_core::csim::{self, Simulator};
use hls_tests::agreement::{all_three, forward_and_emulator};
use rayon::prelude::*;

/// A fixed seed: the same models in every run. A failure prints the seed of its model.
const SEED: u64 = 1_000_000;

#[test]
fn training_forward_equals_emulator() {
    let failures: Vec<String> = (0..600).filter_map(|seed| forward_and_emulator(SEED + seed, 200).err()).collect();
    assert!(failures.is_empty(), "{} of 600 models:\n{}", failures.len(), failures[0]);
}

#[test]
fn training_forward_equals_emulator_equals_csim() {
    let simulator = csim::headers(None).and_then(|headers| Simulator::new(&headers));
    let simulator = simulator.unwrap_or_else(|error| panic!("{error}"));
    let check = |seed| all_three(SEED + seed, 200, &simulator).err();
    let failures: Vec<String> = (0..24).into_par_iter().filter_map(check).collect();
    assert!(failures.is_empty(), "{} of 24 models:\n{}", failures.len(), failures[0]);
}
