//! Tensors joined along the last dimension.

use serde::{Deserialize, Serialize};

use super::{LayerCode, OpDef, OpTypes, edge_bits};
use crate::diagnostics::Diagnostic;
use crate::emulator::{Kernel, LANES};
use crate::fixed::{FixedType, Interval, Real, exp2};
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::Shape;

/// The inputs one after the other along the last dimension, in the narrowest type that holds all of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Concatenate {}

fn range(inputs: &[TensorType]) -> Interval {
    inputs.iter().map(|input| input.range).reduce(Interval::hull).unwrap_or(Interval::point(0, 0))
}

impl OpDef for Concatenate {
    const NAME: &'static str = "concatenate";
    const PER_POSITION: bool = true;

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Concatenate)
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        let range = range(inputs);
        let binary = inputs.iter().all(|input| input.binary && input.range.aligned(range.fraction) == range);
        Ok(TensorType { binary, ..TensorType::new(shape, FixedType::exact(range.narrowest_format()), range) })
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        let channels = types.output.shape.channels().max(1);
        for (row, result) in output.chunks_mut(channels).enumerate() {
            let mut start = 0;
            for (values, ty) in inputs.iter().zip(types.inputs) {
                let width = ty.shape.channels();
                let shift = types.output.fraction() - ty.fraction();
                for (result, value) in result[start..start + width].iter_mut().zip(&values[row * width..]) {
                    *result = value << shift;
                }
                start += width;
            }
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        edge_bits(types)
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let part = |input: &TensorType| {
            let scale = F::from_f64(exp2(types.output.fraction() - input.fraction()));
            (input.shape.channels() * LANES, scale)
        };
        let parts: Vec<(usize, F)> = types.inputs.iter().map(part).collect();
        let channels = types.output.shape.channels() * LANES;
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            for (row, mut result) in output.chunks_mut(channels).enumerate() {
                for (values, &(width, scale)) in inputs.iter().zip(&parts) {
                    let (part, rest) = result.split_at_mut(width);
                    part.iter_mut().zip(&values[row * width..]).for_each(|(part, &value)| *part = value * scale);
                    result = rest;
                }
            }
        })
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        let channels = types.output.shape.channels();
        let outer = types.output.shape.size() / channels.max(1);
        let constants = vec![("n_outer", outer as i64), ("n_out", channels as i64)];
        let inputs = types.inputs.iter().map(|input| input.shape.channels()).collect();
        Some(LayerCode { lists: vec![("n_in", inputs)], ..LayerCode::plain("concatenate", constants) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::FixedFormat;

    #[test]
    fn only_tensors_with_the_same_two_numbers_are_binary_together() {
        let tensor = |min, max, fraction, binary| {
            let ty = FixedType::exact(FixedFormat::signed(4, 4 - fraction));
            TensorType { binary, ..TensorType::new(Shape::new([2]), ty, Interval::new(min, max, fraction)) }
        };
        let joined = |other| Concatenate {}.infer(&[tensor(-1, 1, 0, true), other], Shape::new([4])).unwrap().binary;
        assert!(joined(tensor(-1, 1, 0, true)) && joined(tensor(-2, 2, 1, true)));
        assert!(!joined(tensor(-1, 1, 0, false)) && !joined(tensor(0, 1, 0, true)) && !joined(tensor(-1, 1, 1, true)));
    }
}
