//! A window that moves over positions: the geometry of convolutions, pooling, padding and cropping.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::walk::{Progression, Steps, Walk};
use crate::shape::{Message, Shape};

/// What is around the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Padding {
    /// Positions before the first one and behind the last one of each axis; negative numbers cut positions off.
    Explicit {
        /// Above and to the left.
        before: [i32; 2],
        /// Below and to the right.
        after: [i32; 2],
    },
    /// As many positions as give one result for every `stride` positions, rounded up. An odd one is behind.
    Same,
    /// As [`Padding::Same`], all of them before the first position: no result depends on later positions.
    Causal,
}

impl Padding {
    /// Nothing around the input.
    pub const VALID: Self = Self::Explicit { before: [0, 0], after: [0, 0] };
}

/// A window over rows and columns. Where a layer has one dimension, it is the columns, and there is one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Window {
    /// Positions that the window covers, in rows and in columns.
    pub size: [usize; 2],
    /// From one result to the next.
    pub stride: [usize; 2],
    /// From one position of the window to the next.
    pub dilation: [usize; 2],
    /// From one position of the input to the next; between them are zeros. More than 1 in transposed convolutions.
    pub spread: [usize; 2],
    /// What is around the input.
    pub padding: Padding,
}

/// A window on one axis of a known length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Positions of the input.
    pub inputs: usize,
    /// Results.
    pub outputs: usize,
    /// Positions of the window.
    pub size: usize,
    /// From one result to the next.
    pub stride: usize,
    /// From one position of the window to the next.
    pub dilation: usize,
    /// From one position of the input to the next.
    pub spread: usize,
    /// Positions before the first one of the input; negative where positions are cut off.
    pub before: i32,
}

impl Placement {
    /// The position of the input that the window of result `output` sees at its own position `tap`; `None` where it sees
    /// padding or a gap.
    #[must_use]
    pub const fn input(&self, output: usize, tap: usize) -> Option<usize> {
        let at = (output * self.stride + tap * self.dilation) as i64 - self.before as i64;
        if at < 0 || at % self.spread as i64 != 0 || at / self.spread as i64 >= self.inputs as i64 {
            return None;
        }
        Some(at as usize / self.spread)
    }

    /// Positions from the first to the last one that the window covers.
    #[must_use]
    pub const fn extent(&self) -> usize {
        (self.size - 1) * self.dilation + 1
    }

    /// The steps of a process that keeps what the window covers: it reads every position of the input in its place
    /// among the padding and writes a result when the window's last position has come.
    #[must_use]
    pub const fn steps(&self) -> Steps {
        let (padded, cut) = if self.before < 0 { (0, -self.before) } else { (self.before, 0) };
        let reads = Progression { start: padded as usize, stride: self.spread, count: self.inputs };
        let writes = Progression { start: self.extent() - 1 + cut as usize, stride: self.stride, count: self.outputs };
        let count = if reads.end() > writes.end() { reads.end() } else { writes.end() };
        Steps { count, reads, writes }
    }

    /// The first result whose window lies within the input, and the first one behind them.
    const fn interior(&self) -> (usize, usize) {
        let before = self.before as i64;
        let start = if before > 0 { (before as usize).div_ceil(self.stride) } else { 0 };
        let room = self.inputs as i64 - self.extent() as i64 + before;
        let end = if room < 0 { 0 } else { room as usize / self.stride + 1 };
        let start = if start < self.outputs { start } else { self.outputs };
        let end = if end < self.outputs { end } else { self.outputs };
        if start < end { (start, end) } else { (start, start) }
    }

    /// How many positions of the input the window of result `output` sees, where these are next to each other.
    const fn seen(&self, output: usize) -> usize {
        let first = (output * self.stride) as i64 - self.before as i64;
        let dilation = self.dilation as i64;
        // The positions of the window from `start` on, and those before `end`, are at the input's or behind, or before.
        let start = if first < 0 { (-first + dilation - 1) / dilation } else { 0 };
        let room = self.inputs as i64 - first;
        let end = if room <= 0 { 0 } else { (room + dilation - 1) / dilation };
        let end = if end < self.size as i64 { end } else { self.size as i64 };
        if end > start { (end - start) as usize } else { 0 }
    }

    /// How many positions of the input windows see, where these are next to each other: each number once. Only the
    /// windows at the edges are looked at, however long the input is.
    #[must_use]
    pub fn counts(&self) -> BTreeSet<usize> {
        let (start, end) = self.interior();
        let edges = (0..start).chain(end..self.outputs).map(|output| self.seen(output));
        edges.chain((start < end).then_some(self.size)).collect()
    }

