//! What runs one node on one block of samples.

use crate::fixed::{FixedType, Interval, Real, SliceQuantizer};
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
