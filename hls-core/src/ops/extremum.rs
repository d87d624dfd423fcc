//! What the maximum and the minimum share.

use super::{LayerCode, OpTypes, edge_bits};
use crate::emulator::Kernel;
use crate::fixed::{FixedType, Interval, Real, exp2};
use crate::ir::TensorType;
use crate::shape::Shape;
use crate::simd;

/// Which end of several numbers is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extremum {
    Largest,
    Smallest,
}

/// The inputs' ranges at the finest of their fractions.
fn aligned(inputs: &[TensorType]) -> Vec<Interval> {
    let fraction = inputs.iter().map(TensorType::fraction).max().unwrap_or_default();
    inputs.iter().map(|input| input.range.aligned(fraction)).collect()
}

impl Extremum {
    #[inline(always)]
    fn of<N: Copy + PartialOrd>(self, a: N, b: N) -> N {
        let second = match self {
            Self::Largest => b > a,
            Self::Smallest => b < a,
        };
        if second { b } else { a }
    }

    /// The narrowest type that holds the result.
    pub fn infer(self, inputs: &[TensorType], shape: Shape) -> TensorType {
        let ranges = aligned(inputs);
        let chosen = |a: Interval, b: Interval| Interval {
            min: self.of(a.min, b.min),
            max: self.of(a.max, b.max),
            fraction: a.fraction,
        };
        let range = ranges.iter().copied().reduce(chosen).unwrap_or(Interval::point(0, 0));
        // An input gives nothing, or its end that is an end of the result, or more than that.
        let keeps = |(input, own): (&TensorType, &Interval)| {
            let (near, far) = match self {
                Self::Largest => (range.min, own.max),
                Self::Smallest => (range.max, own.min),
            };
            self.of(near, far) == near || (input.binary && (far == range.min || far == range.max))
        };
        let binary = inputs.iter().zip(&ranges).all(keeps);
        TensorType { binary, ..TensorType::new(shape, FixedType::exact(range.narrowest_format()), range) }
    }

    pub fn evaluate(self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        let fraction = types.inputs.iter().map(TensorType::fraction).max().unwrap_or_default();
        for (index, result) in output.iter_mut().enumerate() {
            let values = inputs.iter().zip(types.inputs);
            let values = values.map(|(values, ty)| i128::from(values[index]) << (fraction - ty.fraction()));
            *result = values.reduce(|a, b| self.of(a, b)).unwrap_or_default() as i64;
        }
    }

    /// All numbers are compared at the finest of the fractions.
    pub fn carrier_bits(types: &OpTypes<'_>) -> u32 {
        let widths = aligned(types.inputs).into_iter().map(|range| range.narrowest_format().width);
        widths.chain([edge_bits(types)]).max().unwrap_or_default()
    }

    pub fn kernel<F: Real>(self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let scales: Vec<F> =
            types.inputs.iter().map(|input| F::from_f64(exp2(types.output.fraction() - input.fraction()))).collect();
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            output.iter_mut().zip(inputs[0]).for_each(|(result, &value)| *result = value * scales[0]);
            for (values, &scale) in inputs.iter().zip(&scales).skip(1) {
                simd::dispatch(
                    #[inline(always)]
                    || {
                        for (result, &value) in output.iter_mut().zip(*values) {
                            *result = self.of(*result, value * scale);
                        }
                    },
                );
            }
        })
    }

    pub fn code(kernel: &'static str, types: &OpTypes<'_>) -> LayerCode {
        let constants = vec![("n_in", types.output.shape.size() as i64)];
        let all = aligned(types.inputs).into_iter().reduce(Interval::hull).unwrap_or(Interval::point(0, 0));
        let types = vec![("compared_t", FixedType::exact(all.narrowest_format()))];
        LayerCode { types, ..LayerCode::plain(kernel, constants) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::FixedFormat;

    fn tensor(min: i128, max: i128, fraction: i32, binary: bool) -> TensorType {
        let ty = FixedType::exact(FixedFormat::signed(8, 8 - fraction));
        TensorType { binary, ..TensorType::new(Shape::new([1]), ty, Interval::new(min, max, fraction)) }
    }

    #[track_caller]
    fn check(extremum: Extremum, inputs: &[TensorType], range: Interval, binary: bool) {
        let output = extremum.infer(inputs, Shape::new([1]));
        assert_eq!((output.range, output.binary), (range, binary));
        assert_eq!(output.ty, FixedType::exact(range.narrowest_format()));
    }

    #[test]
    fn the_result_is_as_narrow_as_its_range_and_binary_where_no_other_value_occurs() {
        use Extremum::{Largest, Smallest};
        let signs = tensor(-1, 1, 0, true);
        check(Largest, &[signs, signs], Interval::new(-1, 1, 0), true);
        check(Smallest, &[signs, signs, signs], Interval::new(-1, 1, 0), true);
        // The same two numbers at another fraction.
        check(Largest, &[signs, tensor(-2, 2, 1, true)], Interval::new(-2, 2, 1), true);
        // 0 and 1 with -1 and 1 gives 0 and 1, or -1, 0 and 1.
        check(Largest, &[signs, tensor(0, 1, 0, true)], Interval::new(0, 1, 0), true);
        check(Smallest, &[signs, tensor(0, 1, 0, true)], Interval::new(-1, 1, 0), false);
        check(Largest, &[signs, tensor(-1, 1, 0, false)], Interval::new(-1, 1, 0), false);
        // What is never chosen may have any values between its ends.
        check(Largest, &[signs, tensor(-9, -1, 0, false)], Interval::new(-1, 1, 0), true);
        check(Largest, &[tensor(-3, 40, 1, false), tensor(2, 5, 0, false)], Interval::new(4, 40, 1), false);
    }
}
