//! All dimensions to one.

use burn::module::Module;
use burn::tensor::Device;
use hls_core::diagnostics::Diagnostic;
use hls_core::ops;
use hls_core::rules::ShapeRule;
use hls_core::shape::Shape;

use crate::Precision;
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering};
use crate::value::Value;

/// The elements of a sample as one dimension, the last dimension fastest; it changes no value and costs nothing.
#[derive(Module, Debug, Default)]
pub struct Flatten {}

impl Layer for Flatten {
    const RULE: ShapeRule = ShapeRule::Flatten;

    fn init(_: &Device) -> Self {
        Self {}
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let shape = Shape::new([inputs[0].shape().size()]);
        inputs[0].clone().with_shape(shape)
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        lowering.push(site, ops::Flatten {}, inputs)
    }

    fn declaration(&self) -> String {
        "Flatten".to_owned()
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        Vec::new()
    }
}
