//! The rectifier with its quantization.

use serde::{Deserialize, Serialize};

use super::{LayerCode, OpDef, OpTypes, edge_bits};
use crate::diagnostics::Diagnostic;
use crate::emulator::{Kernel, QuantizeKernel};
use crate::fixed::{FixedType, Interval, Real};
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::Shape;

/// `max(x, 0)`, then an assignment to `ty`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Relu {
    /// The result type.
    pub ty: FixedType,
}

impl OpDef for Relu {
    const NAME: &'static str = "relu";
    const PER_POSITION: bool = true;
    const PER_ELEMENT: bool = true;

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Elementwise)
    }

    fn declared_types(&self) -> Vec<FixedType> {
        vec![self.ty]
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        Ok(TensorType::new(shape, self.ty, inputs[0].range.rectified().quantized(&self.ty)))
    }

    fn assignment(&self, inputs: &[TensorType]) -> Option<(Interval, FixedType)> {
        Some((inputs[0].range.rectified(), self.ty))
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        for (&x, result) in inputs[0].iter().zip(output) {
            *result = self.ty.quantize(x.max(0).into(), types.inputs[0].fraction());
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        edge_bits(types)
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let input = &types.inputs[0];
        Box::new(QuantizeKernel::new(input.fraction(), input.range.rectified(), &self.ty).rectified())
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        let constants = vec![("n_in", types.output.shape.size() as i64)];
        Some(LayerCode::plain("relu", constants))
    }
}
