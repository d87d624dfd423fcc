//! Piecewise linear functions, composed of burn's own operations: exact, and the gradient is the slope where `x` is.

use burn::tensor::{Tensor, TensorData};
use hls_core::fixed::Dyadic;

/// `x` above zero, `slope * x` elsewhere; `slope` is one number for all or a row of one for each channel.
pub(crate) fn leaky(x: Tensor<2>, slope: Tensor<2>) -> Tensor<2> {
    let above = x.clone().greater_elem(0);
    (x.clone() * slope).mask_where(above, x)
}

/// A constant as a tensor of one element, in the float of `like`.
pub(crate) fn number(value: Dyadic, like: &Tensor<2>) -> Tensor<2> {
    let device = like.device().without_autodiff();
    Tensor::from_data(TensorData::new(vec![value.value()], [1, 1]), (&device, like.dtype()))
}

/// `min(max(x, low), high)`; no gradient passes at the limits and beyond.
pub(crate) fn clip(x: Tensor<2>, low: Dyadic, high: Dyadic) -> Tensor<2> {
    let (low, high) = (low.value(), high.value());
    let (below, above) = (x.clone().lower_equal_elem(low), x.clone().greater_equal_elem(high));
    x.mask_fill(below, low).mask_fill(above, high)
}

/// `x` above the threshold, zero elsewhere.
pub(crate) fn threshold(x: Tensor<2>, threshold: Dyadic) -> Tensor<2> {
    let zero = x.clone().lower_equal_elem(threshold.value());
    x.mask_fill(zero, 0)
}
