//! The mean of two or more layers.

use std::fmt::Debug;
use std::marker::PhantomData;

use burn::module::Module;
use burn::tensor::Device;
use hls_core::diagnostics::Diagnostic;
use hls_core::fixed::Quantizer;
use hls_core::ops;
use hls_core::rules::{ShapeRule, legal_types};
use hls_core::shape::Message;

use super::Types;
use crate::Precision;
use crate::kernels::quotient::assign_quotient;
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering};
use crate::value::Value;

/// The exact sum of its inputs, element by element, over their number, assigned to `Q`: rounded once. Shape: all inputs
/// alike, kept.
///
/// The gradient passes as through an assignment to `Q`, a share of it to each input.
// `Debug` is what the derives need; the other bounds stand on the implementations, so that a wrong precision is one error.
#[derive(Module, Debug)]
pub struct Average<Q: Debug> {
    #[module(skip)]
    precision: Precision,
    #[module(skip)]
    types: Types<Q>,
}

impl<Q: Quantizer> Layer for Average<Q> {
    const RULE: ShapeRule = ShapeRule::Merge;
    const LEGAL: Result<(), Message> = legal_types(&[("result", Q::TYPE)]);

    fn init(_: &Device) -> Self {
        Self { precision: Precision::of::<Q>(), types: PhantomData }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let first = inputs[0].flat();
        let sum = inputs[1..].iter().fold(first, |sum, input| sum + input.flat());
        Value::of(assign_quotient(sum, inputs.len() as u32, self.precision), inputs[0].shape())
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        let ty = lowering.fixed("result", self.precision)?;
        lowering.push(site, ops::Average { ty }, inputs)
    }

    fn declaration(&self) -> String {
        format!("Average<{}>", self.precision.declaration())
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        vec![("result", &mut self.precision)]
    }
}
