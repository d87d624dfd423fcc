//! A trace in short.

use serde::{Deserialize, Serialize};

use crate::profile::Trace;

/// The largest difference of every layer for one sample: `[layer, float, fixed]` without the other elements.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TracedDifference {
    /// The number of the sample in the test samples, from 0.
    #[serde(default)]
    pub sample: usize,
    /// What a layer may differ by.
    pub tolerance: f64,
    /// The first layer that differs by more.
    pub first: Option<String>,
    /// Layer, element, and its value in the float model and in the quantized one.
    pub layers: Vec<(String, usize, f64, f64)>,
}

impl TracedDifference {
    /// What a trace of this sample found.
    #[must_use]
    pub fn new(sample: usize, trace: &Trace) -> Self {
        let layer = |layer: &crate::profile::TracedLayer| {
            let value = |values: &[f64]| values.get(layer.element).copied().unwrap_or_default();
            (layer.layer.clone(), layer.element, value(&layer.float), value(&layer.fixed))
        };
        Self {
            sample,
            tolerance: trace.tolerance,
            first: trace.first.clone(),
            layers: trace.layers.iter().map(layer).collect(),
        }
    }
}
