//! An assignment of the exact quotient by a whole number.

use burn::tensor::{Tensor, TensorData};
use hls_core::fixed::SliceQuantizer;

use super::Activation;
use crate::Precision;

/// `sum / divisor`, assigned to the precision, with a straight-through gradient.
///
/// The values are those of the definition that the emulator calls, computed in `f64`.
pub(crate) fn assign_quotient(sum: Tensor<2>, divisor: u32, precision: Precision) -> Tensor<2> {
    let quotient = sum.clone().div_scalar(divisor);
    assigned(sum, quotient, &[divisor], precision)
}

/// As [`assign_quotient`], with a divisor for every column of `sum`.
pub(crate) fn assign_quotients(sum: Tensor<2>, divisors: &[u32], precision: Precision) -> Tensor<2> {
    let floats: Vec<f32> = divisors.iter().map(|&divisor| divisor as f32).collect();
    let by = TensorData::new(floats, [1, divisors.len()]);
    let quotient = sum.clone() / Tensor::<2>::from_data(by, (&sum.device(), sum.dtype()));
    assigned(sum, quotient, divisors, precision)
}

/// The values of the definition with the gradient of `quotient`; divisors are those of a row, or one for all.
fn assigned(sum: Tensor<2>, quotient: Tensor<2>, divisors: &[u32], precision: Precision) -> Tensor<2> {
    let Some(ty) = precision.fixed() else { return quotient };
    let (dtype, dims) = (sum.dtype(), sum.dims());
    let device = sum.device().without_autodiff();
    let plain = quotient.clone().without_autodiff();
    let mut values: Vec<f64> = sum.without_autodiff().into_data().iter().collect();
    let mut start = 0;
    for run in divisors.chunk_by(|a, b| a == b) {
        let quantizer = SliceQuantizer::fake_quotient(&ty, run[0]);
        if run.len() == divisors.len() {
            quantizer.apply_in_place(&mut values);
        } else {
            values.chunks_mut(divisors.len()).for_each(|row| quantizer.apply_in_place(&mut row[start..][..run.len()]));
        }
        start += run.len();
    }
    let assigned = Tensor::<2>::from_data(TensorData::new(values, dims), (&device, dtype));
    let passing = match Activation::quantize(precision).bounds() {
        None => quotient,
        Some(bounds) => {
            let outside = plain.clone().lower_elem(bounds.low).bool_or(plain.greater_elem(bounds.high));
            quotient.mask_fill(outside, 0)
        }
    };
    // The difference is exactly zero: the value is the assigned one, the gradient that of the quotient.
    passing.clone() - passing.without_autodiff() + assigned
}
