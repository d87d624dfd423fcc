//! A format says which numbers exist; a type adds what happens to the others.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Overflow, Rounding};

/// The widest format, in bits: every mantissa, product and sum of a model is exact in an `f64`.
pub const MAX_WIDTH: u32 = 53;

/// The largest magnitude of `integer` and of the number of fractional bits.
pub const MAX_EXPONENT: i32 = 64;

/// A set of evenly spaced numbers: `raw * 2^-(width - integer)`, with `raw` an integer of `width` bits.
///
/// `integer` counts the sign bit and may be negative or larger than `width`, as in `ap_fixed<W, I>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FixedFormat {
    /// Whether the mantissa is a two's complement number.
    pub signed: bool,
    /// Bits of the mantissa, the sign included: 1 to [`MAX_WIDTH`].
    pub width: u32,
    /// Bits left of the binary point, the sign included.
    pub integer: i32,
}

impl FixedFormat {
    /// `ap_fixed<width, integer>`.
    #[must_use]
    pub const fn signed(width: u32, integer: i32) -> Self {
        Self { signed: true, width, integer }
    }

    /// `ap_ufixed<width, integer>`.
    #[must_use]
    pub const fn unsigned(width: u32, integer: i32) -> Self {
        Self { signed: false, width, integer }
    }

    /// Why this format cannot be used, or `None` where it can.
    #[must_use]
    pub const fn violation(self) -> Option<&'static str> {
        if self.width == 0 || self.width > MAX_WIDTH {
            return Some("the width of a fixed-point type must be 1 to 53 bits");
        }
        // The integer bits alone first: of any number there is no difference to the width.
        if self.integer < -MAX_EXPONENT || self.integer > MAX_EXPONENT || self.fraction() > MAX_EXPONENT {
            return Some("the integer and fractional bits of a fixed-point type must be -64 to 64");
        }
        None
    }

    /// Bits right of the binary point: `width - integer`. A raw value is worth `raw * 2^-fraction`.
    #[must_use]
    pub const fn fraction(self) -> i32 {
        self.width as i32 - self.integer
    }

    /// The smallest raw value.
    #[must_use]
    pub const fn min_raw(self) -> i64 {
        if self.signed { -(1 << (self.width - 1)) } else { 0 }
    }

    /// The largest raw value.
    #[must_use]
    pub const fn max_raw(self) -> i64 {
        if self.signed { (1 << (self.width - 1)) - 1 } else { (1 << self.width) - 1 }
    }

    /// The smallest raw value of the symmetric range, `-max_raw`. One signed bit has no symmetric range; there `ap_fixed`
    /// saturates to -1 all the same.
    #[must_use]
    pub const fn symmetric_min_raw(self) -> i64 {
        if self.signed && self.width > 1 { -self.max_raw() } else { self.min_raw() }
    }

    /// The value of the least significant bit, 2^-fraction.
    #[must_use]
    pub fn lsb(self) -> f64 {
        exp2(-self.fraction())
    }

    /// The value of a raw mantissa; exact.
    #[must_use]
    pub fn value(self, raw: i64) -> f64 {
        raw as f64 * self.lsb()
    }

    /// Whether every number of `other` is a number of this format.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        let sign_fits = self.signed || !other.signed;
        let extra = (self.signed && !other.signed) as i32;
        sign_fits && self.fraction() >= other.fraction() && self.integer - extra >= other.integer
    }
}

impl fmt::Display for FixedFormat {
    /// `fixed<16,6>` or `ufixed<6,2>`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}fixed<{},{}>", if self.signed { "" } else { "u" }, self.width, self.integer)
    }
}

/// A format and what an assignment to it does: first round, then handle overflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FixedType {
    /// The representable numbers.
    pub format: FixedFormat,
    /// What happens to dropped bits.
    pub rounding: Rounding,
    /// What happens outside the range.
    pub overflow: Overflow,
}

impl FixedType {
    /// A type from its parts.
    #[must_use]
    pub const fn new(format: FixedFormat, rounding: Rounding, overflow: Overflow) -> Self {
        Self { format, rounding, overflow }
    }

    /// A type that is only assigned values that it represents, with the defaults of `ap_fixed`: truncate and wrap.
    #[must_use]
    pub const fn exact(format: FixedFormat) -> Self {
        Self::new(format, Rounding::Trn, Overflow::Wrap)
    }

    /// The type as a declaration spells it: `Fixed<16, 6>`, `UFixed<6, 2, Rnd, Sat>`.
    #[must_use]
    pub fn declaration(&self) -> String {
        let FixedFormat { signed, width, integer } = self.format;
        let modes = match (self.rounding, self.overflow) {
            (Rounding::Trn, Overflow::Wrap) => String::new(),
            (rounding, Overflow::Wrap) => format!(", {rounding:?}"),
            (rounding, overflow) => format!(", {rounding:?}, {overflow:?}"),
        };
        format!("{}Fixed<{width}, {integer}{modes}>", if signed { "" } else { "U" })
    }

    /// The smallest raw value that an assignment can store: symmetric saturation never stores the format's lowest.
    #[must_use]
    pub const fn min_raw(&self) -> i64 {
        match self.overflow {
            Overflow::SatSym => self.format.symmetric_min_raw(),
            _ => self.format.min_raw(),
        }
    }
}

