//! Words instead of numbers: vectors from a table, and what works along the dimensions of several of them.

use super::head::any_softmax;
use super::normalization::{any_normalization, constants};
use crate::fixed::{FixedFormat, FixedType, Overflow};
use crate::ops::{Embedding, Flatten, Quantize};
use crate::random::generate::Generator;

/// Indices, their vectors, sometimes a layer along one of the two dimensions, and back to one dimension.
pub(super) fn embedding(generator: &mut Generator, block: usize) -> Option<()> {
    let last = generator.last();
    if generator.output(last).shape.rank() != 1 || generator.output(last).shape.size() > 12 {
        return Some(());
    }
    let width = generator.choices.size(1, 4) as u32;
    let index = generator.choices.ty(1, false);
    let index = FixedType { format: FixedFormat::unsigned(width, width as i32), overflow: Overflow::Sat, ..index };
    let at = generator.op(&format!("index{block}"), Quantize { ty: index }, &[last])?;
    let (vocabulary, dim) = ((1 << width) + generator.choices.size(0, 2), generator.choices.size(1, 4));
    let mut weight = constants(&mut generator.choices, vocabulary * dim);
    weight.dims = vec![vocabulary, dim];
    let mut at = generator.op(&format!("vectors{block}"), Embedding { weight }, &[Some(at)])?;
    match generator.choices.size(0, 4) {
        0 | 1 => {
            let axis = (!generator.choices.one_in(8)).then_some(generator.choices.size(0, 1));
            let softmax = any_softmax(&mut generator.choices, axis);
            at = generator.op(&format!("attention{block}"), softmax, &[Some(at)])?;
        }
        2 => {
            let fraction = generator.output(Some(at)).fraction();
            if (-4..=20).contains(&fraction) {
                let op = any_normalization(&mut generator.choices, dim);
                at = generator.op(&format!("rows{block}"), op, &[Some(at)])?;
            }
        }
        _ => {}
    }
    generator.op(&format!("row{block}"), Flatten {}, &[Some(at)]).map(|_| ())
}
