//! Layer normalization: each row without its mean, divided by its deviation.

use serde::{Deserialize, Serialize};

use super::normalization::{Normalization, NormalizationRow};
use super::{LayerCode, OpDef, OpTypes, edge_bits};
use crate::diagnostics::Diagnostic;
use crate::emulator::Kernel;
use crate::fixed::{FixedTensor, FixedType, Interval, Real};
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::Shape;

/// `(x - mean) / sqrt(variance + epsilon) * gamma + beta` along the last dimension, in integers:
///
/// 1. `v = n * sum of x_i^2 - (sum of x_i)^2 + n^2 * epsilon`, exact;
/// 2. `r`, about `1 / sqrt(v)`, from the place of its leading bit, a table of 1,024 entries and, where `norm` has more
///    than 8 bits behind the sign, one Newton step;
/// 3. `(n * x_i - sum of x_j) * r`, exact, assigned to `norm`;
/// 4. `norm_i * gamma_i + beta_i`, exact, assigned to the result type.
///
/// Without the step `r` is within 2^-10.8 of its value, with it within 2^-21. A row of equal elements is beta. The integers between
/// the edges have at most 62 bits; wider inputs are refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerNorm {
    /// The scale of each channel; its length is the length of the last dimension, at most 32,768.
    pub gamma: FixedTensor,
    /// The shift of each channel.
    pub beta: FixedTensor,
    /// The type of the normalized numbers, before scale and shift.
    pub norm: FixedType,
    /// The result type.
    pub ty: FixedType,
    /// 2 to minus this is added to the variance; at most 48.
    pub epsilon: u32,
}

impl LayerNorm {
    fn normalization(&self) -> Normalization<'_> {
        Normalization {
            centered: true,
            epsilon: self.epsilon,
            norm: self.norm,
            gamma: &self.gamma,
            beta: Some(&self.beta),
            ty: self.ty,
        }
    }

    /// The arithmetic of one row, for values whose format is not known.
    ///
    /// # Errors
    /// Formats and sizes that cannot be built.
    pub fn row(&self) -> Result<NormalizationRow, Diagnostic> {
        self.normalization().free_row()
    }
}

impl OpDef for LayerNorm {
    const NAME: &'static str = "layer_norm";
    const PER_POSITION: bool = true;

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Channelwise { channels: self.normalization().channels() })
    }

    fn declared_types(&self) -> Vec<FixedType> {
        vec![self.ty, self.norm]
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        self.normalization().infer(&inputs[0], shape)
    }

    fn assignment(&self, inputs: &[TensorType]) -> Option<(Interval, FixedType)> {
        Some(self.normalization().assignment(&inputs[0]))
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        self.normalization().evaluate(inputs[0], types, output);
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        // Between the edges are integers of their own.
        edge_bits(types)
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        self.normalization().kernel(types)
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        Some(self.normalization().code(types))
    }

    fn details(&self) -> String {
        self.normalization().details()
    }
}
