//! SIGKILL while projects and checkpoints are written. `cargo xtask torture` kills more often.

use std::process::Command;

#[test]
fn twenty_kills_lose_nothing() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_hls-torture")).args(["--kills", "20", "--seed", "7"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    for what in ["emission", "training", "search"] {
        assert!(text.contains(&format!("{what}: 20 kills")), "{text}");
    }
}
