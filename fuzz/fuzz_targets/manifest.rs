#![no_main]
//! Any bytes as the manifest of a project: a file is attached, or the text is refused.

use std::collections::BTreeMap;

use hls_core::backend::{MANIFEST, Project};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let files = BTreeMap::from([(MANIFEST.to_owned(), bytes.to_vec())]);
    let mut project = Project { name: "x".to_owned(), files };
    if project.attach("data/one.bin", vec![1]).is_ok() {
        // What was rewritten is a manifest still, and all else in it is as it was.
        project.attach("data/two.bin", vec![2]).expect("a manifest that was rewritten");
        let text = project.text(MANIFEST).expect("text");
        assert!(text.contains("\"data/one.bin\"") && text.contains("\"data/two.bin\""));
        let field = "\n  \"files\": ";
        let before = &bytes[..text.rfind(field).expect("the list")];
        assert!(text.as_bytes().starts_with(before));
    }
});
