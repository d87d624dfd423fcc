//! Zeros around an image or a sequence, or positions cut off it.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use hls_core::diagnostics::Diagnostic;
use hls_core::ops;
use hls_core::rules::{Padding, Plane, ShapeRule, Window};
use hls_core::shape::{Message, Shape};

use super::ABSENT;
use crate::Precision;
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering};
use crate::value::Value;

/// `BEFORE` zeros before the first and `AFTER` behind the last of `[steps, channels]`, at every channel; without `AFTER`
/// as many on both sides. See [`Pad`].
pub type ZeroPadding1d<const BEFORE: usize, const AFTER: usize = ABSENT> = Pad<1, false, BEFORE, AFTER, ABSENT, ABSENT>;

/// Zeros around `[height, width, channels]`: `ZeroPadding2d<1>` on all sides, `ZeroPadding2d<ROWS, COLUMNS>` rows above and
/// below, columns to the left and to the right, `ZeroPadding2d<TOP, BOTTOM, LEFT, RIGHT>` each side on its own. See [`Pad`].
pub type ZeroPadding2d<const A: usize, const B: usize = ABSENT, const C: usize = ABSENT, const D: usize = ABSENT> =
    Pad<2, false, A, B, C, D>;

/// `[steps, channels]` without its first `BEFORE` and its last `AFTER` steps; without `AFTER` as many on both sides. See
/// [`Pad`].
pub type Cropping1d<const BEFORE: usize, const AFTER: usize = ABSENT> = Pad<1, true, BEFORE, AFTER, ABSENT, ABSENT>;

/// `[height, width, channels]` without its outer rows and columns, counted as those of [`ZeroPadding2d`]. See [`Pad`].
pub type Cropping2d<const A: usize, const B: usize = ABSENT, const C: usize = ABSENT, const D: usize = ABSENT> =
    Pad<2, true, A, B, C, D>;

/// Zeros around the positions of a sample, or positions cut off it where `CUTS`; no value changes.
///
/// Declare it as [`ZeroPadding1d`], [`ZeroPadding2d`], [`Cropping1d`] or [`Cropping2d`]. At least one position must remain.
/// The gradient of what is cut off is zero.
#[derive(Module, Debug)]
pub struct Pad<const DIMS: usize, const CUTS: bool, const A: usize, const B: usize, const C: usize, const D: usize> {
    #[module(skip)]
    before: [i32; 2],
    #[module(skip)]
    after: [i32; 2],
    #[module(skip)]
    dims: usize,
}

impl<const DIMS: usize, const CUTS: bool, const A: usize, const B: usize, const C: usize, const D: usize>
    Pad<DIMS, CUTS, A, B, C, D>
{
    /// Top, bottom, left and right; `None` where the numbers do not tell.
    const SIDES: Option<[usize; 4]> = match (DIMS, [A, B, C, D]) {
        (1, [both, ABSENT, ..]) => Some([0, 0, both, both]),
        (1, [before, after, ..]) => Some([0, 0, before, after]),
        (_, [all, ABSENT, ABSENT, ABSENT]) => Some([all; 4]),
        (_, [rows, columns, ABSENT, ABSENT]) => Some([rows, rows, columns, columns]),
        (_, [_, _, _, ABSENT]) => None,
        (_, sides) => Some(sides),
    };

    /// What [`ops::Pad`] has: zeros before and behind each axis, negative where positions are cut off.
    const AROUND: ([i32; 2], [i32; 2]) = match Self::SIDES {
        Some([top, bottom, left, right]) => {
            ([signed(top, CUTS), signed(left, CUTS)], [signed(bottom, CUTS), signed(right, CUTS)])
        }
        None => ([0; 2], [0; 2]),
    };

    /// The layer with other sides than its type says, before and behind the rows and the columns; negative numbers cut off.
    #[must_use]
    pub fn with_sides(self, before: [i32; 2], after: [i32; 2], dims: usize) -> Self {
        Self { before, after, dims }
    }

    fn window(before: [i32; 2], after: [i32; 2]) -> Window {
        Window::new([1, 1], [1, 1]).padded(Padding::Explicit { before, after })
    }
}

