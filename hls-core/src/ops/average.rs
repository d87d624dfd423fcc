//! The mean of tensors of one shape.

use serde::{Deserialize, Serialize};

use super::add::{add_lanes, fraction, partial, scales, sum, sum_of};
use super::{LayerCode, OpDef, OpTypes, check_exponents, edge_bits};
use crate::diagnostics::Diagnostic;
use crate::emulator::Kernel;
use crate::fixed::{FixedType, Interval, Quotient, Real, SliceQuantizer, quotient_bits};
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::Shape;

/// The exact sum of all inputs, element by element, and its exact quotient by their number, assigned to `ty`: rounded once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Average {
    /// The result type.
    pub ty: FixedType,
}

fn count(inputs: &[TensorType]) -> u32 {
    inputs.len() as u32
}

impl Average {
    fn quotient(&self, inputs: &[TensorType]) -> Quotient {
        Quotient::new(count(inputs), fraction(inputs), &self.ty)
    }

    /// The quotients as far as the assignment looks.
    fn quotients(&self, inputs: &[TensorType]) -> Interval {
        self.quotient(inputs).range(sum(inputs).aligned(fraction(inputs)))
    }
}

impl OpDef for Average {
    const NAME: &'static str = "average";
    const PER_POSITION: bool = true;
    const PER_ELEMENT: bool = true;

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Merge)
    }

    fn declared_types(&self) -> Vec<FixedType> {
        vec![self.ty]
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        check_exponents("sum", sum(inputs))?;
        Ok(TensorType::new(shape, self.ty, self.quotients(inputs).quantized(&self.ty)))
    }

    fn assignment(&self, inputs: &[TensorType]) -> Option<(Interval, FixedType)> {
        Some((self.quotients(inputs), self.ty))
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        let (fraction, count) = (fraction(types.inputs), count(types.inputs));
        for (index, result) in output.iter_mut().enumerate() {
            *result = self.ty.quantize_quotient(sum_of(inputs, types.inputs, index), fraction, count);
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        quotient_bits(partial(types.inputs), count(types.inputs), &self.ty).max(edge_bits(types))
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let scales = scales::<F>(types.inputs);
        let quantizer = SliceQuantizer::<F>::raw_quotient(fraction(types.inputs), &self.ty, count(types.inputs));
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            add_lanes(inputs, &scales, output);
            quantizer.apply_in_place(output);
        })
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        let quotient = self.quotient(types.inputs);
        let constants = vec![
            ("n_in", types.output.shape.size() as i64),
            ("divisor", quotient.odd().into()),
            ("guard", quotient.guard().into()),
        ];
        let quotients = FixedType::exact(self.quotients(types.inputs).narrowest_format());
        // The firmware divides in a type made from this one: where sums are smaller than the divisor it must still hold it.
        let sums = sum(types.inputs).aligned(fraction(types.inputs));
        let sums =
            FixedType::exact(sums.hull(Interval::point(quotient.odd().into(), sums.fraction)).narrowest_format());
        let types = vec![("sum_t", sums), ("quotient_t", quotients)];
        Some(LayerCode { types, ..LayerCode::plain("average", constants) })
    }
}
