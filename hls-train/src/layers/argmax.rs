//! The number of the largest element.

use burn::module::Module;
use burn::tensor::Device;
use hls_core::diagnostics::Diagnostic;
use hls_core::ops;
use hls_core::rules::ShapeRule;

use crate::Precision;
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering};
use crate::value::Value;

/// The position of the largest element along the last dimension, the first one among equals: the cheap classifier.
///
/// Shape: the last dimension becomes 1. It has no gradient; a loss uses [`Value::logits`].
#[derive(Module, Debug, Default)]
pub struct Argmax {}

impl Layer for Argmax {
    const RULE: ShapeRule = ShapeRule::Reduce;

    fn init(_: &Device) -> Self {
        Self {}
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let logits = inputs[0].flat();
        let shape = inputs[0].shape();
        let channels = shape.channels().max(1);
        let [batch, size] = logits.dims();
        let rows = batch * size / channels;
        let plain = logits.clone().without_autodiff().reshape([rows, channels]);
        let largest = plain.argmax(1).float().cast(logits.dtype());
        Value::of(largest.reshape([batch, size / channels]), shape.with_channels(1)).with_logits(logits)
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        lowering.push(site, ops::Argmax {}, inputs)
    }

    fn declaration(&self) -> String {
        "Argmax".to_owned()
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        Vec::new()
    }
}
