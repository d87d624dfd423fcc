//! Weights as safetensors.

use std::io;

use half::{bf16, f16};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

use super::StoredTensor;
use super::parameters::Parameter;

/// The tensors of a safetensors file, in the order of their names.
///
/// # Errors
/// What is wrong with the bytes.
pub fn parse(bytes: &[u8]) -> Result<Vec<StoredTensor>, String> {
    let file = SafeTensors::deserialize(bytes).map_err(|error| format!("not a safetensors file: {error}"))?;
    let mut tensors: Vec<StoredTensor> = file
        .iter()
        .map(|(name, view)| StoredTensor {
            name: name.to_owned(),
            shape: view.shape().to_vec(),
            elements: elements(&view),
        })
        .collect();
    tensors.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(tensors)
}

fn elements(view: &TensorView<'_>) -> Result<Vec<f32>, String> {
    fn decoded<const N: usize>(bytes: &[u8], value: impl Fn([u8; N]) -> f32) -> Vec<f32> {
        bytes.as_chunks().0.iter().map(|chunk| value(*chunk)).collect()
    }
    let bytes = view.data();
    match view.dtype() {
        Dtype::F32 => Ok(decoded(bytes, f32::from_le_bytes)),
        Dtype::F64 => Ok(decoded(bytes, |bytes| f64::from_le_bytes(bytes) as f32)),
        Dtype::F16 => Ok(decoded(bytes, |bytes| f16::from_le_bytes(bytes).to_f32())),
        Dtype::BF16 => Ok(decoded(bytes, |bytes| bf16::from_le_bytes(bytes).to_f32())),
        other => Err(other.to_string()),
    }
}

/// The file, in `f32`.
pub(super) fn bytes(parameters: &[Parameter]) -> io::Result<Vec<u8>> {
    let data: Vec<Vec<u8>> = parameters
        .iter()
        .map(|parameter| parameter.values.iter().flat_map(|value| value.to_le_bytes()).collect())
        .collect();
    let views = parameters.iter().zip(&data).map(|(parameter, data)| {
        let view = TensorView::new(Dtype::F32, parameter.shape.clone(), data).map_err(io::Error::other)?;
        Ok((parameter.name.as_str(), view))
    });
    let views = views.collect::<io::Result<Vec<_>>>()?;
    safetensors::serialize(views, None).map_err(io::Error::other)
}
