//! The family of taggers as its users run it, with a short training.

use std::collections::BTreeMap;
use std::process::Command;

/// The README's table, row by row: a name and what its tagger reaches after six epochs at least.
const MEMBERS: [(&str, f64); 6] = [
    ("6-bit", 0.68),
    ("batch-normalized", 0.68),
    ("residual", 0.66),
    ("multi-output, io_stream", 0.68),
    ("ternary", 0.55),
    ("binary", 0.50),
];

#[test]
fn every_tagger_learns_and_all_executions_agree() {
    let tests = std::env::current_exe().unwrap();
    let name = format!("jet_family{}", std::env::consts::EXE_SUFFIX);
    let program = tests.parent().unwrap().with_file_name("examples").join(name);
    let directory = tempfile::tempdir().unwrap();
    let arguments = ["--csim", "--quiet", "--json", "--epochs", "6"];
    let output = Command::new(program).current_dir(directory.path()).args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    let members: Vec<serde_json::Value> = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    let by_name: BTreeMap<&str, &serde_json::Value> =
        members.iter().map(|member| (member["name"].as_str().unwrap(), member)).collect();
    assert_eq!(by_name.len(), MEMBERS.len(), "{text}");
    let readme = include_str!("../../README.md");
    for (name, least) in MEMBERS {
        let member = by_name.get(name).unwrap_or_else(|| panic!("no {name}: {text}"));
        for execution in ["bit_exact", "csim"] {
            assert_eq!(member[execution], serde_json::json!({ "vectors": 17851, "mismatches": 0 }), "{name}: {member}");
        }
        assert_eq!(member["accuracy"]["qat"], member["accuracy"]["emulator"], "{name}");
        let accuracy = member["accuracy"]["emulator"].as_f64().unwrap();
        assert!(accuracy >= least, "{name}: {accuracy}");
        assert!(readme.contains(&format!("\n| {name} |")), "the README's table lacks {name}");
    }
}
