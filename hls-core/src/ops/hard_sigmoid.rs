//! The sigmoid as three straight lines.

use serde::{Deserialize, Serialize};

use super::{ConstantArray, LayerCode, OpDef, OpTypes, edge_bits};
use crate::diagnostics::{Code, Diagnostic};
use crate::emulator::Kernel;
use crate::fixed::{Dyadic, FixedTensor, FixedType, Interval, Real, SliceQuantizer, exp2};
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::Shape;
use crate::simd;

/// `min(max(slope * x + 1/2, 0), 1)`, exact, then an assignment to `ty`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HardSigmoid {
    /// The slope in the middle.
    pub slope: Dyadic,
    /// The result type.
    pub ty: FixedType,
}

/// One half.
const HALF: Dyadic = Dyadic::new(1, 1);

impl HardSigmoid {
    /// `slope * x + 1/2` for every input.
    fn line(&self, input: &TensorType) -> Interval {
        input.range.product(self.slope.interval()).sum(HALF.interval())
    }

    /// Fractional bits of the line.
    fn fraction(&self, input: &TensorType) -> i32 {
        (input.fraction() + self.slope.shift as i32).max(1)
    }

    /// All results before the assignment.
    fn exact(&self, input: &TensorType) -> Interval {
        let line = self.line(input);
        let one = Interval::point(1, 0).aligned(line.fraction).min;
        Interval { min: line.min.clamp(0, one), max: line.max.clamp(0, one), fraction: line.fraction }
    }
}

impl OpDef for HardSigmoid {
    const NAME: &'static str = "hard_sigmoid";
    const PER_POSITION: bool = true;
    const PER_ELEMENT: bool = true;

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Elementwise)
    }

    fn declared_types(&self) -> Vec<FixedType> {
        vec![self.ty]
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        if let Some(violation) = self.slope.violation() {
            return Err(Diagnostic::error(Code::Type, format!("slope: {violation}")));
        }
        Ok(TensorType::new(shape, self.ty, self.exact(&inputs[0]).quantized(&self.ty)))
    }

    fn assignment(&self, inputs: &[TensorType]) -> Option<(Interval, FixedType)> {
        Some((self.exact(&inputs[0]), self.ty))
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        let input = &types.inputs[0];
        let fraction = self.fraction(input);
        let one = 1_i128 << fraction;
        for (&x, result) in inputs[0].iter().zip(output) {
            let product = i128::from(x) * i128::from(self.slope.numerator);
            let line = (product << (fraction - input.fraction() - self.slope.shift as i32)) + one / 2;
            *result = self.ty.quantize(line.clamp(0, one), fraction);
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        let input = &types.inputs[0];
        let products = input.range.product(self.slope.interval());
        let all = self.line(input).hull(self.exact(input)).hull(products);
        all.narrowest_format().width.max(self.slope.tensor().format.width).max(edge_bits(types))
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let input = &types.inputs[0];
        let fraction = self.fraction(input);
        let quantizer = SliceQuantizer::<F>::raw(fraction, &self.ty);
        let quantizer = if self.exact(input).fits(&self.ty) { quantizer.without_overflow() } else { quantizer };
        let slope = F::from_f64(self.slope.value() * exp2(fraction - input.fraction()));
        let (zero, half, one) = (F::default(), F::from_f64(exp2(fraction - 1)), F::from_f64(exp2(fraction)));
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            let clip = |line: F| {
                let raised = if line < zero { zero } else { line };
                if raised > one { one } else { raised }
            };
            simd::dispatch(
                #[inline(always)]
                || output.iter_mut().zip(inputs[0]).for_each(|(y, &x)| *y = clip(x * slope + half)),
            );
            quantizer.apply_in_place(output);
        })
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        let tensor = FixedTensor { dims: vec![1], ..self.slope.tensor() };
        Some(LayerCode {
            types: vec![("line_t", FixedType::exact(self.line(&types.inputs[0]).narrowest_format()))],
            arrays: vec![ConstantArray { role: "slope", tensor }],
            ..LayerCode::plain("hard_sigmoid", vec![("n_in", types.output.shape.size() as i64)])
        })
    }

    fn details(&self) -> String {
        format!("slope {}", self.slope.value())
    }
}