    /// Whether some result sees padding or a gap.
    #[must_use]
    pub const fn sees_padding(&self) -> bool {
        if self.spread > 1 && self.inputs > 1 {
            return true;
        }
        let last = ((self.outputs - 1) * self.stride + self.extent() - 1) as i64 - self.before as i64;
        self.before > 0 || last >= self.inputs as i64
    }
}

/// A sample as rows and columns of positions with channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plane {
    /// 1 where the layer has one dimension.
    pub rows: usize,
    /// Positions of a row.
    pub columns: usize,
    /// Elements of a position.
    pub channels: usize,
}

impl Plane {
    /// A sample `[columns, channels]` or `[rows, columns, channels]`; `None` with another number of dimensions than
    /// `dims`, which counts those without the channels, and one.
    #[must_use]
    pub const fn of(shape: &Shape, dims: usize) -> Option<Self> {
        match *shape.dims() {
            [columns, channels] if dims == 1 => Some(Self { rows: 1, columns, channels }),
            [rows, columns, channels] if dims == 2 => Some(Self { rows, columns, channels }),
            _ => None,
        }
    }

    /// The shape again.
    #[must_use]
    pub const fn shape(&self, dims: usize) -> Shape {
        if dims == 1 {
            Shape::new([self.columns, self.channels])
        } else {
            Shape::new([self.rows, self.columns, self.channels])
        }
    }

    /// Rows times columns.
    #[must_use]
    pub const fn positions(&self) -> usize {
        self.rows * self.columns
    }
}

impl Window {
    /// A window without padding or dilation.
    #[must_use]
    pub const fn new(size: [usize; 2], stride: [usize; 2]) -> Self {
        Self { size, stride, dilation: [1, 1], spread: [1, 1], padding: Padding::VALID }
    }

    /// The same window with something around the input.
    #[must_use]
    pub const fn padded(mut self, padding: Padding) -> Self {
        self.padding = padding;
        self
    }

    /// The window of a layer with one dimension: that of the columns, over one row.
    #[must_use]
    pub const fn along(mut self) -> Self {
        (self.size[0], self.stride[0], self.dilation[0], self.spread[0]) = (1, 1, 1, 1);
        if let Padding::Explicit { before, after } = self.padding {
            self.padding = Padding::Explicit { before: [0, before[1]], after: [0, after[1]] };
        }
        self
    }

    /// The window that a transposed convolution moves over its spread input, where this one would go the other way: its
    /// stride becomes the distance of the inputs, and padding takes results away.
    ///
    /// Without padding an axis of `n` positions becomes one of `(n - 1) * stride + size`, and at least `n * stride`; with
    /// [`Padding::Same`] one of `n * stride`.
    #[must_use]
    pub const fn transposed(self) -> Self {
        let (mut before, mut after) = ([0; 2], [0; 2]);
        let mut axis = 0;
        while axis < 2 {
            let stride = self.stride[axis] as i32;
            let reach = (self.size[axis] as i32 - 1) * self.dilation[axis] as i32;
            // Results that only the gaps behind the last position give.
            let more = if stride > reach + 1 { stride - reach - 1 } else { 0 };
            (before[axis], after[axis]) = match self.padding {
                Padding::Explicit { before, after } => (reach - before[axis], reach + more - after[axis]),
                Padding::Same | Padding::Causal => {
                    let surplus = if reach + 1 > stride { reach + 1 - stride } else { 0 };
                    let cut = if matches!(self.padding, Padding::Same) { surplus / 2 } else { 0 };
                    (reach - cut, reach + more - (surplus - cut))
                }
            };
            axis += 1;
        }
        Self { stride: [1, 1], spread: self.stride, padding: Padding::Explicit { before, after }, ..self }
    }

    /// Positions that the window covers.
    #[must_use]
    pub const fn taps(&self) -> usize {
        self.size[0] * self.size[1]
    }

    /// Whether the window covers one position and every position once.
    #[must_use]
    pub const fn is_pointwise(&self) -> bool {
        let same = matches!(
            self.padding,
            Padding::Same | Padding::Causal | Padding::Explicit { before: [0, 0], after: [0, 0] }
        );
        self.taps() == 1
            && self.stride[0] == 1
            && self.stride[1] == 1
            && self.spread[0] == 1
            && self.spread[1] == 1
            && same
    }

