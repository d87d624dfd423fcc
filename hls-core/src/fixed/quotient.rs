//! The quotient by a whole number, rounded once: what an average is assigned.

use super::format::exp2;
use super::quantize::Real;
use super::{FixedType, Interval, Rounding};

/// A division by a whole number that keeps all that an assignment to a type looks at.
///
/// The divisor's power of two moves the binary point. Its odd part divides mantissas, which get guard bits down to the
/// bit behind the type's last one; behind these, one sticky bit says whether there is a remainder. So the result is in the
/// same place as the true quotient, among the type's numbers and the middles between them, and every rounding mode sees
/// what it would see of the infinitely long quotient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotient {
    odd: u32,
    guard: i32,
    fraction: i32,
}

impl Quotient {
    /// Of numbers with `fraction` fractional bits by `divisor`, on the way to an assignment to `ty`.
    ///
    /// # Panics
    /// Where the divisor is 0.
    #[must_use]
    pub fn new(divisor: u32, fraction: i32, ty: &FixedType) -> Self {
        assert!(divisor > 0, "a number is divided by zero");
        let shift = divisor.trailing_zeros();
        let (odd, fraction) = (divisor >> shift, fraction + shift as i32);
        if odd == 1 {
            return Self { odd, guard: 0, fraction };
        }
        let guard = (ty.format.fraction() + 1 - fraction).max(0);
        Self { odd, guard, fraction: fraction + guard + 1 }
    }

    /// Fractional bits of a result.
    #[must_use]
    pub const fn fraction(&self) -> i32 {
        self.fraction
    }

    /// What mantissas are divided by: 1 where moving the binary point is all.
    #[must_use]
    pub const fn odd(&self) -> u32 {
        self.odd
    }

    /// Zeros that a mantissa gets at its end before it is divided.
    #[must_use]
    pub const fn guard(&self) -> i32 {
        self.guard
    }

    /// The mantissa of the result for a mantissa. Both are of any size that a sum of formats has; beyond, they saturate.
    #[must_use]
    pub fn of(&self, raw: i128) -> i128 {
        if self.odd == 1 {
            return raw;
        }
        let dividend = Interval::point(raw, 0).aligned(self.guard).min;
        let odd = i128::from(self.odd);
        let sticky = dividend.rem_euclid(odd) != 0;
        dividend.div_euclid(odd).saturating_mul(2).saturating_add(i128::from(sticky))
    }

    /// All results for the members of an interval.
    #[must_use]
    pub fn range(&self, dividends: Interval) -> Interval {
        Interval::new(self.of(dividends.min), self.of(dividends.max), self.fraction)
    }
}

impl FixedType {
    /// The raw value that an assignment of the exact quotient `raw * 2^-fraction / divisor` to this type stores.
    ///
    /// The quotient, with one bit more than the type's fraction, must be below 2^61.
    ///
    /// # Panics
    /// Where the divisor is 0.
    #[must_use]
    pub fn quantize_quotient(&self, raw: i128, fraction: i32, divisor: u32) -> i64 {
        let quotient = Quotient::new(divisor, fraction, self);
        self.quantize(quotient.of(raw), quotient.fraction())
    }
}

/// The quotient rounded to an integer, by the flags that [`Quotient`] leaves an assignment.
///
/// Exact where twice the value and the carrier's every integer up to it are exact. The floor of the carrier's quotient is
/// that of the true one: a quotient below an integer `k` is below by at least the value's last bit over the divisor, which
/// is more than half of the carrier's step there.
#[inline(always)]
pub(super) fn round_quotient<F: Real>(rounding: Rounding, value: F, divisor: F) -> F {
    let half = F::from_f64(0.5);
    let twice = value + value;
    let halves = (twice / divisor).floor();
    let floor = (halves * half).floor();
    let is_half = floor + floor != halves;
    let rest = halves * divisor != twice;
    let halved = floor * half;
    let odd = halved.floor() != halved;
    if rounding.increments(is_half, rest, value < F::ZERO, odd) { floor + F::from_f64(1.0) } else { floor }
}

