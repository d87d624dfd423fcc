//! Weights in files that other programs read and write: safetensors and NPZ, every tensor named by its field.
//!
//! A tensor's name is its path in the model, `fc1.weight`, `bn1.running_mean`; its shape is that of the layer's
//! documentation, `[inputs, outputs]` for the weights of a Dense. [`HlsModel::load`](crate::HlsModel::load),
//! [`HlsModel::load_weights`](crate::HlsModel::load_weights) and [`HlsModel::save`](crate::HlsModel::save) go by the
//! file's extension. [`safetensors::parse`] and [`npz::parse`] take bytes, whatever they are.

mod error;
pub mod npz;
mod parameters;
pub mod safetensors;
#[cfg(test)]
mod tests;

use std::fs;
use std::io::Write;
use std::path::Path;

use burn::module::Module;
use hls_core::disk::write_atomically;

pub use error::{WeightsError, WeightsProblem};
pub use parameters::Parameter;
pub(crate) use parameters::{gradients, is_variance, parameters, replace, resize, separate};

/// A tensor of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredTensor {
    /// The name, as in the file.
    pub name: String,
    /// The dimensions.
    pub shape: Vec<usize>,
    /// The elements, the last dimension fastest, or the name of an element type that weights cannot have.
    ///
    /// A number beyond `f32` is infinite.
    pub elements: Result<Vec<f32>, String>,
}

/// A file format of weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Safetensors,
    Npz,
}

impl Format {
    fn of(path: &Path) -> Result<Self, WeightsError> {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("safetensors") => Ok(Self::Safetensors),
            Some("npz") => Ok(Self::Npz),
            _ => Err(WeightsError::Extension { path: path.to_owned() }),
        }
    }
}

/// Whether `path` names a format of weights, so that this is known before the training.
///
/// # Errors
/// [`WeightsError::Extension`].
pub fn check_extension(path: &Path) -> Result<(), WeightsError> {
    Format::of(path).map(|_| ())
}

/// `model` with the weights of a file; see [`HlsModel::load_weights`](crate::HlsModel::load_weights).
pub(crate) fn load<M: Module>(model: &M, path: &Path) -> Result<M, WeightsError> {
    let format = Format::of(path)?;
    let bytes = fs::read(path).map_err(|source| WeightsError::Io { path: path.to_owned(), source })?;
    let tensors = match format {
        Format::Safetensors => safetensors::parse(&bytes),
        Format::Npz => npz::parse(&bytes),
    };
    let tensors = tensors.map_err(|message| WeightsError::Malformed { path: path.to_owned(), message })?;
    parameters::assign(model, tensors).map_err(|problems| WeightsError::Unfit { path: path.to_owned(), problems })
}

/// Writes the weights of `model`; see [`HlsModel::save`](crate::HlsModel::save).
pub(crate) fn save<M: Module>(model: &M, path: &Path) -> Result<(), WeightsError> {
    let format = Format::of(path)?;
    let parameters = parameters::parameters(model);
    let problems: Vec<_> = parameters.iter().filter_map(parameters::Parameter::not_finite).collect();
    if !problems.is_empty() {
        return Err(WeightsError::Unfit { path: path.to_owned(), problems });
    }
    let bytes = match format {
        Format::Safetensors => safetensors::bytes(&parameters),
        Format::Npz => npz::bytes(&parameters),
    };
    let written = bytes.and_then(|bytes| write_atomically(path, |file| file.write_all(&bytes)));
    written.map_err(|source| WeightsError::Io { path: path.to_owned(), source })
}
