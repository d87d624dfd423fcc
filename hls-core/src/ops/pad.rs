//! Zeros around a tensor, or positions cut off it.

use serde::{Deserialize, Serialize};

use super::windows::seen;
use super::{LayerCode, OpDef, OpTypes, edge_bits, moves};
use crate::diagnostics::Diagnostic;
use crate::emulator::Kernel;
use crate::fixed::Real;
use crate::ir::{Hardware, TensorType};
use crate::rules::{Padding, Placement, Plane, ShapeRule, Walk, Window};
use crate::shape::Shape;

/// Zeros before the first and behind the last position of each axis; negative numbers cut positions off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pad {
    /// Above and to the left.
    pub before: [i32; 2],
    /// Below and to the right.
    pub after: [i32; 2],
    /// Dimensions without the channels: 1 (the columns) or 2.
    pub dims: usize,
}

impl Pad {
    /// One position that goes over the padded input.
    fn window(&self) -> Window {
        let window = Window::new([1, 1], [1, 1]);
        let window = window.padded(Padding::Explicit { before: self.before, after: self.after });
        if self.dims == 1 { window.along() } else { window }
    }

    fn placed(&self, input: &TensorType) -> Option<(Plane, [Placement; 2])> {
        let plane = Plane::of(&input.shape, self.dims)?;
        Some((plane, self.window().on(&plane)?))
    }

    /// For each element of the result, in order, the element of the input.
    fn sources(&self, input: &TensorType) -> Vec<Option<usize>> {
        let Some((plane, [rows, columns])) = self.placed(input) else { return Vec::new() };
        let position = |row: usize, column: usize| {
            rows.input(row, 0).zip(columns.input(column, 0)).map(|(row, column)| row * plane.columns + column)
        };
        let positions = (0..rows.outputs).flat_map(|row| (0..columns.outputs).map(move |column| (row, column)));
        let channels = |(row, column)| {
            let position = position(row, column);
            (0..plane.channels).map(move |channel| position.map(|position| position * plane.channels + channel))
        };
        positions.flat_map(channels).collect()
    }
}

impl OpDef for Pad {
    const NAME: &'static str = "pad";

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Windows { window: self.window(), dims: self.dims })
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        let seen = seen(&inputs[0], self.placed(&inputs[0]).as_ref().map(|(_, placed)| placed), 0);
        Ok(TensorType { shape, ..seen })
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        moves::moved(&self.sources(&types.inputs[0]), inputs[0], output);
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        edge_bits(types)
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        moves::kernel(self.sources(&types.inputs[0]))
    }

    fn walk(&self, inputs: &[TensorType]) -> Option<Walk> {
        self.window().walk(&Plane::of(&inputs[0].shape, self.dims)?)
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        let (plane, [rows, columns]) = self.placed(&types.inputs[0])?;
        let constants = vec![
            ("n_rows", plane.rows as i64),
            ("n_columns", plane.columns as i64),
            ("n_channels", plane.channels as i64),
            ("out_rows", rows.outputs as i64),
            ("out_columns", columns.outputs as i64),
            ("before_rows", rows.before.into()),
            ("before_columns", columns.before.into()),
            ("walk_rows", rows.steps().count as i64),
            ("walk_columns", columns.steps().count as i64),
        ];
        Some(LayerCode::plain("pad", constants))
    }

    fn details(&self) -> String {
        let axis = |axis: usize| format!("{:+} and {:+}", self.before[axis], self.after[axis]);
        if self.dims == 1 { format!("{} steps", axis(1)) } else { format!("{} rows, {} columns", axis(0), axis(1)) }
    }
}
