//! Layers at the end of a classifier.

use crate::fixed::{FixedFormat, FixedType, Overflow, Rounding};
use crate::ops::{Argmax, Quantize, Softmax};
use crate::random::generate::Generator;

pub(super) fn softmax(generator: &mut Generator, _: usize) -> Option<()> {
    if generator.output(generator.last()).ty.format.width > 16 {
        let (ty, last) = (generator.choices.ty(12, true), generator.last());
        generator.op("logits", Quantize { ty }, &[last])?;
    }
    let last = generator.last();
    let choices = &mut generator.choices;
    let unsigned = |width, integer| FixedFormat::unsigned(width, integer);
    let ty = choices.ty(16, false);
    let ty = FixedType { format: unsigned(ty.format.width, choices.size(0, 1) as i32), ..ty };
    let exp_width = choices.size(3, 18) as u32;
    let exp = FixedType::new(unsigned(exp_width, 1), choices.pick(&Rounding::ALL), Overflow::Sat);
    let diff_width = choices.size(2, 12) as u32;
    let diff = FixedType::new(unsigned(diff_width, 4), choices.pick(&Rounding::ALL), Overflow::Sat);
    generator.op("softmax", Softmax { ty, exp, diff }, &[last]).map(|_| ())
}

pub(super) fn argmax(generator: &mut Generator, _: usize) -> Option<()> {
    let last = generator.last();
    generator.op("winner", Argmax {}, &[last]).map(|_| ())
}
