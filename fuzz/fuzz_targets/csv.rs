#![no_main]
//! Any bytes as a table named `x.csv`.

use hls_fuzz::table::Table;
use hls_fuzz::{SCHEMA, check};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| check(Table::parse("x.csv".as_ref(), bytes, &SCHEMA)));
