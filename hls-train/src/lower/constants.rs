//! Trained constants on their way to integers: those of linear layers, which may still be folded, and all others.

use burn::tensor::Tensor;
use hls_core::diagnostics::{Code, Diagnostic, Diagnostics};
use hls_core::fixed::{FixedTensor, FixedType, WeightType};
use hls_core::ir::NodeId;
use hls_core::ops::{Conv, Dense, Op};
use hls_core::rules::Convolution;

use super::{Lowered, Lowering};

/// The weights of a linear layer before they become integers.
#[derive(Clone, Debug)]
pub(crate) struct LinearWeights {
    /// `[inputs, outputs]`.
    pub weight: Tensor<2>,
    /// `[outputs]`.
    pub bias: Tensor<1>,
    pub weight_type: WeightType,
    pub bias_type: FixedType,
    pub accumulator: Option<FixedType>,
    /// Where the matrix is placed, if not on the whole input.
    pub convolution: Option<Convolution>,
}

/// A linear layer of the graph.
#[derive(Debug)]
pub(super) struct Linear {
    pub node: NodeId,
    pub weights: LinearWeights,
    /// Of a part of a layer, which has no bias: the layer, and the name of its weights' precision.
    pub part: Option<(&'static str, &'static str)>,
}

impl LinearWeights {
    pub(super) fn op(&self) -> Result<Op, Diagnostic> {
        let matrix = Dense {
            weight: quantized("weight", self.weight.clone(), self.weight_type)?,
            bias: quantized("bias", self.bias.clone(), self.bias_type.into())?,
            accum: self.accumulator,
        };
        Ok(match self.convolution {
            None => matrix.into(),
            Some(convolution) => Conv::new(matrix, convolution).into(),
        })
    }
}

/// Constants as integers, as training has quantized them; the last dimension is the outputs.
pub(crate) fn quantized<const D: usize>(
    what: &str,
    tensor: Tensor<D>,
    ty: WeightType,
) -> Result<FixedTensor, Diagnostic> {
    let dims = tensor.dims().to_vec();
    let values: Vec<f32> = tensor.into_data().iter().collect();
    ty.quantize(dims, &values).map_err(|text| Diagnostic::error(Code::NotFinite, format!("{what}: {text}")))
}

/// What the constants of a precision are called where some of them are clamped.
fn plural(precision: &str) -> String {
    match precision {
        "gamma" | "beta" => format!("elements of {precision}"),
        _ => format!("{precision}s"),
    }
}

/// How many values a format cuts off, and what would hold them.
fn clamped<const D: usize>(what: &str, tensor: Tensor<D>, ty: &FixedType) -> Option<Diagnostic> {
    let format = ty.format;
    let (low, high) = (format.value(format.min_raw()), format.value(format.max_raw()));
    let values: Vec<f64> = tensor.into_data().iter().collect();
    // Less than one step beyond the end is rounding.
    let count = values.iter().filter(|&&value| value <= low - format.lsb() || value >= high + format.lsb()).count();
    let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    (count > 0).then(|| {
        let message = format!("{count} of {} {what} lie outside {format} and are clamped", values.len());
        Diagnostic::warning(Code::Clamped, message).help(format!("the largest is {largest}, the range [{low}, {high}]"))
    })
}

impl Lowering {
    /// Remembers the trained constants of a layer by the name of their precision, so that those outside their format are
    /// named and all are profiled.
    pub(crate) fn constants<const D: usize>(
        &mut self,
        lowered: Lowered,
        precision: &'static str,
        tensor: Tensor<D>,
        ty: FixedType,
    ) {
        let flat = tensor.without_autodiff();
        let count = flat.shape().num_elements();
        self.constants.extend(lowered.node.map(|id| (id, precision, flat.reshape([count]), ty)));
    }

    /// Weights outside their formats: they are clamped, which is what training saw, and often means too narrow a format.
    #[must_use]
    pub fn clamped(&self) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        for Linear { node, weights: linear, .. } in &self.linears {
            let found = [
                // Others are signs of what they were, or fitted to it.
                match linear.weight_type {
                    WeightType::Fixed(ty) if !linear.weight_type.is_ternary() => {
                        clamped("weights", linear.weight.clone(), &ty)
                    }
                    _ => None,
                },
                clamped("biases", linear.bias.clone(), &linear.bias_type),
            ];
            let (name, source) = self.builder.site(*node);
            found.into_iter().flatten().for_each(|found| diagnostics.push(found.at(name, source)));
        }
        for (id, precision, tensor, ty) in &self.constants {
            let (name, source) = self.builder.site(*id);
            let found = clamped(&plural(precision), tensor.clone(), ty);
            found.into_iter().for_each(|found| diagnostics.push(found.at(name, source)));
        }
        diagnostics
    }

    /// What is made of a layer's parameters before quantization: layer, precision, values. The weights and biases of
    /// linear layers, with what was folded into them, and the constants of all others.
    pub(crate) fn folded(&self) -> Vec<(&str, &'static str, Vec<f32>)> {
        let linears = self.linears.iter().flat_map(|Linear { node, weights, part }| {
            let weight = weights.weight.clone().into_data().iter().collect();
            match *part {
                Some((layer, precision)) => vec![(layer, precision, weight)],
                None => {
                    let (name, _) = self.builder.site(*node);
                    let bias = weights.bias.clone().into_data().iter().collect();
                    vec![(name, "weight", weight), (name, "bias", bias)]
                }
            }
        });
        let others = self.constants.iter().map(|(id, precision, tensor, _)| {
            (self.builder.site(*id).0, *precision, tensor.clone().into_data().iter().collect())
        });
        linears.chain(others).collect()
    }
}

/// The weights that a lowering changes before it rounds them, such as those with a normalization in them.
pub(crate) fn folded<M: crate::HlsModel>(model: &M) -> Vec<String> {
    let parameters = crate::weights::parameters(model);
    let (lowering, _) = crate::model::lowered(model);
    let changed = lowering.folded().into_iter().filter_map(|(layer, what, values)| {
        let name = format!("{layer}.{what}");
        let own = parameters.iter().find(|parameter| parameter.name == name)?;
        (own.values != values).then_some(name)
    });
    changed.collect()
}
