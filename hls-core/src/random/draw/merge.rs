//! Layers with several inputs.

use crate::ops::{Add, Concatenate};
use crate::random::generate::Generator;

pub(super) fn add(generator: &mut Generator, block: usize) -> Option<()> {
    let (ty, last) = (generator.result_type(), generator.last());
    let shape = generator.output(last).shape;
    let Some(other) = generator.another(last, |candidate| candidate.shape == shape) else { return Some(()) };
    let inputs = if generator.choices.one_in(3) { vec![other, last, other] } else { vec![last, other] };
    generator.op(&format!("skip{block}"), Add { ty }, &inputs).map(|_| ())
}

/// Along the channels of tensors with the same positions.
pub(super) fn concatenate_positions(generator: &mut Generator, block: usize) -> Option<()> {
    let last = generator.last();
    let shape = generator.output(last).shape;
    let Some(other) = generator.another(last, |candidate| candidate.shape.same_outer(&shape)) else { return Some(()) };
    if shape.channels() > 6 {
        return Some(());
    }
    generator.op(&format!("join{block}"), Concatenate { axis: None }, &[other, last]).map(|_| ())
}

pub(super) fn concatenate(generator: &mut Generator, block: usize) -> Option<()> {
    let last = generator.last();
    let Some(other) = generator.another(last, |candidate| candidate.shape.rank() == 1) else { return Some(()) };
    generator.op(&format!("join{block}"), Concatenate { axis: None }, &[other, last]).map(|_| ())
}
