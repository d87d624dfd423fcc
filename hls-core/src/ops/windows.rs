//! What operations share that work at every place of a window.

use super::LayerCode;
use crate::fixed::Interval;
use crate::ir::{Hardware, TensorType};
use crate::rules::{Placement, Plane};

/// The type of what a window sees of `input`: its values, and `padding` where some place sees it.
pub(super) fn seen(input: &TensorType, placed: Option<&[Placement; 2]>, padding: i128) -> TensorType {
    if !placed.is_some_and(|placed| placed.iter().any(Placement::sees_padding)) {
        return *input;
    }
    let range = input.range.hull(Interval::point(padding, input.fraction()));
    TensorType { range, binary: false, ..*input }
}

/// The geometry of a kernel that is called at every place of a window.
pub(super) struct WindowedCode<'a> {
    pub plane: Plane,
    pub placed: [Placement; 2],
    /// The window's elements are passed group by group: first the group, then the position, then its channels.
    pub groups: usize,
    /// The mantissa of what is around the input.
    pub padding: i64,
    pub hardware: &'a Hardware,
}

impl WindowedCode<'_> {
    /// The code that calls the kernel `inner` at every place; it reads `window[groups * n_in]` and writes `n_out` elements.
    pub fn around(&self, mut inner: LayerCode) -> LayerCode {
        let [rows, columns] = &self.placed;
        let positions = rows.outputs * columns.outputs;
        // What takes no multiplier is done everywhere at once.
        let at_once = match inner.products {
            Some(_) => self.hardware.parallelization_factor,
            None => positions.max(1),
        };
        let geometry = [
            ("n_rows", self.plane.rows),
            ("n_columns", self.plane.columns),
            ("n_channels", self.plane.channels),
            ("out_rows", rows.outputs),
            ("out_columns", columns.outputs),
            ("window_rows", rows.size),
            ("window_columns", columns.size),
            ("stride_rows", rows.stride),
            ("stride_columns", columns.stride),
            ("dilation_rows", rows.dilation),
            ("dilation_columns", columns.dilation),
            ("spread_rows", rows.spread),
            ("spread_columns", columns.spread),
            ("walk_rows", rows.steps().count),
            ("walk_columns", columns.steps().count),
            ("parallelization_factor", at_once),
        ];
        let signed = [
            ("before_rows", i64::from(rows.before)),
            ("before_columns", i64::from(columns.before)),
            ("padding", self.padding),
        ];
        let own = |name: &str| inner.constants.iter().any(|(known, _)| *known == name);
        let groups = (!own("groups")).then_some(("groups", self.groups as i64));
        let geometry: Vec<(&'static str, i64)> =
            geometry.into_iter().map(|(name, value)| (name, value as i64)).chain(signed).chain(groups).collect();
        inner.constants.splice(0..0, geometry);
        let interval = if inner.products.is_some() { self.hardware.reuse_factor } else { 1 };
        inner.constants.push(("interval", interval as i64));
        let is_loop = inner.is_loop();
        inner.inner = Some(inner.kernel);
        inner.kernel = if is_loop { "windows_resource" } else { "windows" };
        inner
    }
}
