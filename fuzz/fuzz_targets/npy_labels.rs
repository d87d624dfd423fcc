#![no_main]
//! Any bytes as the labels of three jets, in an NPY file beside their features.

use hls_fuzz::table::Table;
use hls_fuzz::{SCHEMA, check};
use libfuzzer_sys::fuzz_target;

const FEATURES: &[u8] = include_bytes!("../../examples/tests/tables/X_names.npy");

fuzz_target!(|bytes: &[u8]| {
    let labels = ("y.npy".as_ref(), bytes.to_vec());
    check(Table::parse_with_labels(("X.npy".as_ref(), FEATURES.to_vec()), labels, &SCHEMA));
});
