//! The rectifier with trained slopes below zero.

use std::fmt::Debug;
use std::marker::PhantomData;

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};
use hls_core::diagnostics::Diagnostic;
use hls_core::fixed::Quantizer;
use hls_core::ops;
use hls_core::rules::{ShapeRule, legal_types};
use hls_core::shape::Message;

use super::Types;
use crate::Precision;
use crate::kernels::constants::constants;
use crate::kernels::{Activation, piecewise};
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering, quantized};
use crate::value::Value;

/// Where slopes start (He et al., Delving Deep into Rectifiers, 2015).
const START: f32 = 0.25;

/// `x` above zero, `slope * x` below, with a trained slope for each of `N` channels: exact, then one assignment to `Q`.
/// Shape: any whose last dimension is `N`, kept.
///
/// `A` is the precision of the slopes, which are clamped to its range as weights are; their gradient passes straight
/// through. That of `x` is 1 above zero and the slope elsewhere; for a `Q` that does not wrap it passes inside its range.
// The bounds stand on the implementations, so that a wrong precision is one error, at the field.
#[derive(Module, Debug)]
pub struct PRelu<const N: usize, A, Q> {
    /// The slopes below zero, `[N]`.
    pub slope: Param<Tensor<1>>,
    #[module(skip)]
    slope_precision: Precision,
    #[module(skip)]
    precision: Precision,
    #[module(skip)]
    types: Types<(A, Q)>,
}

impl<const N: usize, A: Quantizer, Q: Quantizer> PRelu<N, A, Q> {
    /// The slopes on their grid, as a row; the gradient is that of the slopes themselves.
    fn slopes(&self, like: &Tensor<2>) -> Tensor<2> {
        constants(self.slope.val().cast(like.dtype()), self.slope_precision).unsqueeze::<2>()
    }
}

impl<const N: usize, A: Quantizer, Q: Quantizer> Layer for PRelu<N, A, Q> {
    const RULE: ShapeRule = ShapeRule::Channelwise { channels: N };
    const LEGAL: Result<(), Message> = legal_types(&[("slope", A::TYPE), ("result", Q::TYPE)]);

    fn init(device: &Device) -> Self {
        Self {
            slope: Param::from_tensor(Tensor::full([N], START, device)),
            slope_precision: Precision::of::<A>(),
            precision: Precision::of::<Q>(),
            types: PhantomData,
        }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let x = inputs[0].flat();
        let [batch, size] = x.dims();
        let [channels] = self.slope.val().dims();
        let slopes = self.slopes(&x);
        let rows = x.reshape([batch * size / channels.max(1), channels]);
        let y = piecewise::leaky(rows, slopes).reshape([batch, size]);
        Value::of(y, inputs[0].shape()).activated(Activation::quantize(self.precision))
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        let slope_type = lowering.fixed("slope", self.slope_precision)?;
        let ty = lowering.fixed("result", self.precision)?;
        let slope = quantized("slope", self.slope.val().without_autodiff(), slope_type.into())?;
        let lowered = lowering.push(site, ops::LeakyRelu { slope, ty }, inputs)?;
        lowering.constants(lowered, "slope", self.slope.val(), slope_type);
        Ok(lowered)
    }

    fn declaration(&self) -> String {
        let [channels] = self.slope.val().dims();
        format!("PRelu<{channels}, {}, {}>", self.slope_precision.declaration(), self.precision.declaration())
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        vec![("slope", &mut self.slope_precision), ("result", &mut self.precision)]
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::TensorData;
    use hls_core::fixed::{Fixed, Rnd, Sat};

    use super::*;

    fn floats<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data().iter().collect()
    }

    #[test]
    fn slopes_are_on_their_grid_and_learn() {
        let device = Device::default().autodiff();
        let mut layer = PRelu::<2, Fixed<4, 1>, Fixed<12, 4, Rnd, Sat>>::init(&device);
        // Rounded down to 1/4; beyond the largest number, 7/8.
        layer.slope = Param::from_tensor(Tensor::from_data([0.3, 5.0], &device));
        // Two positions of two channels.
        let data = TensorData::new(vec![-2.0_f32, -2.0, 3.0, -1.0], [1, 2, 2]);
        let x = Tensor::<3>::from_data(data, &device).require_grad();
        let y = layer.forward(&[&Value::new(x.clone())]);
        assert_eq!(floats(y.flat()), [-0.5, -1.75, 3.0, -0.875]);
        let tape = y.flat().sum().backward();
        assert_eq!(x.grad(&tape).map(floats), Some(vec![0.25, 0.875, 1.0, 0.875]));
        // A step against the gradient of the second would lead further out.
        assert_eq!(layer.slope.val().grad(&tape).map(floats), Some(vec![-2.0, 0.0]));
    }
}
