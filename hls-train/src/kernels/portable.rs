//! The same functions composed of tensor operations, for devices without fused kernels.
//!
//! Forward and backward are both written out, so no gradient depends on how automatic differentiation sees a rounding.

use burn::tensor::{Bool, IndexingUpdateOp, Int, Tensor};
use hls_core::fixed::{FixedFormat, FixedType, Overflow, Rounding, WeightType, power_levels, saturating};

use super::linear::LinearPlan;
use super::pass::{Activation, Bounds, constant_range};
use super::unfold::Unfold;
use crate::Precision;

/// An assignment to `ty`.
pub(crate) fn assign<const D: usize>(x: Tensor<D>, ty: FixedType) -> Tensor<D> {
    let lsb = ty.format.lsb();
    resolve(round(x.mul_scalar(1.0 / lsb), ty.rounding), ty).mul_scalar(lsb)
}

fn round<const D: usize>(x: Tensor<D>, rounding: Rounding) -> Tensor<D> {
    let floor = x.clone().floor();
    // The distance to the truncation is exact in floats, the distance to the floor is not.
    let tail = x.clone() - x.clone().trunc();
    let negative = x.lower_elem(0);
    let half = tail
        .clone()
        .greater_equal_elem(0.5)
        .bool_or(tail.clone().lower_elem(0).bool_and(tail.clone().greater_equal_elem(-0.5)));
    let rest = tail.clone().not_equal_elem(0).bool_and(tail.abs().not_equal_elem(0.5));
    let even = || floor.clone().div_scalar(2).floor().mul_scalar(2).equal(floor.clone());
    let increment: Option<Tensor<D, Bool>> = match rounding {
        Rounding::Trn => None,
        Rounding::TrnZero => Some(negative.bool_and(half.bool_or(rest))),
        Rounding::Rnd => Some(half),
        Rounding::RndZero => Some(half.bool_and(negative.bool_or(rest))),
        Rounding::RndMinInf => Some(half.bool_and(rest)),
        Rounding::RndInf => Some(half.bool_and(negative.bool_not().bool_or(rest))),
        Rounding::RndConv => Some(half.bool_and(even().bool_not().bool_or(rest))),
    };
    match increment {
        None => floor,
        Some(increment) => floor + increment.float(),
    }
}

fn resolve<const D: usize>(raw: Tensor<D>, ty: FixedType) -> Tensor<D> {
    let (min, max) = (ty.format.min_raw() as f64, ty.format.max_raw() as f64);
    match ty.overflow {
        Overflow::Wrap => {
            let modulus = max - min + 1.0;
            let residue = raw.clone() - raw.div_scalar(modulus).floor().mul_scalar(modulus);
            let above = residue.clone().greater_elem(max).float();
            residue - above.mul_scalar(modulus)
        }
        Overflow::Sat => raw.clamp(min, max),
        Overflow::SatZero => {
            let outside = raw.clone().lower_elem(min).bool_or(raw.clone().greater_elem(max));
            raw.mask_fill(outside, 0)
        }
        Overflow::SatSym => raw.clamp(ty.format.symmetric_min_raw() as f64, max),
    }
}

pub(crate) fn activate<const D: usize>(x: Tensor<D>, activation: Activation) -> Tensor<D> {
    let x = if activation.rectify { burn::tensor::activation::relu(x) } else { x };
    match activation.precision.fixed() {
        Some(ty) => assign(x, ty),
        None => x,
    }
}

/// The gradient where `x` is inside the bounds, zero elsewhere.
pub(crate) fn mask<const D: usize>(gradient: Tensor<D>, x: Tensor<D>, bounds: Option<Bounds>) -> Tensor<D> {
    let Some(Bounds { low, high }) = bounds else { return gradient };
    let outside = x.clone().lower_elem(low).bool_or(x.greater_elem(high));
    gradient.mask_fill(outside, 0)
}

/// The gradient of constants, zero where they are outside the range and it leads further out.
pub(crate) fn mask_constants<const D: usize>(gradient: Tensor<D>, x: Tensor<D>, range: Option<Bounds>) -> Tensor<D> {
    let Some(Bounds { low, high }) = range else { return gradient };
    let above = x.clone().greater_elem(high).bool_and(gradient.clone().lower_elem(0));
    let below = x.lower_elem(low).bool_and(gradient.clone().greater_elem(0));
    gradient.mask_fill(above.bool_or(below), 0)
}

/// Constants in their format; the last dimension is the outputs.
pub(crate) fn quantized_constant<const D: usize>(x: Tensor<D>, precision: Precision) -> Tensor<D> {
    match precision.weight() {
        None => x,
        Some(WeightType::Fixed(ty)) => assign(x, saturating(ty)),
        Some(WeightType::Binary { exponent }) => {
            let up = f64::from(exponent).exp2();
            x.zeros_like().sub_scalar(up).mask_fill(x.greater_equal_elem(0), up)
        }
        Some(WeightType::PowerOfTwo { min, max }) => {
            let (magnitude, negative) = (x.clone().abs(), x.clone().lower_elem(0));
            let levels = power_levels(min, max).fold(x.zeros_like(), |reached, (above, level)| {
                reached.mask_fill(magnitude.clone().greater_elem(above), level)
            });
            levels.clone().mask_where(negative, levels.neg())
        }
        Some(WeightType::PerChannel { width, rounding }) => {
            let units = channel_units(x.clone(), width);
            let mantissa = FixedType::new(FixedFormat::signed(width, width as i32), rounding, Overflow::Sat);
            // Divisors are powers of two, so this is exact.
            assign(x / units.clone(), mantissa) * units
        }
    }
}

