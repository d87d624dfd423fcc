//! What runs one node on one block of samples.

use crate::fixed::{FixedType, Interval, Real, SliceQuantizer, exp2};
use crate::simd;

/// Samples of a block.
pub const LANES: usize = 64;

/// One node, prepared for a carrier. Tensors are `[feature][lane]`.
pub trait Kernel<F>: Send + Sync {
    /// Computes one block; slices are whole multiples of [`LANES`].
    fn run(&self, inputs: &[&[F]], output: &mut [F]);
}

impl<F, T: Fn(&[&[F]], &mut [F]) + Send + Sync> Kernel<F> for T {
    fn run(&self, inputs: &[&[F]], output: &mut [F]) {
        self(inputs, output);
    }
}

/// The factor `raw * 2^shift` in a carrier. One beyond the carrier is a factor of nothing but zeros, and no infinity, whose
/// product with zero is no number: every other product is exact in the carrier.
pub(crate) fn carried<F: Real>(raw: i64, shift: i32) -> F {
    let factor = F::from_f64(raw as f64 * exp2(shift));
    if factor.to_f64().is_finite() { factor } else { F::default() }
}

/// An assignment, after a rectifier or not.
pub(crate) struct QuantizeKernel<F> {
    quantizer: SliceQuantizer<F>,
    rectified: bool,
}

impl<F: Real> QuantizeKernel<F> {
    /// Values in `range`, with `fraction` fractional bits, to `ty`.
    pub(crate) fn new(fraction: i32, range: Interval, ty: &FixedType) -> Self {
        let quantizer = SliceQuantizer::raw(fraction, ty);
        let quantizer = if range.fits(ty) { quantizer.without_overflow() } else { quantizer };
        Self { quantizer, rectified: false }
    }

    pub(crate) fn rectified(self) -> Self {
        Self { rectified: true, ..self }
    }
}

impl<F: Real> Kernel<F> for QuantizeKernel<F> {
    fn run(&self, inputs: &[&[F]], output: &mut [F]) {
        if self.rectified {
            let zero = F::default();
            simd::dispatch(
                #[inline(always)]
                || output.iter_mut().zip(inputs[0]).for_each(|(y, &x)| *y = if x > zero { x } else { zero }),
            );
            self.quantizer.apply_in_place(output);
        } else {
            self.quantizer.apply(inputs[0], output);
        }
    }
}
