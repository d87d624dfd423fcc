//! What the compiler says about declarations: `ui/NAME.rs` does not compile, and `ui/NAME.stderr` holds the errors;
//! `ui/pass/NAME.rs` compiles without a warning. `BLESS=1` rewrites the errors.
//!
//! rustc is called on each file with the `hls_train` that cargo has built for this very test, so that burn is not
//! compiled a second time. From its answer only what the project words is kept: the message, the place and the label;
//! the notes around them change between compilers.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::Value;

#[test]
fn declarations() {
    let library = library();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui");
    let wrong = sources(&folder);
    let right = sources(&folder.join("pass"));
    assert!(wrong.len() > 20 && right.len() > 2, "the cases are missing");
    let cases: Vec<&PathBuf> = wrong.iter().chain(&right).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut failures = Vec::new();
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            failures.extend(check(&library, case).err());
        }
        failures
    };
    let failures: Vec<String> = thread::scope(|scope| {
        let workers = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(failures.is_empty(), "{} of {} cases differ:\n\n{}", failures.len(), cases.len(), failures.join("\n\n"));
}

fn check(library: &Path, case: &Path) -> Result<(), String> {
    let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let actual = diagnostics(library, case);
    if case.parent().and_then(Path::file_name) == Some(OsStr::new("pass")) {
        return if actual.is_empty() { Ok(()) } else { Err(format!("pass/{name} should compile:\n{actual}")) };
    }
    if actual.is_empty() {
        return Err(format!("{name} compiles"));
    }
    let golden = case.with_extension("stderr");
    if std::env::var_os("BLESS").is_some() {
        fs::write(golden, actual).unwrap();
        return Ok(());
    }
    let expected = fs::read_to_string(golden).unwrap_or_default();
    if expected == actual {
        Ok(())
    } else {
        Err(format!("{name}: expected\n{expected}\ngot (BLESS=1 keeps it)\n{actual}"))
    }
}

/// All errors and warnings of one file, each with its place.
fn diagnostics(library: &Path, case: &Path) -> String {
    let dependencies = library.parent().unwrap();
    let object = Path::new(env!("CARGO_TARGET_TMPDIR")).join(case.file_stem().unwrap()).with_extension("o");
    let output = Command::new("rustc")
        .args(["--edition", "2024", "--crate-type", "lib", "--crate-name", "case"])
        // Objects rather than metadata: the constants of generic models are evaluated only where code is generated.
        .args(["--emit", "obj", "-C", "opt-level=0", "--error-format", "json"])
        .args(["-W", "unused", "-W", "missing-docs", "-W", "missing-debug-implementations", "-W", "unreachable-pub"])
        .arg("--extern")
        .arg(format!("hls_train={}", library.display()))
        .arg("-L")
        .arg(format!("dependency={}", dependencies.display()))
        .arg("-o")
        .arg(&object)
        .arg(case)
        .output()
        .expect("rustc starts");
    let _ = fs::remove_file(object);
    let answer = String::from_utf8_lossy(&output.stderr);
    let mut text = String::new();
    for line in answer.lines() {
        let diagnostic: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("rustc said: {answer}"));
        render(&diagnostic, &mut text);
    }
    assert_eq!(output.status.success(), !text.contains("error"), "{}: {answer}", case.display());
    text
}

/// The message and the primary places of a diagnostic in the layout of rustc.
fn render(diagnostic: &Value, text: &mut String) {
    let level = diagnostic["level"].as_str().unwrap_or_default();
    let spans: Vec<&Value> = diagnostic["spans"].as_array().into_iter().flatten().collect();
    let primary: Vec<&&Value> = spans.iter().filter(|span| span["is_primary"] == true).collect();
    // Without a place it is the closing line, such as "aborting due to 2 previous errors".
    if primary.is_empty() || !["error", "warning"].contains(&level) {
        return;
    }
    let code = diagnostic["code"]["code"].as_str();
    let code = code.map_or_else(String::new, |code| format!("[{code}]"));
    let _ = writeln!(text, "{level}{code}: {}", diagnostic["message"].as_str().unwrap_or_default());
    for span in primary {
        let label = span["label"].as_str();
        // A macro of the standard library that the expansion calls: its call is the place.
        let mut span = *span;
        while span["text"].as_array().is_none_or(Vec::is_empty) && span["expansion"]["span"].is_object() {
            span = &span["expansion"]["span"];
        }
        let file = Path::new(span["file_name"].as_str().unwrap_or_default());
        let file = file.file_name().unwrap_or_default().to_string_lossy();
        let _ = writeln!(text, " --> {file}:{}:{}", span["line_start"], span["column_start"]);
        let line = &span["text"][0];
        let source = line["text"].as_str().unwrap_or_default();
        let number = |key: &str| line[key].as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or(1);
        let (start, end) = (number("highlight_start"), number("highlight_end"));
        // The label of a constant's failure is the compiler's; the others are ours.
        let label = label.filter(|_| code == "[E0277]").unwrap_or_default();
        let carets = "^".repeat(end.saturating_sub(start).max(1));
        let _ = writeln!(text, "  | {}", source.trim_end());
        let _ = writeln!(text, "  | {}", format!("{}{carets} {label}", " ".repeat(start - 1)).trim_end());
    }
    text.push('\n');
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension() == Some(OsStr::new("rs"))).collect();
    files.sort();
    files
}

/// The `hls_train` that this test is linked with.
///
/// Several can lie next to the test, from other features or other versions of the dependencies, and the newest need not
/// be the right one. Symbols carry the identity of the crate that they come from, in every mangling scheme; so the right
/// library is the one that shares most of them with this executable.
fn library() -> PathBuf {
    // Something of the library has to be in the executable.
    hls_train::seed(1);
    let executable = std::env::current_exe().unwrap();
    let linked = symbols(&executable);
    let folder = executable.parent().unwrap();
    let candidates = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("libhls_train-") && name.ends_with(".rlib")
    });
    let shared = |candidate: PathBuf| (symbols(&candidate).intersection(&linked).count(), candidate);
    let (count, library) = candidates.map(shared).max().expect("cargo has built hls_train next to this test");
    assert!(count > 0, "none of the libraries next to this test is linked with it");
    library
}

/// The names in a binary file that mention the crate.
fn symbols(file: &Path) -> HashSet<Vec<u8>> {
    const CRATE: &[u8] = b"9hls_train";
    let bytes = fs::read(file).unwrap();
    let names = bytes.split(|byte| !(byte.is_ascii_alphanumeric() || b"_$.".contains(byte)));
    names.filter(|name| name.windows(CRATE.len()).any(|window| window == CRATE)).map(<[u8]>::to_vec).collect()
}
