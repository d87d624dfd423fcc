//! The rectifier that is zero up to a threshold.

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

/// `x` above the threshold `NUM * 2^-SHIFT`, zero elsewhere, then an assignment to `Q`. Shape: any, kept.
///
/// `NUM` is below 2^31 in magnitude, `SHIFT` at most 31. The gradient passes above the threshold and, for a `Q` that does
/// not wrap, inside its range.
// `Debug` is what the derives need; the other bounds stand on the implementations, so that a wrong precision is one error.
#[derive(Module, Debug)]
pub struct ThresholdedRelu<Q: Debug, const NUM: i64, const SHIFT: u32> {
    #[module(skip)]
    precision: Precision,
    /// The largest number that becomes zero.
    #[module(skip)]
    threshold: Dyadic,
    #[module(skip)]
    types: Types<Q>,
}

impl<Q: Quantizer, const NUM: i64, const SHIFT: u32> ThresholdedRelu<Q, NUM, SHIFT> {
    /// The same layer with another threshold.
    #[must_use]
    pub fn with_threshold(self, threshold: Dyadic) -> Self {
        Self { threshold, ..self }
    }
}

impl<Q: Quantizer, const NUM: i64, const SHIFT: u32> Layer for ThresholdedRelu<Q, NUM, SHIFT> {
    const RULE: ShapeRule = ShapeRule::Elementwise;
    const LEGAL: Result<(), Message> = match legal_types(&[("result", Q::TYPE)]) {
        Ok(()) => legal_constant("threshold", Dyadic::new(NUM, SHIFT)),
        wrong => wrong,
    };

    fn init(_: &Device) -> Self {
        Self { precision: Precision::of::<Q>(), threshold: Dyadic::new(NUM, SHIFT), types: PhantomData }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let x = inputs[0].flat();
        let y = piecewise::threshold(x, self.threshold);
        Value::of(y, inputs[0].shape()).activated(Activation::quantize(self.precision))
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        let ty = lowering.fixed("result", self.precision)?;
        lowering.push(site, ops::ThresholdedRelu { threshold: self.threshold, ty }, inputs)
    }

    fn declaration(&self) -> String {
        format!("ThresholdedRelu<{}, {}>", self.precision.declaration(), self.threshold)
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        vec![("result", &mut self.precision)]
    }
}
