//! The numbers of a normalization, which follow from its types.

use crate::fixed::{FixedFormat, FixedType, Interval, Overflow, Rounding};

/// Places and widths of the integers between the edges; the kernel's configuration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    channels: usize,
    /// Fractional bits of the elements.
    pub fraction: i32,
    /// The largest magnitude of an element.
    largest: u128,
    /// Fractional bits of `t`, an even number.
    total_fraction: i32,
    /// What brings `w` to them.
    pub variance_shift: u32,
    /// What brings `n^2` to epsilon times `n^2`.
    pub epsilon_shift: u32,
    /// The highest place of the leading bit of `t`.
    pub top: u32,
    /// How far below it that can be.
    pub max_shift: u32,
    pub newton: bool,
}

/// Fractional bits of the root behind a Newton step.
const FINE_FRACTION: u32 = 26;

/// Bits behind the leading one that index the table.
const INDEX: u32 = 9;

/// Normalized numbers with more bits behind the sign get a Newton step: the table alone is good to 2^-11.
const TABLE_IS_ENOUGH: u32 = 8;

/// The smallest power of two that is not smaller, as its exponent.
fn bits(number: u128) -> u32 {
    u128::BITS - number.leading_zeros()
}

impl Plan {
    /// Entries of the table of reciprocal roots.
    pub const TABLE: usize = 2 << INDEX;

    /// Fractional bits of its entries.
    pub const TABLE_FRACTION: u32 = 14;

    /// The format of its entries.
    pub const TABLE_FORMAT: FixedFormat = FixedFormat::unsigned(Self::TABLE_FRACTION + 1, 1);

    /// Fractional bits of what is left of `t` for the Newton step.
    pub const MANTISSA_FRACTION: u32 = 24;

    /// The smallest epsilon is 2 to minus this.
    pub const MAX_EPSILON: u32 = 48;

    /// The longest row.
    pub const MAX_CHANNELS: usize = 1 << 15;

    /// For rows of `channels` elements with `fraction` fractional bits and magnitudes up to `largest`.
    pub fn new(channels: usize, epsilon: u32, norm: &FixedType, fraction: i32, largest: u128) -> Self {
        let epsilon = epsilon.min(Self::MAX_EPSILON) as i32;
        // Even, so that the root of the scale is a whole shift.
        let total_fraction = (2 * fraction).max(epsilon + epsilon % 2);
        let variance_shift = (total_fraction - 2 * fraction).unsigned_abs();
        let epsilon_shift = (total_fraction - epsilon).unsigned_abs();
        let squared = (channels.clamp(1, Self::MAX_CHANNELS) as u128).pow(2);
        // What is too large for these integers is refused for its width, and saturating keeps it too large.
        let shifted = |number: u128, shift: u32| {
            if bits(number) + shift < 127 { number << shift } else { u128::MAX >> 1 }
        };
        let variance = squared.saturating_mul(largest.saturating_mul(largest));
        let smallest = shifted(squared, epsilon_shift);
        let top = shifted(variance, variance_shift).saturating_add(smallest).ilog2();
        let signed = u32::from(norm.format.signed);
        Self {
            channels,
            fraction,
            largest,
            total_fraction,
            variance_shift,
            epsilon_shift,
            top,
            max_shift: top - smallest.ilog2(),
            newton: norm.format.width > TABLE_IS_ENOUGH + signed,
        }
    }

    /// Where the leading bit of the normalized `t` is: enough places below it for the mantissa.
    pub fn place(&self) -> u32 {
        self.top.max(Self::MANTISSA_FRACTION)
    }

    /// Bits of `n * x_i`, of the sum and of their difference, the sign included.
    pub fn deviation_bits(&self) -> u32 {
        bits((self.channels as u128).saturating_mul(self.largest.saturating_mul(2))) + 1
    }

    /// Fractional bits of the root that is multiplied with.
    pub fn root_fraction(&self) -> u32 {
        if self.newton { FINE_FRACTION } else { Self::TABLE_FRACTION }
    }

    /// Fractional bits of the product of step 5, shifted by the least exponent.
    pub fn product_fraction(&self) -> i32 {
        self.fraction + (self.root_fraction() + self.top / 2) as i32 - self.total_fraction / 2
    }

    /// No normalized number is beyond the root of `n`, but for the error of the table.
    pub fn range(&self) -> Interval {
        // 1024^2 and a little more than the error of 2^-11.
        let end = (self.channels as u128 * 1_053_000).isqrt() as i128 + 1;
        Interval { min: -end, max: end, fraction: 10 }
    }

    /// The type of the shifted product of step 5.
    pub fn product_format(&self) -> FixedFormat {
        let fraction = self.product_fraction();
        let end = bits(self.range().max.unsigned_abs()) as i32 - self.range().fraction;
        let width = (end + fraction + 1).max((self.deviation_bits() + self.root_fraction() + 1) as i32);
        FixedFormat { signed: true, width: width.max(1).unsigned_abs(), integer: width.max(1) - fraction }
    }

    /// The bits of the widest integer between the edges.
    pub fn widest(&self) -> u32 {
        self.product_format().width.max(self.place() + 1)
    }

    /// `1 / sqrt(m)` for `m` in [1, 2), then for `m` in [2, 4), each entry for the middle of its interval.
    pub fn table() -> Vec<i64> {
        let ty = FixedType::new(Self::TABLE_FORMAT, Rounding::Rnd, Overflow::Sat);
        let entry = |octave: u32, index: u32| {
            let middle = 1.0 + (f64::from(index) + 0.5) / f64::from(1 << INDEX);
            // Roots are correctly rounded on every machine.
            ty.quantize_f64(1.0 / (middle * f64::from(octave)).sqrt())
        };
        [1, 2].into_iter().flat_map(|octave| (0..1 << INDEX).map(move |index| entry(octave, index))).collect()
    }

    /// The root's table index and the mantissa, from `t` with its leading bit at [`Plan::place`].
    pub fn split(&self, normalized: u128, odd: bool) -> (usize, i64) {
        let low = (normalized >> (self.place() - INDEX)) as usize & ((1 << INDEX) - 1);
        let mantissa = (normalized >> (self.place() - Self::MANTISSA_FRACTION)) as i64;
        (low + (usize::from(odd) << INDEX), mantissa << u32::from(odd))
    }
}
