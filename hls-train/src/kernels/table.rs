//! A function by its table, whose numbers are those of the hardware, and its gradient.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use burn::tensor::{DType, Element, Tensor, TensorData};
use hls_core::fixed::{FixedType, Overflow, Real, SliceQuantizer};
use hls_core::functions::{Function, entry};
use hls_core::rules::MAX_INDEX_WIDTH;

use super::pass::range;
use crate::Precision;

/// What the table of a function depends on while the type of its input is not known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TablePlan {
    pub result: Precision,
    pub index: Option<FixedType>,
}

/// The results of a function that were computed before: a software function costs as much as a hundred products, and the
/// inputs of a table are few different numbers. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct TableMemo(Arc<Mutex<Option<Known>>>);

impl fmt::Debug for TableMemo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TableMemo")
    }
}

struct Known {
    plan: TablePlan,
    points: Points,
}

enum Points {
    /// By the index's bits, all of them.
    ByBits(Vec<Point>),
    /// By the number: a hash table that forgets where it is full.
    ByValue(Vec<(f64, Point)>),
}

/// The function at one number.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Point {
    value: f64,
    /// Zero where no gradient passes.
    derivative: f64,
}

/// Slots of [`Points::ByValue`], as a power of two: four for each number of 12 bits.
const SLOT_BITS: u32 = 14;

/// Neighbouring slots that a number may be in.
const PROBES: usize = 4;

impl Point {
    fn new<C: Function>(plan: &TablePlan, x: f64) -> Self {
        let exact = C::value(x + 0.0);
        let (value, passes) = match plan.result.fixed() {
            None => (exact, true),
            Some(ty) => {
                let (low, high) = (ty.format.value(ty.min_raw()), ty.format.value(ty.format.max_raw()));
                let inside = low <= exact && exact <= high;
                (ty.format.value(entry(C::value, &ty, x)), ty.overflow == Overflow::Wrap || inside)
            }
        };
        let derivative = if passes { C::derivative(x + 0.0) } else { 0.0 };
        // Too large for the tensor's float is no use either.
        Self { value, derivative: if (derivative as f32).is_finite() { derivative } else { 0.0 } }
    }
}

impl Known {
    fn new<C: Function>(plan: TablePlan) -> Self {
        let points = match plan.index {
            Some(index) if index.format.width <= MAX_INDEX_WIDTH => {
                let format = index.format;
                let number = |bits: i64| if bits > format.max_raw() { bits - (1 << format.width) } else { bits };
                let numbers = (0..1 << format.width).map(|bits| format.value(number(bits)));
                Points::ByBits(numbers.map(|x| Point::new::<C>(&plan, x)).collect())
            }
            // No number is NaN, so a slot that holds it is empty.
            _ => Points::ByValue(vec![(f64::NAN, Point { value: 0.0, derivative: 0.0 }); (1 << SLOT_BITS) + PROBES]),
        };
        Self { plan, points }
    }

    /// Replaces numbers, already assigned to the index type where there is one, by their results; `derivatives` takes
    /// what it has room for.
    fn replace<C: Function, F: Real>(&mut self, numbers: &mut [F], derivatives: &mut [F]) {
        let mut derivatives = derivatives.iter_mut();
        let mut store = |number: &mut F, point: Point| {
            *number = F::from_f64(point.value);
            if let Some(derivative) = derivatives.next() {
                *derivative = F::from_f64(point.derivative);
            }
        };
        match &mut self.points {
            Points::ByBits(points) => {
                let to_raw = self.plan.index.map_or(1.0, |index| 1.0 / index.format.lsb());
                let mask = points.len() - 1;
                for number in numbers {
                    let bits = (number.to_f64() * to_raw) as i64 as usize & mask;
                    store(number, points[bits]);
                }
            }
            Points::ByValue(slots) => {
                for number in numbers {
                    let x = number.to_f64() + 0.0;
                    // Multiplicative hashing: the high bits of the product depend on all bits.
                    let slot = x.to_bits().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - SLOT_BITS);
                    let window = &mut slots[slot as usize..][..PROBES];
                    let at = window.iter().position(|known| known.0 == x).unwrap_or_else(|| {
                        let free = window.iter().position(|known| known.0.is_nan()).unwrap_or_default();
                        window[free] = (x, Point::new::<C>(&self.plan, x));
                        free
                    });
                    store(number, window[at].1);
                }
            }
        }
    }
}

impl TableMemo {
    /// The results of `C` for every element of `x`, and where `x` is part of a graph the gradient: the derivative at the
    /// number that is the index, zero where a type that does not wrap cuts off the index or the result.
    pub fn evaluate<C: Function>(&self, plan: TablePlan, x: Tensor<2>) -> Tensor<2> {
        match x.dtype() {
            DType::F32 => self.evaluate_as::<C, f32>(plan, x),
            DType::F64 => self.evaluate_as::<C, f64>(plan, x),
            other => self.evaluate_as::<C, f32>(plan, x.cast(DType::F32)).cast(other),
        }
    }