    /// The window on axis 0 (rows) or 1 (columns) with `inputs` positions; `None` where it has no result there.
    #[must_use]
    pub const fn place(&self, axis: usize, inputs: usize) -> Option<Placement> {
        let (size, stride) = (self.size[axis], self.stride[axis]);
        let (dilation, spread) = (self.dilation[axis], self.spread[axis]);
        if size == 0 || stride == 0 || dilation == 0 || spread == 0 || inputs == 0 {
            return None;
        }
        let extent = (size - 1) * dilation + 1;
        if extent > Self::FARTHEST {
            return None;
        }
        let length = (inputs - 1) * spread + 1;
        let (before, outputs) = match self.padding {
            Padding::Explicit { before, after } => {
                let padded = length as i64 + before[axis] as i64 + after[axis] as i64;
                if padded < extent as i64 {
                    return None;
                }
                (before[axis], (padded as usize - extent) / stride + 1)
            }
            Padding::Same | Padding::Causal => {
                let outputs = length.div_ceil(stride);
                let needed = (outputs - 1) * stride + extent;
                let missing = needed.saturating_sub(length);
                (if matches!(self.padding, Padding::Causal) { missing } else { missing / 2 } as i32, outputs)
            }
        };
        Some(Placement { inputs, outputs, size, stride, dilation, spread, before })
    }

    /// The window on rows and columns, or `None` where it has no result.
    #[must_use]
    pub const fn on(&self, plane: &Plane) -> Option<[Placement; 2]> {
        match (self.place(0, plane.rows), self.place(1, plane.columns)) {
            (Some(rows), Some(columns)) => Some([rows, columns]),
            _ => None,
        }
    }

    /// The shape of the results, with `channels` at each position; `dims` counts the dimensions without the channels.
    ///
    /// # Errors
    /// Where the window does not fit: a message that goes on after `prefix`.
    pub const fn infer(&self, prefix: Message, shape: &Shape, dims: usize, channels: usize) -> Result<Shape, Message> {
        let Some(plane) = Plane::of(shape, dims) else {
            let wanted = if dims == 1 { "[steps, channels]" } else { "[height, width, channels]" };
            return Err(prefix.text("reads tensors of shape ").text(wanted).text(", but this one is ").shape(shape));
        };
        if let Some(message) = self.violation(prefix) {
            return Err(message);
        }
        let Some([rows, columns]) = self.on(&plane) else {
            return Err(self.does_not_fit(prefix, &plane, dims));
        };
        Ok(Plane { rows: rows.outputs, columns: columns.outputs, channels }.shape(dims))
    }

    /// Whether some place sees no position of a tensor of this shape, whose positions are next to each other.
    #[must_use]
    pub const fn sees_nothing(&self, shape: &Shape, dims: usize) -> bool {
        let Some(plane) = Plane::of(shape, dims) else { return false };
        let Some(placed) = self.on(&plane) else { return false };
        let mut axis = 0;
        while axis < 2 {
            let (start, end) = placed[axis].interior();
            let mut output = 0;
            while output < placed[axis].outputs {
                if output == start {
                    output = end;
                    if output == placed[axis].outputs {
                        break;
                    }
                }
                if placed[axis].seen(output) == 0 {
                    return true;
                }
                output += 1;
            }
            axis += 1;
        }
        false
    }

    const fn violation(&self, prefix: Message) -> Option<Message> {
        let mut axis = 0;
        while axis < 2 {
            let named = [
                ("a window of size ", self.size[axis]),
                ("a stride of ", self.stride[axis]),
                ("a dilation of ", self.dilation[axis]),
                ("inputs at distances of ", self.spread[axis]),
            ];
            let mut i = 0;
            while i < named.len() {
                if named[i].1 == 0 || named[i].1 > Self::LARGEST {
                    let message = prefix.text("has ").text(named[i].0).number(named[i].1);
                    return Some(message.text("; legal are 1 to ").number(Self::LARGEST));
                }
                i += 1;
            }
            if let Padding::Explicit { before, after } = self.padding {
                let most =
                    if before[axis].unsigned_abs() > after[axis].unsigned_abs() { before[axis] } else { after[axis] };
                if most.unsigned_abs() as usize > Self::LARGEST {
                    let message = prefix.text("has a padding of ").signed(most).text("; legal are up to ");
                    return Some(message.number(Self::LARGEST));
                }
            }
            axis += 1;
        }
        None
    }

    /// The most positions from the first to the last one of a window: sizes times dilations of files may be any.
    const FARTHEST: usize = 1 << 24;

    /// The largest size, stride, dilation or padding.
    pub const LARGEST: usize = 1 << 16;

