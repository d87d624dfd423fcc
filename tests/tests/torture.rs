//! SIGKILL while projects and checkpoints are written. `cargo xtask torture` kills more often.

use std::process::Command;

#[test]
fn twenty_kills_lose_nothing() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_hls-torture")).args(["--kills", "20", "--seed", "7"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("emission: 20 kills") && text.contains("training: 20 kills"), "{text}");
}
