//! Post-training quantization: formats for a model that was trained as a float.
//!
//! ```
//! use hls_train::prelude::*;
//!
//! #[hls_model(input = [Fixed<12, 4>; 2])]
//! struct Tagger {
//!     fc1: Dense<2, 8, Fixed<8, 1>>,
//!     relu1: Relu<UFixed<8, 1, Rnd, Sat>>,
//!     fc2: Dense<8, 2, Fixed<8, 1>>,
//! }
//!
//! # fn main() -> Result<(), Error> {
//! # let samples: Vec<f32> = (0..2000).map(|index| ((index * 377) % 1000) as f32 / 250.0 - 2.0).collect();
//! # let float = Tagger::seeded(1, &Device::default()).into_float(); // in earnest: trained
//! let model = Tagger::from_float(&float, &Calibration::new(&samples).method(Range::Percentile(99.9)))?;
//! println!("{}", model.declaration()); // the same widths, with the integer bits that were chosen
//! # assert!(model.declaration().contains("Relu<UFixed<8, ") && model.graph().is_ok());
//! # Ok(())
//! # }
//! ```

mod error;
mod range;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor, TensorData};
use hls_core::fixed::{FixedType, Overflow};
use hls_core::ir::Graph;
use hls_core::ops::Op;

pub use error::CalibrationError;
pub use range::Range;

use crate::HlsModel;
use crate::Precision;
use crate::model::lowered;
use crate::training::Samples;
use crate::value::Value;
use crate::weights::{parameters, separate};

/// Real samples, and how formats are chosen from them.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Calibration<'a> {
    inputs: &'a [f32],
    /// The numbers of a sample, where the samples say so themselves.
    features: Option<usize>,
    method: Range,
}

impl<'a> From<&'a Samples> for Calibration<'a> {
    fn from(samples: &'a Samples) -> Self {
        Self { features: Some(samples.features()), ..Self::from(samples.inputs()) }
    }
}

impl<'a> From<&'a [f32]> for Calibration<'a> {
    fn from(inputs: &'a [f32]) -> Self {
        Self { inputs, features: None, method: Range::default() }
    }
}

impl<'a> From<&'a Vec<f32>> for Calibration<'a> {
    fn from(inputs: &'a Vec<f32>) -> Self {
        Self::from(inputs.as_slice())
    }
}

impl<'a> Calibration<'a> {
    /// From real samples: [`Samples`], whose classes do not matter, or numbers, [`HlsModel::INPUT_SHAPE`] of them a
    /// sample. A few thousand samples are enough. The method is [`Range::Mse`].
    pub fn new(samples: impl Into<Self>) -> Self {
        samples.into()
    }

    /// By another method.
    pub fn method(self, method: Range) -> Self {
        Self { method, ..self }
    }

    fn check(&self, features: usize) -> Result<(), CalibrationError> {
        if let Range::Percentile(percent) = self.method
            && !(percent > 0.0 && percent <= 100.0)
        {
            return Err(CalibrationError::Percentile(percent));
        }
        let features = features.max(1);
        if let Some(samples) = self.features
            && samples != features
        {
            return Err(CalibrationError::Features { samples, model: features });
        }
        if self.inputs.is_empty() {
            return Err(CalibrationError::Empty);
        }
        if !self.inputs.len().is_multiple_of(features) {
            return Err(CalibrationError::Length { inputs: self.inputs.len(), features });
        }
        match self.inputs.iter().position(|value| !value.is_finite()) {
            Some(index) => Err(CalibrationError::NotFinite { sample: index / features, feature: index % features }),
            None => Ok(()),
        }
    }
}

/// The part of a precision's name that says that it is the type of a layer's values.
const RESULT: &str = ".result";

/// See [`HlsModel::from_float`].
pub(crate) fn quantize<M: HlsModel>(float: &M, calibration: &Calibration<'_>) -> Result<M, CalibrationError> {
    quantize_as(float, &declared::<M>(), calibration)
}

/// All precisions as declared, by name.
pub(crate) fn declared<M: HlsModel>() -> BTreeMap<String, Precision> {
    M::init(&Device::default()).precisions().into_iter().map(|(name, precision)| (name, *precision)).collect()
}

