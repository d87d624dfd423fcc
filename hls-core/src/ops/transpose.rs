//! The dimensions in another order.

use serde::{Deserialize, Serialize};

use super::{LayerCode, OpDef, OpTypes, edge_bits, moves};
use crate::axes::Axes;
use crate::diagnostics::Diagnostic;
use crate::emulator::Kernel;
use crate::fixed::Real;
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::{MAX_RANK, Shape};

/// The same elements with the dimensions in another order: `output[.., i, ..] = input[.., i, ..]` with each index in its
/// new place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transpose {
    /// For each axis of the result the one of the input.
    pub axes: Axes,
}

/// The dimensions of the result and the step in the input that goes with each, padded in front to the most dimensions.
struct Walk {
    dims: [usize; MAX_RANK],
    strides: [usize; MAX_RANK],
}

impl Transpose {
    fn walk(&self, input: &Shape) -> Walk {
        let mut walk = Walk { dims: [1; MAX_RANK], strides: [0; MAX_RANK] };
        let axes = self.axes.as_slice();
        for (place, &axis) in (MAX_RANK - axes.len()..).zip(axes) {
            walk.dims[place] = input.dims()[axis];
            walk.strides[place] = input.dims()[axis + 1..].iter().product();
        }
        walk
    }

    /// For each element of the result, in order, the element of the input.
    fn sources(&self, input: &Shape) -> Vec<Option<usize>> {
        let Walk { dims, strides } = self.walk(input);
        let start = vec![0];
        let sources = (0..MAX_RANK).fold(start, |sources, axis| {
            let steps = |source| (0..dims[axis]).map(move |index| source + index * strides[axis]);
            sources.into_iter().flat_map(steps).collect()
        });
        sources.into_iter().map(Some).collect()
    }
}

impl OpDef for Transpose {
    const NAME: &'static str = "transpose";

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Transpose { axes: self.axes })
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        Ok(TensorType { shape, ..inputs[0] })
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        moves::moved(&self.sources(&types.inputs[0].shape), inputs[0], output);
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        edge_bits(types)
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        moves::kernel(self.sources(&types.inputs[0].shape))
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        let Walk { dims, strides } = self.walk(&types.inputs[0].shape);
        let names = [("n_0", "stride_0"), ("n_1", "stride_1"), ("n_2", "stride_2"), ("n_3", "stride_3")];
        let constants = names.iter().zip(dims.iter().zip(&strides));
        let constants =
            constants.flat_map(|((n, stride), (&dim, &step))| [(*n, dim as i64), (*stride, step as i64)]).collect();
        Some(LayerCode::plain("transpose", constants))
    }

    fn details(&self) -> String {
        format!("axes {:?}", self.axes.as_slice())
    }
}
