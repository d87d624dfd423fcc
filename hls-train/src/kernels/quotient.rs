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
    let Precision::Fixed(ty) = precision else { return quotient };
    let (dtype, dims) = (sum.dtype(), sum.dims());
    let device = sum.device().without_autodiff();
    let plain = quotient.clone().without_autodiff();
    let mut values: Vec<f64> = sum.without_autodiff().into_data().iter().collect();
    SliceQuantizer::fake_quotient(&ty, divisor).apply_in_place(&mut values);
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