impl fmt::Display for FixedType {
    /// `fixed<6,4>`, with the modes where they are not the defaults: `fixed<6,4,RND,SAT>`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FixedFormat { signed, width, integer } = self.format;
        write!(f, "{}fixed<{width},{integer}", if signed { "" } else { "u" })?;
        if (self.rounding, self.overflow) != (Rounding::Trn, Overflow::Wrap) {
            write!(f, ",{},{}", &self.rounding.ap_name()[3..], &self.overflow.ap_name()[3..])?;
        }
        f.write_str(">")
    }
}

/// 2^exponent for `|exponent| <= 1022`, built from its bits: `powi` is allowed to be inexact.
pub(crate) fn exp2(exponent: i32) -> f64 {
    debug_assert!(exponent.abs() <= 1022);
    f64::from_bits(((1023 + i64::from(exponent)) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_values() {
        let format = FixedFormat::signed(6, 4);
        assert_eq!((format.min_raw(), format.max_raw(), format.fraction()), (-32, 31, 2));
        assert_eq!(format.value(-32), -8.0);
        let format = FixedFormat::unsigned(4, -2);
        assert_eq!((format.max_raw(), format.value(15)), (15, 15.0 / 64.0));
        assert_eq!(FixedFormat::signed(MAX_WIDTH, 1).max_raw(), (1 << 52) - 1);
    }

    #[test]
    fn contains_counts_the_sign_bit() {
        assert!(FixedFormat::signed(9, 5).contains(FixedFormat::unsigned(8, 4)));
        assert!(!FixedFormat::signed(8, 4).contains(FixedFormat::unsigned(8, 4)));
        assert!(!FixedFormat::unsigned(16, 8).contains(FixedFormat::signed(4, 2)));
    }

    #[test]
    fn contains_is_what_the_numbers_say() {
        let small = || {
            let signs = |width, integer| [false, true].map(|signed| FixedFormat { signed, width, integer });
            (1..=4).flat_map(move |width| (-2..=5).flat_map(move |integer| signs(width, integer)))
        };
        let numbers = |format: FixedFormat| (format.min_raw()..=format.max_raw()).map(move |raw| format.value(raw));
        for (format, other) in small().flat_map(|format| small().map(move |other| (format, other))) {
            let all = numbers(other).all(|number| numbers(format).any(|own| own == number));
            assert_eq!(format.contains(other), all, "{format} and {other}");
        }
    }

    #[test]
    fn the_symmetric_range_leaves_the_lowest_out() {
        assert_eq!(FixedFormat::signed(4, 4).symmetric_min_raw(), -7);
        assert_eq!(FixedFormat::signed(2, 2).symmetric_min_raw(), -1);
        assert_eq!(FixedFormat::signed(1, 1).symmetric_min_raw(), -1);
        assert_eq!(FixedFormat::unsigned(4, 4).symmetric_min_raw(), 0);
    }

    #[test]
    fn powers_of_two_are_exact() {
        for exponent in [-1022, -1021, -64, -1, 0, 1, 52, 1021, 1022] {
            assert_eq!(exp2(exponent), 2_f64.powf(exponent.into()), "{exponent}");
        }
    }

    #[test]
    fn violations_are_named() {
        assert_eq!(FixedFormat::signed(16, 6).violation(), None);
        assert!(FixedFormat::signed(0, 0).violation().is_some());
        assert!(FixedFormat::signed(54, 6).violation().is_some());
        assert!(FixedFormat::signed(16, 65).violation().is_some());
        assert!(FixedFormat::signed(16, -60).violation().is_some());
        // The last ones that can be used, and the first ones that cannot.
        assert_eq!(FixedFormat::signed(MAX_WIDTH, 64).violation(), None);
        assert_eq!(FixedFormat::unsigned(1, -63).violation(), None);
        assert_eq!(FixedFormat::signed(4, -60).violation(), None);
        assert!(FixedFormat::signed(4, -61).violation().is_some());
        assert!(FixedFormat::signed(1, -64).violation().is_some());
        for integer in [i32::MIN, i32::MIN + 1, i32::MIN + 60, i32::MAX] {
            assert!(FixedFormat::signed(4, integer).violation().is_some(), "{integer}");
        }
    }

    #[test]
    fn display() {
        let ty = FixedType::new(FixedFormat::unsigned(6, 2), Rounding::RndConv, Overflow::SatSym);
        assert_eq!(ty.to_string(), "ufixed<6,2,RND_CONV,SAT_SYM>");
        assert_eq!(FixedType::exact(FixedFormat::signed(16, 6)).to_string(), "fixed<16,6>");
        assert_eq!(ty.declaration(), "UFixed<6, 2, RndConv, SatSym>");
        assert_eq!(FixedType::exact(FixedFormat::signed(16, -6)).declaration(), "Fixed<16, -6>");
        let ty = FixedType::new(FixedFormat::signed(4, 1), Rounding::Rnd, Overflow::Wrap);
        assert_eq!(ty.declaration(), "Fixed<4, 1, Rnd>");
    }
}
