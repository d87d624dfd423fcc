//! The rectifier with a slope below zero.

use std::fmt::Debug;
use std::marker::PhantomData;

use burn::module::Module;
use burn::tensor::Device;
use hls_core::diagnostics::Diagnostic;
use hls_core::fixed::{Dyadic, Quantizer};
use hls_core::ops;
use hls_core::rules::{ShapeRule, legal_constant, legal_types};
use hls_core::shape::Message;

use super::Types;
use crate::Precision;
use crate::kernels::{Activation, piecewise};
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering};
use crate::value::Value;

/// `x` above zero, `NUM * 2^-SHIFT * x` below, exact, then one assignment to `Q`. Shape: any, kept.
///
/// `LeakyRelu<Q, 13, 7>` has a slope of about 0.1. `NUM` is below 2^31 in magnitude, `SHIFT` at most 31. The gradient is 1
/// above zero and the slope elsewhere; for a `Q` that does not wrap it passes inside its range.
// `Debug` is what the derives need; the other bounds stand on the implementations, so that a wrong precision is one error.
#[derive(Module, Debug)]
pub struct LeakyRelu<Q: Debug, const NUM: i64, const SHIFT: u32> {
    #[module(skip)]
    precision: Precision,
    /// The slope below zero.
    #[module(skip)]
    slope: Dyadic,
    #[module(skip)]
    types: Types<Q>,
}

impl<Q: Quantizer, const NUM: i64, const SHIFT: u32> LeakyRelu<Q, NUM, SHIFT> {
    /// The same layer with another slope below zero.
    #[must_use]
    pub fn with_slope(self, slope: Dyadic) -> Self {
        Self { slope, ..self }
    }
}

impl<Q: Quantizer, const NUM: i64, const SHIFT: u32> Layer for LeakyRelu<Q, NUM, SHIFT> {
    const RULE: ShapeRule = ShapeRule::Elementwise;
    const LEGAL: Result<(), Message> = match legal_types(&[("result", Q::TYPE)]) {
        Ok(()) => legal_constant("slope", Dyadic::new(NUM, SHIFT)),
        wrong => wrong,
    };

    fn init(_: &Device) -> Self {
        Self { precision: Precision::of::<Q>(), slope: Dyadic::new(NUM, SHIFT), types: PhantomData }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let x = inputs[0].flat();
        let y = piecewise::leaky(x.clone(), piecewise::number(self.slope, &x));
        Value::of(y, inputs[0].shape()).activated(Activation::quantize(self.precision))
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        let ty = lowering.fixed("result", self.precision)?;
        lowering.push(site, ops::LeakyRelu { slope: self.slope.tensor(), ty }, inputs)
    }

    fn declaration(&self) -> String {
        format!("LeakyRelu<{}, {}>", self.precision.declaration(), self.slope)
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        vec![("result", &mut self.precision)]
    }
}
