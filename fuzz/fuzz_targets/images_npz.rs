#![no_main]
//! Any bytes as an NPZ file, or as the two arrays inside of one, behind checksums that are right.

use std::io::{Cursor, Write};

use hls_fuzz::images::ImageSet;
use hls_fuzz::{WANTED, check_images};
use libfuzzer_sys::fuzz_target;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

fuzz_target!(|bytes: &[u8]| {
    let name = "set.npz".as_ref();
    check_images(ImageSet::parse(name, bytes, &WANTED));
    // The first byte says where the labels begin, in steps of 16 bytes from the end.
    let Some((&labels, bytes)) = bytes.split_first() else { return };
    let (x, y) = bytes.split_at(bytes.len().saturating_sub(16 * usize::from(labels)));
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, array) in [("x.npy", x), ("y.npy", y)] {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let written = archive.start_file(name, options).is_ok() && archive.write_all(array).is_ok();
        assert!(written);
    }
    if let Ok(file) = archive.finish() {
        check_images(ImageSet::parse(name, file.get_ref(), &WANTED));
    }
});
