//! The binary activation.

use serde::{Deserialize, Serialize};

use super::{LayerCode, OpDef, OpTypes, edge_bits};
use crate::diagnostics::Diagnostic;
use crate::emulator::Kernel;
use crate::fixed::{FixedFormat, FixedType, Interval, Real};
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::Shape;
use crate::simd;

/// 1 for every element of zero and more, -1 for the others.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sign {}

impl OpDef for Sign {
    const NAME: &'static str = "sign";
    const PER_POSITION: bool = true;
    const PER_ELEMENT: bool = true;

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Elementwise)
    }

    fn infer(&self, _: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        let ty = FixedType::exact(FixedFormat::signed(2, 2));
        Ok(TensorType { binary: true, ..TensorType::new(shape, ty, Interval::new(-1, 1, 0)) })
    }

    fn evaluate(&self, inputs: &[&[i64]], _: &OpTypes<'_>, output: &mut [i64]) {
        for (&x, result) in inputs[0].iter().zip(output) {
            *result = if x >= 0 { 1 } else { -1 };
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        edge_bits(types)
    }

    fn kernel<F: Real>(&self, _: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let (zero, up, down) = (F::default(), F::from_f64(1.0), F::from_f64(-1.0));
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            simd::dispatch(
                #[inline(always)]
                || output.iter_mut().zip(inputs[0]).for_each(|(y, &x)| *y = if x >= zero { up } else { down }),
            );
        })
    }

    fn code(&self, types: &OpTypes<'_>, _: &Hardware) -> Option<LayerCode> {
        Some(LayerCode::plain("sign", vec![("n_in", types.output.shape.size() as i64)]))
    }
}