const fn signed(count: usize, cuts: bool) -> i32 {
    let count = if count > Window::LARGEST { Window::LARGEST as i32 } else { count as i32 };
    if cuts { -count } else { count }
}

/// `before` zeros, or less, in front of dimension `axis`, and `after` behind it.
fn along(tensor: Tensor<3>, axis: usize, before: i32, after: i32) -> Tensor<3> {
    let cut = |side: i32| if side < 0 { side.unsigned_abs() as usize } else { 0 };
    let length = tensor.dims()[axis] - cut(before) - cut(after);
    let kept = if before < 0 || after < 0 { tensor.narrow(axis, cut(before), length) } else { tensor };
    let (device, dtype) = (kept.device(), kept.dtype());
    let zeros = |side: i32| {
        let mut dims = kept.dims();
        dims[axis] = side.max(0) as usize;
        (side > 0).then(|| Tensor::zeros(dims, (&device, dtype)))
    };
    let parts: Vec<Tensor<3>> = [zeros(before), Some(kept.clone()), zeros(after)].into_iter().flatten().collect();
    if parts.len() == 1 { kept } else { Tensor::cat(parts, axis) }
}

impl<const DIMS: usize, const CUTS: bool, const A: usize, const B: usize, const C: usize, const D: usize> Layer
    for Pad<DIMS, CUTS, A, B, C, D>
{
    const RULE: ShapeRule = ShapeRule::Windows {
        window: Window::new([1, 1], [1, 1]).padded(Padding::Explicit { before: Self::AROUND.0, after: Self::AROUND.1 }),
        dims: DIMS,
    };
    const LEGAL: Result<(), Message> = match Self::SIDES {
        None => {
            let message =
                Message::new().text("three sides leave the fourth open; give one number for all sides, two for ");
            Err(message.text("rows and columns, or four: top, bottom, left, right"))
        }
        Some(sides) => {
            let mut at = 0;
            while at < 4 && sides[at] <= Window::LARGEST {
                at += 1;
            }
            if at < 4 {
                let message = Message::new().text(if CUTS { "cuts off " } else { "pads with " }).number(sides[at]);
                Err(message.text(" positions; legal are up to ").number(Window::LARGEST))
            } else {
                Ok(())
            }
        }
    };

    fn init(_: &Device) -> Self {
        Self { before: Self::AROUND.0, after: Self::AROUND.1, dims: DIMS }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let (flat, shape) = (inputs[0].flat(), inputs[0].shape());
        let plane = Plane::of(&shape, self.dims);
        // What does not fit is refused by the declaration and when the model is lowered.
        let placed = plane.and_then(|plane| Some((plane, Self::window(self.before, self.after).on(&plane)?)));
        let Some((plane, [rows, columns])) = placed else { return inputs[0].clone() };
        let [batch, _] = flat.dims();
        let down =
            along(flat.reshape([batch, plane.rows, plane.columns * plane.channels]), 1, self.before[0], self.after[0]);
        let across = along(
            down.reshape([batch * rows.outputs, plane.columns, plane.channels]),
            1,
            self.before[1],
            self.after[1],
        );
        let shape: Shape =
            Plane { rows: rows.outputs, columns: columns.outputs, channels: plane.channels }.shape(self.dims);
        Value::of(across.reshape([batch, shape.size()]), shape)
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        lowering.push(site, ops::Pad { before: self.before, after: self.after, dims: self.dims }, inputs)
    }

    fn declaration(&self) -> String {
        let name = if CUTS { "Cropping" } else { "ZeroPadding" };
        let [[top, left], [bottom, right]] = [self.before, self.after].map(|sides| sides.map(i32::unsigned_abs));
        if self.dims == 1 {
            format!("{name}1d<{left}, {right}>")
        } else {
            format!("{name}2d<{top}, {bottom}, {left}, {right}>")
        }
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        Vec::new()
    }
}
