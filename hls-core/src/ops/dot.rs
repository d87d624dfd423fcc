//! The scalar product along the last dimension.

use serde::{Deserialize, Serialize};

use super::add::around_zero;
use super::{LayerCode, OpDef, OpTypes, Workload, edge_bits};
use crate::diagnostics::Diagnostic;
use crate::emulator::{Kernel, LANES};
use crate::fixed::{FixedType, Interval, Real};
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::Shape;

/// The exact sum along the last dimension of the exact products of two inputs, in the narrowest type that holds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dot {}

/// `channels` products of members of the two ranges.
fn sum(inputs: &[TensorType], around: impl Fn(Interval) -> Interval) -> Interval {
    let channels = Interval::point(inputs[0].shape.channels() as i128, 0);
    around(inputs[0].range.product(inputs[1].range)).product(channels)
}

impl OpDef for Dot {
    const NAME: &'static str = "dot";
    const PER_POSITION: bool = true;

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Dot)
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        let range = sum(inputs, |product| product);
        Ok(TensorType::new(shape, FixedType::exact(range.narrowest_format()), range))
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        let channels = types.inputs[0].shape.channels();
        for ((a, b), result) in inputs[0].chunks(channels).zip(inputs[1].chunks(channels)).zip(output) {
            *result = a.iter().zip(b).map(|(&a, &b)| a * b).sum();
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        // Partial sums in any order.
        sum(types.inputs, around_zero).narrowest_format().width.max(edge_bits(types))
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let channels = types.inputs[0].shape.channels() * LANES;
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            let rows = inputs[0].chunks(channels).zip(inputs[1].chunks(channels));
            for ((a, b), sums) in rows.zip(output.chunks_mut(LANES)) {
                sums.fill(F::default());
                for (a, b) in a.chunks(LANES).zip(b.chunks(LANES)) {
                    sums.iter_mut().zip(a.iter().zip(b)).for_each(|(sum, (&a, &b))| *sum += a * b);
                }
            }
        })
    }

    fn workload(&self, types: &OpTypes<'_>) -> Workload {
        let multiplications = types.inputs[0].shape.size() as u64;
        let bits = types.inputs[0].ty.format.width * types.inputs[1].ty.format.width;
        Workload { multiplications, nonzero_multiplications: multiplications, ebops: multiplications * u64::from(bits) }
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        let shape = types.inputs[0].shape;
        let constants = vec![("n_in", shape.channels() as i64), ("n_outer", types.output.shape.size() as i64)];
        Some(LayerCode::plain("dot", constants))
    }
}
