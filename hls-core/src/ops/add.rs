//! The sum of tensors of one shape.

use serde::{Deserialize, Serialize};

use super::{LayerCode, OpDef, OpTypes, edge_bits};
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

fn fraction(inputs: &[TensorType]) -> i32 {
    inputs.iter().map(TensorType::fraction).max().unwrap_or_default()
}

fn sum(inputs: &[TensorType]) -> Interval {
    let start = Interval::point(0, fraction(inputs));
    inputs.iter().fold(start, |sum, input| sum.sum(input.range))
}

impl OpDef for Add {
    const NAME: &'static str = "add";
    const PER_POSITION: bool = true;

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Merge)
    }

    fn declared_types(&self) -> Vec<FixedType> {
        vec![self.ty]
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        Ok(TensorType::new(shape, self.ty, sum(inputs).quantized(&self.ty)))
    }

    fn assignment(&self, inputs: &[TensorType]) -> Option<(Interval, FixedType)> {
        Some((sum(inputs), self.ty))
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        let fraction = fraction(types.inputs);
        for (index, result) in output.iter_mut().enumerate() {
            let aligned =
                |(values, ty): (&&[i64], &TensorType)| i128::from(values[index]) << (fraction - ty.fraction());
            *result = self.ty.quantize(inputs.iter().zip(types.inputs).map(aligned).sum(), fraction);
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        // Partial sums of any order: each term alone may be as far from zero as the interval around zero says.
        let fraction = fraction(types.inputs);
        let partial = types.inputs.iter().fold(Interval::point(0, fraction), |sum, input| {
            let range = input.range;
            sum.sum(Interval::new(range.min.min(0), range.max.max(0), range.fraction))
        });
        partial.narrowest_format().width.max(edge_bits(types))
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let fraction = fraction(types.inputs);
        let scales: Vec<F> = types.inputs.iter().map(|input| F::from_f64(exp2(fraction - input.fraction()))).collect();
        let quantizer = SliceQuantizer::<F>::raw(fraction, &self.ty);
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            output.fill(F::default());
            for (values, &scale) in inputs.iter().zip(&scales) {
                simd::dispatch(
                    #[inline(always)]
                    || output.iter_mut().zip(*values).for_each(|(sum, &value)| *sum += value * scale),
                );
            }
            quantizer.apply_in_place(output);
        })
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        let constants = vec![("n_in", types.output.shape.size() as i64)];
        // Partial sums may wrap: the whole sum fits and no fractional bit is lost.
        let sum = FixedType::exact(sum(types.inputs).aligned(fraction(types.inputs)).narrowest_format());
        Some(LayerCode { types: vec![("sum_t", sum)], ..LayerCode::plain("add", constants) })
    }
}
