//! A scale and a shift for each channel: a normalization that is not folded into weights.

use serde::{Deserialize, Serialize};

use super::workload::significant_bits;
use super::{ConstantArray, LayerCode, OpDef, OpTypes, Workload, check_exponents, edge_bits};
use crate::diagnostics::{Code, Diagnostic};
use crate::emulator::{Kernel, LANES, carried};
use crate::fixed::{FixedTensor, FixedType, Interval, Real};
use crate::ir::{Hardware, TensorType, too_wide};
use crate::rules::ShapeRule;
use crate::shape::Shape;
use crate::simd;

/// `output[.., c] = input[.., c] * scale[c] + shift[c]`, exact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScaleShift {
    /// Dimensions `[channels]`.
    pub scale: FixedTensor,
    /// Dimensions `[channels]`.
    pub shift: FixedTensor,
}

impl ScaleShift {
    fn channels(&self) -> usize {
        self.scale.dims.first().copied().unwrap_or_default()
    }

    /// Fractional bits of the result, and by how much products and shifts are moved to them.
    fn alignment(&self, input: &TensorType) -> (i32, i32, i32) {
        let product = self.scale.format.fraction() + input.fraction();
        let fraction = product.max(self.shift.format.fraction());
        (fraction, fraction - product, fraction - self.shift.format.fraction())
    }

    /// What the products and the results can be.
    fn ranges(&self, input: &TensorType) -> (Interval, Interval) {
        let (fraction, ..) = self.alignment(input);
        let (scale, shift) = (self.scale.format.fraction(), self.shift.format.fraction());
        let ranges = self.scale.raw.iter().zip(&self.shift.raw).map(|(&by, &plus)| {
            let product = Interval::point(by.into(), scale).product(input.range).aligned(fraction);
            (product, product.sum(Interval::point(plus.into(), shift)))
        });
        let nothing = Interval::point(0, fraction);
        ranges.reduce(|a, b| (a.0.hull(b.0), a.1.hull(b.1))).unwrap_or((nothing, nothing))
    }
}

impl OpDef for ScaleShift {
    const NAME: &'static str = "scale_shift";
    const PER_POSITION: bool = true;

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Channelwise { channels: self.channels() })
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        let malformed = |what: &str, text: String| Diagnostic::error(Code::Malformed, format!("{what}: {text}"));
        self.scale.check().map_err(|text| malformed("scale", text))?;
        self.shift.check().map_err(|text| malformed("shift", text))?;
        if self.scale.dims.len() != 1 || self.scale.dims != self.shift.dims {
            let (scale, shift) = (&self.scale.dims, &self.shift.dims);
            return Err(malformed("scale", format!("dimensions {scale:?} do not go with a shift of {shift:?}")));
        }
        for &by in &self.scale.raw {
            let scale = Interval::point(by.into(), self.scale.format.fraction());
            check_exponents("product of input and scale", scale.product(inputs[0].range))?;
        }
        let range = self.ranges(&inputs[0]).1;
        check_exponents("sum", range)?;
        let format = range.narrowest_format();
        if format.violation().is_some() {
            return Err(too_wide(format.width));
        }
        Ok(TensorType::new(shape, FixedType::exact(format), range))
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        let (_, product, shift) = self.alignment(&types.inputs[0]);
        for (index, (&x, result)) in inputs[0].iter().zip(output).enumerate() {
            let channel = index % self.channels();
            let scaled = i128::from(x) * i128::from(self.scale.raw[channel]);
            *result = ((scaled << product) + (i128::from(self.shift.raw[channel]) << shift)) as i64;
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        let (fraction, ..) = self.alignment(&types.inputs[0]);
        // Products and shifts alone may be farther from zero than their sum.
        let shifts = self.shift.raw.iter().map(|&raw| Interval::point(raw.into(), self.shift.format.fraction()));
        let terms = shifts.fold(self.ranges(&types.inputs[0]).0, Interval::hull).aligned(fraction);
        terms.narrowest_format().width.max(edge_bits(types))
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let (_, product, shift) = self.alignment(&types.inputs[0]);
        let scaled = |raw: i64, by: i32| carried::<F>(raw, by);
        let constants = self.scale.raw.iter().zip(&self.shift.raw);
        let constants: Vec<(F, F)> = constants.map(|(&by, &plus)| (scaled(by, product), scaled(plus, shift))).collect();
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            let rows = output.chunks_mut(LANES).zip(inputs[0].chunks(LANES));
            for ((y, x), &(by, plus)) in rows.zip(constants.iter().cycle()) {
                simd::dispatch(
                    #[inline(always)]
                    || y.iter_mut().zip(x).for_each(|(y, &x)| *y = x * by + plus),
                );
            }
        })
    }

    fn workload(&self, types: &OpTypes<'_>) -> Workload {
        let positions = (types.output.shape.size() / self.channels().max(1)) as u64;
        let width = u64::from(types.inputs[0].ty.format.width);
        let ebops: u64 = self.scale.raw.iter().map(|&raw| u64::from(significant_bits(raw)) * width).sum();
        Workload {
            multiplications: positions * self.channels() as u64,
            nonzero_multiplications: positions * (self.channels() - self.scale.zeros()) as u64,
            ebops: positions * ebops,
        }
    }

    fn code(&self, types: &OpTypes<'_>, _: &Hardware) -> Option<LayerCode> {
        let positions = types.output.shape.size() / self.channels().max(1);
        let constants = vec![("n_outer", positions as i64), ("n_in", self.channels() as i64)];
        let array = |role, tensor: &FixedTensor| ConstantArray { role, tensor: tensor.clone() };
        let arrays = vec![array("scale", &self.scale), array("shift", &self.shift)];
        Some(LayerCode { arrays, ..LayerCode::plain("scale_shift", constants) })
    }

    fn details(&self) -> String {
        format!("scale {}, shift {}", self.scale.format, self.shift.format)
    }
}
