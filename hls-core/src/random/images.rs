//! Random convolutional models: small images and sequences, every kind of window.

use super::Choices;
use super::draw;
use super::generate::{Generator, WIDE};
use crate::ops::{Flatten, Quantize};
use crate::rules::{Convolution, Padding, Plane, Window};
use crate::shape::Shape;

/// `[rows, columns, channels]` or `[steps, channels]`.
pub(super) fn shape(choices: &mut Choices) -> Shape {
    let channels = choices.size(1, 4);
    if choices.one_in(3) {
        return Shape::new([choices.size(1, 14), channels]);
    }
    Shape::new([choices.size(1, 7), choices.size(1, 7), channels])
}

pub(super) fn body(generator: &mut Generator) -> Option<()> {
    for block in 0..generator.choices.size(1, 3) {
        convolution(generator, block)?;
        let last = generator.last();
        if generator.output(last).ty.format.width > WIDE || !generator.choices.one_in(6) {
            generator.choices.pick(draw::ACTIVATIONS)(generator, block)?;
        }
        for number in 0..generator.choices.size(0, 2) {
            generator.choices.pick(draw::WINDOWED)(generator, 10 * block + number)?;
        }
    }
    if generator.choices.one_in(2) {
        let mut last = generator.last();
        if generator.output(last).ty.format.width > WIDE {
            let ty = generator.result_type();
            last = Some(generator.op("squash", Quantize { ty }, &[last])?);
        }
        if generator.output(last).shape.rank() > 1 {
            last = Some(generator.op("flat", Flatten {}, &[last])?);
        }
        let outputs = generator.choices.size(1, 6);
        generator.dense("fc", last, outputs)?;
    }
    Some(())
}

/// A convolution, sometimes with a normalization folded into it.
fn convolution(generator: &mut Generator, block: usize) -> Option<()> {
    let from = generator.last();
    let shape = generator.output(from).shape;
    let Some(plane) = plane(&shape) else { return Some(()) };
    let dims = shape.rank() - 1;
    let window = window(&mut generator.choices, &plane, true)?;
    let groups: Vec<usize> = (1..=plane.channels).filter(|&groups| plane.channels.is_multiple_of(groups)).collect();
    let groups = if generator.choices.one_in(3) { generator.choices.pick(&groups) } else { 1 };
    let outputs = groups * generator.choices.size(1, (6 / groups).max(1));
    let weight_type = generator.choices.weight_type(6);
    let inputs = window.taps() * plane.channels / groups;
    let convolution = Convolution { window, dims, groups };
    let conv = generator.matrix(&format!("conv{block}"), from, (inputs, outputs), weight_type, Some(convolution))?;
    // Folding moves the binary points of weights that have one for every output, and an accumulator must hold all bits.
    let moves = generator.has_accumulator(conv);
    if generator.folding && weight_type.takes_scale() && generator.choices.one_in(4) && !moves {
        generator.batch_norm(block, conv);
    }
    Some(())
}

/// A tensor of positions with channels.
pub(super) fn plane(shape: &Shape) -> Option<Plane> {
    match shape.rank() {
        rank @ (2 | 3) => Plane::of(shape, rank - 1),
        _ => None,
    }
}

/// A window that has a result, and not too many; spread inputs where they are allowed.
pub(super) fn window(choices: &mut Choices, plane: &Plane, spread: bool) -> Option<Window> {
    (0..20).find_map(|_| {
        let one_row = plane.rows == 1;
        let mut pair = |high: usize, rare: u64| {
            let mut one = || if choices.one_in(rare) { choices.size(1, high) } else { 1 };
            let columns = one();
            [if one_row { 1 } else { one() }, columns]
        };
        let (size, stride, dilation) = (pair(4, 1), pair(3, 3), pair(3, 6));
        let mut window = Window { dilation, ..Window::new(size, stride) };
        window.padding = match choices.size(0, 5) {
            0 | 1 => Padding::Same,
            2 => Padding::Causal,
            3 => {
                let mut side = |axis: usize| match (axis == 0 && one_row, choices.one_in(6)) {
                    (true, _) => 0,
                    (_, true) => -1,
                    _ => choices.range(0, size[axis] as i64 - 1) as i32,
                };
                Padding::Explicit { before: [side(0), side(1)], after: [side(0), side(1)] }
            }
            _ => Padding::VALID,
        };
        if spread && choices.one_in(8) {
            window = window.transposed();
        }
        if one_row {
            window = window.along();
        }
        let [rows, columns] = window.on(plane)?;
        (rows.outputs * columns.outputs <= 100).then_some(window)
    })
}
