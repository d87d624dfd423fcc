//! Errors and warnings with a stable code, the layer and its place in the declaration.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::shape::Message;

/// Where a layer was declared.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SourceLocation {
    /// The file, as the compiler names it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

impl fmt::Display for SourceLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Severity {
    /// The graph can be used, but something is probably not meant.
    Warning,
    /// The graph cannot be used.
    Error,
}

/// The kinds of findings. The number is stable; the text around it may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// HLS0001: shapes or the number of inputs do not fit together.
    Shape,
    /// HLS0002: a hardware setting is not legal for the layer.
    Hardware,
    /// HLS0003: a value needs more bits than the 53 that are exact everywhere.
    TooWide,
    /// HLS0004: a declared type cannot be used in this place.
    Type,
    /// HLS0005: a weight, bias or statistic is not finite.
    NotFinite,
    /// HLS0006: the graph contradicts itself (an internal error or a file from elsewhere).
    Malformed,
    /// HLS0007: names collide or are no identifiers.
    Name,
    /// HLS0008: the back end cannot build this.
    Unsupported,
    /// HLS0009: the target (part, clock) is not legal.
    Target,
    /// HLS0010: an assignment may overflow with wrapping.
    MayOverflow,
    /// HLS0011: weights were outside their format and were clamped.
    Clamped,
    /// HLS0012: training carries sums that its 32-bit floats may round.
    RoundedInTraining,
}

impl Code {
    /// The stable spelling, for example `HLS0003`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shape => "HLS0001",
            Self::Hardware => "HLS0002",
            Self::TooWide => "HLS0003",
            Self::Type => "HLS0004",
            Self::NotFinite => "HLS0005",
            Self::Malformed => "HLS0006",
            Self::Name => "HLS0007",
            Self::Unsupported => "HLS0008",
            Self::Target => "HLS0009",
            Self::MayOverflow => "HLS0010",
            Self::Clamped => "HLS0011",
            Self::RoundedInTraining => "HLS0012",
        }
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind it is.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// The layer, where it concerns one.
    pub layer: Option<String>,
    /// Where the layer was declared.
    pub source: Option<SourceLocation>,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error that concerns no layer yet.
    #[must_use]
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self { code, severity: Severity::Error, layer: None, source: None, message: message.into(), help: None }
    }

    /// A message of a shape or hardware rule about `layer`, which it names itself: compile errors have no other place.
    #[must_use]
    pub fn from_rule(code: Code, layer: &str, message: &Message) -> Self {
        let text = message.as_str();
        let text = text.strip_prefix(&format!("layer `{layer}`")).unwrap_or(text);
        Self::error(code, text.trim_start_matches([':', ' ']))
    }

    /// A warning that concerns no layer yet.
    #[must_use]
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Says what would be right.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says where, unless that is known already.
    #[must_use]
    pub fn at(mut self, layer: &str, source: Option<&SourceLocation>) -> Self {
        self.layer.get_or_insert_with(|| layer.to_owned());
        if self.source.is_none() {
            self.source = source.cloned();
        }
        self
    }
}

impl fmt::Display for Diagnostic {
    /// `error[HLS0003]: layer `fc1` (model.rs:12): ...; help: ...`, on one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{severity}[{}]: ", self.code.name())?;
        if let Some(layer) = &self.layer {
            write!(f, "layer `{layer}`")?;
            if let Some(source) = &self.source {
                write!(f, " ({source})")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.message)?;
        if let Some(help) = &self.help {
            write!(f, "; {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}

/// Findings in the order of the layers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// No findings.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds all findings of another collection.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The findings.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Whether there is no finding.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// `value` where nothing is an error.
    ///
    /// # Errors
    /// The findings themselves.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.has_errors() { Err(self) } else { Ok(value) }
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Diagnostics {
    /// One finding a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
