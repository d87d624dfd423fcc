//! The scalar product of two layers.

use burn::module::Module;
use burn::tensor::Device;
use hls_core::diagnostics::Diagnostic;
use hls_core::ops;
use hls_core::rules::ShapeRule;

use crate::Precision;
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering};
use crate::value::Value;

/// The exact sum along the last dimension of the exact products of its two inputs, not rounded. The next quantizing layer
/// does the only rounding.
///
/// Shape: both inputs alike, `[.., n]`; the result is `[.., 1]`.
#[derive(Module, Debug, Default)]
pub struct Dot {}

impl Layer for Dot {
    const RULE: ShapeRule = ShapeRule::Dot;

    fn init(_: &Device) -> Self {
        Self {}
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let shape = inputs[0].shape();
        let channels = shape.channels().max(1);
        let products = inputs[0].flat() * inputs[1].flat();
        let [batch, size] = products.dims();
        let rows = size / channels;
        let sums = products.reshape([batch * rows, channels]).sum_dim(1);
        Value::of(sums.reshape([batch, rows]), shape.with_channels(1))
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        lowering.push(site, ops::Dot {}, inputs)
    }

    fn declaration(&self) -> String {
        "Dot".to_owned()
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        Vec::new()
    }
}
