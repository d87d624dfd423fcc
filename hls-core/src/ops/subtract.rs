//! The difference of two tensors of one shape.

use serde::{Deserialize, Serialize};

use super::add::{add_lanes, around_zero, fraction, scales};
use super::{LayerCode, OpDef, OpTypes, check_exponents, edge_bits};
use crate::diagnostics::Diagnostic;
use crate::emulator::Kernel;
use crate::fixed::{FixedType, Interval, Real, SliceQuantizer};
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::Shape;

/// The first input minus the second, element by element and exact, then an assignment to `ty`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Subtract {
    /// The result type.
    pub ty: FixedType,
}

fn difference(inputs: &[TensorType]) -> Interval {
    inputs[0].range.sum(inputs[1].range.negated())
}

impl OpDef for Subtract {
    const NAME: &'static str = "subtract";
    const PER_POSITION: bool = true;
    const PER_ELEMENT: bool = true;

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Pair)
    }

    fn declared_types(&self) -> Vec<FixedType> {
        vec![self.ty]
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        check_exponents("difference", difference(inputs))?;
        Ok(TensorType::new(shape, self.ty, difference(inputs).quantized(&self.ty)))
    }

    fn assignment(&self, inputs: &[TensorType]) -> Option<(Interval, FixedType)> {
        Some((difference(inputs), self.ty))
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        let fraction = fraction(types.inputs);
        let aligned = |input: usize, raw: i64| i128::from(raw) << (fraction - types.inputs[input].fraction());
        for ((&a, &b), result) in inputs[0].iter().zip(inputs[1]).zip(output) {
            *result = self.ty.quantize(aligned(0, a) - aligned(1, b), fraction);
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        let (a, b) = (around_zero(types.inputs[0].range), around_zero(types.inputs[1].range.negated()));
        a.sum(b).narrowest_format().width.max(edge_bits(types))
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let mut scales = scales::<F>(types.inputs);
        scales[1] = F::default() - scales[1];
        let quantizer = SliceQuantizer::<F>::raw(fraction(types.inputs), &self.ty);
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            add_lanes(inputs, &scales, output);
            quantizer.apply_in_place(output);
        })
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        let constants = vec![("n_in", types.output.shape.size() as i64)];
        // The first input alone may wrap: the difference fits and no fractional bit is lost.
        let difference = difference(types.inputs).aligned(fraction(types.inputs)).narrowest_format();
        let types = vec![("difference_t", FixedType::exact(difference))];
        Some(LayerCode { types, ..LayerCode::plain("subtract", constants) })
    }
}
