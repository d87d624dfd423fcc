//! Back ends: from a graph and a target to a project of source files.
//!
//! ```
//! use hls_core::backend::{self, Target, TestVectors};
//! use hls_core::fixed::{FixedFormat, FixedTensor, FixedType};
//! use hls_core::ir::{GraphBuilder, Hardware};
//! use hls_core::ops::Dense;
//! use hls_core::rules::IoType;
//! use hls_core::shape::Shape;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut builder = GraphBuilder::new("tiny", IoType::IoParallel);
//! let input = builder.input(Shape::new([2]), FixedType::exact(FixedFormat::signed(8, 3)))?;
//! let weight = FixedTensor::new(vec![2, 1], FixedFormat::signed(6, 1), vec![3, -5])?;
//! let bias = FixedTensor::new(vec![1], FixedFormat::signed(6, 1), vec![1])?;
//! let dense = builder.push("fc1", Dense { weight, bias, accum: None }, &[input], Hardware::default(), None)?;
//! let graph = builder.finish(&[dense])?;
//!
//! let target = Target::new("xcvu13p-flga2577-2-e", 5.0)?;
//! let project = backend::find("vitis")?.emit(&graph, &target, &TestVectors::new(vec![1, 2, 3, 4]))?;
//! assert!(project.text("firmware/tiny.cpp").is_some_and(|source| source.contains("nnet::dense_latency")));
//! # Ok(())
//! # }
//! ```

mod integers;
mod manifest;
mod project;
mod render;
mod target;
mod vitis;

use std::fmt;

pub use manifest::MANIFEST;
pub use project::{Difference, Project, VerifyError, WriteError, Written, verify};
pub use target::Target;
pub use vitis::Vitis;

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::emulator::EmulatorError;
use crate::fixed::FixedType;
use crate::ir::Graph;
use crate::passes::Pass;

/// A family of tools that builds hardware from a project of source files.
pub trait Backend: Send + Sync {
    /// The name on command lines and in manifests.
    fn name(&self) -> &'static str;

    /// Everything that keeps the graph from being built for the target, all at once, each with its layer and source
    /// line, and warnings about what is likely not meant.
    fn check(&self, graph: &Graph, target: &Target) -> Diagnostics;

    /// The rewrites that the graph goes through before it is emitted.
    fn passes(&self) -> Vec<Box<dyn Pass>>;

    /// A type in the back end's language.
    fn spell_type(&self, ty: &FixedType) -> String;

    /// The project: a pure function of its arguments. The expected outputs come from the emulator.
    ///
    /// # Errors
    /// What [`Backend::check`] reports, or vectors that the model does not take.
    fn emit(&self, graph: &Graph, target: &Target, vectors: &TestVectors) -> Result<Project, EmitError>;
}

/// All back ends.
pub const BACKENDS: &[&dyn Backend] = &[&Vitis];

/// The back end with this name.
///
/// # Errors
/// A message that lists the names that exist.
pub fn find(name: &str) -> Result<&'static dyn Backend, Diagnostic> {
    BACKENDS.iter().copied().find(|backend| backend.name() == name).ok_or_else(|| {
        let names: Vec<String> = BACKENDS.iter().map(|backend| format!("`{}`", backend.name())).collect();
        Diagnostic::error(Code::Target, format!("there is no back end `{name}`"))
            .help(format!("the back ends are {}", names.join(", ")))
    })
}

/// What the test bench of a project feeds to the model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestVectors {
    /// Raw mantissas of the input's format, `[vectors][features]`.
    pub input: Vec<i64>,
}

impl TestVectors {
    /// Vectors from raw mantissas of the input's format, `[vectors][features]`.
    #[must_use]
    pub fn new(input: Vec<i64>) -> Self {
        Self { input }
    }
}

/// Why a project cannot be emitted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EmitError {
    /// The graph cannot be built for the target.
    Refused(Diagnostics),
    /// The test vectors are not inputs of the model.
    Vectors(EmulatorError),
    /// There is no test vector, so the project could not be tested.
    NoVectors,
    /// A file cannot be added under this path: it is taken, or no path inside the project.
    Attachment(String),
    /// A template does not fit its data: a defect of the back end, not of the graph.
    Template(String),
}

impl fmt::Display for EmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(diagnostics) => diagnostics.fmt(f),
            Self::Vectors(error) => write!(f, "test vectors: {error}"),
            Self::NoVectors => f.write_str("a project needs at least one test vector"),
            Self::Attachment(path) => write!(f, "`{path}` is taken or no path inside the project"),
            Self::Template(message) => write!(f, "internal error: {message}"),
        }
    }
}

impl std::error::Error for EmitError {}

impl From<Diagnostics> for EmitError {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Refused(diagnostics)
    }
}

impl From<EmulatorError> for EmitError {
    fn from(error: EmulatorError) -> Self {
        Self::Vectors(error)
    }
}
