//! Interval arithmetic on raw mantissas: the proof that nothing overflows.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::format::exp2;
use super::{FixedFormat, FixedType, Overflow};

/// All multiples of `2^-fraction` from `min * 2^-fraction` to `max * 2^-fraction`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// The smallest raw value.
    pub min: i128,
    /// The largest raw value, at least `min`.
    pub max: i128,
    /// Fractional bits of both ends.
    pub fraction: i32,
}

impl Interval {
    /// The interval between two raw values, in either order.
    #[must_use]
    pub fn new(a: i128, b: i128, fraction: i32) -> Self {
        Self { min: a.min(b), max: a.max(b), fraction }
    }

    /// One number.
    #[must_use]
    pub fn point(raw: i128, fraction: i32) -> Self {
        Self::new(raw, raw, fraction)
    }

    /// Everything that a format represents.
    #[must_use]
    pub fn of(format: FixedFormat) -> Self {
        Self::new(format.min_raw().into(), format.max_raw().into(), format.fraction())
    }

    /// The same numbers with more fractional bits.
    ///
    /// Each extra bit doubles the raw ends, so `fraction` must stay within a few hundred bits of the own one; formats
    /// that pass [`FixedFormat::violation`] do.
    #[must_use]
    pub fn aligned(self, fraction: i32) -> Self {
        let shift = (fraction - self.fraction).max(0);
        // Saturates instead of overflowing: an interval this wide is refused by every format.
        let widen = |raw: i128| if shift >= 127 { saturated(raw) } else { raw.saturating_mul(1 << shift.min(126)) };
        Self { min: widen(self.min), max: widen(self.max), fraction: self.fraction + shift }
    }

    /// Every sum of two members.
    #[must_use]
    pub fn sum(self, other: Self) -> Self {
        let (a, b) = self.common(other);
        Self { min: a.min.saturating_add(b.min), max: a.max.saturating_add(b.max), fraction: a.fraction }
    }

    /// Every negative of a member.
    #[must_use]
    pub fn negated(self) -> Self {
        Self { min: self.max.saturating_neg(), max: self.min.saturating_neg(), fraction: self.fraction }
    }

    /// Every product of two members.
    #[must_use]
    pub fn product(self, other: Self) -> Self {
        let products = [
            self.min.saturating_mul(other.min),
            self.min.saturating_mul(other.max),
            self.max.saturating_mul(other.min),
            self.max.saturating_mul(other.max),
        ];
        let fold = |pick: fn(i128, i128) -> i128| products.iter().copied().reduce(pick).unwrap_or_default();
        Self { min: fold(i128::min), max: fold(i128::max), fraction: self.fraction + other.fraction }
    }

    /// The smallest interval that contains both.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        let (a, b) = self.common(other);
        Self { min: a.min.min(b.min), max: a.max.max(b.max), fraction: a.fraction }
    }

    /// What remains above zero: the image under `max(x, 0)`.
    #[must_use]
    pub fn rectified(self) -> Self {
        Self { min: self.min.max(0), max: self.max.max(0), fraction: self.fraction }
    }

    /// The image under an assignment to `ty`.
    #[must_use]
    pub fn quantized(self, ty: &FixedType) -> Self {
        let whole = Self::of(ty.format);
        if self.min <= -(1 << 62) || self.max >= 1 << 62 {
            return whole;
        }
        // Rounding and saturation are monotonic; the other modes are, while nothing overflows.
        if matches!(ty.overflow, Overflow::Wrap | Overflow::SatZero) && !self.fits(ty) {
            return whole;
        }
        let end = |raw| i128::from(ty.quantize(raw, self.fraction));
        Self::new(end(self.min), end(self.max), ty.format.fraction())
    }

    /// Whether no member overflows in an assignment to `ty`.
    #[must_use]
    pub fn fits(self, ty: &FixedType) -> bool {
        let range = i128::from(ty.min_raw())..=i128::from(ty.format.max_raw());
        [self.min, self.max]
            .iter()
            .all(|&raw| raw.unsigned_abs() < 1 << 62 && range.contains(&ty.round(raw, self.fraction)))
    }

    /// The bits that every member needs at this interval's fraction; the format may exceed [`MAX_WIDTH`](super::MAX_WIDTH).
    #[must_use]
    pub fn narrowest_format(self) -> FixedFormat {
        let signed = self.min < 0;
        let magnitude = |raw: i128| 128 - if raw < 0 { !raw } else { raw }.leading_zeros();
        let width = magnitude(self.min).max(magnitude(self.max)) + u32::from(signed);
        let width = width.max(1);
        FixedFormat { signed, width, integer: width as i32 - self.fraction }
    }

    fn common(self, other: Self) -> (Self, Self) {
        let fraction = self.fraction.max(other.fraction);
        (self.aligned(fraction), other.aligned(fraction))
    }
}

