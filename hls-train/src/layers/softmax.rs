//! Softmax by the tables of the hardware.

use std::fmt::Debug;
use std::marker::PhantomData;

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use hls_core::diagnostics::Diagnostic;
use hls_core::fixed::{Quantizer, Rnd, Sat, UFixed};
use hls_core::ops;
use hls_core::rules::{ShapeRule, legal_types};
use hls_core::shape::Message;

use super::Types;
use crate::Precision;
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering};
use crate::value::Value;

/// Probabilities along the last dimension: `exp(x - max) / sum`, by table, in integers. Shape: any, kept.
///
/// `Out` is the result type, `Exp` the type of the exponentials (unsigned, 1 among its numbers), `Diff` the type of
/// `max - x`, the index of the table (unsigned, at most 16 bits). Training computes the very integers of the hardware;
/// the gradient is that of the true softmax. A loss should use [`Value::logits`], the exact inputs.
// `Debug` is what the derives need; the other bounds stand on the implementations, so that a wrong precision is one error.
#[derive(Module, Debug)]
pub struct Softmax<Out: Debug, Exp: Debug = UFixed<18, 1, Rnd, Sat>, Diff: Debug = UFixed<12, 4, Rnd, Sat>> {
    #[module(skip)]
    precision: Precision,
    #[module(skip)]
    exp: Precision,
    #[module(skip)]
    diff: Precision,
    #[module(skip)]
    types: Types<(Out, Exp, Diff)>,
}

impl<Out: Quantizer, Exp: Quantizer, Diff: Quantizer> Softmax<Out, Exp, Diff> {
    /// The operation, where all precisions are fixed.
    fn op(&self) -> Option<ops::Softmax> {
        Some(ops::Softmax { ty: self.precision.fixed()?, exp: self.exp.fixed()?, diff: self.diff.fixed()? })
    }
}

impl<Out: Quantizer, Exp: Quantizer, Diff: Quantizer> Layer for Softmax<Out, Exp, Diff> {
    const RULE: ShapeRule = ShapeRule::Elementwise;
    const LEGAL: Result<(), Message> =
        legal_types(&[("result", Out::TYPE), ("exponential", Exp::TYPE), ("difference", Diff::TYPE)]);

    fn init(_: &Device) -> Self {
        Self {
            precision: Precision::of::<Out>(),
            exp: Precision::of::<Exp>(),
            diff: Precision::of::<Diff>(),
            types: PhantomData,
        }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let (logits, shape) = (inputs[0].flat(), inputs[0].shape());
        let channels = shape.channels().max(1);
        // Formats that cannot be built are reported when the model is lowered.
        let op = self.op().filter(|op| op.check(channels).is_ok());
        let exact = logits.clone();
        Value::lazy(shape, move || {
            let [batch, size] = exact.dims();
            let rows = exact.clone().reshape([batch * size / channels, channels]);
            let real = burn::tensor::activation::softmax(rows.clone(), 1);
            let probabilities = match &op {
                None => real,
                // The difference is exactly zero: the value is the table's, the gradient the true one.
                Some(op) => real.clone() - constant(real) + by_table(op, rows),
            };
            probabilities.reshape([batch, size])
        })
        .with_logits(logits)
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        let ty = lowering.fixed("result", self.precision)?;
        let exp = lowering.fixed("exp", self.exp)?;
        let diff = lowering.fixed("diff", self.diff)?;
        lowering.push(site, ops::Softmax { ty, exp, diff }, inputs)
    }

    fn declaration(&self) -> String {
        let types = [self.precision, self.exp, self.diff].map(Precision::declaration);
        format!("Softmax<{}>", types.join(", "))
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        vec![("result", &mut self.precision), ("exp", &mut self.exp), ("diff", &mut self.diff)]
    }
}

/// The same values without a gradient.
fn constant(tensor: Tensor<2>) -> Tensor<2> {
    tensor.without_autodiff()
}

fn by_table(op: &ops::Softmax, rows: Tensor<2>) -> Tensor<2> {
    let dtype = rows.dtype();
    let device = rows.device().without_autodiff();
    let [count, channels] = rows.dims();
    let values: Vec<f64> = rows.without_autodiff().into_data().iter::<f64>().collect();
    let row = ops::SoftmaxRow::new(op, 0, channels);
    let mut results = vec![0.0; values.len()];
    let mut scratch = Vec::with_capacity(channels);
    for (row_values, results) in values.chunks(channels).zip(results.chunks_mut(channels)) {
        row.evaluate_values(row_values.iter().copied(), &mut scratch, |channel, raw| {
            results[channel] = op.ty.format.value(raw);
        });
    }
    Tensor::from_data(TensorData::new(results, [count, channels]), (&device, dtype))
}
