//! The page of --report in a real browser: at the width of a phone and of a desktop, light and dark, and printed.
//!
//! The full page is of `golden/report.json`, which is what this command writes to `build/jet_tagger.report`:
//! `jet_tagger --profile --scan --search --csim --report --quiet`. The screenshots stay in `target/tmp/report_page`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use hls_train::report::{PAGE, Report};
use serde::Deserialize;

const FRAME: &str = include_str!("report_page/frame.html");

fn full() -> Report {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/report.json");
    Report::from_json(&fs::read_to_string(path).unwrap()).unwrap()
}

/// A closed network: the browser asks for nothing of its own.
const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--allow-file-access-from-files",
    "--virtual-time-budget=5000",
    "--enable-logging=stderr",
];

/// Starts that may end by a signal: about one of a hundred browsers crashes by itself, whatever it shows. Nothing else is
/// tried again.
const STARTS: usize = 3;

fn start(directory: &Path, flags: &[String], page: &str) -> Output {
    let profile = tempfile::tempdir().unwrap();
    Command::new("chromium")
        .args(FLAGS)
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(flags)
        .arg(format!("file://{}", directory.join(page).display()))
        .output()
        .expect("the program `chromium` is there (apt-get install chromium)")
}

#[track_caller]
fn browse(directory: &Path, flags: &[String], page: &str) -> Output {
    let mut output = start(directory, flags, page);
    for _ in 1..STARTS {
        if output.status.code().is_none() {
            output = start(directory, flags, page);
        }
    }
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {log}", output.status);
    // Errors of a page, and whatever its policy forbids, are lines of its console.
    let console: Vec<&str> = log.lines().filter(|line| line.contains("CONSOLE")).collect();
    assert!(console.is_empty(), "{console:#?}");
    output
}

/// What `frame.html` measures.
#[derive(Debug, Deserialize)]
struct Measured {
    width: u32,
    scroll_width: u32,
    height: u32,
    dark: bool,
    requests: Vec<String>,
    sections: usize,
    figures: usize,
    scripts: usize,
    unnamed_tables: usize,
    /// Elements beyond the right edge that are in no table.
    beyond: Vec<String>,
    /// Labels that leave their picture.
    cut: Vec<String>,
    /// Labels on one another.
    overlaps: Vec<String>,
    /// Pictures whose labels are too small to read.
    small: Vec<String>,
}

struct View {
    width: u32,
    dark: bool,
}

const VIEWS: [View; 4] = [
    View { width: 390, dark: false },
    View { width: 390, dark: true },
    View { width: 1280, dark: false },
    View { width: 1280, dark: true },
];

fn write_frame(directory: &Path, view: &View, height: u32) {
    let frame = FRAME.replace("WIDTH", &view.width.to_string()).replace("HEIGHT", &height.to_string());
    fs::write(directory.join("frame.html"), frame).unwrap();
}

fn scheme(view: &View) -> String {
    format!("--blink-settings=preferredColorScheme={}", u8::from(!view.dark))
}

