//! The convolutional network RN07 against the answers of hls4ml's C simulation.

mod common;

use common::{assert_csim_agrees, emit, rn07};
use hls_core::emulator::{Emulator, evaluate_sample};
use hls_core::rules::{IoType, Strategy};

#[test]
fn the_emulator_gives_the_answers() {
    let graph = rn07::graph(IoType::IoStream, Strategy::Resource, 64);
    let outputs = Emulator::new(&graph).run(&rn07::images()).unwrap();
    assert_eq!(outputs.formats[0].fraction(), 11);
    assert_eq!(outputs.raw[0], rn07::logits());
    let first = &rn07::images()[..32 * 32 * 3];
    assert_eq!(evaluate_sample(&graph, first).last().unwrap(), &rn07::logits()[..10]);
}

/// The bench compares with the emulator, whose answers are those of hls4ml.
#[test]
fn the_firmware_gives_the_answers_from_streams() {
    let graph = rn07::graph(IoType::IoStream, Strategy::Resource, 64);
    assert_csim_agrees(&emit(&graph, rn07::images()), 20);
}
