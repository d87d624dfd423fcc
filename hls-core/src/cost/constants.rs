//! What multiplications by constants cost, read off the constants.

use serde::{Deserialize, Serialize};

/// How many of a layer's weights are built in which way, where every weight is a constant of the code.
///
/// The rule is that of the tools, found in 75 synthesized layers whose weights follow a known distribution: a constant is
/// *hard*, and takes a multiplier, if its odd part has at least five bits and at least three digits in signed-digit
/// form; any other is shifts and one adder less than it has digits. A count may be a mean over a distribution, so it is
/// no whole number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ConstantCounts {
    /// Weights that are not zero.
    pub nonzero: f64,
    /// Adders inside the products of weights that are not hard.
    pub adders: f64,
    /// Weights whose products take a multiplier.
    pub hard: f64,
}

/// The narrowest odd part that takes a multiplier.
const HARD_BITS: u32 = 5;
/// Magnitudes below are counted before they are looked at, where there are more weights than that.
const NARROW: usize = 4096;
/// The fewest digits that take a multiplier.
const HARD_DIGITS: u32 = 3;

impl ConstantCounts {
    /// The counts of these mantissas.
    #[must_use]
    pub fn of(mantissas: &[i64]) -> Self {
        // Of a large matrix every magnitude is looked at once: there are far fewer than weights.
        let mut narrow = vec![0_u32; if mantissas.len() > NARROW { NARROW } else { 0 }];
        let mut counts = Self::default();
        for &raw in mantissas {
            match usize::try_from(raw.unsigned_abs()).ok().and_then(|magnitude| narrow.get_mut(magnitude)) {
                Some(count) => *count += 1,
                None => counts = counts.plus(raw, 1.0),
            }
        }
        narrow.iter().zip(0..).fold(counts, |counts, (&count, raw)| counts.plus(raw, f64::from(count)))
    }

    /// The expected counts of `count` weights drawn evenly from -`limit` to `limit` (in steps of the format) and rounded
    /// down. `limit` is at most 2^20; beyond, all weights count as hard.
    #[must_use]
    pub fn expected(count: f64, limit: f64) -> Self {
        if limit.is_nan() || limit <= 0.0 {
            return Self::default();
        }
        if limit > f64::from(1 << 20) {
            return Self { nonzero: count, adders: 0.0, hard: count };
        }
        let ends = (-limit).floor() as i64..=limit.floor() as i64;
        ends.fold(Self::default(), |counts, raw| {
            let inside = (raw as f64 + 1.0).min(limit) - (raw as f64).max(-limit);
            counts.plus(raw, count * inside.max(0.0) / (2.0 * limit))
        })
    }

    fn plus(self, raw: i64, weight: f64) -> Self {
        let magnitude = raw.unsigned_abs();
        if magnitude == 0 {
            return self;
        }
        let odd = magnitude >> magnitude.trailing_zeros();
        let digits = signed_digits(odd);
        let hard = digits >= HARD_DIGITS && u64::BITS - odd.leading_zeros() >= HARD_BITS;
        Self {
            nonzero: self.nonzero + weight,
            adders: self.adders + if hard { 0.0 } else { weight * f64::from(digits - 1) },
            hard: self.hard + if hard { weight } else { 0.0 },
        }
    }

    /// Hard weights among those that are not zero: 0 to 1.
    #[must_use]
    pub fn hard_share(&self) -> f64 {
        if self.nonzero > 0.0 { self.hard / self.nonzero } else { 0.0 }
    }

    /// Adders for a weight that is not zero.
    #[must_use]
    pub fn adder_share(&self) -> f64 {
        if self.nonzero > 0.0 { self.adders / self.nonzero } else { 0.0 }
    }
}

/// The digits of the shortest signed-digit form: of `n`, the set bits of `n xor 3n`, halved by the shift.
fn signed_digits(n: u64) -> u32 {
    // Three times a number below 2^62 fits.
    if n < 1 << 62 {
        return ((n ^ (3 * n)) >> 1).count_ones();
    }
    let n = u128::from(n);
    ((n ^ (3 * n)) >> 1).count_ones()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_small_numbers() {
        let digits: Vec<u32> = (0..=16).map(signed_digits).collect();
        assert_eq!(digits, [0, 1, 1, 2, 1, 2, 2, 2, 1, 2, 2, 3, 2, 3, 2, 2, 1]);
        assert_eq!((signed_digits(0b1010_1010_1010), signed_digits(u64::MAX)), (6, 2));
    }

    #[test]
    fn constants_are_counted_by_their_odd_part() {
        // 0; powers of two; 3 = 4 - 1; 11 has three digits but four bits; 19 and -76 are hard.
        let counts = ConstantCounts::of(&[0, 1, -8, 3, 11, 19, -76, i64::MIN]);
        assert_eq!(counts, ConstantCounts { nonzero: 7.0, adders: 3.0, hard: 2.0 });
    }

    #[test]
    fn a_large_matrix_is_counted_like_its_parts() {
        let mantissas: Vec<i64> = (0..20_000).map(|i: i64| (i * 7_919) % 9_001 - 4_500).collect();
        let sum = mantissas.chunks(1_000).map(ConstantCounts::of).fold(ConstantCounts::default(), |sum, part| {
            ConstantCounts {
                nonzero: sum.nonzero + part.nonzero,
                adders: sum.adders + part.adders,
                hard: sum.hard + part.hard,
            }
        });
        assert_eq!(ConstantCounts::of(&mantissas), sum);
    }

    #[test]
    fn a_distribution_agrees_with_synthesis() {
        // dense_32_32 of wa-hls4ml: DSPs at 8, 10, 12 and 14 bits. Weights of that initializer are below sqrt(6 / 64).
        for (bits, dsp) in [(8, 263.0), (10, 680.0), (12, 878.0), (14, 964.0)] {
            let counts = ConstantCounts::expected(1024.0, (6.0_f64 / 64.0).sqrt() * f64::from(1 << (bits - 1)));
            assert!((counts.hard / dsp - 1.0).abs() < 0.06, "{bits} bits: {counts:?}");
        }
        assert_eq!(ConstantCounts::expected(10.0, 0.0), ConstantCounts::default());
        assert_eq!(ConstantCounts::expected(10.0, f64::NAN), ConstantCounts::default());
        assert_eq!(ConstantCounts::expected(10.0, 1e30).hard, 10.0);
    }
}
