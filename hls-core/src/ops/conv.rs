//! Convolution: a matrix of multiplications at every place of a window.

use serde::{Deserialize, Serialize};

use super::windows::{WindowedCode, seen};
use super::{Dense, LayerCode, OpDef, OpTypes, Workload, edge_bits};
use crate::diagnostics::{Code, Diagnostic};
use crate::emulator::{Kernel, Runs};
use crate::fixed::{FixedType, Interval, Real};
use crate::ir::{Hardware, TensorType};
use crate::rules::{Convolution, Placement, Plane, ShapeRule, Walk, Window, taps};
use crate::shape::Shape;

/// At every place of a window over rows and columns, `bias[j]` plus the sum of what the window sees times the weights of
/// output `j`, exact. With groups an output sees the channels of its own group only.
///
/// With a window on one axis it is one-dimensional; with as many groups as channels, a depthwise convolution; with inputs
/// spread, a transposed one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conv {
    /// Weights `[rows * columns * channels / groups, outputs]`, positions of the window row by row, the channels of each
    /// in order; outputs group by group.
    pub matrix: Dense,
    /// The window.
    pub window: Window,
    /// Dimensions without the channels: 1 or 2.
    pub dims: usize,
    /// Parts of the channels that do not see each other.
    pub groups: usize,
}

impl Conv {
    /// A matrix at the places of a convolution.
    #[must_use]
    pub fn new(matrix: Dense, convolution: Convolution) -> Self {
        let Convolution { window, dims, groups } = convolution;
        Self { matrix, window, dims, groups }
    }

    /// Channels of the input.
    fn channels(&self) -> usize {
        (self.matrix.inputs() / self.window.taps().max(1)).saturating_mul(self.groups)
    }

    fn placed(&self, input: &TensorType) -> Option<(Plane, [Placement; 2])> {
        let plane = Plane::of(&input.shape, self.dims)?;
        Some((plane, self.window.on(&plane)?))
    }

    /// What the matrix multiplies: the input, and zeros where the window sees padding.
    fn factor(&self, input: &TensorType) -> TensorType {
        seen(input, self.placed(input).as_ref().map(|(_, placed)| placed), 0)
    }
}

impl OpDef for Conv {
    const NAME: &'static str = "conv";

    /// A pointwise convolution needs no window.
    fn per_position(&self) -> bool {
        self.window.is_pointwise()
    }

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Convolution {
            window: self.window,
            dims: self.dims,
            channels: self.channels(),
            outputs: self.matrix.outputs(),
            groups: self.groups,
            signs: false,
        })
    }

    fn declared_types(&self) -> Vec<FixedType> {
        self.matrix.declared_types()
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        let seen = self.window.taps().checked_mul(inputs[0].shape.channels());
        if seen.is_none() || self.matrix.inputs().checked_mul(self.groups) != seen {
            let message = format!(
                "weights of {} inputs do not go with a window of {} positions, {} channels and {} groups",
                self.matrix.inputs(),
                self.window.taps(),
                inputs[0].shape.channels(),
                self.groups
            );
            return Err(Diagnostic::error(Code::Malformed, message));
        }
        self.matrix.result_type(&self.factor(&inputs[0]), shape)
    }

    fn assignment(&self, inputs: &[TensorType]) -> Option<(Interval, FixedType)> {
        self.matrix.assignment(&[self.factor(&inputs[0])])
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        let input = &types.inputs[0];
        let Some((plane, placed)) = self.placed(input) else { return };
        let (length, outputs) = (plane.channels / self.groups, self.matrix.outputs());
        for (seen, results) in taps(placed, plane.columns).iter().zip(output.chunks_mut(outputs)) {
            for (j, result) in results.iter_mut().enumerate() {
                let first = j / (outputs / self.groups) * length;
                let channels = |&(position, tap): &(usize, usize)| {
                    (0..length).map(move |c| (tap * length + c, inputs[0][position * plane.channels + first + c]))
                };
                *result = self.matrix.output(j, seen.iter().flat_map(channels), input, &types.output.ty);
            }
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        self.matrix.sum_bits(&self.factor(&types.inputs[0])).max(edge_bits(types))
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let input = &types.inputs[0];
        let runs = self.placed(input).map(|(plane, placed)| Runs::of_window(placed, &plane, self.groups));
        Box::new(self.matrix.matrix_kernel::<F>(input, runs.unwrap_or_else(|| Runs::whole(self.matrix.inputs()))))
    }

    fn workload(&self, types: &OpTypes<'_>) -> Workload {
        let places = types.output.shape.size() / self.matrix.outputs().max(1);
        self.matrix.work(&types.inputs[0], places)
    }

    fn walk(&self, inputs: &[TensorType]) -> Option<Walk> {
        self.window.walk(&Plane::of(&inputs[0].shape, self.dims)?)
    }

    fn code(&self, types: &OpTypes<'_>, hardware: &Hardware) -> Option<LayerCode> {
        if self.window.is_pointwise() && types.inputs[0].shape.rank() == 1 {
            // One position of a stream.
            return Some(self.matrix.matrix_code(&types.inputs[0], types.output, hardware, self.groups));
        }
        let (plane, placed) = self.placed(&types.inputs[0])?;
        let code = self.matrix.matrix_code(&self.factor(&types.inputs[0]), types.output, hardware, self.groups);
        let windowed = WindowedCode { plane, placed, groups: self.groups, padding: 0, hardware };
        Some(windowed.around(code))
    }

    fn details(&self) -> String {
        let [[height, width], [down, along]] = [self.window.size, self.window.stride];
        let window = if self.dims == 1 {
            format!("window {width}, stride {along}")
        } else {
            format!("window {height}x{width}, stride {down}x{along}")
        };
        let groups = if self.groups == 1 { String::new() } else { format!(", {} groups", self.groups) };
        format!("{window}{groups}, {}", self.matrix.details())
    }
}
