//! C simulation without vendor tools: g++, the open `ap_fixed` headers and the project's own test bench.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::backend::Project;

/// The header by which a directory of `ap_fixed` headers is known.
const HEADER: &str = "ap_fixed.h";

/// Fast to compile and thirty times faster to run than unoptimized.
const OPTIMIZATION: &str = "-O1";

/// What the bench of a project found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CsimReport {
    /// Vectors that were run.
    pub vectors: usize,
    /// Output values that differ from the expected ones.
    pub mismatches: usize,
    /// The first of them, in words: sample, layer and element, got and expected raw values.
    pub first: Vec<String>,
}

/// Why a project could not be simulated.
#[derive(Debug)]
#[non_exhaustive]
pub enum CsimError {
    /// There are no `ap_fixed` headers.
    NoHeaders {
        /// Where they were looked for.
        searched: Vec<PathBuf>,
    },
    /// The C++ compiler cannot be started.
    NoCompiler {
        /// Its name.
        compiler: OsString,
        /// The reason.
        error: io::Error,
    },
    /// The firmware does not compile.
    Compile(String),
    /// The bench ended without a result: its data are missing or malformed, or it crashed.
    Bench(String),
    /// A file or directory cannot be used.
    Io {
        /// Which one.
        path: PathBuf,
        /// The reason.
        error: io::Error,
    },
}

impl fmt::Display for CsimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoHeaders { searched } => {
                let searched: Vec<String> = searched.iter().map(|path| path.display().to_string()).collect();
                write!(
                    f,
                    "no ap_fixed headers in {}; fetch them once with `cargo xtask ap-types`, or name their directory \
                     with `--ap-types DIR`",
                    searched.join(", ")
                )
            }
            Self::NoCompiler { compiler, error } => write!(
                f,
                "the C++ compiler `{}` cannot be started ({error}); install it (`apt-get install g++`) or name another \
                 one in the environment variable CXX",
                compiler.display()
            ),
            Self::Compile(message) => write!(f, "the firmware does not compile:\n{message}"),
            Self::Bench(message) => write!(f, "the test bench failed:\n{message}"),
            Self::Io { path, error } => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl std::error::Error for CsimError {}

/// The cache that `cargo xtask ap-types` fills: `$HLS4RS_CACHE/ap_types`, else `hls4rs/ap_types` in
/// `$XDG_CACHE_HOME` or `~/.cache`; `None` where none of the variables is set.
#[must_use]
pub fn cache() -> Option<PathBuf> {
    let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("HLS4RS_CACHE")
        .or_else(|| variable("XDG_CACHE_HOME").map(|path| path.join("hls4rs")))
        .or_else(|| variable("HOME").map(|path| path.join(".cache/hls4rs")))
        .map(|path| path.join("ap_types"))
}

/// The directory of the `ap_fixed` headers: the named one, else the [`cache`], else that of an installed tool
/// (`XILINX_HLS`, `XILINX_VITIS`, `XILINX_VIVADO`).
///
/// # Errors
/// [`CsimError::NoHeaders`] says where they were looked for and how to get them. A named directory without headers is
/// an error, whatever else is installed.
pub fn headers(named: Option<&Path>) -> Result<PathBuf, CsimError> {
    let searched: Vec<PathBuf> = match named {
        Some(directory) => vec![directory.to_owned()],
        None => {
            let tools = ["XILINX_HLS", "XILINX_VITIS", "XILINX_VIVADO"];
            let installed = tools.iter().filter_map(env::var_os).map(|root| Path::new(&root).join("include"));
            cache().into_iter().chain(installed).collect()
        }
    };
    match searched.iter().find(|directory| directory.join(HEADER).is_file()) {
        Some(directory) => Ok(directory.clone()),
        None => Err(CsimError::NoHeaders { searched }),
    }
}

/// Compiles an emitted project in `project` and runs its bench on its own vectors.
///
/// Nothing is written into the project. The compiler is `$CXX`, else `g++`.
///
/// # Errors
/// Where the project cannot be compiled or its bench ends without a result. Mismatches are a result, not an error.
pub fn run(project: &Path, headers: &Path) -> Result<CsimReport, CsimError> {
    simulate(project, headers, None, &Scratch::new()?)
}

/// The same for a project that is not on the disk.
///
/// # Errors
/// As [`run`].
pub fn run_project(project: &Project, headers: &Path) -> Result<CsimReport, CsimError> {
    let scratch = Scratch::new()?;
    simulate(&write(project, &scratch)?, headers, None, &scratch)
}

/// For many projects: compiles the headers once, in advance, which saves a third of every compilation.
#[derive(Debug)]
pub struct Simulator {
    headers: PathBuf,
    precompiled: PathBuf,
    /// Holds the precompiled headers.
    _scratch: Scratch,
}

/// What every project includes first.
const PREFIX: &str = "#include <ap_fixed.h>\n#include <ap_int.h>\n#include <cstdint>\n#include <cstdlib>\n\
    #include <fstream>\n#include <iostream>\n#include <string>\n#include <type_traits>\n#include <vector>\n";

impl Simulator {
    /// Prepares simulations with the headers in this directory.
    ///
    /// # Errors
    /// Where the headers do not compile or there is no compiler.
    pub fn new(headers: &Path) -> Result<Self, CsimError> {
        let scratch = Scratch::new()?;
        let precompiled = scratch.0.join("prefix.h");
        at(&precompiled, fs::write(&precompiled, PREFIX))?;
        // The compilers find it as the header's name with another extension.
        let output = scratch.0.join("prefix.h.gch");
        compile(headers, |command| command.args(["-x", "c++-header"]).arg(&precompiled).arg("-o").arg(&output))?;
        Ok(Self { headers: headers.to_owned(), precompiled, _scratch: scratch })
    }