/// The last mantissa bit's value for each output, in the shape of `x`.
fn channel_units<const D: usize>(x: Tensor<D>, width: u32) -> Tensor<D> {
    let power = |exponent: i32| f64::from(exponent).exp2();
    let (least, most) = WeightType::EXPONENTS;
    let mut largest = x.clone().abs();
    for dim in 0..D.saturating_sub(1) {
        largest = largest.max_dim(dim);
    }
    let unit = |integer: i32| power(integer - width as i32);
    let fitted = (least + 1..=most).fold(largest.full_like(unit(least)), |units, integer| {
        // A number from 2^(integer - 2) needs that many integer bits.
        units.mask_fill(largest.clone().greater_equal_elem(power(integer - 2)), unit(integer))
    });
    let empty = largest.equal_elem(0);
    let none = fitted.clone().mask_fill(empty.clone(), 0.0).max();
    let coarsest = none.clone().mask_fill(none.equal_elem(0), unit(1)).reshape([1; D]).expand(fitted.shape());
    let finest = coarsest.clone().mul_scalar(power(-(width as i32)));
    fitted.max_pair(finest).mask_where(empty, coarsest).expand(x.shape())
}

/// The result of a linear layer, its quantized weight and the sum before the activation.
pub(crate) fn linear(
    x: Tensor<2>,
    weight: Tensor<2>,
    bias: Tensor<1>,
    plan: &LinearPlan,
) -> (Tensor<2>, Tensor<2>, Tensor<2>) {
    let weight = quantized_constant(weight.cast(x.dtype()), plan.weight);
    let bias = quantized_constant(bias.cast(x.dtype()), plan.bias);
    let product = match plan.unfold.as_deref() {
        None => x.matmul(weight.clone()),
        Some(unfold) => join(split(seen(x, unfold), unfold).matmul(split(weight.clone(), unfold))),
    };
    let sum = product + bias.unsqueeze();
    let sum = match plan.accumulator {
        Some(ty) => assign(sum, ty),
        None => sum,
    };
    (activate(sum.clone(), plan.activation), weight, sum)
}

/// The inputs of a linear layer's backward pass.
pub(crate) struct LinearInputs {
    pub x: Tensor<2>,
    pub weight: Tensor<2>,
    pub quantized: Tensor<2>,
    pub bias: Tensor<1>,
    pub sum: Tensor<2>,
}

/// The gradients of input, weight and bias.
pub(crate) fn linear_backward(
    gradient: Tensor<2>,
    inputs: LinearInputs,
    plan: &LinearPlan,
) -> (Tensor<2>, Tensor<2>, Tensor<1>) {
    let LinearInputs { x, weight, quantized, bias, sum } = inputs;
    let gradient = mask(gradient, sum, plan.activation.bounds());
    let bias_gradient = mask_constants(gradient.clone().sum_dim(0).squeeze_dim(0), bias, constant_range(plan.bias));
    let (of_x, of_weight) = match plan.unfold.as_deref() {
        None => (gradient.clone().matmul(quantized.transpose()), x.transpose().matmul(gradient)),
        Some(unfold) => {
            let [batch, _] = x.dims();
            let gradient = split(gradient, unfold);
            let of_seen = join(gradient.clone().matmul(split(quantized, unfold).transpose()));
            let of_weight = join(split(seen(x, unfold), unfold).transpose().matmul(gradient));
            (folded(of_seen, unfold, batch), of_weight)
        }
    };
    (of_x, mask_constants(of_weight, weight, constant_range(plan.weight)), bias_gradient)
}

/// What every place of a window sees: `[batch, features]` to `[batch * places, width]`.
pub(crate) fn seen(x: Tensor<2>, unfold: &Unfold) -> Tensor<2> {
    let ([batch, _], device) = (x.dims(), x.device());
    let padding = Tensor::<2>::full([batch, 1], unfold.padding(), (&device, x.dtype()));
    let indices = Tensor::<1, Int>::from_data(unfold.indices().as_slice(), &device);
    let seen = Tensor::cat(vec![x, padding], 1).select(1, indices);
    seen.reshape([batch * unfold.places(), unfold.width()])
}

/// The sums of what every feature's places have.
pub(crate) fn folded(seen: Tensor<2>, unfold: &Unfold, batch: usize) -> Tensor<2> {
    let device = seen.device();
    let indices = Tensor::<1, Int>::from_data(unfold.indices().as_slice(), &device);
    let sums = Tensor::<2>::zeros([batch, unfold.features() + 1], (&device, seen.dtype()));
    let seen = seen.reshape([batch, unfold.places() * unfold.width()]);
    sums.select_assign(1, indices, seen, IndexingUpdateOp::Add).narrow(1, 0, unfold.features())
}

/// `[rows, groups * n]` as `[groups, rows, n]`.
fn split(x: Tensor<2>, unfold: &Unfold) -> Tensor<3> {
    let [rows, columns] = x.dims();
    x.reshape([rows, unfold.groups(), columns / unfold.groups()]).swap_dims(0, 1)
}

/// The other way.
fn join(x: Tensor<3>) -> Tensor<2> {
    let [groups, rows, columns] = x.dims();
    x.swap_dims(0, 1).reshape([rows, groups * columns])
}

/// The mean cross entropy and its gradient.
pub(crate) fn cross_entropy(logits: Tensor<2>, classes: Tensor<1, Int>) -> (Tensor<1>, Tensor<2>) {
    let [batch, width] = logits.dims();
    let expected = classes.one_hot::<2>(width).float();
    let log_softmax = burn::tensor::activation::log_softmax(logits, 1);
    let scale = 1.0 / batch.max(1) as f64;
    let loss = (log_softmax.clone() * expected.clone()).sum().mul_scalar(-scale);
    (loss, (log_softmax.exp() - expected).mul_scalar(scale))
}
