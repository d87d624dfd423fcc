//! More positions than there are: the geometry of upsampling.

use serde::{Deserialize, Serialize};

use super::walk::{Progression, Steps, Walk};
use super::window::Plane;
use crate::shape::{Message, Shape};

/// What a position becomes that lies between those of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interpolation {
    /// The position whose pixel covers it.
    Nearest,
    /// The four around it, weighted by how near their centers are; beyond the outermost centers the outermost positions.
    Bilinear,
}

/// Every position becomes a rectangle of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Upsampling {
    /// Results for every position, along rows and along columns; along rows 1 where there is one dimension.
    pub factor: [usize; 2],
    /// Dimensions without the channels: 1 or 2.
    pub dims: usize,
    /// What a result is made of.
    pub interpolation: Interpolation,
}

/// A result between two positions of an axis, of which either may have no weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blend {
    /// The earlier position and its weight.
    pub earlier: (usize, usize),
    /// The later position, which may be the same, and its weight. The two weights sum to [`Upsampling::scale`].
    pub later: (usize, usize),
}

impl Upsampling {
    /// The largest factor of an axis.
    pub const LARGEST: usize = 1 << 10;

    /// The steps before the first result: as long as the input is ahead.
    const fn delay(&self, axis: usize) -> usize {
        if matches!(self.interpolation, Interpolation::Bilinear) { self.factor[axis] / 2 } else { 0 }
    }

    /// What the two weights of an axis sum to, a power of two.
    #[must_use]
    pub const fn scale(&self, axis: usize) -> usize {
        let factor = self.factor[axis];
        if matches!(self.interpolation, Interpolation::Bilinear) && factor > 1 { 2 * factor } else { 1 }
    }

    /// What result `output` of axis 0 (rows) or 1 (columns) with `inputs` positions is made of.
    ///
    /// The center of a result is at `(output + 1/2) / factor - 1/2` among the centers of the positions.
    #[must_use]
    pub const fn blend(&self, axis: usize, inputs: usize, output: usize) -> Blend {
        let (factor, scale) = (self.factor[axis], self.scale(axis));
        if scale == 1 {
            return Blend { earlier: (output / factor, 0), later: (output / factor, 1) };
        }
        let step = output + self.delay(axis);
        let weight = 2 * (step % factor) + 1;
        let later = step / factor;
        let earlier = later.saturating_sub(1);
        Blend { earlier: (earlier, scale - weight), later: (if later < inputs { later } else { inputs - 1 }, weight) }
    }

    /// The shape of the results.
    ///
    /// # Errors
    /// Where the factors are not legal or the shape has other dimensions: a message that goes on after `prefix`.
    pub const fn infer(&self, prefix: Message, shape: &Shape) -> Result<Shape, Message> {
        let Some(plane) = Plane::of(shape, self.dims) else {
            let wanted = if self.dims == 1 { "[steps, channels]" } else { "[height, width, channels]" };
            return Err(prefix.text("reads tensors of shape ").text(wanted).text(", but this one is ").shape(shape));
        };
        let mut axis = 0;
        while axis < 2 {
            let factor = self.factor[axis];
            let bilinear = matches!(self.interpolation, Interpolation::Bilinear);
            if factor == 0 || factor > Self::LARGEST || (bilinear && !factor.is_power_of_two()) {
                let prefix = prefix.text("upsamples by ").number(factor);
                let legal =
                    if bilinear { "; bilinear it is legal by powers of two from 1 to " } else { "; legal are 1 to " };
                return Err(prefix.text(legal).number(Self::LARGEST));
            }
            axis += 1;
        }
        let [down, along] = self.factor;
        match (plane.rows.checked_mul(down), plane.columns.checked_mul(along)) {
            (Some(rows), Some(columns)) => Ok(Plane { rows, columns, ..plane }.shape(self.dims)),
            _ => Err(prefix.text("makes more positions than can be counted of ").shape(shape)),
        }
    }

