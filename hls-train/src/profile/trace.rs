//! One sample through every layer, float beside fixed.

use serde::{Deserialize, Serialize};

use super::ranges::{ProfileError, check_inputs, values};
use crate::HlsModel;
use crate::model::lowered;

/// The values of a layer for one sample. A linear layer with a normalization folded into it is one layer, as in hardware: it
/// has the linear layer's name and the normalized values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TracedLayer {
    /// The layer.
    pub layer: String,
    /// The values of the float model.
    pub float: Vec<f64>,
    /// The values of the quantized model, every bit as in hardware.
    pub fixed: Vec<f64>,
    /// The largest difference between the two.
    pub difference: f64,
    /// The element with the largest difference, from 0.
    pub element: usize,
}

/// A sample through a float model and a quantized one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// What a layer may differ by.
    pub tolerance: f64,
    /// In the order of the declaration.
    pub layers: Vec<TracedLayer>,
    /// The first layer that differs by more than the tolerance.
    pub first: Option<String>,
}

/// Traces one sample through both models.
///
/// # Errors
/// Numbers that are not one sample.
pub fn trace<M: HlsModel>(float: &M, fixed: &M, sample: &[f32], tolerance: f64) -> Result<Trace, ProfileError> {
    if check_inputs::<M>(sample)? != 1 {
        return Err(ProfileError::Samples { inputs: sample.len(), features: M::INPUT_SHAPE.size() });
    }
    // Only what can be built says what became one layer.
    let folds = lowered(fixed).0.folds();
    let pairs = values(float, sample, &folds).into_iter().zip(values(fixed, sample, &folds));
    let layers: Vec<TracedLayer> = pairs
        .map(|((layer, float), (_, fixed))| {
            let differences = float.iter().zip(&fixed).map(|(float, fixed)| (float - fixed).abs()).enumerate();
            let (element, difference) =
                differences.fold((0, 0.0), |most, next| if next.1 > most.1 { next } else { most });
            TracedLayer { layer: layer.to_owned(), float, fixed, difference, element }
        })
        .collect();
    let first = layers.iter().find(|layer| layer.difference > tolerance).map(|layer| layer.layer.clone());
    Ok(Trace { tolerance, layers, first })
}
