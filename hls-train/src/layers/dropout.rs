//! Random zeros while training.

use burn::module::{Flag, Module, Param};
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
#[derive(Module, Debug)]
pub struct Dropout<const PERCENT: u32> {
    /// On while training; burn's `valid` switches it off.
    training: Param<Flag>,
}

impl<const PERCENT: u32> Layer for Dropout<PERCENT> {
    const RULE: ShapeRule = {
        assert!(PERCENT < 100, "`Dropout<PERCENT>` takes a percentage from 0 to 99");
        ShapeRule::Elementwise
    };

    fn init(device: &Device) -> Self {
        Self { training: Param::from_bool(device.is_autodiff()) }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let flat = inputs[0].flat();
        if PERCENT == 0 || !self.training.is_enabled() {
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

    fn declaration(&self) -> String {
        format!("Dropout<{PERCENT}>")
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zeros(layer: &Dropout<25>) -> usize {
        let device = Device::default();
        let ones = Value::new(Tensor::<2>::ones([100, 100], &device));
        let values: Vec<f32> = layer.forward(&[&ones]).flat().into_data().iter().collect();
        assert!(values.iter().all(|&value| value == 0.0 || value == 1.0 / 0.75 || value == 1.0));
        values.iter().filter(|&&value| value == 0.0).count()
    }

    #[test]
    fn zeros_while_training_only() {
        crate::seed(1);
        let layer = Dropout::<25>::init(&Device::default().autodiff());
        // Of an input that is no part of a graph as well.
        assert!((2300..2700).contains(&zeros(&layer)), "{}", zeros(&layer));
        assert_eq!(zeros(&layer.valid()), 0);
        assert!(zeros(&layer.valid().train()) > 0);
        assert_eq!(zeros(&Dropout::<25>::init(&Device::default())), 0);
    }
}
