//! The rectifier with a slope below zero, one for all elements or one for each channel.

use serde::{Deserialize, Serialize};

use super::{ConstantArray, LayerCode, OpDef, OpTypes, check_exponents, edge_bits};
use crate::diagnostics::{Code, Diagnostic};
use crate::emulator::Kernel;
use crate::fixed::{FixedTensor, FixedType, Interval, Real, SliceQuantizer, exp2};
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::Shape;
use crate::simd;

/// `x` above zero, the exact product `slope * x` elsewhere, then an assignment to `ty`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeakyRelu {
    /// The slopes: dimensions `[channels]`, or none where one slope serves all elements.
    pub slope: FixedTensor,
    /// The result type.
    pub ty: FixedType,
}

impl LeakyRelu {
    fn slope_at(&self, index: usize) -> i64 {
        self.slope.raw[index % self.slope.raw.len()]
    }

    /// All products of a negative input and its slope.
    fn products(&self, input: &TensorType) -> Interval {
        let fraction = input.fraction() + self.slope.format.fraction();
        let slopes = self.slope.raw.iter().map(|&raw| i128::from(raw));
        let (Some(least), Some(largest)) = (slopes.clone().min(), slopes.max()) else {
            return Interval::point(0, fraction);
        };
        if input.range.min >= 0 {
            return Interval::point(0, fraction);
        }
        let negative = Interval { max: input.range.max.min(-1), ..input.range };
        negative.product(Interval::new(least, largest, self.slope.format.fraction()))
    }

    /// All results before the assignment.
    fn exact(&self, input: &TensorType) -> Interval {
        let (range, products) = (input.range, self.products(input));
        match (range.min < 0, range.max >= 0) {
            (true, true) => range.rectified().hull(products),
            (true, false) => products,
            (false, _) => range,
        }
    }
}

impl OpDef for LeakyRelu {
    const NAME: &'static str = "leaky_relu";
    const PER_POSITION: bool = true;

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(match self.slope.dims[..] {
            [channels] => ShapeRule::Channelwise { channels },
            _ => ShapeRule::Elementwise,
        })
    }

    fn declared_types(&self) -> Vec<FixedType> {
        vec![self.ty, FixedType::exact(self.slope.format)]
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        self.slope.check().map_err(|text| Diagnostic::error(Code::Malformed, format!("slope: {text}")))?;
        if self.slope.dims.len() > 1 || self.slope.raw.is_empty() {
            let message =
                format!("slopes of dimensions {:?} are neither one nor one for each channel", self.slope.dims);
            return Err(Diagnostic::error(Code::Malformed, message));
        }
        check_exponents("product of input and slope", self.products(&inputs[0]))?;
        Ok(TensorType::new(shape, self.ty, self.exact(&inputs[0]).quantized(&self.ty)))
    }

    fn assignment(&self, inputs: &[TensorType]) -> Option<(Interval, FixedType)> {
        Some((self.exact(&inputs[0]), self.ty))
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        let fraction = types.inputs[0].fraction();
        for (index, (&x, result)) in inputs[0].iter().zip(output).enumerate() {
            *result = if x > 0 {
                self.ty.quantize(x.into(), fraction)
            } else {
                let product = i128::from(x) * i128::from(self.slope_at(index));
                self.ty.quantize(product, fraction + self.slope.format.fraction())
            };
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        // A power of two is no factor that needs bits.
        let products = self.products(&types.inputs[0]).narrowest_format().width;
        products.max(self.slope.format.width).max(edge_bits(types))
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let input = &types.inputs[0];
        // The finer of the fractions of an input and of a product.
        let finer = self.slope.format.fraction().max(0);
        let quantizer = SliceQuantizer::<F>::raw(input.fraction() + finer, &self.ty);
        let quantizer = if self.exact(input).fits(&self.ty) { quantizer.without_overflow() } else { quantizer };
        let above = F::from_f64(exp2(finer));
        let to_finer = exp2(finer - self.slope.format.fraction());
        let below: Vec<F> = self.slope.raw.iter().map(|&raw| F::from_f64(raw as f64 * to_finer)).collect();
        let features = types.output.shape.size().max(1);
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            let lanes = output.len() / features;
            let rows = output.chunks_mut(lanes).zip(inputs[0].chunks(lanes)).zip(below.iter().cycle());
            for ((row, x), &below) in rows {
                let zero = F::default();
                simd::dispatch(
                    #[inline(always)]
                    || row.iter_mut().zip(x).for_each(|(y, &x)| *y = x * if x > zero { above } else { below }),
                );
            }
            quantizer.apply_in_place(output);
        })
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        let slopes = self.slope.raw.len();
        let tensor = FixedTensor { dims: vec![slopes], ..self.slope.clone() };
        Some(LayerCode {
            types: vec![("product_t", FixedType::exact(self.products(&types.inputs[0]).narrowest_format()))],
            arrays: vec![ConstantArray { role: "slope", tensor }],
            ..LayerCode::plain(
                "leaky_relu",
                vec![("n_in", types.output.shape.size() as i64), ("n_slopes", slopes as i64)],
            )
        })
    }

    fn details(&self) -> String {
        match self.slope.values()[..] {
            [slope] => format!("slope {slope}"),
            _ => format!("slope {}", self.slope.format),
        }
    }
}
