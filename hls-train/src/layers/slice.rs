//! A part of a layer's result.

use burn::module::Module;
use burn::tensor::Device;
use hls_core::diagnostics::Diagnostic;
use hls_core::ops;
use hls_core::rules::ShapeRule;

use super::LAST;
use crate::Precision;
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering};
use crate::value::Value;

/// The elements `START` to `START + LENGTH`, the latter not included, along axis `AXIS` of a sample, by default the last
/// one. It changes no value.
///
/// Shape: any in which they are there; that dimension becomes `LENGTH`.
#[derive(Module, Debug)]
pub struct Slice<const START: usize, const LENGTH: usize, const AXIS: usize = LAST> {
    #[module(skip)]
    start: usize,
    #[module(skip)]
    length: usize,
    #[module(skip)]
    axis: Option<usize>,
}

impl<const START: usize, const LENGTH: usize, const AXIS: usize> Slice<START, LENGTH, AXIS> {
    const CHOSEN: Option<usize> = if AXIS == LAST { None } else { Some(AXIS) };

    /// The layer with another range than its type says; `None` is the last axis.
    #[must_use]
    pub fn with_range(self, start: usize, length: usize, axis: Option<usize>) -> Self {
        Self { start, length, axis }
    }
}

impl<const START: usize, const LENGTH: usize, const AXIS: usize> Layer for Slice<START, LENGTH, AXIS> {
    const RULE: ShapeRule = ShapeRule::Slice { start: START, length: LENGTH, axis: Self::CHOSEN };

    fn init(_: &Device) -> Self {
        Self { start: START, length: LENGTH, axis: Self::CHOSEN }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let (flat, shape) = (inputs[0].flat(), inputs[0].shape());
        let axis = self.axis.unwrap_or(shape.rank().saturating_sub(1));
        // A range that does not fit is refused by the declaration and when the model is lowered.
        let Some(&all) = shape.dims().get(axis) else { return inputs[0].clone() };
        let inner: usize = shape.dims()[axis + 1..].iter().product();
        let [batch, size] = flat.dims();
        let outer = batch * size / (all * inner).max(1);
        let part = flat.reshape([outer, all, inner]).narrow(1, self.start, self.length);
        let shape = shape.with_dim(axis, self.length);
        Value::of(part.reshape([batch, shape.size()]), shape)
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        let op = ops::Slice { start: self.start, length: self.length, axis: self.axis };
        lowering.push(site, op, inputs)
    }

    fn declaration(&self) -> String {
        let axis = self.axis.map_or_else(String::new, |axis| format!(", {axis}"));
        format!("Slice<{}, {}{axis}>", self.start, self.length)
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        Vec::new()
    }
}
