//! A part of a tensor.

use serde::{Deserialize, Serialize};

use super::{LayerCode, OpDef, OpTypes, edge_bits};
use crate::diagnostics::Diagnostic;
use crate::emulator::{Kernel, LANES};
use crate::fixed::Real;
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::Shape;

/// The elements `start` to `start + length` along one axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slice {
    /// The first element, from 0.
    pub start: usize,
    /// How many elements, at least 1.
    pub length: usize,
    /// The axis, from 0; `None` is the last one, whatever the rank.
    pub axis: Option<usize>,
}

/// The input as `[outer, all, inner]`, sliced along the one in the middle.
struct Cut {
    all: usize,
    inner: usize,
}

impl Slice {
    fn cut(&self, input: &Shape) -> Cut {
        let axis = self.axis.unwrap_or(input.rank().saturating_sub(1));
        Cut { all: input.dims()[axis], inner: input.dims()[axis + 1..].iter().product() }
    }

    /// Copies the part of `input`, whose elements are `width` numbers each.
    fn copy<T: Copy>(&self, cut: &Cut, width: usize, input: &[T], output: &mut [T]) {
        let inner = cut.inner * width;
        for (all, part) in input.chunks(cut.all * inner).zip(output.chunks_mut(self.length * inner)) {
            part.copy_from_slice(&all[self.start * inner..][..self.length * inner]);
        }
    }
}

impl OpDef for Slice {
    const NAME: &'static str = "slice";

    fn per_position(&self) -> bool {
        self.axis.is_none()
    }

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Slice { start: self.start, length: self.length, axis: self.axis })
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        Ok(TensorType { shape, ..inputs[0] })
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        self.copy(&self.cut(&types.inputs[0].shape), 1, inputs[0], output);
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        edge_bits(types)
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let (slice, cut) = (self.clone(), self.cut(&types.inputs[0].shape));
        Box::new(move |inputs: &[&[F]], output: &mut [F]| slice.copy(&cut, LANES, inputs[0], output))
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        let Cut { all, inner } = self.cut(&types.inputs[0].shape);
        let outer = types.inputs[0].shape.size() / (all * inner).max(1);
        let constants = vec![
            ("n_outer", outer as i64),
            ("n_in", all as i64),
            ("n_out", self.length as i64),
            ("n_inner", inner as i64),
            ("start", self.start as i64),
        ];
        Some(LayerCode::plain("slice", constants))
    }

    fn details(&self) -> String {
        let axis = self.axis.map_or_else(|| "the last axis".to_owned(), |axis| format!("axis {axis}"));
        format!("{}..{} of {axis}", self.start, self.start + self.length)
    }
}
