//! Root mean square normalization: each row divided by its size.

use serde::{Deserialize, Serialize};

use super::normalization::{Normalization, NormalizationRow};
use super::{LayerCode, OpDef, OpTypes, edge_bits};
use crate::diagnostics::Diagnostic;
use crate::emulator::Kernel;
use crate::fixed::{FixedTensor, FixedType, Interval, Real};
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::Shape;

/// `x / sqrt(mean of x^2 + epsilon) * gamma` along the last dimension, in the integers of
/// [`LayerNorm`](super::LayerNorm) without the sum of the elements and without a shift:
///
/// 1. `v = n * sum of x_i^2 + n^2 * epsilon`, exact;
/// 2. `r`, about `1 / sqrt(v)`, as there;
/// 3. `n * x_i * r`, exact, assigned to `norm`;
/// 4. `norm_i * gamma_i`, exact, assigned to the result type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RmsNorm {
    /// The scale of each channel; its length is the length of the last dimension, at most 32,768.
    pub gamma: FixedTensor,
    /// The type of the normalized numbers, before scale.
    pub norm: FixedType,
    /// The result type.
    pub ty: FixedType,
    /// 2 to minus this is added to the mean square; at most 48.
    pub epsilon: u32,
}

impl RmsNorm {
    fn normalization(&self) -> Normalization<'_> {
        Normalization {
            centered: false,
            epsilon: self.epsilon,
            norm: self.norm,
            gamma: &self.gamma,
            beta: None,
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

impl OpDef for RmsNorm {
    const NAME: &'static str = "rms_norm";
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