/// The bits, sign included, of all that the division of values in `dividends` meets in a float on the way to `ty`.
#[must_use]
pub fn quotient_bits(dividends: Interval, divisor: u32, ty: &FixedType) -> u32 {
    if divisor.is_power_of_two() {
        return dividends.narrowest_format().width;
    }
    // Twice the value in steps of the type, and an integer times the divisor that is not further away than the divisor.
    let twice = |raw: i128| -> i128 {
        let drop = dividends.fraction - ty.format.fraction() - 1;
        if drop > 0 { raw >> drop.min(127) } else { Interval::point(raw, 0).aligned(-drop).min }
    };
    let margin = i128::from(divisor) + 1;
    let reached = Interval {
        min: twice(dividends.min).saturating_sub(margin),
        max: twice(dividends.max).saturating_add(margin),
        fraction: 0,
    };
    dividends.narrowest_format().width.max(reached.narrowest_format().width)
}

/// The value of `2^exponent` over the power of two in `divisor`, and the rest of the divisor.
pub(super) fn scaled(exponent: i32, divisor: u32) -> (f64, u32) {
    let shift = divisor.trailing_zeros();
    (exp2(exponent - shift as i32), divisor >> shift)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::{FixedFormat, Overflow, SliceQuantizer};

    /// What an assignment of the fraction `numerator / denominator` stores in units of the type, from the definitions of
    /// the modes in words, not in flags.
    fn rounded(rounding: Rounding, numerator: i128, denominator: i128) -> i128 {
        let floor = numerator.div_euclid(denominator);
        let exact = numerator.rem_euclid(denominator) == 0;
        let ceiling = floor + i128::from(!exact);
        let twice_rest = 2 * numerator.rem_euclid(denominator);
        let nearest = |tie: i128| match twice_rest.cmp(&denominator) {
            std::cmp::Ordering::Less => floor,
            std::cmp::Ordering::Equal => tie,
            std::cmp::Ordering::Greater => floor + 1,
        };
        let negative = numerator < 0;
        match rounding {
            Rounding::Trn => floor,
            Rounding::TrnZero => {
                if negative {
                    ceiling
                } else {
                    floor
                }
            }
            Rounding::Rnd => nearest(floor + 1),
            Rounding::RndZero => nearest(if negative { floor + 1 } else { floor }),
            Rounding::RndMinInf => nearest(floor),
            Rounding::RndInf => nearest(if negative { floor } else { floor + 1 }),
            Rounding::RndConv => nearest(floor + (floor & 1)),
        }
    }

    fn limited(ty: &FixedType, rounded: i128) -> i128 {
        let (min, max) = (i128::from(ty.format.min_raw()), i128::from(ty.format.max_raw()));
        match ty.overflow {
            Overflow::Wrap => (rounded - min).rem_euclid(1 << ty.format.width) + min,
            Overflow::Sat => rounded.clamp(min, max),
            Overflow::SatZero => {
                if (min..=max).contains(&rounded) {
                    rounded
                } else {
                    0
                }
            }
            Overflow::SatSym => rounded.clamp(i128::from(ty.min_raw()), max),
        }
    }

    /// Counts 2 to 7, all modes, sums with 3 fractional bits, types from far coarser to finer than the sum.
    fn for_each_case(mut check: impl FnMut(&FixedType, u32, &[i128], &[i128])) {
        let sums: Vec<i128> = (-200..=200).collect();
        for rounding in Rounding::ALL {
            for overflow in Overflow::ALL {
                for (width, integer) in [(1, 1), (2, 4), (3, 2), (4, 9), (5, 2), (6, 0), (6, 3)] {
                    for signed in [false, true] {
                        let ty = FixedType::new(FixedFormat { signed, width, integer }, rounding, overflow);
                        for count in 2..=7 {
                            let expected: Vec<i128> = sums
                                .iter()
                                .map(|sum| {
                                    // sum * 2^-3 / count in steps of 2^-fraction.
                                    let numerator = sum << (ty.format.fraction() + 8);
                                    limited(&ty, rounded(rounding, numerator, i128::from(count) << (8 + 3)))
                                })
                                .collect();
                            check(&ty, count, &sums, &expected);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn the_definition_equals_rational_arithmetic() {
        let mut cases = 0;
        for_each_case(|ty, count, sums, expected| {
            for (&sum, &expected) in sums.iter().zip(expected) {
                assert_eq!(i128::from(ty.quantize_quotient(sum, 3, count)), expected, "{sum} / {count} to {ty}");
                cases += 1;
            }
        });
        assert_eq!(cases, 28 * 7 * 2 * 6 * 401);
    }

    fn check_carrier<F: Real>() {
        for_each_case(|ty, count, sums, expected| {
            assert!(quotient_bits(Interval::new(-200, 200, 3), count, ty) <= F::EXACT_BITS);
            let mut raw: Vec<F> = sums.iter().map(|&sum| F::from_i64(sum as i64)).collect();
            SliceQuantizer::raw_quotient(3, ty, count).apply_in_place(&mut raw);
            let mut values: Vec<F> = sums.iter().map(|&sum| F::from_f64(sum as f64 / 8.0)).collect();
            SliceQuantizer::fake_quotient(ty, count).apply_in_place(&mut values);
            for ((raw, value), &expected) in raw.iter().zip(&values).zip(expected) {
                assert_eq!(i128::from(raw.to_i64()), expected, "{count}, {ty}");
                assert_eq!(value.to_f64(), ty.format.value(expected as i64), "{count}, {ty}");
            }
        });
    }

    #[test]
    fn f32_slices_equal_rational_arithmetic() {
        check_carrier::<f32>();
    }

    #[test]
    fn f64_slices_equal_rational_arithmetic() {
        check_carrier::<f64>();
    }

    #[test]
    fn the_largest_dividends_of_a_carrier_are_exact() {
        for rounding in Rounding::ALL {
            let ty = FixedType::new(FixedFormat::signed(24, 24), rounding, Overflow::Wrap);
            for divisor in [3, 5, 7, 9, 11, 13] {
                let sums: Vec<i128> = (0..2000).map(|step| (1 << 22) - 20 - step).flat_map(|sum| [sum, -sum]).collect();
                let range = Interval::new(-(1 << 22) + 20, (1 << 22) - 20, 0);
                assert_eq!(quotient_bits(range, divisor, &ty), 24);
                let mut raw: Vec<f32> = sums.iter().map(|&sum| sum as f32).collect();
                SliceQuantizer::raw_quotient(0, &ty, divisor).apply_in_place(&mut raw);
                for (raw, sum) in raw.iter().zip(sums) {
                    assert_eq!(i128::from(*raw as i64), rounded(rounding, sum, divisor.into()), "{sum} / {divisor}");
                }
            }
        }
    }

    #[test]
    fn a_division_knows_its_parts() {
        let ty = |fraction| FixedType::exact(FixedFormat::signed(8, 8 - fraction));
        let parts = |divisor, fraction, ty| {
            let quotient = Quotient::new(divisor, fraction, &ty);
            (quotient.odd(), quotient.guard(), quotient.fraction())
        };
        // Eighths by two are sixteenths; by three, down to the bit behind the type's last one, and the sticky bit.
        assert_eq!(parts(6, 3, ty(7)), (3, 4, 9));
        assert_eq!(parts(6, 3, ty(4)), (3, 1, 6));
        assert_eq!(parts(6, 3, ty(1)), (3, 0, 5));
        assert_eq!(parts(4, 3, ty(7)), (1, 0, 5));
    }

    #[test]
    fn the_bits_of_a_division_are_those_of_what_it_meets() {
        let bits = |end: i128, fraction, divisor, ty_fraction: i32| {
            let ty = FixedType::exact(FixedFormat::signed(8, 8 - ty_fraction));
            quotient_bits(Interval::new(-end, end, fraction), divisor, &ty)
        };
        // A finer type: 200 / 8 is 3,200 in half steps of 1/64.
        assert_eq!(bits(200, 3, 3, 6), 13);
        // A coarser one: 40 / 256 is one half step of 1/4, and a divisor more than that.
        assert_eq!(bits(40, 8, 1001, 2), 11);
        assert_eq!(bits(0, 8, 1023, 2), 12);
        // The dividends themselves.
        assert_eq!(bits(1000, 8, 3, 2), 11);
        assert_eq!(bits(1000, 3, 4, 6), 11);
    }

    #[test]
    fn the_range_holds_every_result() {
        let ty = FixedType::new(FixedFormat::signed(6, 3), Rounding::RndConv, Overflow::Sat);
        for divisor in 2..=7 {
            let quotient = Quotient::new(divisor, 2, &ty);
            let range = quotient.range(Interval::new(-37, 53, 2));
            assert!((-37..=53).all(|raw| (range.min..=range.max).contains(&quotient.of(raw))));
        }
    }
}
