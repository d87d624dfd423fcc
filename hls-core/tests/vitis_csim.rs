//! The emitted C++ under g++ with the real `ap_fixed`: equal to the emulator and to hls4ml, bit for bit.

mod common;

use common::{assert_csim_agrees, emit, hls4ml_rows, jet};
use hls_core::fixed::Rounding;
use hls_core::ir::Hardware;

/// The bench's expected outputs are hls4ml's own answers, not the emulator's.
#[track_caller]
fn check_jet(rounding: Rounding, answers: &str) {
    let graph = jet(rounding, |_| Hardware::default());
    let mut project = emit(&graph, hls4ml_rows("jet_x_int_first1000.csv"));
    let rows: Vec<String> = hls4ml_rows(answers)
        .chunks(5)
        .map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ") + "\n")
        .collect();
    project.files.insert("tb_data/expected.dat".to_owned(), format!("1000 5\n{}", rows.concat()).into_bytes());
    assert_csim_agrees(&project, 1000);
}

#[test]
fn jet_equals_hls4ml_rounding_half_up() {
    check_jet(Rounding::Rnd, "jet_logits_f9_RND_first1000.csv");
}

#[test]
fn jet_equals_hls4ml_rounding_half_to_even() {
    check_jet(Rounding::RndConv, "jet_logits_f9_RND_CONV_first1000.csv");
}
