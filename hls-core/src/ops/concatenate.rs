//! Tensors joined along an axis.

use serde::{Deserialize, Serialize};

use super::{LayerCode, OpDef, OpTypes, edge_bits};
use crate::diagnostics::Diagnostic;
use crate::emulator::{Kernel, LANES};
use crate::fixed::{FixedType, Interval, Real, exp2};
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::Shape;

/// The inputs one after the other along an axis, in the narrowest type that holds all of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Concatenate {
    /// The axis, from 0; `None` is the last one, whatever the rank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub axis: Option<usize>,
}

impl Concatenate {
    /// The elements of a tensor that are next to each other in the result.
    fn together(&self, shape: &Shape) -> usize {
        self.axis.map_or(shape.channels(), |axis| shape.dims()[axis..].iter().product())
    }
}

fn range(inputs: &[TensorType]) -> Interval {
    inputs.iter().map(|input| input.range).reduce(Interval::hull).unwrap_or(Interval::point(0, 0))
}

impl OpDef for Concatenate {
    const NAME: &'static str = "concatenate";

    fn per_position(&self) -> bool {
        self.axis.is_none()
    }

    /// Along the outermost axis, unless that is the last one as well.
    fn is_sequence(&self) -> bool {
        self.axis == Some(0)
    }

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Concatenate { axis: self.axis })
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        let range = range(inputs);
        let binary = inputs.iter().all(|input| input.binary && input.range.aligned(range.fraction) == range);
        Ok(TensorType { binary, ..TensorType::new(shape, FixedType::exact(range.narrowest_format()), range) })
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        for (row, result) in output.chunks_mut(self.together(&types.output.shape).max(1)).enumerate() {
            let mut start = 0;
            for (values, ty) in inputs.iter().zip(types.inputs) {
                let width = self.together(&ty.shape);
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
            (self.together(&input.shape) * LANES, scale)
        };
        let parts: Vec<(usize, F)> = types.inputs.iter().map(part).collect();
        let row = self.together(&types.output.shape) * LANES;
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            for (row, mut result) in output.chunks_mut(row).enumerate() {
                for (values, &(width, scale)) in inputs.iter().zip(&parts) {
                    let (part, rest) = result.split_at_mut(width);
                    part.iter_mut().zip(&values[row * width..]).for_each(|(part, &value)| *part = value * scale);
                    result = rest;
                }
            }
        })
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        let row = self.together(&types.output.shape);
        let outer = types.output.shape.size() / row.max(1);
        let mut constants = vec![("n_outer", outer as i64), ("n_out", row as i64)];
        if self.is_sequence() {
            constants.push(("n_channels", types.output.shape.channels() as i64));
        }
        let inputs = types.inputs.iter().map(|input| self.together(&input.shape)).collect();
        Some(LayerCode { lists: vec![("n_in", inputs)], ..LayerCode::plain("concatenate", constants) })
    }

    fn details(&self) -> String {
        self.axis.map_or_else(String::new, |axis| format!("axis {axis}"))
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
        let joined =
            |other| Concatenate { axis: None }.infer(&[tensor(-1, 1, 0, true), other], Shape::new([4])).unwrap().binary;
        assert!(joined(tensor(-1, 1, 0, true)) && joined(tensor(-2, 2, 1, true)));
        assert!(!joined(tensor(-1, 1, 0, false)) && !joined(tensor(0, 1, 0, true)) && !joined(tensor(-1, 1, 1, true)));
    }
}