#[track_caller]
fn measure(directory: &Path, view: &View) -> Measured {
    write_frame(directory, view, 900);
    let window = format!("--window-size={},900", view.width.max(500));
    let output = browse(directory, &[scheme(view), window, "--dump-dom".to_owned()], "frame.html");
    let dom = String::from_utf8(output.stdout).unwrap();
    let out = dom.split_once("<pre id=\"out\">").and_then(|(_, rest)| rest.split_once("</pre>")).unwrap().0;
    let text = out.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The page as the browser shows it, whole.
#[track_caller]
fn screenshot(directory: &Path, view: &View, height: u32, name: &str) -> PathBuf {
    write_frame(directory, view, height);
    let shots = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report_page");
    fs::create_dir_all(&shots).unwrap();
    let path = shots.join(format!("{name}-{}-{}.png", view.width, if view.dark { "dark" } else { "light" }));
    let window = format!("--window-size={},{height}", view.width.max(500));
    browse(directory, &[scheme(view), window, format!("--screenshot={}", path.display())], "frame.html");
    path
}

/// The most frequent colour, the share of pixels of another one, and how many colours there are.
fn colours(path: &Path, width: u32) -> ([u8; 3], f64, usize) {
    let mut reader = png::Decoder::new(std::io::BufReader::new(fs::File::open(path).unwrap())).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    let pixel = info.color_type.samples();
    let mut counts = std::collections::BTreeMap::<[u8; 3], usize>::new();
    for row in bytes[..info.buffer_size()].chunks(info.line_size) {
        for pixel in row.chunks(pixel).take(width as usize) {
            *counts.entry([pixel[0], pixel[1], pixel[2]]).or_default() += 1;
        }
    }
    let pixels: usize = counts.values().sum();
    let (&most, &count) = counts.iter().max_by_key(|(_, count)| **count).unwrap();
    (most, 1.0 - count as f64 / pixels as f64, counts.len())
}

#[track_caller]
fn check(report: &Report, name: &str, figures: usize) {
    let directory = tempfile::tempdir().unwrap();
    report.write(directory.path()).unwrap();
    let size = fs::metadata(directory.path().join(PAGE)).unwrap().len();
    assert!(size < 1_000_000, "{size} bytes");
    for view in &VIEWS {
        let measured = measure(directory.path(), view);
        assert_eq!((measured.width, measured.dark), (view.width, view.dark));
        assert!(measured.scroll_width <= measured.width, "{measured:#?}");
        assert_eq!((measured.sections, measured.figures), (8, figures));
        assert_eq!((measured.scripts, measured.unnamed_tables), (0, 0));
        for findings in [&measured.requests, &measured.beyond, &measured.cut, &measured.overlaps, &measured.small] {
            assert!(findings.is_empty(), "{measured:#?}");
        }
        let path = screenshot(directory.path(), view, measured.height.min(15_000), name);
        let (background, drawn, count) = colours(&path, view.width);
        assert!(drawn > 0.03 && count > 30, "{}: {drawn} drawn in {count} colours", path.display());
        let light = background.map(u32::from).iter().sum::<u32>() / 3;
        assert!(if view.dark { light < 60 } else { light > 200 }, "{}: {background:?}", path.display());
    }
    let pdf = directory.path().join("report.pdf");
    browse(directory.path(), &[format!("--print-to-pdf={}", pdf.display())], PAGE);
    let printed = fs::read(&pdf).unwrap();
    assert!(printed.starts_with(b"%PDF") && printed.len() > 10_000, "{} bytes", printed.len());
    let shots = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report_page");
    fs::copy(&pdf, shots.join(format!("{name}.pdf"))).unwrap();
}

#[test]
fn the_full_page_is_readable_everywhere() {
    let report = full();
    assert!(report.front.is_some() && report.profile.is_some() && report.scans.len() == 2, "all sections are there");
    // A curve a class, the graph, cost, ranges, two pictures a scan, three of the search.
    check(&report, "full", 5 + 1 + 1 + 1 + 4 + 3);
}

#[test]
fn the_page_without_any_optional_part_is_readable_everywhere() {
    let full = full();
    let Report { model, io_type, layers, outputs, workload, provenance, .. } = full;
    let bare = Report { model, io_type, layers, outputs, workload, provenance, ..Report::default() };
    check(&bare, "bare", 1);
}

#[test]
fn hostile_and_long_names_stay_in_their_place() {
    let mut report = full();
    let quality = report.quality.as_mut().unwrap();
    quality.classes =
        ["<script>throw 1</script>", "\"><img src=\"http://127.0.0.1/x\">", "a very long name of a class indeed"]
            .map(str::to_owned)
            .into();
    let profiled = report.profile.iter_mut().flat_map(|profile| &mut profile.ranges).map(|range| &mut range.layer);
    for layer in report.layers.iter_mut().map(|layer| &mut layer.name).chain(profiled) {
        layer.push_str("_with_a_name_that_goes_on_and_on");
    }
    // Skips that overlap.
    for (to, from) in [(3, 1), (5, 2), (7, 1), (8, 6)] {
        report.layers[to].inputs.push(from);
    }
    check(&report, "hostile", 15);
}
