//! Layers side by side.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use hls_core::diagnostics::Diagnostic;
use hls_core::ops;
use hls_core::rules::ShapeRule;

use crate::Precision;
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering};
use crate::value::Value;

/// Its inputs joined along the last dimension; it changes no value.
///
/// Shape: inputs that agree in all dimensions but the last.
#[derive(Module, Debug, Default)]
pub struct Concatenate {}

impl Layer for Concatenate {
    const RULE: ShapeRule = ShapeRule::Concatenate;

    fn init(_: &Device) -> Self {
        Self {}
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let channels = inputs.iter().map(|input| input.shape().channels()).sum();
        let shape = inputs[0].shape().with_channels(channels);
        // One row for each position, so that the last dimension is the one to join.
        let rows = inputs.iter().map(|input| {
            let flat = input.flat();
            let channels = input.shape().channels().max(1);
            let count = flat.dims()[0] * flat.dims()[1] / channels;
            flat.reshape([count, channels])
        });
        let joined = Tensor::cat(rows.collect(), 1);
        let batch = joined.dims()[0] * channels / shape.size().max(1);
        Value::of(joined.reshape([batch, shape.size()]), shape)
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        lowering.push(site, ops::Concatenate {}, inputs)
    }

    fn declaration(&self) -> String {
        "Concatenate".to_owned()
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        Vec::new()
    }
}
