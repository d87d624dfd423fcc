//! Layers that move, add, join and interpolate positions of images and sequences.

use crate::axes::Axes;
use crate::ops::{Concatenate, Pad, Transpose, Upsample};
use crate::random::generate::Generator;
use crate::random::images::plane;
use crate::rules::{Interpolation, Upsampling};

/// The most elements of a result, so that a model stays small.
const ELEMENTS: usize = 400;

/// Zeros around the positions, or positions cut off, or both on different axes.
pub(super) fn pad(generator: &mut Generator, block: usize) -> Option<()> {
    let last = generator.last();
    let shape = generator.output(last).shape;
    let Some(plane) = plane(&shape) else { return Some(()) };
    let dims = shape.rank() - 1;
    let (mut before, mut after) = ([0; 2], [0; 2]);
    for (axis, positions) in [plane.rows, plane.columns].into_iter().enumerate() {
        if axis == 0 && dims == 1 {
            continue;
        }
        let choices = &mut generator.choices;
        if choices.one_in(2) {
            (before[axis], after[axis]) = (choices.range(0, 2) as i32, choices.range(0, 2) as i32);
        } else {
            let cut = choices.size(0, positions - 1);
            let first = choices.size(0, cut);
            (before[axis], after[axis]) = (-(first as i32), first as i32 - cut as i32);
        }
    }
    generator.op(&format!("pad{block}"), Pad { before, after, dims }, &[last]).map(|_| ())
}

pub(super) fn upsample(generator: &mut Generator, block: usize) -> Option<()> {
    let last = generator.last();
    let input = generator.output(last);
    let Some(plane) = plane(&input.shape) else { return Some(()) };
    let dims = input.shape.rank() - 1;
    let choices = &mut generator.choices;
    let bilinear = input.ty.format.width <= 14 && choices.one_in(2);
    let interpolation = if bilinear { Interpolation::Bilinear } else { Interpolation::Nearest };
    let factors: &[usize] = if bilinear { &[1, 2, 2, 4] } else { &[1, 2, 3] };
    let mut factor = [choices.pick(factors), choices.pick(factors)];
    if dims == 1 {
        factor[0] = 1;
    }
    if plane.positions() * factor[0] * factor[1] * plane.channels > ELEMENTS {
        return Some(());
    }
    let upsampling = Upsampling { factor, dims, interpolation };
    generator.op(&format!("up{block}"), Upsample { upsampling }, &[last]).map(|_| ())
}

/// Along any axis, of the last layer and one that differs from it there alone, or is the same.
pub(super) fn concatenate(generator: &mut Generator, block: usize) -> Option<()> {
    let last = generator.last();
    let shape = generator.output(last).shape;
    let axis = generator.choices.size(0, shape.rank() - 1);
    let fits = |candidate: &crate::ir::TensorType| {
        candidate.shape.rank() == shape.rank()
            && candidate.shape.with_dim(axis, 1) == shape.with_dim(axis, 1)
            && candidate.shape.size() + shape.size() <= ELEMENTS
    };
    let other = generator.another(last, fits);
    let other = if other.is_none() || generator.choices.one_in(5) { Some(last) } else { other };
    let Some(other) = other.filter(|_| 2 * shape.size() <= ELEMENTS) else { return Some(()) };
    let mut inputs = vec![other, last];
    if generator.choices.one_in(2) {
        inputs.swap(0, 1);
    }
    let axis = (axis + 1 < shape.rank()).then_some(axis);
    generator.op(&format!("joined{block}"), Concatenate { axis }, &inputs).map(|_| ())
}

pub(super) fn transpose(generator: &mut Generator, block: usize) -> Option<()> {
    let last = generator.last();
    let axes = match generator.output(last).shape.rank() {
        2 => Axes::new([1, 0]),
        3 => {
            let orders = [[1, 0, 2], [0, 2, 1], [2, 0, 1], [1, 2, 0], [2, 1, 0]];
            Axes::new(generator.choices.pick(&orders))
        }
        _ => return Some(()),
    };
    generator.op(&format!("order{block}"), Transpose { axes }, &[last]).map(|_| ())
}
