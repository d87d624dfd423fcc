//! The smallest of tensors of one shape.

use serde::{Deserialize, Serialize};

use super::extremum::Extremum;
use super::{LayerCode, OpDef, OpTypes};
use crate::diagnostics::Diagnostic;
use crate::emulator::Kernel;
use crate::fixed::Real;
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::Shape;

/// The smallest of all inputs, element by element and compared exactly, in the narrowest type that holds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Minimum {}

impl OpDef for Minimum {
    const NAME: &'static str = "minimum";
    const PER_POSITION: bool = true;
    const PER_ELEMENT: bool = true;

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Merge)
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        Ok(Extremum::Smallest.infer(inputs, shape))
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        Extremum::Smallest.evaluate(inputs, types, output);
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        Extremum::carrier_bits(types)
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        Extremum::Smallest.kernel(types)
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        Some(Extremum::code(Self::NAME, types))
    }
}