    const fn does_not_fit(&self, prefix: Message, plane: &Plane, dims: usize) -> Message {
        let axis = if self.place(0, plane.rows).is_none() { 0 } else { 1 };
        let positions = if axis == 0 { plane.rows } else { plane.columns };
        let extent = (self.size[axis] - 1) * self.dilation[axis] + 1;
        let name = match (dims, axis) {
            (1, _) => "steps",
            (_, 0) => "rows",
            _ => "columns",
        };
        if let Padding::Explicit { before, after } = self.padding
            && self.taps() == 1
        {
            let cut = -(before[axis] + after[axis]);
            let message = prefix.text("cuts off ").signed(cut).text(" ").text(name).text(", but the input has ");
            return message.number(positions).text("; leave at least one");
        }
        let message = prefix.text("has a window of ").number(extent).text(" ").text(name);
        let message = message.text(", but the input has ").number(positions);
        match self.padding {
            Padding::Explicit { before, after } if before[axis] != 0 || after[axis] != 0 => {
                let around = before[axis] + after[axis];
                message.text(" and ").signed(around).text(" around them; take a smaller window or more padding")
            }
            _ => message.text("; take a smaller window or padding"),
        }
    }

    /// The walk of a process over `plane`; `None` where the window has no result.
    #[must_use]
    pub const fn walk(&self, plane: &Plane) -> Option<Walk> {
        match self.on(plane) {
            Some([rows, columns]) => Some(Walk { rows: rows.steps(), columns: columns.steps() }),
            None => None,
        }
    }
}

/// Where a convolution's matrix is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Convolution {
    /// The window.
    pub window: Window,
    /// Dimensions without the channels: 1 or 2.
    pub dims: usize,
    /// Parts of the channels that do not see each other.
    pub groups: usize,
}

/// What every result of a window sees: for each result, row by row, the positions of the input and of the window.
#[must_use]
pub fn taps(placements: [Placement; 2], columns: usize) -> Vec<Vec<(usize, usize)>> {
    let [across, along] = placements;
    let mut results = Vec::with_capacity(across.outputs * along.outputs);
    for row in 0..across.outputs {
        for column in 0..along.outputs {
            let mut seen = Vec::new();
            for i in 0..across.size {
                let Some(y) = across.input(row, i) else { continue };
                for j in 0..along.size {
                    if let Some(x) = along.input(column, j) {
                        seen.push((y * columns + x, i * along.size + j));
                    }
                }
            }
            results.push(seen);
        }
    }
    results
}

#[cfg(test)]
mod tests {
    use super::*;

    fn along(size: usize, stride: usize, padding: Padding) -> Window {
        Window::new([1, size], [1, stride]).padded(padding)
    }

    /// For every result the positions of the input, `-` for padding.
    #[track_caller]
    fn check(window: Window, inputs: usize, expected: &[&str]) {
        let placed = window.place(1, inputs).unwrap();
        let seen = |output| {
            let tap = |tap| placed.input(output, tap).map_or("-".to_owned(), |at| at.to_string());
            (0..placed.size).map(tap).collect::<String>()
        };
        assert_eq!((0..placed.outputs).map(seen).collect::<Vec<_>>(), expected);
        // The walk shows the same windows: the last positions that have come.
        let steps = placed.steps();
        let (mut came, mut found, mut next) = (Vec::new(), Vec::new(), 0);
        for step in 0..steps.count {
            came.push(if steps.reads.contains(step) { (next, next += 1).0.to_string() } else { "-".to_owned() });
            if steps.writes.contains(step) {
                let first = came.len() - placed.extent();
                found.push((0..placed.size).map(|tap| came[first + tap * placed.dilation].clone()).collect::<String>());
            }
        }
        assert_eq!((found, next), (expected.iter().map(ToString::to_string).collect(), inputs));
        assert_eq!(placed.sees_padding(), expected.concat().contains('-'));
        if placed.spread == 1 {
            let counts = expected.iter().map(|seen| seen.bytes().filter(|&at| at != b'-').count()).collect();
            assert_eq!(placed.counts(), counts);
        }
    }

    #[test]
    fn windows_see_what_they_should() {
        let explicit = |before, after| Padding::Explicit { before: [0, before], after: [0, after] };
        check(along(3, 1, Padding::VALID), 5, &["012", "123", "234"]);
        check(along(2, 3, Padding::VALID), 6, &["01", "34"]);
        check(along(3, 1, Padding::Same), 3, &["-01", "012", "12-"]);
        check(along(4, 1, Padding::Same), 3, &["-012", "012-", "12--"]);
        check(along(4, 4, Padding::Same), 8, &["0123", "4567"]);
        check(along(3, 2, Padding::Same), 4, &["012", "23-"]);
        check(along(1, 2, Padding::Same), 4, &["0", "2"]);
        check(along(3, 1, Padding::Causal), 3, &["--0", "-01", "012"]);
        check(along(2, 1, explicit(2, 1)), 2, &["--", "-0", "01", "1-"]);
        check(along(1, 1, explicit(-1, -2)), 5, &["1", "2"]);
        check(along(1, 1, explicit(-1, 1)), 3, &["1", "2", "-"]);
        check(Window { dilation: [1, 2], ..along(3, 1, Padding::VALID) }, 6, &["024", "135"]);
        check(Window { spread: [1, 2], ..along(3, 1, explicit(2, 2)) }, 2, &["--0", "-0-", "0-1", "-1-", "1--"]);
    }

