//! A fraction whose denominator is a power of two: how a declaration writes a constant, exactly.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{FixedTensor, Interval};

/// `numerator * 2^-shift`, as in the const parameters `NUM` and `SHIFT` of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dyadic {
    /// The numerator; its magnitude is below 2^31.
    pub numerator: i64,
    /// The exponent of the denominator, at most 31.
    pub shift: u32,
}

impl Dyadic {
    /// `numerator * 2^-shift`.
    #[must_use]
    pub const fn new(numerator: i64, shift: u32) -> Self {
        Self { numerator, shift }
    }

    /// Why it cannot be used, or `None` where it can.
    #[must_use]
    pub const fn violation(self) -> Option<&'static str> {
        if self.numerator.unsigned_abs() >> 31 != 0 {
            return Some("the magnitude of a numerator must be below 2^31");
        }
        if self.shift > 31 { Some("a shift must be at most 31") } else { None }
    }

    /// The number; exact.
    #[must_use]
    pub fn value(self) -> f64 {
        self.numerator as f64 * super::exp2(-(self.shift.min(64) as i32))
    }

    /// The number as an interval.
    #[must_use]
    pub fn interval(self) -> Interval {
        Interval::point(self.numerator.into(), self.shift as i32)
    }

    /// The number as a tensor without dimensions, in the narrowest format.
    #[must_use]
    pub fn tensor(self) -> FixedTensor {
        FixedTensor { dims: Vec::new(), format: self.interval().narrowest_format(), raw: vec![self.numerator] }
    }
}

impl fmt::Display for Dyadic {
    /// As the parameters of a declaration: `13, 6`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.numerator, self.shift)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::FixedFormat;

    #[test]
    fn values_and_formats() {
        assert_eq!(Dyadic::new(13, 6).value(), 0.203_125);
        assert_eq!(Dyadic::new(13, 6).tensor().format, FixedFormat::unsigned(4, -2));
        assert_eq!(Dyadic::new(-13, 6).to_string(), "-13, 6");
        assert_eq!(Dyadic::new(-1, 0).tensor().format, FixedFormat::signed(1, 1));
        assert_eq!(Dyadic::new((1 << 31) - 1, 31).violation(), None);
        assert!(Dyadic::new(1 << 31, 0).violation().is_some() && Dyadic::new(1, 32).violation().is_some());
    }
}
