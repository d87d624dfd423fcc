//! Functions of one number: piecewise linear and by table.

use crate::fixed::{Dyadic, FixedFormat, FixedTensor, FixedType};
use crate::functions::{Elu, Exp, Gelu, Reciprocal, Selu, Sigmoid, Silu, Softplus, Softsign, Tanh};
use crate::ops::{Clip, HardSigmoid, LeakyRelu, Op, Table, ThresholdedRelu};
use crate::random::Choices;
use crate::random::generate::Generator;

/// Adds the operation that `make` draws, with its result type.
fn push(
    generator: &mut Generator,
    name: &str,
    block: usize,
    make: impl FnOnce(&mut Choices, FixedType) -> Op,
) -> Option<()> {
    let (ty, last) = (generator.result_type(), generator.last());
    let op = make(&mut generator.choices, ty);
    generator.op(&format!("{name}{block}"), op, &[last]).map(|_| ())
}

fn dyadic(choices: &mut Choices, low: i64, high: i64) -> Dyadic {
    Dyadic::new(choices.range(low, high), choices.size(0, 8) as u32)
}

pub(super) fn leaky_relu(generator: &mut Generator, block: usize) -> Option<()> {
    push(generator, "leaky", block, |choices, ty| LeakyRelu { slope: dyadic(choices, -20, 60).tensor(), ty }.into())
}

pub(super) fn p_relu(generator: &mut Generator, block: usize) -> Option<()> {
    let channels = generator.output(generator.last()).shape.channels();
    push(generator, "prelu", block, |choices, ty| {
        let signed = !choices.one_in(3);
        let FixedType { format, .. } = choices.ty(8, signed);
        let raw = (0..channels).map(|_| choices.range(format.min_raw(), format.max_raw())).collect();
        LeakyRelu { slope: FixedTensor { dims: vec![channels], format, raw }, ty }.into()
    })
}

pub(super) fn bounded_relu(generator: &mut Generator, block: usize) -> Option<()> {
    push(generator, "bounded", block, |choices, ty| {
        Clip { low: Dyadic::new(0, 0), high: dyadic(choices, 1, 100), ty }.into()
    })
}

pub(super) fn hard_tanh(generator: &mut Generator, block: usize) -> Option<()> {
    push(generator, "hard_tanh", block, |_, ty| Clip { low: Dyadic::new(-1, 0), high: Dyadic::new(1, 0), ty }.into())
}

pub(super) fn thresholded_relu(generator: &mut Generator, block: usize) -> Option<()> {
    push(generator, "threshold", block, |choices, ty| {
        ThresholdedRelu { threshold: dyadic(choices, -20, 60), ty }.into()
    })
}

pub(super) fn hard_sigmoid(generator: &mut Generator, block: usize) -> Option<()> {
    push(generator, "hard_sigmoid", block, |choices, ty| HardSigmoid { slope: dyadic(choices, -4, 20), ty }.into())
}

pub(super) fn table(generator: &mut Generator, block: usize) -> Option<()> {
    let (ty, last) = (generator.result_type(), generator.last());
    let input = generator.output(last);
    let is_indexed = input.ty.format.width > 12 || !generator.is_assigned(last);
    let choices = &mut generator.choices;
    let index = (is_indexed || choices.one_in(3)).then(|| {
        let signed = !choices.one_in(4);
        let ty = choices.ty(11, signed);
        // Around the part of the function that is not flat.
        let integer = choices.size(0, 5) as i32 + i32::from(signed);
        FixedType { format: FixedFormat { integer, ..ty.format }, ..ty }
    });
    let new = choices.pick(&[
        Table::new::<Sigmoid>,
        Table::new::<Tanh>,
        Table::new::<Elu>,
        Table::new::<Selu>,
        Table::new::<Softplus>,
        Table::new::<Softsign>,
        Table::new::<Gelu>,
        Table::new::<Silu>,
        Table::new::<Exp>,
        Table::new::<Reciprocal>,
    ]);
    let op = new(ty, index, &input).ok()?;
    generator.op(&format!("table{block}"), op, &[last]).map(|_| ())
}
