//! The rectified linear unit.

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

/// `max(x, 0)`, then an assignment to `Q`. Shape: any, kept.
///
/// The gradient passes where `x` is above zero and, for a saturating `Q`, inside its range.
// `Debug` is what the derives need; the other bounds stand on the implementations, so that a wrong precision is one error.
#[derive(Module, Debug)]
pub struct Relu<Q: Debug> {
    #[module(skip)]
    precision: Precision,
    #[module(skip)]
    types: Types<Q>,
}

impl<Q: Quantizer> Layer for Relu<Q> {
    const RULE: ShapeRule = ShapeRule::Elementwise;
    const LEGAL: Result<(), Message> = legal_types(&[("result", Q::TYPE)]);

    fn init(_: &Device) -> Self {
        Self { precision: Precision::of::<Q>(), types: PhantomData }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        inputs[0].activated(Activation { rectify: true, precision: self.precision })
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        let ty = lowering.fixed("result", self.precision)?;
        lowering.push(site, ops::Relu { ty }, inputs)
    }

    fn declaration(&self) -> String {
        format!("Relu<{}>", self.precision.declaration())
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        vec![("result", &mut self.precision)]
    }
}