    const fn steps(&self, axis: usize, inputs: usize) -> Steps {
        let (factor, delay) = (self.factor[axis], self.delay(axis));
        let outputs = inputs * factor;
        Steps {
            count: outputs + delay,
            reads: Progression { start: 0, stride: factor, count: inputs },
            writes: Progression { start: delay, stride: 1, count: outputs },
        }
    }

    /// The walk of a process over `plane`: it reads a position in the first row and column of its rectangle.
    #[must_use]
    pub const fn walk(&self, plane: &Plane) -> Walk {
        Walk { rows: self.steps(0, plane.rows), columns: self.steps(1, plane.columns) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn along(factor: usize, interpolation: Interpolation) -> Upsampling {
        Upsampling { factor: [1, factor], dims: 1, interpolation }
    }

    #[test]
    fn blends_are_those_of_centers() {
        for factor in [1, 2, 4, 8] {
            let upsampling = along(factor, Interpolation::Bilinear);
            for inputs in 1..=4 {
                for output in 0..inputs * factor {
                    // Twice the factor times the center, and the same clamped to the outermost centers.
                    let center = (2 * output + 1) as i64 - factor as i64;
                    let clamped = center.clamp(0, 2 * (factor * (inputs - 1)) as i64);
                    let Blend { earlier, later } = upsampling.blend(1, inputs, output);
                    assert_eq!(earlier.1 + later.1, upsampling.scale(1));
                    assert!(later.0 < inputs && later.0 - earlier.0 <= 1);
                    let scale = upsampling.scale(1);
                    let found = earlier.0 * earlier.1 + later.0 * later.1;
                    assert_eq!(found * 2 * factor, clamped as usize * scale, "{factor} {inputs} {output}");
                }
            }
        }
        let thrice = along(3, Interpolation::Nearest);
        let places: Vec<usize> = (0..6).map(|output| thrice.blend(1, 2, output).later.0).collect();
        assert_eq!(places, [0, 0, 0, 1, 1, 1]);
    }

    #[test]
    fn a_walk_has_read_what_it_writes() {
        for (factor, interpolation) in [
            (1, Interpolation::Bilinear),
            (2, Interpolation::Bilinear),
            (4, Interpolation::Bilinear),
            (3, Interpolation::Nearest),
        ] {
            let upsampling = along(factor, interpolation);
            let walk = upsampling.walk(&Plane { rows: 1, columns: 3, channels: 1 });
            let (mut read, mut written) = (0, 0);
            for step in 0..walk.len() {
                let (reads, writes) = walk.at(step);
                read += usize::from(reads);
                if writes {
                    assert_eq!(upsampling.blend(1, 3, written).later.0, read - 1);
                    written += 1;
                }
            }
            assert_eq!((read, written), (3, 3 * factor));
        }
    }

    #[test]
    fn factors_that_are_not_legal() {
        let infer = |upsampling: Upsampling, shape: Shape| {
            let shape = upsampling.infer(Message::new().text("layer `x` "), &shape);
            shape.map(|shape| shape.to_string()).map_err(|error| error.as_str().to_owned())
        };
        let two = |factor, interpolation| Upsampling { factor, dims: 2, interpolation };
        assert_eq!(infer(two([2, 3], Interpolation::Nearest), Shape::new([4, 5, 6])), Ok("[8, 15, 6]".to_owned()));
        let message = "layer `x` upsamples by 3; bilinear it is legal by powers of two from 1 to 1024";
        assert_eq!(infer(two([2, 3], Interpolation::Bilinear), Shape::new([4, 5, 6])), Err(message.to_owned()));
        let message = "layer `x` upsamples by 0; legal are 1 to 1024";
        assert_eq!(infer(two([0, 1], Interpolation::Nearest), Shape::new([4, 5, 6])), Err(message.to_owned()));
        let message = "layer `x` reads tensors of shape [height, width, channels], but this one is [4, 5]";
        assert_eq!(infer(two([2, 2], Interpolation::Nearest), Shape::new([4, 5])), Err(message.to_owned()));
    }
}
