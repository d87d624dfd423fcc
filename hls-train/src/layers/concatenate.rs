//! Layers side by side.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use hls_core::diagnostics::Diagnostic;
use hls_core::ops;
use hls_core::rules::ShapeRule;

use super::LAST;
use crate::Precision;
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering};
use crate::value::Value;

/// Its inputs joined along axis `AXIS` of a sample, by default the last one, the channels; it changes no value.
///
/// Shape: inputs that agree in all other dimensions.
#[derive(Module, Debug)]
pub struct Concatenate<const AXIS: usize = LAST> {
    #[module(skip)]
    axis: Option<usize>,
}

impl<const AXIS: usize> Concatenate<AXIS> {
    const CHOSEN: Option<usize> = if AXIS == LAST { None } else { Some(AXIS) };

    /// The layer along another axis than its type says; `None` is the last one.
    #[must_use]
    pub fn with_axis(self, axis: Option<usize>) -> Self {
        Self { axis }
    }
}

impl<const AXIS: usize> Layer for Concatenate<AXIS> {
    const RULE: ShapeRule = ShapeRule::Concatenate { axis: Self::CHOSEN };

    fn init(_: &Device) -> Self {
        Self { axis: Self::CHOSEN }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let first = inputs[0].shape();
        let axis = self.axis.unwrap_or(first.rank().saturating_sub(1));
        // An axis that is not there is refused by the declaration and when the model is lowered.
        if axis >= first.rank() || inputs.iter().any(|input| input.shape().rank() != first.rank()) {
            return inputs[0].clone();
        }
        let shape = first.with_dim(axis, inputs.iter().map(|input| input.shape().dims()[axis]).sum());
        // One row for what lies before the axis, so that the rest of each input is in one piece.
        let rows = inputs.iter().map(|input| {
            let flat = input.flat();
            let together = input.shape().dims()[axis..].iter().product::<usize>().max(1);
            let count = flat.dims()[0] * flat.dims()[1] / together;
            flat.reshape([count, together])
        });
        let batch = inputs[0].flat().dims()[0];
        Value::of(Tensor::cat(rows.collect(), 1).reshape([batch, shape.size()]), shape)
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        let last = lowering.input_type(inputs)?.shape.rank().checked_sub(1);
        lowering.push(site, ops::Concatenate { axis: self.axis.filter(|_| self.axis != last) }, inputs)
    }

    fn declaration(&self) -> String {
        self.axis.map_or_else(|| "Concatenate".to_owned(), |axis| format!("Concatenate<{axis}>"))
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        Vec::new()
    }
}
