//! The binary activation.

use burn::module::Module;
use burn::tensor::Device;
use hls_core::diagnostics::Diagnostic;
use hls_core::fixed::{FixedFormat, FixedType};
use hls_core::ops;
use hls_core::rules::ShapeRule;

use crate::Precision;
use crate::kernels::Activation;
use crate::kernels::activation::activate;
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering};
use crate::value::Value;

/// 1 for values of zero and more, -1 for the others. Shape: any, kept.
///
/// The gradient passes where the value is from -1 to 1. A [`Dense`](super::Dense) layer with
/// [`Binary`](hls_core::fixed::Binary) weights behind it compares bits and counts them.
#[derive(Module, Debug, Default)]
pub struct Sign {}

/// The floor of a value in steps of two, a single bit: -2 below zero and 0 from there, for values from -2 to below 2.
const FLOOR: FixedType = FixedType::exact(FixedFormat::signed(1, 2));

impl Layer for Sign {
    const RULE: ShapeRule = ShapeRule::Elementwise;

    fn init(_: &Device) -> Self {
        Self {}
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        // Clamping bounds the gradient; the wrapping type behind it passes it on and does not wrap.
        let clamped = inputs[0].flat().clamp(-1.0, 1.0);
        let floor = activate(clamped, Activation::quantize(Precision::Fixed(FLOOR)));
        Value::of(floor.add_scalar(1.0), inputs[0].shape())
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        lowering.push(site, ops::Sign {}, inputs)
    }

    fn declaration(&self) -> String {
        "Sign".to_owned()
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        Vec::new()
    }
}
