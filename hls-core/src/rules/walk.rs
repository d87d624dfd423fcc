//! How a process walks over positions: in which of its steps it reads one, and in which it writes one.

/// Steps along one axis, `start`, `start + stride` and so on, `count` of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progression {
    /// The first step, from 0.
    pub start: usize,
    /// From one to the next; at least 1.
    pub stride: usize,
    /// How many there are.
    pub count: usize,
}

impl Progression {
    /// Whether `step` is one of them.
    #[must_use]
    pub const fn contains(self, step: usize) -> bool {
        step >= self.start
            && (step - self.start).is_multiple_of(self.stride)
            && (step - self.start) / self.stride < self.count
    }

    /// The step after the last one; 0 where there is none.
    #[must_use]
    pub const fn end(self) -> usize {
        if self.count == 0 { 0 } else { self.start + (self.count - 1) * self.stride + 1 }
    }
}

/// The steps along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps {
    /// How many there are: at least the ends of both progressions.
    pub count: usize,
    /// Where the input has a position.
    pub reads: Progression,
    /// Where the result has one.
    pub writes: Progression,
}

/// A walk over rows and columns, columns fastest. A step reads a position where its row and its column both read, and
/// after that writes one where both write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walk {
    /// Along the height; one step where there is one dimension only.
    pub rows: Steps,
    /// Along the width.
    pub columns: Steps,
}

impl Walk {
    /// The steps of a sample.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.count * self.columns.count
    }

    /// Whether there is no step.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether step number `step` reads a position, and whether it writes one.
    #[must_use]
    pub const fn at(&self, step: usize) -> (bool, bool) {
        let (row, column) = (step / self.columns.count, step % self.columns.count);
        let reads = self.rows.reads.contains(row) && self.columns.reads.contains(column);
        (reads, self.rows.writes.contains(row) && self.columns.writes.contains(column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_of_two_with_stride_two_over_three_padded_to_four() {
        let steps = |start, stride, count| Progression { start, stride, count };
        let axis = Steps { count: 4, reads: steps(0, 1, 3), writes: steps(1, 2, 2) };
        let one = Steps { count: 1, reads: steps(0, 1, 1), writes: steps(0, 1, 1) };
        let walk = Walk { rows: one, columns: axis };
        let found: Vec<(bool, bool)> = (0..walk.len()).map(|step| walk.at(step)).collect();
        assert_eq!(found, [(true, false), (true, true), (true, false), (false, true)]);
        assert_eq!((axis.reads.end(), axis.writes.end(), steps(3, 2, 0).end()), (3, 4, 0));
    }
}
