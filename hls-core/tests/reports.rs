//! Reports of the vendors' tools: small ones of every format, damaged ones, and the real ones where they are there.

// Figures for people who run it.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use hls_core::cost::Device;
use hls_core::random::Choices;
use hls_core::reports::{Bounds, Clocks, MAX_BYTES, Report, ReportError, ReportKind, parse};

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports").join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[track_caller]
fn read(name: &str) -> Report {
    parse(&fixture(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn known(min: u64, max: u64) -> Option<Bounds<Clocks>> {
    Some(Bounds { min: Clocks::Known(min), max: Clocks::Known(max) })
}

/// LUT, FF, DSP, BRAM and URAM.
fn used(report: &Report) -> [Option<f64>; 5] {
    let all = report.resources;
    [all.lut, all.ff, all.dsp, all.bram_18k, all.uram].map(|usage| usage.map(|usage| usage.used))
}

fn available(report: &Report) -> [Option<f64>; 5] {
    let all = report.resources;
    [all.lut, all.ff, all.dsp, all.bram_18k, all.uram].map(|usage| usage.and_then(|usage| usage.available))
}

/// The same design as XML and as text; the XML states no URAM.
#[test]
fn synthesis_reports_agree() {
    for (name, uram) in [("csynth.xml", None), ("module_csynth.rpt", Some(0.0))] {
        let report = read(name);
        assert_eq!(report.kind, ReportKind::CSynthesis);
        assert_eq!(report.tool.as_ref().unwrap().version.as_deref(), Some("2023.1"));
        assert_eq!((report.module.as_deref(), report.part.as_deref()), (Some("tagger"), Some("xcvu13p-flga2577-2-e")));
        let clock = report.clock;
        assert_eq!([clock.target_ns, clock.estimated_ns, clock.uncertainty_ns], [Some(5.0), Some(3.641), Some(1.35)]);
        assert_eq!((report.latency, report.interval), (known(12, 14), known(2, 2)));
        assert_eq!(report.latency_ns, Some(Bounds { min: Some(60.0), max: Some(70.0) }));
        assert_eq!(used(&report), [Some(20_480.0), Some(5_120.0), Some(41.0), Some(3.0), uram]);
        assert_eq!(available(&report)[0], Some(1_728_000.0));
        let [outer, inner] = &report.loops[..] else { panic!("{:?}", report.loops) };
        assert_eq!(
            (&outer.name[..], outer.trip_count, outer.latency),
            ("rows", Some(Clocks::Known(16)), known(32, 64))
        );
        assert_eq!((outer.iteration, outer.ii), (Some(Clocks::Known(4)), None));
        assert_eq!((&inner.name[..], inner.trip_count), ("rows/columns", Some(Clocks::Undefined)));
        assert_eq!((inner.iteration, inner.ii), (Some(Clocks::Known(3)), Some(Clocks::Known(1))));
        let [module] = &report.instances[..] else { panic!("{:?}", report.instances) };
        assert_eq!(module.module.as_deref(), Some("fc1"));
        assert_eq!(module.latency, Some(Bounds { min: Clocks::Undefined, max: Clocks::Undefined }));
        assert_eq!((module.interval, module.resources.dsp.unwrap().used), (known(1, 1), 40.0));
    }
}

#[test]
fn other_synthesis_reports() {
    let old = read("old_csynth.rpt");
    assert_eq!((old.clock.estimated_ns, old.latency, old.interval), (Some(4.349), known(10, 10), known(1, 1)));
    assert_eq!((old.latency_ns, used(&old)), (None, [Some(30_000.0), Some(9_000.0), Some(150.0), Some(13.0), None]));
    let summary = read("summary_csynth.rpt");
    assert_eq!((summary.latency, summary.interval), (known(73_905, 73_905), known(41_035, 41_035)));
    assert_eq!(summary.latency_ns, Some(Bounds { min: Some(246_300.0), max: Some(246_300.0) }));
    assert_eq!(used(&summary), [Some(52_865.0), Some(384.0), Some(34.0), Some(176.0), None]);
    assert_eq!((summary.instances.len(), &summary.loops[0].name[..]), (1, "rows"));
    assert_eq!(summary.instances[0].resources.bram_18k, None);
    let cosim = read("tagger_cosim.rpt");
    assert_eq!((cosim.state.as_deref(), cosim.latency), (Some("Pass"), known(12, 14)));
    assert_eq!(cosim.interval, Some(Bounds { min: Clocks::Undefined, max: Clocks::Undefined }));
}

#[test]
fn reports_after_synthesis() {
    let report = read("utilization.rpt");
    assert_eq!((report.kind, report.state.as_deref()), (ReportKind::Utilization, Some("Routed")));
    assert_eq!(used(&report), [Some(12_345.0), Some(6_789.0), Some(41.0), Some(5.0), None]);
    assert_eq!(available(&report), [Some(53_200.0), Some(106_400.0), Some(220.0), Some(280.0), None]);
    let timing = read("timing.rpt");
    assert_eq!((timing.slack.setup_ns, timing.slack.hold_ns), (Some(-0.25), Some(0.01)));
    assert_eq!((timing.slack.total_setup_ns, timing.slack.failing_endpoints), (Some(-3.5), Some(17)));
    assert_eq!((timing.clock.target_ns, timing.clock.estimated_ns), (Some(5.0), Some(5.25)));
    assert_eq!(read("timing_paths.rpt").slack.setup_ns, Some(0.641));
}

#[test]
fn reports_of_intel() {
    let report = read("summary.ndjson");
    assert_eq!(used(&report), [Some(2_462.0), Some(7_938.0), Some(12.0), None, None]);
    assert_eq!(available(&report)[1], Some(1_948_800.0));
    assert_eq!((report.instances.len(), report.resources.intel_ram.unwrap().used), (1, 77.0));
    let fit = read("quartus.ndjson");
    assert_eq!((fit.clock.target_ns, fit.clock.estimated_ns), (Some(2.5), Some(2.0)));
    assert_eq!((fit.resources.alm.unwrap().used, fit.module.as_deref()), (4520.5, Some("Tagger")));
    let loops = read("loop_attr.ndjson");
    assert_eq!((loops.loops.len(), loops.loops[0].ii), (1, Some(Clocks::Undefined)));
    assert_eq!(loops.loops[0].iteration, Some(Clocks::Known(176)));
}

#[track_caller]
fn refused(name: &str, from: &str, to: &str, expected: &str) {
    let text = String::from_utf8(fixture(name)).unwrap();
    assert!(text.contains(from), "{name} has no `{from}`");
    let error = parse(text.replacen(from, to, 1).as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), expected);
}

#[test]
fn wrong_reports_are_refused_with_the_reason() {
    refused("csynth.xml", "<Best-caseLatency>12</Best-caseLatency>", "", "Best-caseLatency is missing");
    refused("csynth.xml", ">12</B", ">15</B", "Best-caseLatency: the least, 15, is more than the most, 14");
    refused("csynth.xml", ">12</B", ">twelve</B", "Best-caseLatency: `twelve` is no figure");
    refused(
        "csynth.xml",
        "60.000 ns",
        "60.000 fortnights",
        "Best-caseRealTimeLatency: the unit `fortnights` is not known",
    );
    refused("csynth.xml", "60.000 ns", "60.000", "Best-caseRealTimeLatency: the unit `` is not known");
    refused("csynth.xml", "<unit>ns</unit>", "", "TargetClockPeriod: the unit `` is not known");
    refused("csynth.xml", "clock cycles", "ns", "SummaryOfOverallLatency: the unit `ns` is not known");
    refused("csynth.xml", "<LUT>20480</LUT>", "<LUT>-1</LUT>", "LUT: `-1` is no figure");
    refused(
        "csynth.xml",
        "AreaEstimates>",
        "Area>",
        "the XML is not well formed: expected 'Area' tag, not 'AreaEstimates' at 45:1",
    );
    refused(
        "csynth.xml",
        "<profile>",
        "<!DOCTYPE a [<!ENTITY b \"c\">]><profile>",
        "the XML is not well formed: XML with DTD detected",
    );
    refused("module_csynth.rpt", "5.00 ns", "5.00   ", "Target: the unit `` is not known");
    refused("module_csynth.rpt", "|       12|", "|     12.5|", "latency: `12.5` is no figure");
    refused("module_csynth.rpt", "|Total ", "|Totality ", "the table of resources is missing");
    refused("summary_csynth.rpt", "(cycles)", "(clocks)", "the column `Latency (cycles)` is missing");
    refused(
        "tagger_cosim.rpt",
        "   Verilog|      Pass|",
        "   Verilog|        NA|",
        "the row of a language that was simulated is missing",
    );
    refused("utilization.rpt", "Slice LUTs*", "Slice Lutes", "LUTs or registers is missing");
    refused("utilization.rpt", "12345", "12e999", "Slice LUTs*: `12e999` is no figure");
    refused("timing.rpt", "WNS(ns)", "WNS(ps)", "the design timing summary is missing");
    refused("summary.ndjson", "\"Total\"", "\"Sum\"", "the row `Total` is missing");
    refused("summary.ndjson", "[2462", "[true", "ALUTs: `true` is no figure");
    refused("quartus.ndjson", "\"500.00\"", "\"0\"", "clock fmax: `\"0\"` is no figure");
    refused(
        "loop_attr.ndjson",
        "{\"name\":\"Tagger.B0\"",
        "[\"name\":\"Tagger.B0\"",
        "line 3: expected `,` or `]` at column 8",
    );
}

#[test]
fn what_is_no_report() {
    assert_eq!(parse(b""), Err(ReportError::UnknownFormat));
    assert_eq!(parse(b"<html></html>"), Err(ReportError::UnknownFormat));
    assert_eq!(parse(b"{}"), Err(ReportError::UnknownFormat));
    assert_eq!(parse(&[0xff, 0xfe, 0]), Err(ReportError::NotText));
    assert_eq!(parse(&vec![b' '; MAX_BYTES + 1]), Err(ReportError::TooLarge { bytes: MAX_BYTES + 1 }));
    // Neither memory nor the stack goes with nesting.
    let deep = "<profile>".repeat(1_000_000);
    assert!(matches!(parse(deep.as_bytes()), Err(ReportError::Xml(_))));
    let deep = format!("<profile>{}{}</profile>", "<a>".repeat(300_000), "</a>".repeat(300_000));
    let error = parse(deep.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("UserAssignments"), "{error}");
    // Tags in comments and text are none.
    let text = String::from_utf8(fixture("csynth.xml")).unwrap();
    let commented = text.replacen("<UserAssignments>", &format!("<!--{}--><UserAssignments>", "<a>".repeat(1000)), 1);
    assert_ne!(commented, text);
    assert_eq!(parse(commented.as_bytes()), parse(text.as_bytes()));
    let deep = format!("{{\"a\":{}", "[".repeat(1_000_000));
    assert!(matches!(parse(deep.as_bytes()), Err(ReportError::Json { line: 1, .. })));
}

const FIXTURES: [&str; 11] = [
    "csynth.xml",
    "module_csynth.rpt",
    "old_csynth.rpt",
    "summary_csynth.rpt",
    "tagger_cosim.rpt",
    "utilization.rpt",
    "timing.rpt",
    "timing_paths.rpt",
    "summary.ndjson",
    "loop_attr.ndjson",
    "quartus.ndjson",
];

/// Whatever is read has figures that can be.
fn check(report: &Report) {
    for bounds in [report.latency, report.interval].into_iter().flatten() {
        if let (Some(min), Some(max)) = (bounds.min.known(), bounds.max.known()) {
            assert!(min <= max);
        }
    }
    let clock = [report.clock.target_ns, report.clock.estimated_ns, report.clock.uncertainty_ns];
    let figures = used(report).into_iter().chain(available(report)).chain(clock).flatten();
    figures.for_each(|figure| assert!(figure.is_finite(), "{figure}"));
    assert!(used(report).into_iter().flatten().all(|used| used >= 0.0));
}

fn mutated(bytes: &[u8], choices: &mut Choices) -> Vec<u8> {
    const WORDS: [&[u8]; 16] = [
        b"undef",
        b"?",
        b"-",
        b"",
        b"NaN",
        b"inf",
        b"1e308",
        b"99999999999999999999",
        b"-1",
        b" us",
        b" weeks",
        b"<",
        b"|",
        b"+--+",
        b"\"",
        b"\xff\x00",
    ];
    let mut bytes = bytes.to_vec();
    for _ in 0..choices.size(1, 4) {
        let (at, end) = (choices.size(0, bytes.len()), choices.size(0, bytes.len()));
        match choices.range(0, 5) {
            0 => bytes.truncate(at),
            1 if at < bytes.len() => bytes[at] = choices.bits() as u8,
            2 => drop(bytes.drain(at.min(end)..at.max(end).min(at.min(end) + 40))),
            3 => {
                let part = bytes[at.min(end)..at.max(end)].to_vec();
                bytes.splice(at..at, part);
            }
            _ => {
                // A figure becomes another word.
                let digit = bytes.iter().skip(at).position(u8::is_ascii_digit).map(|digit| at + digit);
                let start = digit.unwrap_or(at);
                let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
                let word = WORDS[choices.size(0, WORDS.len() - 1)];
                bytes.splice(start..start + length, word.iter().copied());
            }
        }
    }
    bytes
}

#[test]
fn damaged_reports_never_panic() {
    let mut choices = Choices::new(5);
    let (mut read, mut refused) = (0, 0);
    for name in FIXTURES {
        let bytes = fixture(name);
        for end in (0..bytes.len()).step_by(7) {
            if let Ok(report) = parse(&bytes[..end]) {
                check(&report);
            }
        }
        for _ in 0..2_000 {
            match parse(&mutated(&bytes, &mut choices)) {
                Ok(report) => {
                    check(&report);
                    read += 1;
                }
                Err(error) => {
                    assert!(!error.to_string().is_empty());
                    refused += 1;
                }
            }
        }
    }
    println!("{read} of {} damaged reports are still reports, {refused} are refused", read + refused);
    assert!(read > 2_000 && refused > 2_000, "{read} {refused}");
}

/// The real reports, where the data is beside the repository or named by `HLS4RS_SYNTHESIS_DATA`.
fn data() -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let beside = workspace.join("../shared/data/synthesis");
    let named = std::env::var_os("HLS4RS_SYNTHESIS_DATA").map(PathBuf::from);
    [named, Some(beside)].into_iter().flatten().find(|path| path.join("reports").is_dir())
}

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() { files(&entry, found) } else { found.push(entry) }
    }
}

