//! Layers that change every element on its own.

use crate::fixed::{FixedTensor, WeightType};
use crate::ops::{Quantize, Relu, ScaleShift, Sign};
use crate::random::generate::{Generator, WIDE};

pub(super) fn relu(generator: &mut Generator, block: usize) -> Option<()> {
    let (ty, last) = (generator.result_type(), generator.last());
    generator.op(&format!("relu{block}"), Relu { ty }, &[last]).map(|_| ())
}

pub(super) fn quantize(generator: &mut Generator, block: usize) -> Option<()> {
    let (ty, last) = (generator.result_type(), generator.last());
    generator.op(&format!("quantize{block}"), Quantize { ty }, &[last]).map(|_| ())
}

/// A binary activation, mostly with a binary layer behind it.
pub(super) fn sign(generator: &mut Generator, block: usize) -> Option<()> {
    let last = generator.last();
    let sign = generator.op(&format!("sign{block}"), Sign {}, &[last])?;
    if generator.output(Some(sign)).shape.rank() == 1 && !generator.choices.one_in(3) {
        let outputs = generator.choices.size(1, 8);
        let exponent = generator.choices.range(-2, 2) as i32;
        generator.dense_of(&format!("signs{block}"), Some(sign), outputs, WeightType::Binary { exponent })?;
    }
    Some(())
}

/// A scale and a shift a channel, behind tensors of any rank.
pub(super) fn scale_shift(generator: &mut Generator, block: usize) -> Option<()> {
    let last = generator.last();
    let channels = generator.output(last).shape.channels();
    if generator.output(last).ty.format.width > WIDE {
        return Some(());
    }
    let mut constants = |signed: bool| {
        let format = generator.choices.ty(8, signed).format;
        let raw = (0..channels).map(|_| generator.choices.range(format.min_raw(), format.max_raw())).collect();
        FixedTensor { dims: vec![channels], format, raw }
    };
    let op = ScaleShift { scale: constants(true), shift: constants(true) };
    generator.op(&format!("norm{block}"), op, &[last])?;
    // Exact, so as wide as factors and terms make it; the next layer may need less.
    if generator.output(generator.last()).ty.format.width > WIDE { quantize(generator, block) } else { Some(()) }
}