    fn evaluate_as<C: Function, F: Real + Element>(&self, plan: TablePlan, x: Tensor<2>) -> Tensor<2> {
        let (dims, dtype, tracked) = (x.dims(), x.dtype(), x.is_tracked());
        let constant = x.clone().without_autodiff();
        let device = constant.device();
        let inputs: Vec<F> = constant.clone().into_data().iter::<F>().collect();
        let mut numbers = inputs.clone();
        if let Some(index) = plan.index {
            SliceQuantizer::<F>::fake(&index).apply_in_place(&mut numbers);
        }
        let mut derivatives = vec![F::default(); if tracked { inputs.len() } else { 0 }];
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.as_ref().is_none_or(|known| known.plan != plan) {
            *known = Some(Known::new::<C>(plan));
        }
        if let Some(known) = &mut *known {
            known.replace::<C, F>(&mut numbers, &mut derivatives);
        }
        let tensor = |values: Vec<F>| Tensor::<2>::from_data(TensorData::new(values, dims), (&device, dtype));
        let results = tensor(numbers);
        if !tracked {
            return results;
        }
        if let Some(index) = plan.index.filter(|index| index.overflow != Overflow::Wrap) {
            let bounds = range(&index);
            let (low, high) = (F::from_f64(bounds.low.into()), F::from_f64(bounds.high.into()));
            for (derivative, &x) in derivatives.iter_mut().zip(&inputs) {
                *derivative = if (x < low) | (x > high) { F::default() } else { *derivative };
            }
        }
        // The difference is exactly zero: the value is the table's, the gradient the derivative.
        (x - constant) * tensor(derivatives) + results
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;
    use hls_core::fixed::{FixedFormat, Rounding};
    use hls_core::functions::{Exp, Reciprocal, Sigmoid};

    use super::*;

    fn ty(width: u32, integer: i32, overflow: Overflow) -> FixedType {
        FixedType::new(FixedFormat::signed(width, integer), Rounding::Rnd, overflow)
    }

    fn numbers() -> Vec<f32> {
        (-320..=320).map(|raw| raw as f32 / 16.0).collect()
    }

    fn floats(tensor: Tensor<2>) -> Vec<f32> {
        tensor.into_data().iter().collect()
    }

    /// Results and gradients on a tape; the upstream gradient is 2.
    fn run<C: Function>(memo: &TableMemo, plan: TablePlan, numbers: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let device = Device::default();
        let data = TensorData::new(numbers.to_vec(), [numbers.len(), 1]);
        let plain = memo.evaluate::<C>(plan, Tensor::from_data(data.clone(), &device));
        let wide = memo.evaluate::<C>(plan, Tensor::from_data(data.clone(), (&device, DType::F64)));
        let x = Tensor::<2>::from_data(data, &device.autodiff()).require_grad();
        let y = memo.evaluate::<C>(plan, x.clone());
        let gradients = y.clone().mul_scalar(2.0).sum().backward();
        let (y, gradient) = (floats(y), x.grad(&gradients).map(floats).unwrap());
        assert_eq!((&y, &y), (&floats(plain), &floats(wide)));
        (y, gradient)
    }

    fn check<C: Function>(result: FixedType, index: Option<FixedType>) {
        let numbers = numbers();
        let plan = TablePlan { result: Precision::Fixed(result), index };
        let memo = TableMemo::default();
        let (values, gradients) = run::<C>(&memo, plan, &numbers);
        for ((&x, value), gradient) in numbers.iter().zip(&values).zip(&gradients) {
            let (mut at, mut passes) = (f64::from(x), true);
            if let Some(index) = index {
                at = index.format.value(index.quantize_f64(x.into()));
                let range = range(&index);
                passes = index.overflow == Overflow::Wrap || (range.low <= x && x <= range.high);
            }
            assert_eq!(f64::from(*value), result.format.value(entry(C::value, &result, at)), "{} of {x}", C::NAME);
            let (exact, range) = (C::value(at), range(&result));
            let inside = f64::from(range.low) <= exact && exact <= f64::from(range.high);
            passes &= result.overflow == Overflow::Wrap || inside;
            let derivative = C::derivative(at) as f32;
            let expected = if passes && derivative.is_finite() { 2.0 * derivative } else { 0.0 };
            assert_eq!(*gradient, expected, "{} of {x}: gradient", C::NAME);
        }
        // What is known already is not computed again, and is the same.
        assert_eq!(run::<C>(&memo, plan, &numbers), (values, gradients));
    }

    #[test]
    fn values_are_the_entries_and_gradients_the_masked_derivatives() {
        let indices = [Overflow::Sat, Overflow::Wrap, Overflow::SatZero].map(|overflow| Some(ty(8, 4, overflow)));
        // Wider than a table: only a search gets there, and lowering refuses it.
        for index in [None, Some(ty(20, 4, Overflow::Sat))].into_iter().chain(indices) {
            for result in [ty(8, 1, Overflow::Sat), ty(10, 4, Overflow::Wrap), ty(6, 3, Overflow::SatSym)] {
                check::<Sigmoid>(result, index);
                check::<Exp>(result, index);
                check::<Reciprocal>(result, index);
            }
        }
    }

    #[test]
    fn a_memo_forgets_when_the_precision_changes() {
        let memo = TableMemo::default();
        let plan = |result| TablePlan { result, index: None };
        let float = run::<Sigmoid>(&memo, plan(Precision::Float), &[0.25]);
        assert_eq!(float.0, [Sigmoid::value(0.25) as f32]);
        let coarse = run::<Sigmoid>(&memo, plan(Precision::Fixed(ty(4, 2, Overflow::Sat))), &[0.25]);
        assert_eq!(coarse.0, [0.5]);
        assert_eq!(run::<Sigmoid>(&memo, plan(Precision::Float), &[0.25]), float);
    }
}
