//! The dense layer's kernel: a register tile of outputs by lanes.

use super::{Kernel, LANES};
use crate::fixed::{FixedTensor, FixedType, Real, SliceQuantizer, exp2};
use crate::simd;

/// Outputs of a tile; with a chunk of lanes they fill the vector registers.
const TILE: usize = 4;

/// Lanes of a tile.
const CHUNK: usize = 32;

pub(crate) struct DenseKernel<F> {
    inputs: usize,
    outputs: usize,
    /// `[tile][input][TILE]`, the last tile padded with zeros.
    weights: Vec<[F; TILE]>,
    /// `[tile][TILE]`.
    biases: Vec<[F; TILE]>,
    finish: Option<SliceQuantizer<F>>,
}

impl<F: Real> DenseKernel<F> {
    /// Weights `[inputs, outputs]` and biases, shifted left to a common fraction; `finish` assigns the sums, with the
    /// given fraction, to a type.
    pub(crate) fn new(
        weight: &FixedTensor,
        weight_shift: i32,
        bias: &FixedTensor,
        bias_shift: i32,
        finish: Option<(i32, FixedType)>,
    ) -> Self {
        let (inputs, outputs) = (weight.dims[0], weight.dims[1]);
        let scaled = |raw: i64, shift| F::from_f64(raw as f64 * exp2(shift));
        let tiles = outputs.div_ceil(TILE);
        let mut weights = vec![[F::default(); TILE]; tiles * inputs];
        let mut biases = vec![[F::default(); TILE]; tiles];
        for output in 0..outputs {
            let (tile, at) = (output / TILE, output % TILE);
            biases[tile][at] = scaled(bias.raw[output], bias_shift);
            for input in 0..inputs {
                weights[tile * inputs + input][at] = scaled(weight.raw[input * outputs + output], weight_shift);
            }
        }
        let finish = finish.map(|(fraction, ty)| SliceQuantizer::raw(fraction, &ty));
        Self { inputs, outputs, weights, biases, finish }
    }

    #[inline(always)]
    fn block<const FUSED: bool>(&self, x: &[F], y: &mut [F]) {
        let tiles = self.biases.iter().zip(self.weights.chunks(self.inputs));
        for ((bias, weights), y) in tiles.zip(y.chunks_mut(TILE * LANES)) {
            for start in (0..LANES).step_by(CHUNK) {
                let mut sums = [[F::default(); CHUNK]; TILE];
                for (sum, &bias) in sums.iter_mut().zip(bias) {
                    *sum = [bias; CHUNK];
                }
                for (x, weights) in x.chunks_exact(LANES).zip(weights) {
                    let Some(x) = x[start..].first_chunk::<CHUNK>() else { continue };
                    for (sum, &weight) in sums.iter_mut().zip(weights) {
                        for (sum, &x) in sum.iter_mut().zip(x) {
                            // Both are exact here; the fused one is one instruction where there is one.
                            *sum = if FUSED { x.fused(weight, *sum) } else { *sum + x * weight };
                        }
                    }
                }
                for (y, sum) in y.chunks_mut(LANES).zip(&sums) {
                    y[start..start + CHUNK].copy_from_slice(sum);
                }
            }
        }
    }
}

impl<F: Real> Kernel<F> for DenseKernel<F> {
    fn run(&self, inputs: &[&[F]], output: &mut [F]) {
        let (x, y) = (&inputs[0][..self.inputs * LANES], &mut output[..self.outputs * LANES]);
        if simd::has_fused_multiply_add() {
            simd::dispatch(
                #[inline(always)]
                || self.block::<true>(x, y),
            );
        } else {
            self.block::<false>(x, y);
        }
        if let Some(finish) = &self.finish {
            finish.apply_in_place(y);
        }
    }
}