#[test]
fn real_reports_are_read() {
    let Some(data) = data() else { return };
    let mut paths = Vec::new();
    files(&data.join("reports"), &mut paths);
    paths.sort();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut reports = BTreeMap::new();
    for path in &paths {
        match parse(&fs::read(path).unwrap()) {
            Ok(report) => {
                check(&report);
                *kinds.entry(format!("{:?}", report.kind)).or_default() += 1;
                // The device table against what tools say of the same devices.
                let device = report.part.as_deref().and_then(Device::of_part);
                if let Some(device) = device {
                    let table = [device.lut, device.ff, device.dsp, device.bram, device.uram].map(|count| count as f64);
                    for (stated, ours) in available(&report).into_iter().zip(table) {
                        assert!(
                            stated.is_none_or(|stated| stated == ours),
                            "{}: {:?}",
                            device.name,
                            available(&report)
                        );
                    }
                }
                reports.insert(path.strip_prefix(data.join("reports")).unwrap().display().to_string(), report);
            }
            Err(error) => {
                *kinds.entry(error.to_string().chars().take(30).collect()).or_default() += 1;
                assert!(path.ends_with("SOURCE.txt"), "{}: {error}", path.display());
                assert_eq!(error, ReportError::UnknownFormat);
            }
        }
    }
    println!("{kinds:?}");
    assert_eq!(kinds["CSynthesis"], 55);
    assert_eq!([kinds["CoSimulation"], kinds["Utilization"], kinds["Timing"]], [1, 5, 2]);
    assert_eq!([kinds["IntelEstimate"], kinds["IntelLoops"], kinds["IntelFit"]], [1, 1, 1]);
    assert_eq!(reports.len() + 6, paths.len());
    let compared = compare_with_table(&data, &reports);
    println!("{compared} reports agree with csynth_summary.csv");
    assert!(compared >= 20, "{compared}");
}

