//! The sum of tensors of one shape.

use serde::{Deserialize, Serialize};

use super::{LayerCode, OpDef, OpTypes, check_exponents, edge_bits};
use crate::diagnostics::Diagnostic;
use crate::emulator::Kernel;
use crate::fixed::{FixedType, Interval, Real, SliceQuantizer, exp2};
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::Shape;
use crate::simd;

/// The exact sum of all inputs, element by element, then an assignment to `ty`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Add {
    /// The result type.
    pub ty: FixedType,
}

/// The finest of the inputs' fractions: every sum is a whole number of its steps.
pub(super) fn fraction(inputs: &[TensorType]) -> i32 {
    inputs.iter().map(TensorType::fraction).max().unwrap_or_default()
}

/// What the exact sum can be.
pub(super) fn sum(inputs: &[TensorType]) -> Interval {
    let start = Interval::point(0, fraction(inputs));
    inputs.iter().fold(start, |sum, input| sum.sum(input.range))
}

/// The type of the exact sum. Partial sums may wrap in it: the whole sum fits and no fractional bit is lost.
pub(super) fn sum_type(inputs: &[TensorType]) -> FixedType {
    FixedType::exact(sum(inputs).aligned(fraction(inputs)).narrowest_format())
}

/// What partial sums can be, in any order: each term alone may be as far from zero as the interval around zero says.
pub(super) fn partial(inputs: &[TensorType]) -> Interval {
    let start = Interval::point(0, fraction(inputs));
    inputs.iter().fold(start, |sum, input| sum.sum(around_zero(input.range)))
}

/// The smallest interval with zero that contains `range`.
pub(super) fn around_zero(range: Interval) -> Interval {
    Interval { min: range.min.min(0), max: range.max.max(0), fraction: range.fraction }
}

/// Writes the exact sums of the inputs, at the finest of their fractions.
pub(super) fn add_lanes<F: Real>(inputs: &[&[F]], scales: &[F], output: &mut [F]) {
    output.fill(F::default());
    for (values, &scale) in inputs.iter().zip(scales) {
        simd::dispatch(
            #[inline(always)]
            || output.iter_mut().zip(*values).for_each(|(sum, &value)| *sum += value * scale),
        );
    }
}

/// What brings each input to the finest of the fractions.
pub(super) fn scales<F: Real>(inputs: &[TensorType]) -> Vec<F> {
    let fraction = fraction(inputs);
    inputs.iter().map(|input| F::from_f64(exp2(fraction - input.fraction()))).collect()
}

/// The exact sum of one element of all inputs, at the finest of their fractions.
pub(super) fn sum_of(inputs: &[&[i64]], types: &[TensorType], index: usize) -> i128 {
    let fraction = fraction(types);
    let aligned = |(values, ty): (&&[i64], &TensorType)| i128::from(values[index]) << (fraction - ty.fraction());
    inputs.iter().zip(types).map(aligned).sum()
}

impl OpDef for Add {
    const NAME: &'static str = "add";
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
        Ok(TensorType::new(shape, self.ty, sum(inputs).quantized(&self.ty)))
    }

    fn assignment(&self, inputs: &[TensorType]) -> Option<(Interval, FixedType)> {
        Some((sum(inputs), self.ty))
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        let fraction = fraction(types.inputs);
        for (index, result) in output.iter_mut().enumerate() {
            *result = self.ty.quantize(sum_of(inputs, types.inputs, index), fraction);
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        partial(types.inputs).narrowest_format().width.max(edge_bits(types))
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let scales = scales::<F>(types.inputs);
        let quantizer = SliceQuantizer::<F>::raw(fraction(types.inputs), &self.ty);
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            add_lanes(inputs, &scales, output);
            quantizer.apply_in_place(output);
        })
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        let constants = vec![("n_in", types.output.shape.size() as i64)];
        Some(LayerCode { types: vec![("sum_t", sum_type(types.inputs))], ..LayerCode::plain("add", constants) })
    }
}
