//! The same elements with other dimensions.

use serde::{Deserialize, Serialize};

use super::{LayerCode, OpDef, OpTypes, edge_bits};
use crate::diagnostics::Diagnostic;
use crate::emulator::Kernel;
use crate::fixed::Real;
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::Shape;

/// The same elements in the same order, the last dimension fastest, with other dimensions. It is no code: its readers
/// read its input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reshape {
    /// The dimensions of the result.
    pub shape: Shape,
}

impl OpDef for Reshape {
    const NAME: &'static str = "reshape";

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Reshape { shape: self.shape })
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        Ok(TensorType { shape, ..inputs[0] })
    }

    fn evaluate(&self, inputs: &[&[i64]], _types: &OpTypes<'_>, output: &mut [i64]) {
        output.copy_from_slice(inputs[0]);
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        edge_bits(types)
    }

    fn kernel<F: Real>(&self, _types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        Box::new(|inputs: &[&[F]], output: &mut [F]| output.copy_from_slice(inputs[0]))
    }

    fn code(&self, _types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        None
    }
}
