//! Random zeros while training.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use hls_core::diagnostics::Diagnostic;
use hls_core::rules::ShapeRule;

use crate::Precision;
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering};
use crate::random::Generator;
use crate::value::Value;

/// Sets `PERCENT` of 100 elements to zero while training and scales the others so that the mean is kept; afterwards,
/// and in hardware, it is nothing. Shape: any, kept.
///
/// The zeros come from the generator that [`seed`](crate::seed) starts; a training starts it with its own seed.
#[derive(Module, Debug, Default)]
pub struct Dropout<const PERCENT: u32> {}

impl<const PERCENT: u32> Layer for Dropout<PERCENT> {
    const RULE: ShapeRule = {
        assert!(PERCENT < 100, "`Dropout<PERCENT>` takes a percentage from 0 to 99");
        ShapeRule::Elementwise
    };

    fn init(_: &Device) -> Self {
        Self {}
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let flat = inputs[0].flat();
        if PERCENT == 0 || !flat.is_tracked() {
            return inputs[0].clone();
        }
        let keep = 1.0 - PERCENT as f32 / 100.0;
        let mut generator = Generator::of_thread();
        let [batch, size] = flat.dims();
        let factors: Vec<f32> =
            (0..batch * size).map(|_| if generator.unit() < keep { 1.0 / keep } else { 0.0 }).collect();
        let factors = Tensor::from_data(TensorData::new(factors, [batch, size]), &flat.device().without_autodiff());
        Value::of(flat * factors, inputs[0].shape())
    }

    fn lower(&self, lowering: &mut Lowering, _: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        // It is nothing: readers of this layer read its input.
        lowering.alias(inputs)
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        Vec::new()
    }
}
