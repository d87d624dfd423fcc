//! The largest value of every channel under a window.

use serde::{Deserialize, Serialize};

use super::windows::WindowedCode;
use super::{LayerCode, OpDef, OpTypes, edge_bits};
use crate::diagnostics::Diagnostic;
use crate::emulator::{Kernel, LANES};
use crate::fixed::{FixedType, Real};
use crate::ir::{Hardware, TensorType};
use crate::rules::{Plane, ShapeRule, Walk, Window, taps};
use crate::shape::Shape;
use crate::simd;

/// At every place of a window the largest value of each channel; padding is never chosen. The type is that of the input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MaxPool {
    /// The window; `None` is all positions, which leaves the channels as the only dimension.
    pub window: Option<Window>,
    /// Dimensions without the channels: 1 or 2.
    pub dims: usize,
}

impl OpDef for MaxPool {
    const NAME: &'static str = "max_pool";

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Pool { window: self.window, dims: self.dims })
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        Ok(TensorType { shape, ty: FixedType::exact(inputs[0].ty.format), ..inputs[0] })
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        let channels = types.output.shape.channels();
        for (seen, results) in seen(self.window, self.dims, &types.inputs[0]).iter().zip(output.chunks_mut(channels)) {
            for (c, result) in results.iter_mut().enumerate() {
                *result = seen.iter().map(|position| inputs[0][position * channels + c]).max().unwrap_or_default();
            }
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        edge_bits(types)
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let row = types.output.shape.channels() * LANES;
        let places = seen(self.window, self.dims, &types.inputs[0]);
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            for (seen, results) in places.iter().zip(output.chunks_mut(row)) {
                let Some((first, rest)) = seen.split_first() else { continue };
                results.copy_from_slice(&inputs[0][first * row..][..row]);
                for position in rest {
                    let values = &inputs[0][position * row..][..row];
                    simd::dispatch(
                        #[inline(always)]
                        || {
                            for (result, &value) in results.iter_mut().zip(values) {
                                *result = if value > *result { value } else { *result };
                            }
                        },
                    );
                }
            }
        })
    }

    fn walk(&self, inputs: &[TensorType]) -> Option<Walk> {
        walk(self.window, self.dims, inputs)
    }

    fn code(&self, types: &OpTypes<'_>, hardware: &Hardware) -> Option<LayerCode> {
        // Any number that occurs will do as padding, as long as no other is smaller.
        let padding = types.inputs[0].range.aligned(types.inputs[0].fraction()).min as i64;
        pooling_code("max", self.window, self.dims, types, (padding, hardware), LayerCode::plain("", Vec::new()))
    }
}

/// The positions of the input that each place sees.
pub(super) fn seen(window: Option<Window>, dims: usize, input: &TensorType) -> Vec<Vec<usize>> {
    let Some(plane) = Plane::of(&input.shape, dims) else { return Vec::new() };
    let Some(window) = window else { return vec![(0..plane.positions()).collect()] };
    let positions = |seen: Vec<(usize, usize)>| seen.into_iter().map(|(position, _)| position).collect();
    window.on(&plane).map(|placed| taps(placed, plane.columns).into_iter().map(positions).collect()).unwrap_or_default()
}

/// The walk of a pooling layer.
pub(super) fn walk(window: Option<Window>, dims: usize, inputs: &[TensorType]) -> Option<Walk> {
    let plane = Plane::of(&inputs[0].shape, dims)?;
    window.unwrap_or(Window::new([plane.rows, plane.columns], [1, 1])).walk(&plane)
}

/// The code of a pooling layer: the kernel `pool_KIND` at every place of a window, or `global_KIND` on all positions.
pub(super) fn pooling_code(
    kind: &str,
    window: Option<Window>,
    dims: usize,
    types: &OpTypes<'_>,
    (padding, hardware): (i64, &Hardware),
    mut code: LayerCode,
) -> Option<LayerCode> {
    let plane = Plane::of(&types.inputs[0].shape, dims)?;
    code.constants.push(("n_out", plane.channels as i64));
    let Some(window) = window else {
        code.constants.splice(0..0, [("n_positions", plane.positions() as i64), ("n_channels", plane.channels as i64)]);
        code.kernel = if kind == "max" { "global_max" } else { "global_average" };
        return Some(code);
    };
    code.kernel = if kind == "max" { "pool_max" } else { "pool_average" };
    let placed = window.on(&plane)?;
    Some(WindowedCode { plane, placed, groups: plane.channels, padding, hardware }.around(code))
}