    #[test]
    fn counts_are_those_of_all_windows() {
        for case in 0..3 * 3 * 3 * 5 * 5 * 7 {
            let pick = |by: usize, count: usize| case / by % count;
            let (size, stride, dilation, inputs) = (1 + pick(1, 3), 1 + pick(3, 3), 1 + pick(9, 3), 1 + pick(675, 7));
            let (before, after) = (pick(27, 5) as i32 - 1, pick(135, 5) as i32 - 1);
            let padding = Padding::Explicit { before: [0, before], after: [0, after] };
            let window = Window { dilation: [1, dilation], ..along(size, stride, padding) };
            let Some(placed) = window.place(1, inputs) else { continue };
            let seen = |output| (0..size).filter(|&tap| placed.input(output, tap).is_some()).count();
            let all: BTreeSet<usize> = (0..placed.outputs).map(seen).collect();
            assert_eq!(placed.counts(), all, "{window:?} on {inputs}");
            assert_eq!(window.sees_nothing(&Shape::new([inputs, 1]), 1), all.contains(&0), "{window:?} on {inputs}");
        }
    }

    #[test]
    fn transposed_windows() {
        // Every result sees the positions whose windows would have seen it.
        check(along(3, 2, Padding::VALID).transposed(), 2, &["--0", "-0-", "0-1", "-1-", "1--"]);
        check(along(3, 2, Padding::Same).transposed(), 2, &["--0", "-0-", "0-1", "-1-"]);
        check(along(4, 2, Padding::Same).transposed(), 2, &["--0-", "-0-1", "0-1-", "-1--"]);
        check(along(2, 2, Padding::VALID).transposed(), 2, &["-0", "0-", "-1", "1-"]);
        check(along(1, 2, Padding::VALID).transposed(), 2, &["0", "-", "1", "-"]);
        check(along(3, 2, Padding::Causal).transposed(), 2, &["--0", "-0-", "0-1", "-1-"]);
    }

    #[test]
    fn two_axes() {
        let plane = Plane { rows: 2, columns: 3, channels: 1 };
        let window = Window::new([2, 2], [1, 2]).padded(Padding::Same);
        let seen = taps(window.on(&plane).unwrap(), plane.columns);
        assert_eq!(
            seen,
            [vec![(0, 0), (1, 1), (3, 2), (4, 3)], vec![(2, 0), (5, 2)], vec![(3, 0), (4, 1)], vec![(5, 0)],]
        );
    }

    #[test]
    fn windows_that_do_not_fit() {
        let infer = |window: Window, dims: &[usize]| {
            let shape = Shape::from_dims(dims).unwrap();
            let prefix = Message::new().text("layer `x` ");
            window.infer(prefix, &shape, 2, 4).map(|shape| shape.to_string()).map_err(|error| error.as_str().to_owned())
        };
        assert_eq!(infer(Window::new([3, 3], [1, 1]), &[5, 4, 2]), Ok("[3, 2, 4]".to_owned()));
        let message = "layer `x` has a window of 3 columns, but the input has 2; take a smaller window or padding";
        assert_eq!(infer(Window::new([3, 3], [1, 1]), &[5, 2, 2]), Err(message.to_owned()));
        let message = "layer `x` reads tensors of shape [height, width, channels], but this one is [5, 2]";
        assert_eq!(infer(Window::new([3, 3], [1, 1]), &[5, 2]), Err(message.to_owned()));
        let cut = Padding::Explicit { before: [-2, 0], after: [-3, 0] };
        let message = "layer `x` cuts off 5 rows, but the input has 5; leave at least one";
        assert_eq!(infer(Window::new([1, 1], [1, 1]).padded(cut), &[5, 5, 2]), Err(message.to_owned()));
        let message = "layer `x` has a stride of 0; legal are 1 to 65536";
        assert_eq!(infer(Window::new([3, 3], [0, 1]), &[5, 5, 2]), Err(message.to_owned()));
    }
}
