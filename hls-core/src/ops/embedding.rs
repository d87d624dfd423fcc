//! A table of vectors, one of which each element selects.

use serde::{Deserialize, Serialize};

use super::{ConstantArray, LayerCode, OpDef, OpTypes, edge_bits};
use crate::diagnostics::{Code, Diagnostic};
use crate::emulator::{Kernel, LANES};
use crate::fixed::{FixedTensor, FixedType, Interval, Real};
use crate::ir::{Hardware, TensorType};
use crate::rules::{ShapeRule, legal_indices};
use crate::shape::Shape;

/// `output[.., j] = weight[input[..]][j]`: every element becomes a vector, in a new last dimension.
///
/// Every number that the input can be must be an index of the table: whole, not negative and below the vocabulary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Embedding {
    /// Dimensions `[vocabulary, length of a vector]`.
    pub weight: FixedTensor,
}

/// Larger tables are memories: the tools stop to partition at this many elements.
const PARTITION_LIMIT: usize = 4096;

impl Embedding {
    fn vocabulary(&self) -> usize {
        self.weight.dims.first().copied().unwrap_or_default()
    }

    fn dim(&self) -> usize {
        self.weight.dims.get(1).copied().unwrap_or_default()
    }

    /// Whether the table is a memory, which is read an element after the other.
    pub(crate) fn is_in_memory(&self) -> bool {
        self.weight.raw.len() > PARTITION_LIMIT
    }

    fn check_indices(&self, input: &TensorType) -> Result<(), Diagnostic> {
        let (range, last) = (input.range, self.vocabulary().saturating_sub(1));
        if range.fraction == 0 && range.min >= 0 && range.max <= last as i128 {
            return Ok(());
        }
        let message = format!("reads indices from 0 to {last}, but its input is {} in {}", input.ty, input.range);
        let legal = legal_indices(self.vocabulary());
        Err(Diagnostic::error(Code::Type, message).help(format!("legal is {}", legal.as_str())))
    }

    /// The start of the vector of an index.
    fn start(&self, index: i64) -> usize {
        index as usize * self.dim()
    }
}

impl OpDef for Embedding {
    const NAME: &'static str = "embedding";

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Embedding { vocabulary: self.vocabulary(), dim: self.dim() })
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        let malformed = |text: String| Diagnostic::error(Code::Malformed, format!("weight: {text}"));
        self.weight.check().map_err(malformed)?;
        if self.weight.dims.len() != 2 {
            return Err(malformed(format!("dimensions {:?} are no table of vectors", self.weight.dims)));
        }
        self.check_indices(&inputs[0])?;
        let (format, raw) = (self.weight.format, || self.weight.raw.iter().map(|&raw| i128::from(raw)));
        let (min, max) = (raw().min().unwrap_or_default(), raw().max().unwrap_or_default());
        Ok(TensorType::new(shape, FixedType::exact(format), Interval { min, max, fraction: format.fraction() }))
    }

    fn evaluate(&self, inputs: &[&[i64]], _types: &OpTypes<'_>, output: &mut [i64]) {
        for (&index, vector) in inputs[0].iter().zip(output.chunks_mut(self.dim())) {
            vector.copy_from_slice(&self.weight.raw[self.start(index)..][..self.dim()]);
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        edge_bits(types)
    }

    fn kernel<F: Real>(&self, _types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let dim = self.dim();
        let weight: Vec<F> = self.weight.raw.iter().map(|&raw| F::from_i64(raw)).collect();
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            for (x, y) in inputs[0].chunks(LANES).zip(output.chunks_mut(dim * LANES)) {
                for (lane, index) in x.iter().enumerate() {
                    let vector = &weight[index.to_i64() as usize * dim..][..dim];
                    vector.iter().enumerate().for_each(|(at, &value)| y[at * LANES + lane] = value);
                }
            }
        })
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        let constants = vec![
            ("n_in", types.inputs[0].shape.size() as i64),
            ("n_out", self.dim() as i64),
            ("vocabulary", self.vocabulary() as i64),
        ];
        let kernel = if self.is_in_memory() { "embedding_memory" } else { "embedding" };
        let arrays = vec![ConstantArray { role: "weight", tensor: self.weight.clone() }];
        Some(LayerCode { arrays, ..LayerCode::plain(kernel, constants) })
    }

    fn details(&self) -> String {
        format!("weight {}", self.weight.format)
    }
}
