//! The rectifier that is zero up to a threshold.

use serde::{Deserialize, Serialize};

use super::{ConstantArray, LayerCode, OpDef, OpTypes, edge_bits};
use crate::diagnostics::{Code, Diagnostic};
use crate::emulator::Kernel;
use crate::fixed::{Dyadic, FixedTensor, FixedType, Interval, Real, SliceQuantizer, exp2};
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::Shape;
use crate::simd;

/// `x` above the threshold, zero elsewhere, then an assignment to `ty`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThresholdedRelu {
    /// The largest number that becomes zero.
    pub threshold: Dyadic,
    /// The result type.
    pub ty: FixedType,
}

impl ThresholdedRelu {
    /// The input's range and the threshold, at one fraction.
    fn aligned(&self, input: &TensorType) -> (Interval, i128) {
        let threshold = self.threshold.interval();
        let fraction = threshold.fraction.max(input.fraction());
        (input.range.aligned(fraction), threshold.aligned(fraction).min)
    }

    /// All results before the assignment.
    fn exact(&self, input: &TensorType) -> Interval {
        let (aligned, threshold) = self.aligned(input);
        let zero = Interval::point(0, input.fraction());
        match (aligned.min > threshold, aligned.max > threshold) {
            (true, _) => input.range,
            (false, false) => zero,
            (false, true) => {
                // The least multiple of the input's step that is above the threshold.
                let step = aligned.fraction - input.fraction();
                let least = if step >= 127 { i128::from(threshold >= 0) } else { (threshold >> step) + 1 };
                Interval { min: least.min(input.range.max), ..input.range }.hull(zero)
            }
        }
    }
}

impl OpDef for ThresholdedRelu {
    const NAME: &'static str = "thresholded_relu";
    const PER_POSITION: bool = true;
    const PER_ELEMENT: bool = true;

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Elementwise)
    }

    fn declared_types(&self) -> Vec<FixedType> {
        vec![self.ty]
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        if let Some(violation) = self.threshold.violation() {
            return Err(Diagnostic::error(Code::Type, format!("threshold: {violation}")));
        }
        Ok(TensorType::new(shape, self.ty, self.exact(&inputs[0]).quantized(&self.ty)))
    }

    fn assignment(&self, inputs: &[TensorType]) -> Option<(Interval, FixedType)> {
        Some((self.exact(&inputs[0]), self.ty))
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        let fraction = types.inputs[0].fraction();
        let (range, threshold) = self.aligned(&types.inputs[0]);
        for (&x, result) in inputs[0].iter().zip(output) {
            let above = Interval::point(x.into(), fraction).aligned(range.fraction).min > threshold;
            *result = if above { self.ty.quantize(x.into(), fraction) } else { 0 };
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        // The input is compared after a shift, which needs no bits.
        self.threshold.interval().narrowest_format().width.max(edge_bits(types))
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let input = &types.inputs[0];
        let quantizer = SliceQuantizer::<F>::raw(input.fraction(), &self.ty);
        let quantizer = if self.exact(input).fits(&self.ty) { quantizer.without_overflow() } else { quantizer };
        let threshold = F::from_f64(self.threshold.value() * exp2(input.fraction()));
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            let zero = F::default();
            simd::dispatch(
                #[inline(always)]
                || output.iter_mut().zip(inputs[0]).for_each(|(y, &x)| *y = if x > threshold { x } else { zero }),
            );
            quantizer.apply_in_place(output);
        })
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        let tensor = FixedTensor { dims: vec![1], ..self.threshold.tensor() };
        Some(LayerCode {
            arrays: vec![ConstantArray { role: "threshold", tensor }],
            ..LayerCode::plain("thresholded_relu", vec![("n_in", types.output.shape.size() as i64)])
        })
    }

    fn details(&self) -> String {
        format!("threshold {}", self.threshold.value())
    }
}