fn saturated(raw: i128) -> i128 {
    match raw.signum() {
        0 => 0,
        1 => i128::MAX,
        _ => i128::MIN,
    }
}

impl fmt::Display for Interval {
    /// The ends as values: `[-2, 1.984375]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lsb = exp2(-self.fraction.clamp(-1000, 1000));
        write!(f, "[{}, {}]", self.min as f64 * lsb, self.max as f64 * lsb)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::Rounding;

    #[track_caller]
    fn check_format(min: i128, max: i128, fraction: i32, expected: FixedFormat) {
        assert_eq!(Interval::new(min, max, fraction).narrowest_format(), expected);
    }

    #[test]
    fn narrowest_formats() {
        check_format(0, 0, 3, FixedFormat::unsigned(1, -2));
        check_format(0, 63, 4, FixedFormat::unsigned(6, 2));
        check_format(-32, 31, 5, FixedFormat::signed(6, 1));
        check_format(-33, 31, 5, FixedFormat::signed(7, 2));
        check_format(-1, 0, 0, FixedFormat::signed(1, 1));
        check_format(5, 5, 0, FixedFormat::unsigned(3, 3));
    }

    #[test]
    fn arithmetic_is_the_hull_of_all_results() {
        let a = Interval::new(-3, 5, 1);
        let b = Interval::new(-2, 7, 2);
        assert_eq!(a.product(b), Interval::new(-21, 35, 3));
        assert_eq!(a.sum(b), Interval::new(-8, 17, 2));
        assert_eq!(a.hull(b), Interval::new(-6, 10, 2));
        assert_eq!(a.rectified(), Interval::new(0, 5, 1));
    }

    #[test]
    fn quantized_image_contains_every_member_exhaustively() {
        for rounding in Rounding::ALL {
            for overflow in Overflow::ALL {
                for format in [FixedFormat::signed(4, 2), FixedFormat::unsigned(3, 2), FixedFormat::signed(3, 5)] {
                    let ty = FixedType::new(format, rounding, overflow);
                    for (min, max) in [(-40, 70), (-9, 9), (0, 11), (3, 200), (-64, -1)] {
                        let interval = Interval::new(min, max, 4);
                        let image = interval.quantized(&ty);
                        let mut overflowed = false;
                        for raw in min..=max {
                            let stored = i128::from(ty.quantize(raw, 4));
                            assert!(image.min <= stored && stored <= image.max, "{ty} of {raw}");
                            let wide =
                                FixedType::new(FixedFormat::signed(40, 40 - format.fraction()), rounding, overflow);
                            overflowed |= i128::from(wide.quantize(raw, 4)) != stored;
                        }
                        assert_eq!(interval.fits(&ty), !overflowed, "{ty} {interval}");
                    }
                }
            }
        }
    }

    #[test]
    fn ends_beyond_what_is_exact_give_the_whole_type() {
        let ty = |overflow| FixedType::new(FixedFormat::signed(4, 4), Rounding::Trn, overflow);
        let image = |min, max, overflow| {
            let image = Interval::new(min, max, 0).quantized(&ty(overflow));
            (image.min, image.max)
        };
        let far = 1_i128 << 62;
        assert_eq!(image(0, far - 1, Overflow::Sat), (0, 7));
        assert_eq!(image(0, far, Overflow::Sat), (-8, 7));
        assert_eq!(image(1 - far, 0, Overflow::Sat), (-8, 0));
        assert_eq!(image(-far, 0, Overflow::Sat), (-8, 7));
        assert_eq!(image(1, 3, Overflow::Wrap), (1, 3));
        assert_eq!(image(1, 9, Overflow::Wrap), (-8, 7));
        // A type that could hold it: what is not computed exactly does not count as fitting.
        let wide = FixedType::exact(FixedFormat::unsigned(4, 64));
        assert!(Interval::point(far - 1, 0).fits(&wide) && !Interval::point(far, 0).fits(&wide));
    }

    #[test]
    fn alignment_saturates() {
        let ends = |interval: Interval| (interval.min, interval.max, interval.fraction);
        assert_eq!(ends(Interval::new(-3, 5, 0).aligned(200)), (i128::MIN, i128::MAX, 200));
        assert_eq!(ends(Interval::new(0, 0, 3).aligned(200)), (0, 0, 200));
        assert_eq!(ends(Interval::new(-3, 5, 1).aligned(3)), (-12, 20, 3));
    }

    #[test]
    fn display() {
        assert_eq!(Interval::new(-4, 3, 1).to_string(), "[-2, 1.5]");
        assert_eq!(Interval::new(1, 3, -2).to_string(), "[4, 12]");
    }
}
