//! Weights, sums and results against their types.

use std::collections::BTreeMap;
use std::fmt;

use burn::tensor::{DType, Tensor, TensorData};
use hls_core::diagnostics::Diagnostics;
use hls_core::fixed::{FixedType, Overflow, saturating};
use hls_core::ops::Op;
use serde::{Deserialize, Serialize};

use super::fitted::Fitted;
use super::narrowest::{Narrowest, unbounded};
use crate::design::set_precisions;
use crate::model::lowered;
use crate::value::Value;
use crate::weights::{parameters, separate};
use crate::{HlsModel, Precision};

/// What the values of a [`Range`] are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The model's input.
    Input,
    /// Weights, with what is folded into them, and tables of trained vectors.
    Weight,
    /// Weights of the depthwise part of a separable convolution.
    Depthwise,
    /// Biases, with what is folded into them.
    Bias,
    /// Scales of a batch normalization of its own.
    Scale,
    /// Shifts of a batch normalization of its own.
    Shift,
    /// Scales of a normalization along a dimension.
    Gamma,
    /// Shifts of a normalization along a dimension.
    Beta,
    /// Trained slopes below zero.
    Slope,
    /// Sums of a linear layer or of a batch normalization of its own, before any activation.
    Accumulator,
    /// Results of a layer, before they are assigned to its type.
    Result,
}

impl What {
    /// Constants by the name of their precision.
    fn constant(precision: &str) -> Self {
        match precision {
            "depthwise" => Self::Depthwise,
            "bias" => Self::Bias,
            "scale" => Self::Scale,
            "shift" => Self::Shift,
            "gamma" => Self::Gamma,
            "beta" => Self::Beta,
            "slope" => Self::Slope,
            _ => Self::Weight,
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Input => "input",
            Self::Weight => "weight",
            Self::Depthwise => "depthwise",
            Self::Bias => "bias",
            Self::Scale => "scale",
            Self::Shift => "shift",
            Self::Gamma => "gamma",
            Self::Beta => "beta",
            Self::Slope => "slope",
            Self::Accumulator => "accumulator",
            Self::Result => "result",
        })
    }
}

/// Values and the type that they are assigned to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// The layer.
    pub layer: String,
    /// What the values are.
    pub what: What,
    /// The type.
    pub ty: FixedType,
    /// How many values there are.
    pub values: usize,
    /// The share of them that is zero before the assignment, 0 to 1.
    pub zeros: f64,
    /// log2 of the magnitudes that are not zero at the [`QUANTILES`]; none where all are zero.
    pub log2: Option<[f64; 7]>,
    /// log2 of the smallest and of the largest magnitude of the type.
    pub log2_range: [f64; 2],
    /// The smallest and the largest value.
    pub ends: [f64; 2],
    /// The share of the values that becomes an end of the range, 0 to 1.
    pub saturated: f64,
    /// The share that wraps around.
    pub wrapped: f64,
    /// The share that is not zero and becomes zero.
    pub vanished: f64,
    /// Bits at the top, the sign not counted, that no stored value needs; negative where values overflow: so many are
    /// missing, a missing sign being one.
    pub unused_top: i32,
    /// Bits at the bottom that are zero in every stored value, or, where values overflow, in every rounded one.
    pub unused_bottom: i32,
    /// The narrowest type that stores the same, or, where values overflow, that holds them rounded as now: signed where
    /// they are below zero, and with fewer bits at the bottom where it would need more than 53.
    pub narrowest: FixedType,
}

/// Where [`Range::log2`] is taken: the smallest, 5, 25, 50, 75 and 95 %, the largest.
pub const QUANTILES: [f64; 7] = [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0];

/// All ranges of a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// The model's name.
    pub model: String,
    /// The samples that were looked at.
    pub samples: usize,
    /// In the order of the layers.
    pub ranges: Vec<Range>,
    /// Weights that no range is compared with, because what they are quantized to is no fixed-point type.
    #[serde(default)]
    pub fitted: Vec<Fitted>,
}

/// Why there is no profile.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ProfileError {
    /// The model cannot be built, so it has no types.
    Model(Diagnostics),
    /// The numbers do not fill a sample.
    Samples {
        /// How many numbers there are.
        inputs: usize,
        /// How many a sample has.
        features: usize,
    },
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Model(diagnostics) => diagnostics.fmt(f),
            Self::Samples { inputs, features } => {
                write!(f, "{inputs} numbers are no whole samples of {features} numbers each")
            }
        }
    }
}