/// [`quantize`] with other precisions than the declared ones, whose integer bits are chosen; those that are not named
/// stay as they are.
pub(crate) fn quantize_as<M: HlsModel>(
    float: &M,
    precisions: &BTreeMap<String, Precision>,
    calibration: &Calibration<'_>,
) -> Result<M, CalibrationError> {
    calibration.check(M::INPUT_SHAPE.size())?;
    let mut model = separate(float);
    for (name, precision) in model.precisions() {
        if let Some(wanted) = precisions.get(&name) {
            *precision = *wanted;
        }
    }

    // The constants are those that a lowering quantizes, with everything that is folded into them; what layers quantize
    // in other ways is named as the parameter is.
    let mut constants: BTreeMap<String, Vec<f32>> =
        parameters(&model).into_iter().map(|parameter| (parameter.name, parameter.values)).collect();
    let (lowering, outputs) = lowered(&model);
    constants.extend(lowering.folded().into_iter().map(|(layer, what, values)| (format!("{layer}.{what}"), values)));
    lowering.finish(&outputs).map_err(CalibrationError::Model)?;

    let results = observe(separate(float).into_float(), calibration)?;
    let choose = |name: &str, ty: &FixedType| match (constants.get(name), results.get(name)) {
        (Some(values), _) => calibration.method.integer_bits(&clamping(ty), values),
        (None, Some(values)) => calibration.method.integer_bits(ty, values),
        (None, None) => None,
    };
    set(&mut model, |name, ty| if name.ends_with(BIAS) { None } else { choose(name, ty) });
    // Biases come last: finer than the products they would only widen the sum, and break a named accumulator.
    let graph = model.graph().map_err(CalibrationError::Model)?;
    set(&mut model, |name, ty| {
        let layer = name.strip_suffix(BIAS)?;
        let chosen = choose(name, ty)?;
        let products = product_fraction(&graph, layer);
        Some(products.map_or(chosen, |fraction| chosen.max(ty.format.width as i32 - fraction)))
    });
    model.graph().map_err(CalibrationError::Model)?;
    Ok(model)
}

/// The part of a precision's name that says that it is added to the products of a `weight`.
const BIAS: &str = ".bias";

/// Changes the integer bits of the precisions that `choose` has an answer for.
fn set<M: HlsModel>(model: &mut M, choose: impl Fn(&str, &FixedType) -> Option<i32>) {
    for (name, precision) in model.precisions() {
        if let Precision::Fixed(ty) = precision
            && let Some(integer) = choose(&name, ty)
        {
            ty.format.integer = integer;
        }
    }
}

/// The fractional bits of a linear layer's products, of weights of any kind.
fn product_fraction(graph: &Graph, layer: &str) -> Option<i32> {
    let node = graph.nodes().iter().find(|node| node.name == layer)?;
    let weight = match &node.op {
        Op::Dense(dense) => &dense.weight,
        Op::Conv(conv) => &conv.matrix.weight,
        _ => return None,
    };
    Some(weight.format.fraction() + graph.input_types(node).first()?.fraction())
}

/// What a constant is quantized by: outside the range it becomes the nearest end, whatever the mode.
fn clamping(ty: &FixedType) -> FixedType {
    match ty.overflow {
        Overflow::SatSym => *ty,
        _ => FixedType { overflow: Overflow::Sat, ..*ty },
    }
}

/// Samples that are evaluated at once.
const BATCH: usize = 1024;

/// The values of a float model on the calibration samples, for each layer that has a type for them, by its precision's
/// name.
pub(crate) fn observe<M: HlsModel>(
    mut model: M,
    calibration: &Calibration<'_>,
) -> Result<BTreeMap<String, Vec<f32>>, CalibrationError> {
    let names: Vec<String> = model.precisions().into_iter().map(|(name, _)| name).collect();
    let mut results: BTreeMap<String, Vec<f32>> =
        names.into_iter().filter(|name| name.ends_with(RESULT)).map(|name| (name, Vec::new())).collect();
    let model = model.valid();
    let device = model.devices().first().cloned().unwrap_or_default();
    let features = M::INPUT_SHAPE.size().max(1);
    for batch in calibration.inputs.chunks(BATCH * features) {
        let data = TensorData::new(batch.to_vec(), [batch.len() / features, features]);
        let input = Value::input(Tensor::<2>::from_data(data, &device), M::INPUT_SHAPE, M::INPUT);
        for (layer, value) in model.trace(input) {
            let Some(values) = results.get_mut(&format!("{layer}{RESULT}")) else { continue };
            let start = values.len();
            values.extend(value.flat().into_data().iter::<f32>());
            if values[start..].iter().any(|value| !value.is_finite()) {
                return Err(CalibrationError::Overflow { layer: layer.to_owned() });
            }
        }
    }
    Ok(results)
}
