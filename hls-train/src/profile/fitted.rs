//! Weights that are numbers of more than one fixed-point type, or of none.

use hls_core::fixed::WeightType;
use serde::{Deserialize, Serialize};

use super::What;

/// Weights without one type to compare them with: signs, powers of two, and binary points of every output's own, which
/// follow from the weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fitted {
    /// The layer.
    pub layer: String,
    /// Which of its weights.
    pub what: What,
    /// What they are quantized to.
    pub ty: WeightType,
    /// How many there are.
    pub values: usize,
    /// The smallest and the largest.
    pub ends: [f64; 2],
    /// The share that becomes the end of a range and would be nearer to the next number beyond it, 0 to 1. Signs have no
    /// range, and binary points that follow from the weights leave nothing outside.
    pub saturated: f64,
    /// The share that is not zero and becomes zero, 0 to 1.
    pub vanished: f64,
}

impl Fitted {
    /// Finite weights of `dims`, the last of which is the outputs; `None` where they cannot be quantized.
    pub(super) fn of(layer: &str, what: What, ty: WeightType, dims: &[usize], values: &[f32]) -> Option<Self> {
        let stored = ty.quantize(dims.to_vec(), values).ok()?.values();
        let count = values.len().max(1) as f64;
        let vanished = values.iter().zip(&stored).filter(|(value, stored)| **value != 0.0 && **stored == 0.0).count();
        // The power of two behind the last one is twice as large, and nearer beyond the middle.
        let limit = ty.limits().filter(|_| matches!(ty, WeightType::PowerOfTwo { .. })).map(|(_, high)| 1.5 * high);
        let is_beyond = |value: &&f32| limit.is_some_and(|limit| f64::from(value.abs()) > limit);
        let ends = values.iter().fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], &value| {
            [low.min(value.into()), high.max(value.into())]
        });
        Some(Self {
            layer: layer.to_owned(),
            what,
            ty,
            values: values.len(),
            ends: if values.is_empty() { [0.0; 2] } else { ends },
            saturated: values.iter().filter(is_beyond).count() as f64 / count,
            vanished: vanished as f64 / count,
        })
    }
}
