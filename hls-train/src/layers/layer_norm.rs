//! Layer normalization, in integers.

use std::fmt::Debug;
use std::marker::PhantomData;

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};
use hls_core::diagnostics::Diagnostic;
use hls_core::fixed::{Fixed, Quantizer, Rnd, Sat};
use hls_core::ops;
use hls_core::rules::{ShapeRule, legal_types};
use hls_core::shape::Message;

use super::Types;
use super::normalization::{Normalization, integers, legal_row};
use crate::Precision;
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering, quantized};
use crate::value::Value;

/// `(x - mean) / sqrt(variance + epsilon) * gamma + beta` along the last dimension, which has `N` elements. Shape: any that
/// ends in `N`, kept.
///
/// `Q` is the result type, `Norm` the type of the normalized numbers before scale and shift, `G` and `B` those of `gamma` and
/// `beta`, which are trained; epsilon is 2 to minus `EPSILON`. No normalized number is beyond the root of `N`. Training
/// computes the very integers of the hardware (see [`LayerNorm`](hls_core::ops::LayerNorm)); the gradient is that of the
/// real function, inside the ranges of the types.
// `Debug` is what the derives need; the other bounds stand on the implementations, so that a wrong precision is one error.
#[derive(Module, Debug)]
pub struct LayerNorm<
    const N: usize,
    Q: Debug,
    Norm: Debug = Fixed<18, 5, Rnd, Sat>,
    G: Debug = Fixed<10, 3>,
    B: Debug = G,
    const EPSILON: u32 = 17,
> {
    /// The scale of each element, `[N]`.
    pub gamma: Param<Tensor<1>>,
    /// The shift of each element, `[N]`.
    pub beta: Param<Tensor<1>>,
    #[module(skip)]
    precision: Precision,
    #[module(skip)]
    norm: Precision,
    #[module(skip)]
    gamma_precision: Precision,
    #[module(skip)]
    beta_precision: Precision,
    #[module(skip)]
    epsilon: u32,
    #[module(skip)]
    types: Types<(Q, Norm, G, B)>,
}

impl<const N: usize, Q: Quantizer, Norm: Quantizer, G: Quantizer, B: Quantizer, const EPSILON: u32>
    LayerNorm<N, Q, Norm, G, B, EPSILON>
{
    /// The same layer with another epsilon: 2 to minus this.
    #[must_use]
    pub fn with_epsilon(self, epsilon: u32) -> Self {
        Self { epsilon, ..self }
    }

    /// The operation, where all precisions are fixed and all constants finite.
    fn op(&self) -> Option<ops::LayerNorm> {
        Some(ops::LayerNorm {
            gamma: integers(self.gamma.val(), self.gamma_precision)?,
            beta: integers(self.beta.val(), self.beta_precision)?,
            norm: self.norm.fixed()?,
            ty: self.precision.fixed()?,
            epsilon: self.epsilon,
        })
    }
}

impl<const N: usize, Q: Quantizer, Norm: Quantizer, G: Quantizer, B: Quantizer, const EPSILON: u32> Layer
    for LayerNorm<N, Q, Norm, G, B, EPSILON>
{
    const RULE: ShapeRule = ShapeRule::Channelwise { channels: N };
    const LEGAL: Result<(), Message> =
        match legal_types(&[("result", Q::TYPE), ("norm", Norm::TYPE), ("gamma", G::TYPE), ("beta", B::TYPE)]) {
            Ok(()) => legal_row(N, EPSILON),
            wrong => wrong,
        };

    fn init(device: &Device) -> Self {
        Self {
            gamma: Param::from_tensor(Tensor::ones([N], device)),
            beta: Param::from_tensor(Tensor::zeros([N], device)),
            precision: Precision::of::<Q>(),
            norm: Precision::of::<Norm>(),
            gamma_precision: Precision::of::<G>(),
            beta_precision: Precision::of::<B>(),
            epsilon: EPSILON,
            types: PhantomData,
        }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let normalization = Normalization {
            centered: true,
            epsilon: self.epsilon,
            gamma: (self.gamma.val(), self.gamma_precision),
            beta: Some((self.beta.val(), self.beta_precision)),
            norm: self.norm,
            result: self.precision,
        };
        // What cannot be built is reported when the model is lowered.
        let row = self.op().and_then(|op| op.row().ok());
        normalization.forward(inputs[0], row.as_ref())
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        let gamma_type = lowering.fixed("gamma", self.gamma_precision)?;
        let beta_type = lowering.fixed("beta", self.beta_precision)?;
        let op = ops::LayerNorm {
            gamma: quantized("gamma", self.gamma.val(), gamma_type.into())?,
            beta: quantized("beta", self.beta.val(), beta_type.into())?,
            norm: lowering.fixed("norm", self.norm)?,
            ty: lowering.fixed("result", self.precision)?,
            epsilon: self.epsilon,
        };
        let lowered = lowering.push(site, op, inputs)?;
        lowering.constants(lowered, "gamma", self.gamma.val(), gamma_type);
        lowering.constants(lowered, "beta", self.beta.val(), beta_type);
        Ok(lowered)
    }

    fn declaration(&self) -> String {
        let [channels] = self.gamma.val().dims();
        let precisions = [self.precision, self.norm, self.gamma_precision, self.beta_precision];
        let types = precisions.map(Precision::declaration).join(", ");
        format!("LayerNorm<{channels}, {types}, {}>", self.epsilon)
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        vec![
            ("result", &mut self.precision),
            ("norm", &mut self.norm),
            ("gamma", &mut self.gamma_precision),
            ("beta", &mut self.beta_precision),
        ]
    }
}