impl std::error::Error for ProfileError {}

pub(super) fn check_inputs<M: HlsModel>(inputs: &[f32]) -> Result<usize, ProfileError> {
    let features = M::INPUT_SHAPE.size().max(1);
    if inputs.is_empty() || !inputs.len().is_multiple_of(features) {
        return Err(ProfileError::Samples { inputs: inputs.len(), features });
    }
    Ok(inputs.len() / features)
}

/// The values of all layers for some samples, exact where the model is: by layer, in order.
///
/// `folds` are linear layers and the normalizations in them. Such a pair is one layer of the hardware and has one value,
/// that of the normalization, under the linear layer's name: sums of the weights before the fold are nowhere.
pub(super) fn values<M: HlsModel>(
    model: &M,
    inputs: &[f32],
    folds: &[(String, &'static str)],
) -> Vec<(&'static str, Vec<f64>)> {
    let model = model.valid();
    let device = model.devices().first().cloned().unwrap_or_default();
    let features = M::INPUT_SHAPE.size().max(1);
    let mut collected: Vec<(&'static str, Vec<f64>)> = Vec::new();
    for batch in inputs.chunks(1024 * features) {
        let data = TensorData::new(batch.to_vec(), [batch.len() / features, features]);
        let tensor = Tensor::<2>::from_data(data, (&device, DType::F64));
        let mut traced = model.trace(Value::input(tensor, M::INPUT_SHAPE, M::INPUT));
        for (linear, norm) in folds {
            let Some(at) = traced.iter().position(|(layer, _)| layer == norm) else { continue };
            let (_, value) = traced.remove(at);
            traced.iter_mut().filter(|(layer, _)| layer == linear).for_each(|(_, sums)| *sums = value.clone());
        }
        for (index, (layer, value)) in traced.into_iter().enumerate() {
            if collected.len() == index {
                collected.push((layer, Vec::new()));
            }
            collected[index].1.extend(value.flat().into_data().iter::<f64>());
        }
    }
    collected
}

/// The ranges of a quantized model on real samples, one after the other as [`HlsModel::predict`] takes them.
///
/// Of weights it is the trained floats that are measured, of results the exact values before they are assigned.
///
/// # Errors
/// A model that cannot be built and numbers that are no whole samples.
pub fn profile<M: HlsModel>(model: &M, inputs: &[f32]) -> Result<Profile, ProfileError> {
    let samples = check_inputs::<M>(inputs)?;
    let graph = model.graph().map_err(ProfileError::Model)?;
    let precisions = crate::design::precisions(model);
    let wide: Vec<f64> = inputs.iter().map(|&value| value.into()).collect();
    let mut ranges = vec![Range::of("input", What::Input, M::INPUT, &wide)];

    let (lowering, _) = lowered(model);
    let (mut constants, mut fitted): (BTreeMap<&str, Vec<Range>>, _) = (BTreeMap::new(), Vec::new());
    let parameters = parameters(model);
    for (layer, what, values) in lowering.folded() {
        let name = format!("{layer}.{what}");
        let Some(precision) = precisions.get(&name) else { continue };
        let what = What::constant(what);
        let Some(ty) = precision.fixed() else {
            let dims = parameters.iter().find(|parameter| parameter.name == name).map(|found| &found.shape[..]);
            let weight = precision.weight().zip(dims);
            fitted.extend(weight.and_then(|(ty, dims)| Fitted::of(layer, what, ty, dims, &values)));
            continue;
        };
        let values: Vec<f64> = values.iter().map(|&value| value.into()).collect();
        // Weights never wrap; the type is shown as it is declared.
        let mut range = Range::of(layer, what, saturating(ty), &values);
        (range.ty, range.narrowest.overflow) = (ty, ty.overflow);
        constants.entry(layer).or_default().push(range);
    }
    let folds = lowering.folds();
    for (layer, stored) in values(model, inputs, &folds) {
        ranges.extend(constants.remove(layer).unwrap_or_default());
        let Some(node) = graph.nodes().iter().find(|node| node.name == layer) else { continue };
        if matches!(node.op, Op::Flatten(_) | Op::Reshape(_) | Op::Transpose(_) | Op::Slice(_)) {
            // The values of another layer.
            continue;
        }
        let result = format!("{layer}.result");
        if precisions.get(&result).is_some_and(|precision| precision.fixed().is_some()) {
            let exact = unassigned(model, inputs, &folds, layer, &result);
            ranges.push(Range::of(layer, What::Result, node.output.ty, &exact));
        } else {
            let sums = matches!(node.op, Op::Dense(_) | Op::Conv(_) | Op::ScaleShift(_));
            let what = if sums { What::Accumulator } else { What::Result };
            ranges.push(Range::of(layer, what, node.output.ty, &stored));
        }
    }
    Ok(Profile { model: M::NAME.to_owned(), samples, ranges, fitted })
}

/// A layer's values before they are assigned to its type; all layers before it are as they are.
fn unassigned<M: HlsModel>(
    model: &M,
    inputs: &[f32],
    folds: &[(String, &'static str)],
    layer: &str,
    result: &str,
) -> Vec<f64> {
    let mut open = separate(model);
    set_precisions(&mut open, &BTreeMap::from([(result.to_owned(), Precision::Float)]));
    let found = values(&open, inputs, folds).into_iter().find(|(name, _)| *name == layer);
    found.map(|(_, values)| values).unwrap_or_default()
}

impl Range {
    /// Values against a type.
    #[must_use]
    pub fn of(layer: &str, what: What, ty: FixedType, values: &[f64]) -> Self {
        let format = ty.format;
        let (low, high) = (format.value(ty.min_raw()), format.value(format.max_raw()));
        let (mut saturated, mut wrapped, mut vanished, mut zeros) = (0_usize, 0_usize, 0_usize, 0_usize);
        let mut ends = [f64::INFINITY, f64::NEG_INFINITY];
        let (mut stored, mut exceeds_sign) = (Vec::with_capacity(values.len()), false);
        let mut magnitudes = Vec::with_capacity(values.len());
        let rounded = unbounded(&ty, values);
        for (&value, &whole) in values.iter().zip(&rounded) {
            ends = [ends[0].min(value), ends[1].max(value)];
            if value == 0.0 {
                zeros += 1;
            } else {
                magnitudes.push(value.abs().log2());
            }
            let raw = ty.quantize_f64(value);
            vanished +=
                usize::from(raw == 0 && value != 0.0 && value > low - format.lsb() && value < high + format.lsb());
            // Rounding moves by less than a step; what is further away has overflowed.
            let beyond = value <= low - format.lsb() || value >= high + format.lsb();
            let changed = (format.value(raw) - value).abs() >= format.lsb();
            if beyond || changed {
                match ty.overflow {
                    Overflow::Wrap => wrapped += 1,
                    _ => saturated += 1,
                }
                exceeds_sign |= whole < 0 && !format.signed;
            }
            stored.push(raw);
        }
        let count = values.len().max(1) as f64;
        let overflows = saturated + wrapped > 0;
        let narrowest = if overflows {
            // Less than a step below zero is no reason for a sign.
            let least = if format.signed || exceeds_sign { i128::MIN } else { 0 };
            Narrowest::of(ty, rounded.into_iter().map(|whole| whole.max(least)), true)
        } else {
            Narrowest::of(ty, stored.into_iter().map(i128::from), false)
        };
        magnitudes.sort_unstable_by(f64::total_cmp);
        let quantile = |share: f64| magnitudes[((magnitudes.len() - 1) as f64 * share).round() as usize];
        Self {
            layer: layer.to_owned(),
            what,
            ty,
            values: values.len(),
            zeros: zeros as f64 / count,
            log2: (!magnitudes.is_empty()).then(|| QUANTILES.map(quantile)),
            log2_range: [-f64::from(format.fraction()), low.abs().max(high).log2()],
            ends: if values.is_empty() { [0.0; 2] } else { ends },
            saturated: saturated as f64 / count,
            wrapped: wrapped as f64 / count,
            vanished: vanished as f64 / count,
            unused_top: narrowest.unused_top,
            unused_bottom: narrowest.unused_bottom,
            narrowest: narrowest.ty,
        }
    }
}
