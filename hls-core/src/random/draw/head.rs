//! Layers at the end of a classifier.

use crate::fixed::{FixedFormat, FixedType, Overflow};
use crate::ops::{Argmax, Quantize, Softmax, SoftmaxImplementation};
use crate::random::Choices;
use crate::random::generate::Generator;

pub(super) fn softmax(generator: &mut Generator, _: usize) -> Option<()> {
    if generator.output(generator.last()).ty.format.width > 16 {
        let (ty, last) = (generator.choices.ty(12, true), generator.last());
        generator.op("logits", Quantize { ty }, &[last])?;
    }
    let last = generator.last();
    let softmax = any_softmax(&mut generator.choices, None);
    generator.op("softmax", softmax, &[last]).map(|_| ())
}

/// A softmax of any implementation.
pub(super) fn any_softmax(choices: &mut Choices, axis: Option<usize>) -> Softmax {
    let unsigned = |width, integer| FixedFormat::unsigned(width, integer);
    let ty = choices.ty(16, false);
    let ty = FixedType { format: unsigned(ty.format.width, choices.size(0, 1) as i32), ..ty };
    let exp_width = choices.size(3, 18) as u32;
    let exp = choices.ty(1, false);
    let exp = FixedType { format: unsigned(exp_width, 1), overflow: Overflow::Sat, ..exp };
    let diff_width = choices.size(2, 12) as u32;
    let diff = choices.ty(1, false);
    let diff = FixedType { format: unsigned(diff_width, 4), overflow: Overflow::Sat, ..diff };
    let stable = Softmax { axis, ..Softmax::stable(ty, exp, diff) };
    match choices.size(0, 6) {
        0 | 1 => {
            let ty = FixedType { overflow: Overflow::Sat, ..choices.ty(6, false) };
            Softmax { implementation: SoftmaxImplementation::Argmax, ty, ..stable }
        }
        2 | 3 => {
            // The overflow of the input is drawn; the exponentials may only saturate.
            let integer = choices.range(-2, 8) as i32;
            let exp = FixedType { format: unsigned(exp_width, integer), ..exp };
            let index = choices.ty(12, true);
            let index =
                FixedType { format: FixedFormat { integer: choices.range(0, 4) as i32, ..index.format }, ..index };
            Softmax { implementation: SoftmaxImplementation::Latency, exp, diff: index, ..stable }
        }
        _ => stable,
    }
}

pub(super) fn argmax(generator: &mut Generator, _: usize) -> Option<()> {
    let last = generator.last();
    generator.op("winner", Argmax {}, &[last]).map(|_| ())
}
