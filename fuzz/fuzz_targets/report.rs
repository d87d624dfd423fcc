#![no_main]
//! Any bytes as a report of a vendor's tool.

use hls_core::reports::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| match parse(bytes) {
    Ok(report) => {
        for bounds in [report.latency, report.interval].into_iter().flatten() {
            if let (Some(min), Some(max)) = (bounds.min.known(), bounds.max.known()) {
                assert!(min <= max);
            }
        }
        let all = report.resources;
        let figures = [all.lut, all.ff, all.dsp, all.bram_18k, all.uram, all.intel_ram, all.mlab, all.alm];
        assert!(figures.into_iter().flatten().all(|usage| usage.used.is_finite() && usage.used >= 0.0));
    }
    Err(error) => assert!(!error.to_string().is_empty()),
});
