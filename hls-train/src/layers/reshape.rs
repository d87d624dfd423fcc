//! The same elements with other dimensions.

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

/// The elements of a sample with the dimensions `D0` to `D3`, in the same order, the last dimension fastest; dimensions
/// that are 0 are not there. It changes no value and costs nothing.
///
/// Shape: any with as many elements.
#[derive(Module, Debug)]
pub struct Reshape<const D0: usize, const D1: usize = 0, const D2: usize = 0, const D3: usize = 0> {
    #[module(skip)]
    shape: Shape,
}

impl<const D0: usize, const D1: usize, const D2: usize, const D3: usize> Reshape<D0, D1, D2, D3> {
    const SHAPE: Shape = Shape::before_zeros([D0, D1, D2, D3]);

    /// The layer with other dimensions than its type says.
    #[must_use]
    pub fn with_shape(self, shape: Shape) -> Self {
        Self { shape }
    }
}

impl<const D0: usize, const D1: usize, const D2: usize, const D3: usize> Layer for Reshape<D0, D1, D2, D3> {
    const RULE: ShapeRule = ShapeRule::Reshape { shape: Self::SHAPE };

    fn init(_: &Device) -> Self {
        Self { shape: Self::SHAPE }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        inputs[0].clone().with_shape(self.shape)
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        lowering.push(site, ops::Reshape { shape: self.shape }, inputs)
    }

    fn declaration(&self) -> String {
        let dims: Vec<String> = self.shape.dims().iter().map(ToString::to_string).collect();
        format!("Reshape<{}>", dims.join(", "))
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        Vec::new()
    }
}
