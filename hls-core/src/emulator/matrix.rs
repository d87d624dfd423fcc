//! The kernel of a matrix of multiplications, at one place or at every place of a window: a register tile of outputs by
//! lanes.

use pulp::{Simd, WithSimd};

use super::{Kernel, LANES, Runs, carried};
use crate::fixed::{FixedTensor, FixedType, Real, SliceQuantizer};
use crate::simd;

/// Outputs of a tile.
const TILE: usize = 4;

pub(crate) struct MatrixKernel<F> {
    inputs: usize,
    outputs: usize,
    runs: Runs,
    /// `[group][tile][input][TILE]`, the last tile of a group padded with zeros.
    weights: Vec<[F; TILE]>,
    /// `[group][tile][TILE]`.
    biases: Vec<[F; TILE]>,
    finish: Option<SliceQuantizer<F>>,
}

impl<F: Real> MatrixKernel<F> {
    /// Weights `[inputs, outputs]` and biases, each with the shift to the left that gives both a common fraction; `finish`
    /// assigns the sums, with the given fraction, to a type.
    pub(crate) fn new(
        (weight, weight_shift): (&FixedTensor, i32),
        (bias, bias_shift): (&FixedTensor, i32),
        finish: Option<(i32, FixedType)>,
        runs: Runs,
    ) -> Self {
        let (inputs, outputs) = (weight.dims[0], weight.dims[1]);
        let scaled = |raw: i64, shift| carried::<F>(raw, shift);
        let of_group = outputs / runs.groups();
        let tiles = of_group.div_ceil(TILE);
        let mut weights = vec![[F::default(); TILE]; runs.groups() * tiles * inputs];
        let mut biases = vec![[F::default(); TILE]; runs.groups() * tiles];
        for output in 0..outputs {
            let (tile, at) = (output / of_group * tiles + output % of_group / TILE, output % of_group % TILE);
            biases[tile][at] = scaled(bias.raw[output], bias_shift);
            for input in 0..inputs {
                weights[tile * inputs + input][at] = scaled(weight.raw[input * outputs + output], weight_shift);
            }
        }
        let finish = finish.map(|(fraction, ty)| SliceQuantizer::raw(fraction, &ty));
        Self { inputs, outputs, runs, weights, biases, finish }
    }
}

/// A call of a [`MatrixKernel`] on one block.
struct Call<'a, F> {
    kernel: &'a MatrixKernel<F>,
    x: &'a [F],
    y: &'a mut [F],
}

impl<F: Real> WithSimd for Call<'_, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let vectors = F::vectors::<S>(self.x).len() * LANES / self.x.len().max(1);
        match (S::REGISTER_COUNT >= 32, vectors) {
            (true, 4..) => self.tiles::<S, 4>(simd),
            (_, 2..) => self.tiles::<S, 2>(simd),
            _ => self.tiles::<S, 1>(simd),
        }
    }
}

impl<F: Real> Call<'_, F> {
    /// `TILE` outputs by `WIDTH` vectors of lanes stay in registers while all inputs pass by.
    #[inline(always)]
    fn tiles<S: Simd, const WIDTH: usize>(self, simd: S) {
        let Self { kernel, x, y } = self;
        let row = F::vectors::<S>(&x[..LANES]).len();
        let of_group = kernel.outputs / kernel.runs.groups();
        let tiles = of_group.div_ceil(TILE);
        for (runs, y) in kernel.runs.places().zip(y.chunks_mut(kernel.outputs * LANES)) {
            let groups = y.chunks_mut(of_group * LANES).enumerate();
            for (group, y) in groups {
                let all = kernel.biases[group * tiles..][..tiles].iter();
                let all = all.zip(kernel.weights[group * tiles * kernel.inputs..].chunks(kernel.inputs));
                for ((bias, weights), y) in all.zip(y.chunks_mut(TILE * LANES)) {
                    let y = F::vectors_mut::<S>(y);
                    let outputs = y.len() / row;
                    for start in (0..row).step_by(WIDTH) {
                        let mut sums = bias.map(|bias| [F::splat(simd, bias); WIDTH]);
                        for run in runs {
                            let first = run.input + group * kernel.runs.group_step();
                            let x = F::vectors::<S>(&x[first * LANES..][..run.length * LANES]);
                            let weights = &weights[run.weight..][..run.length];
                            for (x, weights) in x.chunks_exact(row).zip(weights) {
                                let Some(x) = x[start..].first_chunk::<WIDTH>() else { continue };
                                let weights = weights.map(|weight| F::splat(simd, weight));
                                for (sum, weight) in sums.iter_mut().zip(weights) {
                                    for (sum, &x) in sum.iter_mut().zip(x) {
                                        *sum = F::multiply_add(simd, x, weight, *sum);
                                    }
                                }
                            }
                        }
                        for (output, sum) in sums.iter().enumerate().take(outputs) {
                            y[output * row + start..][..WIDTH].copy_from_slice(sum);
                        }
                    }
                }
            }
        }
    }
}

impl<F: Real> Kernel<F> for MatrixKernel<F> {
    fn run(&self, inputs: &[&[F]], output: &mut [F]) {
        simd::with_vectors(Call { kernel: self, x: inputs[0], y: &mut *output });
        if let Some(finish) = &self.finish {
            finish.apply_in_place(output);
        }
    }
}
