//! Pooling, under windows and over all positions.

use crate::fixed::FixedType;
use crate::ops::{AveragePool, MaxPool, Op};
use crate::random::generate::{Generator, WIDE};
use crate::random::images;

/// What the tools unroll at most.
const UNROLLED: usize = 4096;

pub(super) fn pool(generator: &mut Generator, block: usize) -> Option<()> {
    let last = generator.last();
    let output = generator.output(last);
    let Some(plane) = images::plane(&output.shape) else { return Some(()) };
    if output.ty.format.width > WIDE {
        return Some(());
    }
    let dims = output.shape.rank() - 1;
    let window = if generator.choices.one_in(4) {
        None
    } else {
        let window = images::window(&mut generator.choices, &plane, false)?;
        if window.sees_nothing(&output.shape, dims) {
            return Some(());
        }
        // All windows are worked on at once where the layer does not walk.
        let [rows, columns] = window.on(&plane)?;
        if rows.outputs * columns.outputs * window.taps() * plane.channels > UNROLLED {
            return Some(());
        }
        Some(window)
    };
    let op: Op = if generator.choices.one_in(2) {
        MaxPool { window, dims }.into()
    } else {
        let signed = generator.choices.one_in(2);
        let ty: FixedType = generator.choices.ty(10, signed);
        AveragePool { window, dims, ty }.into()
    };
    generator.op(&format!("pool{block}"), op, &[last]).map(|_| ())
}
