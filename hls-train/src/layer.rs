//! What every layer of a declaration is.

use burn::tensor::Device;
use hls_core::rules::ShapeRule;

use crate::Precision;
use crate::value::Value;

/// A layer: a field of a model.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    label = "expected a layer such as `Dense<..>` or `Relu<..>` here"
)]
pub trait Layer: Sized {
    /// What it does to shapes, and which hardware settings it takes.
    const RULE: ShapeRule;

    /// A new layer; weights come from the generator that [`seed`](crate::seed) starts.
    fn init(device: &Device) -> Self;

    /// The values of the layer; `inputs` are as many as [`Layer::RULE`] says, at least one.
    fn forward(&self, inputs: &[&Value]) -> Value;

    /// Its precisions by name: `weight`, `bias`, `result` and others.
    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)>;
}
