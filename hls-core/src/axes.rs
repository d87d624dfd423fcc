//! The order of dimensions.

use serde::{Deserialize, Serialize};

use crate::shape::{MAX_RANK, Shape};

/// The axes of a tensor in another order: entry `i` says which axis of the input becomes axis `i` of the result.
///
/// Up to [`MAX_RANK`] numbers; whether they are a permutation depends on the tensor and is checked there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Axes(Shape);

impl Axes {
    /// From the numbers of the axes, from 0.
    ///
    /// # Panics
    /// With more than [`MAX_RANK`] numbers: at compile time, as those of declarations are constants.
    #[must_use]
    pub const fn new<const N: usize>(axes: [usize; N]) -> Self {
        Self(Shape::new(axes))
    }

    /// The numbers before the first `absent` one, for parameters that a type may leave out.
    #[must_use]
    pub const fn before(axes: [usize; MAX_RANK], absent: usize) -> Self {
        match axes {
            [a, ..] if a == absent => Self::new([]),
            [a, b, ..] if b == absent => Self::new([a]),
            [a, b, c, _] if c == absent => Self::new([a, b]),
            [a, b, c, d] if d == absent => Self::new([a, b, c]),
            all => Self::new(all),
        }
    }

    /// The numbers.
    #[must_use]
    pub const fn as_slice(&self) -> &[usize] {
        self.0.dims()
    }

    /// The numbers where a list of dimensions is printed.
    #[must_use]
    pub(crate) const fn as_shape(&self) -> &Shape {
        &self.0
    }

    /// The dimensions in this order; `None` where the numbers are no permutation of the shape's axes.
    #[must_use]
    pub const fn permute(&self, shape: &Shape) -> Option<Shape> {
        let axes = self.as_slice();
        if axes.len() != shape.rank() {
            return None;
        }
        let mut seen = [false; MAX_RANK];
        let mut permuted = *shape;
        let mut i = 0;
        while i < axes.len() {
            let axis = axes[i];
            if axis >= axes.len() || seen[axis] {
                return None;
            }
            seen[axis] = true;
            permuted = permuted.with_dim(i, shape.dims()[axis]);
            i += 1;
        }
        Some(permuted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permutations() {
        let shape = Shape::new([2, 3, 4]);
        assert_eq!(Axes::new([2, 0, 1]).permute(&shape), Some(Shape::new([4, 2, 3])));
        for wrong in [Axes::new([0, 1, 1]), Axes::before([0, 1, 3, 9], 9), Axes::before([1, 0, 9, 9], 9)] {
            assert_eq!(wrong.permute(&shape), None);
        }
        assert!(Axes::before([9, 9, 9, 9], 9).as_slice().is_empty());
    }
}
