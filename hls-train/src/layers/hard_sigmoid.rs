//! The sigmoid as three straight lines.

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

/// `min(max(NUM * 2^-SHIFT * x + 1/2, 0), 1)`, exact, then one assignment to `Q`. Shape: any, kept.
///
/// The default slope 1/4 is that of the sigmoid at zero; QKeras' `hard_sigmoid` has 1/2: `HardSigmoid<Q, 1, 1>`. The 0.2
/// and 1/6 of Keras are no fractions with a power of two below: `HardSigmoid<Q, 13, 6>` (0.203) and `<Q, 51, 8>` (0.1992),
/// `<Q, 11, 6>` (0.172) and `<Q, 43, 8>` (0.168) are near them, a [`Table`](super::Table) of the function has them exactly.
///
/// `NUM` is below 2^31 in magnitude, `SHIFT` at most 31. The gradient is the slope strictly between 0 and 1 and none
/// elsewhere; for a `Q` that does not wrap it passes inside its range.
// `Debug` is what the derives need; the other bounds stand on the implementations, so that a wrong precision is one error.
#[derive(Module, Debug)]
pub struct HardSigmoid<Q: Debug, const NUM: i64 = 1, const SHIFT: u32 = 2> {
    #[module(skip)]
    precision: Precision,
    /// The slope in the middle.
    #[module(skip)]
    slope: Dyadic,
    #[module(skip)]
    types: Types<Q>,
}

impl<Q: Quantizer, const NUM: i64, const SHIFT: u32> HardSigmoid<Q, NUM, SHIFT> {
    /// The same layer with another slope.
    #[must_use]
    pub fn with_slope(self, slope: Dyadic) -> Self {
        Self { slope, ..self }
    }
}

impl<Q: Quantizer, const NUM: i64, const SHIFT: u32> Layer for HardSigmoid<Q, NUM, SHIFT> {
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
        let y = piecewise::clip(x.mul_scalar(self.slope.value()).add_scalar(0.5), Dyadic::new(0, 0), Dyadic::new(1, 0));
        Value::of(y, inputs[0].shape()).activated(Activation::quantize(self.precision))
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        let ty = lowering.fixed("result", self.precision)?;
        lowering.push(site, ops::HardSigmoid { slope: self.slope, ty }, inputs)
    }

    fn declaration(&self) -> String {
        format!("HardSigmoid<{}, {}>", self.precision.declaration(), self.slope)
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        vec![("result", &mut self.precision)]
    }
}