/// `csynth_summary.csv` was made from the same files by another program.
fn compare_with_table(data: &Path, reports: &BTreeMap<String, Report>) -> usize {
    let mut reader = csv::Reader::from_path(data.join("csynth_summary.csv")).unwrap();
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().collect::<Result<_, _>>().unwrap();
    let mut compared = 0;
    for row in &rows {
        let Some(report) = reports.get(&row["path"]) else { continue };
        let number = |column: &str| row[column].parse::<f64>().ok();
        let clocks = |clocks: Clocks| clocks.known().map(|known| known as f64);
        let latency = report.latency.unwrap();
        assert_eq!([clocks(latency.min), clocks(latency.max)], [number("lat_min"), number("lat_max")], "{row:?}");
        if let Some(interval) = report.interval {
            assert_eq!([clocks(interval.min), clocks(interval.max)], [number("ii_min"), number("ii_max")], "{row:?}");
        }
        assert_eq!(
            [report.clock.target_ns, report.clock.estimated_ns],
            [number("target_ns"), number("est_ns")],
            "{row:?}"
        );
        let columns = ["lut", "ff", "dsp", "bram18", "uram"];
        assert_eq!(used(report), columns.map(number), "{row:?}");
        assert_eq!((report.part.as_deref(), report.module.as_deref()), (Some(&row["part"][..]), Some(&row["top"][..])));
        compared += 1;
    }
    compared
}

#[test]
fn iterations_of_a_loop_are_a_number_or_a_range() {
    let text = String::from_utf8(fixture("module_csynth.rpt")).unwrap();
    for (cell, most) in [
        ("    2 ~ 4", Clocks::Known(4)),
        ("     2~25", Clocks::Known(25)),
        ("       ~7", Clocks::Known(7)),
        ("        9", Clocks::Known(9)),
        ("    2 ~ ?", Clocks::Undefined),
        ("        ?", Clocks::Undefined),
    ] {
        let changed = text.replacen("    2 ~ 4", cell, 1);
        let report = parse(changed.as_bytes()).unwrap_or_else(|error| panic!("{cell}: {error}"));
        assert_eq!(report.loops[0].iteration, Some(most), "{cell}");
    }
    for cell in ["    2 ~ x", "        x", "    2 ~  "] {
        let found = parse(text.replacen("    2 ~ 4", cell, 1).as_bytes());
        assert!(found.is_err(), "{cell}");
    }
}
