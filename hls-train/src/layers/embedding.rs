//! A table of trained vectors.

use std::fmt::Debug;
use std::marker::PhantomData;

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use hls_core::diagnostics::Diagnostic;
use hls_core::fixed::Quantizer;
use hls_core::ops;
use hls_core::rules::{ShapeRule, legal_types};
use hls_core::shape::Message;

use super::Types;
use crate::Precision;
use crate::kernels::constants::constants;
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering, quantized};
use crate::random::Generator;
use crate::value::Value;

/// The vector that each element selects: element `i` becomes row `i` of a trained table.
///
/// Shapes: `[..]` to `[.., DIM]`. `W` is the precision of the table. The input holds indices from 0 to `VOCABULARY - 1`
/// and nothing else: an input that can be another number, such as a `UFixed<3, 3>` where the vocabulary is 6, is refused.
// The bounds stand on the implementations, so that a wrong precision is one error, at the field.
#[derive(Module, Debug)]
pub struct Embedding<const VOCABULARY: usize, const DIM: usize, W: Debug> {
    /// `[VOCABULARY, DIM]`.
    pub weight: Param<Tensor<2>>,
    #[module(skip)]
    precision: Precision,
    #[module(skip)]
    types: Types<W>,
}

impl<const VOCABULARY: usize, const DIM: usize, W: Quantizer> Layer for Embedding<VOCABULARY, DIM, W> {
    const RULE: ShapeRule = ShapeRule::Embedding { vocabulary: VOCABULARY, dim: DIM };
    const LEGAL: Result<(), Message> = legal_types(&[("weight", W::TYPE)]);

    fn init(device: &Device) -> Self {
        let mut generator = Generator::of_thread();
        let weights: Vec<f32> = (0..VOCABULARY * DIM).map(|_| generator.unit() * 2.0 - 1.0).collect();
        Self {
            weight: Param::from_tensor(Tensor::from_data(TensorData::new(weights, [VOCABULARY, DIM]), device)),
            precision: Precision::of::<W>(),
            types: PhantomData,
        }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let (flat, shape) = (inputs[0].flat(), inputs[0].shape());
        let weight = constants(self.weight.val().cast(flat.dtype()), self.precision);
        let [vocabulary, dim] = weight.dims();
        let [batch, size] = flat.dims();
        // A model that is built reads legal indices only; others must not read outside the table.
        let indices = flat.clamp(0.0, vocabulary.saturating_sub(1) as f64).int().reshape([batch * size]);
        let vectors = weight.select(0, indices).reshape([batch, size * dim]);
        // The shape rules refuse more dimensions than a shape has.
        Value::of(vectors, shape.appended(dim).unwrap_or(shape))
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        let ty = lowering.fixed("weight", self.precision)?;
        let weight = quantized("weight", self.weight.val(), ty.into())?;
        let lowered = lowering.push(site, ops::Embedding { weight }, inputs)?;
        lowering.constants(lowered, "weight", self.weight.val(), ty);
        Ok(lowered)
    }

    fn declaration(&self) -> String {
        let [vocabulary, dim] = self.weight.val().dims();
        format!("Embedding<{vocabulary}, {dim}, {}>", self.precision.declaration())
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        vec![("weight", &mut self.precision)]
    }
}
