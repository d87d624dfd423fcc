//! Layers that change every element on its own.

use crate::ops::{Quantize, Relu};
use crate::random::generate::Generator;

pub(super) fn relu(generator: &mut Generator, block: usize) -> Option<()> {
    let (ty, last) = (generator.result_type(), generator.last());
    generator.op(&format!("relu{block}"), Relu { ty }, &[last]).map(|_| ())
}

pub(super) fn quantize(generator: &mut Generator, block: usize) -> Option<()> {
    let (ty, last) = (generator.result_type(), generator.last());
    generator.op(&format!("quantize{block}"), Quantize { ty }, &[last]).map(|_| ())
}
