//! The model's input.

use serde::{Deserialize, Serialize};

use super::{LayerCode, OpDef, OpTypes};
use crate::diagnostics::{Code, Diagnostic};
use crate::emulator::Kernel;
use crate::fixed::{FixedType, Real};
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::Shape;

/// The model's input: raw mantissas from outside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// The dimensions of one sample.
    pub shape: Shape,
    /// The type; its rounding and overflow say how real numbers become mantissas.
    pub ty: FixedType,
}

impl OpDef for Input {
    const NAME: &'static str = "input";

    fn shape_rule(&self) -> Option<ShapeRule> {
        None
    }

    fn declared_types(&self) -> Vec<FixedType> {
        vec![self.ty]
    }

    fn infer(&self, _inputs: &[TensorType], _shape: Shape) -> Result<TensorType, Diagnostic> {
        if self.shape.rank() == 0 || self.shape.size() == 0 {
            return Err(Diagnostic::error(Code::Shape, format!("the model's input {} has no element", self.shape)));
        }
        Ok(TensorType::full(self.shape, self.ty))
    }

    fn evaluate(&self, _inputs: &[&[i64]], _types: &OpTypes<'_>, _output: &mut [i64]) {}

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        types.output.ty.format.width
    }

    fn kernel<F: Real>(&self, _types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        // The emulator fills the input's block itself.
        Box::new(|_: &[&[F]], _: &mut [F]| {})
    }

    fn code(&self, _types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        None
    }
}
