//! QAT forward == emulator on random models; the C simulation of them is `csim_agreement.rs`.

use hls_tests::agreement::forward_and_emulator;

#[test]
fn training_forward_equals_emulator() {
    let failures: Vec<String> = (0..600).filter_map(|seed| forward_and_emulator(seed, 200).err()).collect();
    assert!(failures.is_empty(), "{} of 600 models:\n{}", failures.len(), failures[0]);
}
