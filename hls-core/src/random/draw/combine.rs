//! Merges with arithmetic, and layers that move elements.

use crate::axes::Axes;
use crate::fixed::{FixedFormat, FixedType};
use crate::ops::{
    Average, Dot, Flatten, Maximum, Minimum, Multiply, Op, Quantize, Reshape, Slice, Subtract, Transpose,
};
use crate::random::generate::Generator;
use crate::shape::Shape;

/// What products are made of at most, so that the layer behind them stays far from the limit of exactness.
const NARROW: u32 = 11;

/// The last layer and up to `more` others of its shape, where there are any; the last one may come twice.
fn alike(generator: &mut Generator, more: usize, width: u32) -> Option<Vec<Option<usize>>> {
    let last = generator.last();
    let shape = generator.output(last).shape;
    let mut inputs = vec![last];
    for _ in 0..more {
        let fits = |tensor: &crate::ir::TensorType| tensor.shape == shape && tensor.ty.format.width <= width;
        let other = generator.another(last, fits);
        inputs.extend(if generator.choices.one_in(4) { Some(last) } else { other });
    }
    let place = generator.choices.size(0, inputs.len() - 1);
    inputs.swap(0, place);
    (inputs.len() > 1).then_some(inputs)
}

/// Puts an assignment to a narrow type behind the last layer, where it is wide.
fn narrowed(generator: &mut Generator, block: usize) -> Option<()> {
    let last = generator.last();
    if generator.output(last).ty.format.width > NARROW {
        let width = generator.choices.size(2, NARROW as usize) as u32;
        let ty = FixedType { format: FixedFormat::signed(width, 3), ..generator.result_type() };
        generator.op(&format!("factor{block}"), Quantize { ty }, &[last])?;
    }
    Some(())
}

pub(super) fn subtract(generator: &mut Generator, block: usize) -> Option<()> {
    let ty = generator.result_type();
    let Some(inputs) = alike(generator, 1, 26) else { return Some(()) };
    generator.op(&format!("difference{block}"), Subtract { ty }, &inputs).map(|_| ())
}

pub(super) fn average(generator: &mut Generator, block: usize) -> Option<()> {
    let (ty, more) = (generator.result_type(), generator.choices.size(1, 6));
    let Some(inputs) = alike(generator, more, 26) else { return Some(()) };
    generator.op(&format!("mean{block}"), Average { ty }, &inputs).map(|_| ())
}

pub(super) fn extremum(generator: &mut Generator, block: usize) -> Option<()> {
    let more = generator.choices.size(1, 3);
    let Some(inputs) = alike(generator, more, 26) else { return Some(()) };
    let op: Op = if generator.choices.one_in(2) { Maximum {}.into() } else { Minimum {}.into() };
    generator.op(&format!("extremum{block}"), op, &inputs).map(|_| ())
}

pub(super) fn multiply(generator: &mut Generator, block: usize) -> Option<()> {
    narrowed(generator, block)?;
    let (ty, more) = (generator.result_type(), generator.choices.size(1, 2));
    let Some(inputs) = alike(generator, more, NARROW) else { return Some(()) };
    generator.op(&format!("product{block}"), Multiply { ty }, &inputs).map(|_| ())
}

pub(super) fn dot(generator: &mut Generator, block: usize) -> Option<()> {
    narrowed(generator, block)?;
    let Some(inputs) = alike(generator, 1, NARROW) else { return Some(()) };
    generator.op(&format!("dot{block}"), Dot {}, &inputs).map(|_| ())
}

/// Other dimensions, another order, a part of it, and back to one dimension for the layers that follow.
pub(super) fn moved(generator: &mut Generator, block: usize) -> Option<()> {
    let size = generator.output(generator.last()).shape.size();
    let mut dims = Vec::new();
    let mut rest = size;
    for _ in 0..generator.choices.size(0, 3) {
        let divisors: Vec<usize> = (1..=rest).filter(|&divisor| rest.is_multiple_of(divisor)).collect();
        dims.push(generator.choices.pick(&divisors));
        rest /= dims[dims.len() - 1];
    }
    dims.push(rest);
    let shape = Shape::from_dims(&dims)?;
    let last = generator.last();
    generator.op(&format!("shape{block}"), Reshape { shape }, &[last])?;
    let order = generator.choices.pick(&[[0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 3, 2], [2, 3, 0, 1], [1, 2, 3, 0]]);
    let order: Vec<usize> = order.into_iter().filter(|&axis| axis < dims.len()).collect();
    let axes = match order[..] {
        [a, b] => Axes::new([a, b]),
        [a, b, c] => Axes::new([a, b, c]),
        [a, b, c, d] => Axes::new([a, b, c, d]),
        _ => Axes::new([0]),
    };
    let last = generator.last();
    generator.op(&format!("order{block}"), Transpose { axes }, &[last])?;
    let last = generator.last();
    let shape = generator.output(last).shape;
    let axis = generator.choices.size(0, shape.rank() - 1);
    let start = generator.choices.size(0, shape.dims()[axis] - 1);
    let length = generator.choices.size(1, shape.dims()[axis] - start);
    let is_last = axis + 1 == shape.rank() && generator.choices.one_in(2);
    let axis = if is_last { None } else { Some(axis) };
    generator.op(&format!("part{block}"), Slice { start, length, axis }, &[last])?;
    let last = generator.last();
    generator.op(&format!("row{block}"), Flatten {}, &[last]).map(|_| ())
}
