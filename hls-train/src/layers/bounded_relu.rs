//! The rectifier with an upper bound.

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

/// `min(max(x, 0), MAX * 2^-SHIFT)`, then an assignment to `Q`. Shape: any, kept.
///
/// `MAX` is from 1 to 2^31 - 1, `SHIFT` at most 31. The gradient passes strictly between zero and the bound and, for a `Q`
/// that does not wrap, inside its range.
// `Debug` is what the derives need; the other bounds stand on the implementations, so that a wrong precision is one error.
#[derive(Module, Debug)]
pub struct BoundedRelu<Q: Debug, const MAX: i64, const SHIFT: u32 = 0> {
    #[module(skip)]
    precision: Precision,
    /// The upper bound.
    #[module(skip)]
    bound: Dyadic,
    #[module(skip)]
    types: Types<Q>,
}

/// [`BoundedRelu`] from 0 to 6.
pub type Relu6<Q> = BoundedRelu<Q, 6>;

/// [`BoundedRelu`] from 0 to 1.
pub type Relu1<Q> = BoundedRelu<Q, 1>;

impl<Q: Quantizer, const MAX: i64, const SHIFT: u32> BoundedRelu<Q, MAX, SHIFT> {
    /// The same layer with another upper bound.
    #[must_use]
    pub fn with_bound(self, bound: Dyadic) -> Self {
        Self { bound, ..self }
    }
}

impl<Q: Quantizer, const MAX: i64, const SHIFT: u32> Layer for BoundedRelu<Q, MAX, SHIFT> {
    const RULE: ShapeRule = ShapeRule::Elementwise;
    const LEGAL: Result<(), Message> = match legal_types(&[("result", Q::TYPE)]) {
        Ok(()) if MAX <= 0 => Err(Message::new().text("bound: it must be above zero")),
        Ok(()) => legal_constant("bound", Dyadic::new(MAX, SHIFT)),
        wrong => wrong,
    };

    fn init(_: &Device) -> Self {
        Self { precision: Precision::of::<Q>(), bound: Dyadic::new(MAX, SHIFT), types: PhantomData }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let x = inputs[0].flat();
        let y = piecewise::clip(x, Dyadic::new(0, 0), self.bound);
        Value::of(y, inputs[0].shape()).activated(Activation::quantize(self.precision))
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        let ty = lowering.fixed("result", self.precision)?;
        lowering.push(site, ops::Clip { low: Dyadic::new(0, 0), high: self.bound, ty }, inputs)
    }

    fn declaration(&self) -> String {
        let bound = match self.bound {
            Dyadic { numerator, shift: 0 } => numerator.to_string(),
            bound => bound.to_string(),
        };
        format!("BoundedRelu<{}, {bound}>", self.precision.declaration())
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        vec![("result", &mut self.precision)]
    }
}
