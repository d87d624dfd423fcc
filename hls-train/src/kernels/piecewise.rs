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

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    const NUMBERS: [f32; 9] = [-3.0, -1.0, -0.5, -0.0, 0.0, 0.25, 1.0, 1.5, 3.0];

    #[track_caller]
    fn check(function: impl Fn(Tensor<2>) -> Tensor<2>, values: [f32; 9], gradients: [f32; 9]) {
        let data = TensorData::new(NUMBERS.to_vec(), [9, 1]);
        let x = Tensor::<2>::from_data(data, &Device::default().autodiff()).require_grad();
        let y = function(x.clone());
        let tape = y.clone().sum().backward();
        let floats = |tensor: Tensor<2>| -> Vec<f32> { tensor.into_data().iter().collect() };
        assert_eq!((floats(y), x.grad(&tape).map(floats)), (values.to_vec(), Some(gradients.to_vec())));
    }

    #[test]
    fn values_and_slopes() {
        let quarter = Dyadic::new(1, 2);
        check(
            |x| leaky(x.clone(), number(quarter, &x)),
            [-0.75, -0.25, -0.125, 0.0, 0.0, 0.25, 1.0, 1.5, 3.0],
            [0.25, 0.25, 0.25, 0.25, 0.25, 1.0, 1.0, 1.0, 1.0],
        );
        check(
            |x| clip(x, Dyadic::new(-1, 0), Dyadic::new(3, 1)),
            [-1.0, -1.0, -0.5, 0.0, 0.0, 0.25, 1.0, 1.5, 1.5],
            [0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0],
        );
        check(
            |x| threshold(x, quarter),
            [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.5, 3.0],
            [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0],
        );
    }
}
