#![no_main]
//! Any bytes as a PNG file in the folder of a class.

use hls_fuzz::WANTED;
use hls_fuzz::images::{Form, Wanted, parse_png};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for channels in [1, 3] {
        let wanted = Wanted { form: Form { channels, ..WANTED.form }, ..WANTED };
        match parse_png("a.png".as_ref(), bytes, &wanted) {
            Ok(pixels) => assert_eq!(pixels.len(), wanted.form.size()),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
});
