//! The hyperbolic tangent as three straight lines.

use std::fmt::Debug;
use std::marker::PhantomData;

use burn::module::Module;
use burn::tensor::Device;
use hls_core::diagnostics::Diagnostic;
use hls_core::fixed::{Dyadic, Quantizer};
use hls_core::ops;
use hls_core::rules::{ShapeRule, legal_types};
use hls_core::shape::Message;

use super::Types;
use crate::Precision;
use crate::kernels::{Activation, piecewise};
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering};
use crate::value::Value;

/// `min(max(x, -1), 1)`, then an assignment to `Q`. Shape: any, kept.
///
/// The gradient passes strictly between -1 and 1 and, for a `Q` that does not wrap, inside its range.
// `Debug` is what the derives need; the other bounds stand on the implementations, so that a wrong precision is one error.
#[derive(Module, Debug)]
pub struct HardTanh<Q: Debug> {
    #[module(skip)]
    precision: Precision,
    #[module(skip)]
    types: Types<Q>,
}

/// The limits.
const LIMITS: (Dyadic, Dyadic) = (Dyadic::new(-1, 0), Dyadic::new(1, 0));

impl<Q: Quantizer> Layer for HardTanh<Q> {
    const RULE: ShapeRule = ShapeRule::Elementwise;
    const LEGAL: Result<(), Message> = legal_types(&[("result", Q::TYPE)]);

    fn init(_: &Device) -> Self {
        Self { precision: Precision::of::<Q>(), types: PhantomData }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let x = inputs[0].flat();
        let y = piecewise::clip(x, LIMITS.0, LIMITS.1);
        Value::of(y, inputs[0].shape()).activated(Activation::quantize(self.precision))
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        let ty = lowering.fixed("result", self.precision)?;
        lowering.push(site, ops::Clip { low: LIMITS.0, high: LIMITS.1, ty }, inputs)
    }

    fn declaration(&self) -> String {
        format!("HardTanh<{}>", self.precision.declaration())
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        vec![("result", &mut self.precision)]
    }
}
