//! The largest of two or more layers.

use burn::module::Module;
use burn::tensor::Device;
use hls_core::diagnostics::Diagnostic;
use hls_core::ops;
use hls_core::rules::ShapeRule;

use crate::Precision;
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering};
use crate::value::Value;

/// The largest of its inputs, element by element, compared exactly; it changes no value. Shape: all inputs alike, kept.
///
/// The gradient goes to the input that is chosen, the first one among equals.
#[derive(Module, Debug, Default)]
pub struct Maximum {}

impl Layer for Maximum {
    const RULE: ShapeRule = ShapeRule::Merge;

    fn init(_: &Device) -> Self {
        Self {}
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let chosen = inputs[1..].iter().fold(inputs[0].flat(), |chosen, input| {
            let other = input.flat();
            let wins = other.clone().greater(chosen.clone());
            chosen.mask_where(wins, other)
        });
        Value::of(chosen, inputs[0].shape())
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        lowering.push(site, ops::Maximum {}, inputs)
    }

    fn declaration(&self) -> String {
        "Maximum".to_owned()
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        Vec::new()
    }
}