    /// As [`run_project`].
    ///
    /// # Errors
    /// As [`run`].
    pub fn run_project(&self, project: &Project) -> Result<CsimReport, CsimError> {
        let scratch = Scratch::new()?;
        simulate(&write(project, &scratch)?, &self.headers, Some(&self.precompiled), &scratch)
    }
}

fn write(project: &Project, scratch: &Scratch) -> Result<PathBuf, CsimError> {
    let root = scratch.0.join("project");
    for (relative, bytes) in &project.files {
        let path = root.join(relative);
        if let Some(parent) = path.parent() {
            at(parent, fs::create_dir_all(parent))?;
        }
        at(&path, fs::write(&path, bytes))?;
    }
    Ok(root)
}

fn simulate(
    project: &Path,
    headers: &Path,
    precompiled: Option<&Path>,
    scratch: &Scratch,
) -> Result<CsimReport, CsimError> {
    let name = model_name(project)?;
    let binary = scratch.0.join("bench");
    compile(headers, |command| {
        // One translation unit: the headers are read once. A precompiled one works only as the first of all.
        for first in precompiled.into_iter().chain([project.join(format!("firmware/{name}.cpp")).as_path()]) {
            command.arg("-include").arg(first);
        }
        command.arg(project.join(format!("{name}_test.cpp"))).arg("-o").arg(&binary)
    })?;
    let output = at(&binary, Command::new(&binary).arg(project.join("tb_data")).output())?;
    report(&output)
}

fn compile(headers: &Path, arguments: impl FnOnce(&mut Command) -> &mut Command) -> Result<(), CsimError> {
    let compiler = env::var_os("CXX").filter(|value| !value.is_empty()).unwrap_or_else(|| "g++".into());
    let mut command = Command::new(&compiler);
    command.args(["-std=c++14", OPTIMIZATION, "-w", "-isystem"]).arg(headers);
    let compiled = arguments(&mut command).output().map_err(|error| CsimError::NoCompiler { compiler, error })?;
    if compiled.status.success() {
        return Ok(());
    }
    Err(CsimError::Compile(String::from_utf8_lossy(&compiled.stderr).into_owned()))
}

/// The model's name, from the manifest.
fn model_name(project: &Path) -> Result<String, CsimError> {
    let path = project.join(crate::backend::MANIFEST);
    let text = at(&path, fs::read(&path))?;
    let manifest: serde_json::Value =
        at(&path, serde_json::from_slice(&text).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error)))?;
    let no_name = || io::Error::new(io::ErrorKind::InvalidData, "names no model");
    at(&path, manifest["name"].as_str().map(str::to_owned).ok_or_else(no_name))
}

/// Reads what the bench has printed; the exit status must agree with it.
fn report(output: &Output) -> Result<CsimReport, CsimError> {
    let text = String::from_utf8_lossy(&output.stdout);
    let mut report = CsimReport::default();
    let mut ended = false;
    for line in text.lines() {
        if let Some(mismatch) = line.strip_prefix("mismatch: ") {
            report.first.push(mismatch.to_owned());
        } else if let Some((vectors, mismatches)) = summary(line) {
            (report.vectors, report.mismatches) = (vectors, mismatches);
            ended = true;
        }
    }
    let code = output.status.code();
    if ended && code == Some(i32::from(report.mismatches > 0)) {
        return Ok(report);
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(CsimError::Bench(format!("{}\n{}{}", output.status, text, errors)))
}

/// `N vectors, M mismatches`.
fn summary(line: &str) -> Option<(usize, usize)> {
    let (vectors, rest) = line.split_once(" vectors, ")?;
    Some((vectors.parse().ok()?, rest.strip_suffix(" mismatches")?.parse().ok()?))
}

fn at<T>(path: &Path, result: io::Result<T>) -> Result<T, CsimError> {
    result.map_err(|error| CsimError::Io { path: path.to_owned(), error })
}

/// A directory of this run alone, removed at its end.
#[derive(Debug)]
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, CsimError> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let directory = env::temp_dir();
        at(&directory, fs::create_dir_all(&directory))?;
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = directory.join(format!("hls4rs-csim-{}-{number}", std::process::id()));
            match fs::create_dir(&path) {
                // Of a process with this number that was killed, or that runs on the other side of a container's wall.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => return at(&path, made).map(|()| Self(path)),
            }
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A directory that stays behind in the system's temporary one is no reason to fail.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_directory_without_headers_is_an_error_that_names_the_command() {
        let error = headers(Some(Path::new("/nonexistent/headers"))).unwrap_err().to_string();
        assert!(error.contains("/nonexistent/headers"), "{error}");
        assert!(error.contains("cargo xtask ap-types") && error.contains("--ap-types DIR"), "{error}");
    }

    /// A directory that is there is another's, even under this process's number: its owner may remove it at any time.
    #[test]
    fn a_scratch_directory_is_of_one_run_alone() {
        let first = Scratch::new().unwrap();
        let name = first.0.file_name().unwrap().to_str().unwrap();
        let number: usize = name.rsplit_once('-').unwrap().1.parse().unwrap();
        let others: Vec<PathBuf> = (number + 1..number + 200)
            .map(|number| first.0.with_file_name(format!("hls4rs-csim-{}-{number}", std::process::id())))
            .filter(|path| fs::create_dir(path).is_ok())
            .collect();
        let second = Scratch::new().unwrap();
        let is_own = !others.contains(&second.0);
        others.iter().for_each(|path| _ = fs::remove_dir(path));
        assert!(is_own, "{}", second.0.display());
    }

    #[test]
    fn summaries() {
        assert_eq!(summary("12 vectors, 3 mismatches"), Some((12, 3)));
        assert_eq!(summary("12 vectors, few mismatches"), None);
    }
}
