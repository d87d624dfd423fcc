//! Why a file of weights cannot be used.

use std::fmt;
use std::path::PathBuf;

/// Why weights were not read or written. A model is then as it was before, and so is a file.
#[derive(Debug)]
#[non_exhaustive]
pub enum WeightsError {
    /// The file's name does not say which format it has.
    Extension {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be read or written.
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The file is not what its extension says, or it is cut or damaged.
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The tensors and the model's parameters do not fit together: everything that was found.
    Unfit {
        /// The file.
        path: PathBuf,
        /// What does not fit, in the order of the names.
        problems: Vec<WeightsProblem>,
    },
}

/// What does not fit about a tensor.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum WeightsProblem {
    /// The model has a parameter that the file lacks.
    Missing {
        /// The parameter.
        name: String,
        /// Its dimensions.
        shape: Vec<usize>,
    },
    /// The file has tensors that the model has no parameters for.
    Unexpected {
        /// The tensors.
        names: Vec<String>,
        /// All parameters of the model.
        known: Vec<String>,
    },
    /// Two tensors of the file have one name.
    Repeated {
        /// The name.
        name: String,
    },
    /// A variance below zero.
    Negative {
        /// The tensor.
        name: String,
    },
    /// The dimensions differ.
    Shape {
        /// The tensor.
        name: String,
        /// The dimensions in the file.
        have: Vec<usize>,
        /// The dimensions in the model.
        want: Vec<usize>,
    },
    /// The elements are no floats.
    ElementType {
        /// The tensor.
        name: String,
        /// The element type in the file, as the format spells it.
        have: String,
    },
    /// An element that is infinite, no number, or beyond 32 bits.
    NotFinite {
        /// The tensor.
        name: String,
        /// The element's position, an index for each dimension.
        index: Vec<usize>,
        /// Its value as a 32-bit float.
        value: f32,
        /// How many elements of the tensor are not finite.
        count: usize,
    },
}

impl fmt::Display for WeightsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Extension { path } => write!(
                f,
                "{}: the extension names no format of weights; legal are `.safetensors` and `.npz`",
                path.display()
            ),
            Self::Io { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Malformed { path, message } => write!(f, "{}: {message}", path.display()),
            Self::Unfit { path, problems } => {
                write!(f, "{}: the weights do not fit the model", path.display())?;
                problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
            }
        }
    }
}

impl fmt::Display for WeightsProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { name, shape } => write!(f, "`{name}` {shape:?} is missing"),
            Self::Unexpected { names, known } => {
                write!(f, "the model has no {}; it has {}", quoted(names), quoted(known))
            }
            Self::Repeated { name } => write!(f, "two tensors have the name `{name}`"),
            Self::Negative { name } => write!(f, "`{name}` has numbers below zero, which no variance is"),
            Self::Shape { name, have, want } => {
                write!(f, "`{name}` has the shape {have:?}, the model's is {want:?}")?;
                if have.len() == 2 && have.iter().rev().eq(want) {
                    write!(f, "; weights are [inputs, outputs]: transpose it")?;
                }
                Ok(())
            }
            Self::ElementType { name, have } => {
                write!(f, "`{name}` has elements of type {have}; legal are floats of 16, 32 and 64 bits")
            }
            Self::NotFinite { name, index, value, count } => {
                write!(f, "`{name}` element {index:?} is {value}; weights are finite 32-bit floats")?;
                if *count > 1 {
                    write!(f, " ({count} elements are not)")?;
                }
                Ok(())
            }
        }
    }
}

/// `` `a`, `b` ``.
fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

impl std::error::Error for WeightsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
