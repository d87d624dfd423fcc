//! Limits from below and above: the bounded rectifiers and the hard hyperbolic tangent.

use serde::{Deserialize, Serialize};

use super::{ConstantArray, LayerCode, OpDef, OpTypes, edge_bits};
use crate::diagnostics::{Code, Diagnostic};
use crate::emulator::Kernel;
use crate::fixed::{Dyadic, FixedTensor, FixedType, Interval, Real, SliceQuantizer, exp2};
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::Shape;
use crate::simd;

/// `min(max(x, low), high)`, then an assignment to `ty`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clip {
    /// The lower limit.
    pub low: Dyadic,
    /// The upper limit, at least `low`.
    pub high: Dyadic,
    /// The result type.
    pub ty: FixedType,
}

impl Clip {
    /// Both limits, at the finer of their fractions.
    fn limits(&self) -> Interval {
        self.low.interval().hull(self.high.interval())
    }

    /// The input's range and the limits, at one fraction.
    fn aligned(&self, input: &TensorType) -> (Interval, Interval) {
        let limits = self.limits();
        let fraction = limits.fraction.max(input.fraction());
        (input.range.aligned(fraction), limits.aligned(fraction))
    }

    /// All results before the assignment.
    fn exact(&self, input: &TensorType) -> Interval {
        let (range, limits) = self.aligned(input);
        let clip = |raw: i128| raw.clamp(limits.min, limits.max);
        Interval { min: clip(range.min), max: clip(range.max), fraction: range.fraction }
    }
}

impl OpDef for Clip {
    const NAME: &'static str = "clip";
    const PER_POSITION: bool = true;
    const PER_ELEMENT: bool = true;

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Elementwise)
    }

    fn declared_types(&self) -> Vec<FixedType> {
        vec![self.ty]
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        if let Some(violation) = self.low.violation().or(self.high.violation()) {
            return Err(Diagnostic::error(Code::Type, format!("limit: {violation}")));
        }
        if self.low.value() > self.high.value() {
            let message = format!("the lower limit {} is above the upper {}", self.low.value(), self.high.value());
            return Err(Diagnostic::error(Code::Type, message));
        }
        Ok(TensorType::new(shape, self.ty, self.exact(&inputs[0]).quantized(&self.ty)))
    }

    fn assignment(&self, inputs: &[TensorType]) -> Option<(Interval, FixedType)> {
        Some((self.exact(&inputs[0]), self.ty))
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        let input = &types.inputs[0];
        let (_, limits) = self.aligned(input);
        for (&x, result) in inputs[0].iter().zip(output) {
            let x = Interval::point(x.into(), input.fraction()).aligned(limits.fraction).min;
            *result = self.ty.quantize(x.clamp(limits.min, limits.max), limits.fraction);
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        // The input is compared after a shift, which needs no bits; the definition computes with integers.
        let (range, limits) = self.aligned(&types.inputs[0]);
        let shifted = range.hull(limits).narrowest_format().width;
        let bits = self.limits().narrowest_format().width.max(edge_bits(types));
        if shifted > 62 { shifted } else { bits }
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let input = &types.inputs[0];
        let (_, limits) = self.aligned(input);
        let quantizer = SliceQuantizer::<F>::raw(limits.fraction, &self.ty);
        let quantizer = if self.exact(input).fits(&self.ty) { quantizer.without_overflow() } else { quantizer };
        let scale = F::from_f64(exp2(limits.fraction - input.fraction()));
        let (low, high) = (F::from_f64(limits.min as f64), F::from_f64(limits.max as f64));
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            let clip = |x: F| {
                let raised = if x < low { low } else { x };
                if raised > high { high } else { raised }
            };
            simd::dispatch(
                #[inline(always)]
                || output.iter_mut().zip(inputs[0]).for_each(|(y, &x)| *y = clip(x * scale)),
            );
            quantizer.apply_in_place(output);
        })
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        let limits = self.limits();
        let raw = vec![limits.min as i64, limits.max as i64];
        let tensor = FixedTensor { dims: vec![2], format: limits.narrowest_format(), raw };
        Some(LayerCode {
            arrays: vec![ConstantArray { role: "limits", tensor }],
            ..LayerCode::plain("clip", vec![("n_in", types.output.shape.size() as i64)])
        })
    }

    fn details(&self) -> String {
        format!("from {} to {}", self.low.value(), self.high.value())
    }
}
