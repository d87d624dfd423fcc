//! What operations share whose results are elements of the input, or zeros.

use crate::emulator::{Kernel, LANES};
use crate::fixed::Real;

/// Copies for each element of a result the one that it is of `input`, or zero.
pub(super) fn moved(sources: &[Option<usize>], input: &[i64], output: &mut [i64]) {
    for (result, source) in output.iter_mut().zip(sources) {
        *result = source.map_or(0, |source| input[source]);
    }
}

/// The same for a block of samples.
pub(super) fn kernel<F: Real>(sources: Vec<Option<usize>>) -> Box<dyn Kernel<F>> {
    Box::new(move |inputs: &[&[F]], output: &mut [F]| {
        for (lanes, source) in output.chunks_mut(LANES).zip(&sources) {
            match source {
                Some(source) => lanes.copy_from_slice(&inputs[0][source * LANES..][..LANES]),
                None => lanes.fill(F::default()),
            }
        }
    })
}
