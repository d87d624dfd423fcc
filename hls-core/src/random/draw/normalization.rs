//! Layers that look at a whole row.

use crate::fixed::FixedTensor;
use crate::ops::{LayerNorm, Op, Quantize, RmsNorm};
use crate::random::Choices;
use crate::random::generate::Generator;

pub(super) fn normalization(generator: &mut Generator, block: usize) -> Option<()> {
    if generator.output(generator.last()).ty.format.width > 14 {
        let (ty, last) = (generator.choices.ty(12, true), generator.last());
        generator.op(&format!("narrow{block}"), Quantize { ty }, &[last])?;
    }
    let last = generator.last();
    let input = generator.output(last);
    // Far binary points make epsilon wider than anything.
    if !(-4..=20).contains(&input.fraction()) {
        return Some(());
    }
    let op = any_normalization(&mut generator.choices, input.shape.channels());
    generator.op(&format!("norm{block}"), op, &[last]).map(|_| ())
}

/// A normalization of rows of `channels` elements.
pub(super) fn any_normalization(choices: &mut Choices, channels: usize) -> Op {
    let width = if choices.one_in(2) { 9 } else { 16 };
    let norm = choices.ty(width, true);
    let ty = choices.ty(14, true);
    let epsilon = if choices.one_in(3) { choices.size(0, 24) as u32 } else { 17 };
    let gamma = constants(choices, channels);
    if choices.one_in(3) {
        RmsNorm { gamma, norm, ty, epsilon }.into()
    } else {
        LayerNorm { gamma, beta: constants(choices, channels), norm, ty, epsilon }.into()
    }
}

/// Numbers of a type of up to 8 bits.
pub(super) fn constants(choices: &mut Choices, count: usize) -> FixedTensor {
    let signed = !choices.one_in(4);
    let format = choices.ty(8, signed).format;
    let raw = (0..count).map(|_| choices.range(format.min_raw(), format.max_raw())).collect();
    FixedTensor { dims: vec![count], format, raw }
}
