//! The product of two or more layers.

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
use crate::kernels::Activation;
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering};
use crate::value::Value;

/// The exact product of its inputs, element by element, assigned to `Q`. Shape: all inputs alike, kept.
///
/// The product of all inputs must fit 53 bits.
// `Debug` is what the derives need; the other bounds stand on the implementations, so that a wrong precision is one error.
#[derive(Module, Debug)]
pub struct Multiply<Q: Debug> {
    #[module(skip)]
    precision: Precision,
    #[module(skip)]
    types: Types<Q>,
}

impl<Q: Quantizer> Layer for Multiply<Q> {
    const RULE: ShapeRule = ShapeRule::Merge;
    const LEGAL: Result<(), Message> = legal_types(&[("result", Q::TYPE)]);

    fn init(_: &Device) -> Self {
        Self { precision: Precision::of::<Q>(), types: PhantomData }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let first = inputs[0].flat();
        let product = inputs[1..].iter().fold(first, |product, input| product * input.flat());
        Value::of(product, inputs[0].shape()).activated(Activation::quantize(self.precision))
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        let ty = lowering.fixed("result", self.precision)?;
        lowering.push(site, ops::Multiply { ty }, inputs)
    }

    fn declaration(&self) -> String {
        format!("Multiply<{}>", self.precision.declaration())
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        vec![("result", &mut self.precision)]
    }
}
