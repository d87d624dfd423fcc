//! The index of the largest element.

use serde::{Deserialize, Serialize};

use super::{LayerCode, OpDef, OpTypes, edge_bits};
use crate::diagnostics::{Code, Diagnostic};
use crate::emulator::{Kernel, LANES};
use crate::fixed::{FixedFormat, FixedType, Interval, Real};
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::Shape;

/// The index of the first largest element along the last dimension, as an unsigned integer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Argmax {}

impl OpDef for Argmax {
    const NAME: &'static str = "argmax";
    const PER_POSITION: bool = true;

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Reduce)
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        let Some(last) = inputs[0].shape.channels().checked_sub(1) else {
            return Err(Diagnostic::error(Code::Shape, "there is no element to choose from"));
        };
        let width = (usize::BITS - last.leading_zeros()).max(1);
        let format = FixedFormat::unsigned(width, width as i32);
        Ok(TensorType::new(shape, FixedType::exact(format), Interval::new(0, last as i128, 0)))
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        let channels = types.inputs[0].shape.channels();
        for (row, result) in inputs[0].chunks(channels).zip(output) {
            let mut best = 0;
            for (index, value) in row.iter().enumerate() {
                if *value > row[best] {
                    best = index;
                }
            }
            *result = best as i64;
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        edge_bits(types)
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let channels = types.inputs[0].shape.channels();
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            for (row, best) in inputs[0].chunks(channels * LANES).zip(output.chunks_mut(LANES)) {
                let mut largest = [F::default(); LANES];
                largest.copy_from_slice(&row[..LANES]);
                best.fill(F::default());
                for (index, values) in row.chunks(LANES).enumerate().skip(1) {
                    for ((value, largest), best) in values.iter().zip(&mut largest).zip(&mut *best) {
                        if *value > *largest {
                            *largest = *value;
                            *best = F::from_i64(index as i64);
                        }
                    }
                }
            }
        })
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        let shape = types.inputs[0].shape;
        let constants = vec![("n_in", shape.channels() as i64), ("n_outer", types.output.shape.size() as i64)];
        Some(LayerCode::plain("argmax", constants))
    }
}
