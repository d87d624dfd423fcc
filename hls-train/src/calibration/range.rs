//! How many integer bits a format gets.

use hls_core::fixed::{FixedFormat, FixedType, MAX_EXPONENT, SliceQuantizer};

/// How the range of a format is chosen from the values that it is for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Range {
    /// The narrowest range that holds every value.
    Max,
    /// The narrowest range that holds this percentage of the values that are not zero, those of the smallest magnitude:
    /// above 0, at most 100.
    Percentile(f64),
    /// The range with the least mean squared quantization error, rounding and saturation together.
    #[default]
    Mse,
}

/// Ranges below that of the largest value that are tried: 16 halvings.
const CANDIDATES: usize = 17;

impl Range {
    /// The integer bits of `ty` for these values; its width, sign and modes stay. `None` where the values say nothing:
    /// all of them are zero or of a sign that the type does not have.
    pub(crate) fn integer_bits(self, ty: &FixedType, values: &[f32]) -> Option<i32> {
        let largest = narrowest(ty, ends(ty, values.iter().copied())?);
        match self {
            Self::Max => Some(largest),
            Self::Percentile(percent) => {
                let limit = percentile(ty, values, percent)?;
                Some(narrowest(ty, ends(ty, values.iter().copied().filter(|value| value.abs() <= limit))?))
            }
            Self::Mse => {
                let values: Vec<f64> = values.iter().map(|&value| value.into()).collect();
                let candidates = legal(ty.format).rev().skip_while(|&integer| integer > largest).take(CANDIDATES);
                let errors = candidates.map(|integer| (integer, squared_error(&with_integer(ty, integer), &values)));
                // Among equals the first one, which is the widest.
                errors.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(integer, _)| integer)
            }
        }
    }
}

fn with_integer(ty: &FixedType, integer: i32) -> FixedType {
    FixedType { format: FixedFormat { integer, ..ty.format }, ..*ty }
}

/// The integer bits that a format of this width can have.
fn legal(format: FixedFormat) -> std::ops::RangeInclusive<i32> {
    let width = format.width as i32;
    (width - MAX_EXPONENT).max(-MAX_EXPONENT)..=(width + MAX_EXPONENT).min(MAX_EXPONENT)
}

/// Whether a type can hold numbers of the sign of `value` at all.
fn has_sign(ty: &FixedType, value: f32) -> bool {
    (value > 0.0 && ty.format.max_raw() > 0) || (value < 0.0 && ty.min_raw() < 0)
}

/// The smallest and the largest value, zero included; `None` where there is nothing else.
fn ends(ty: &FixedType, values: impl Iterator<Item = f32>) -> Option<[f64; 2]> {
    let (low, high) =
        values.filter(|&value| has_sign(ty, value)).fold((0.0_f32, 0.0_f32), |(a, b), v| (a.min(v), b.max(v)));
    (low < high).then(|| [low.into(), high.into()])
}

/// The fewest integer bits with which both ends are within a step of what is stored: less is rounding, not overflow.
fn narrowest(ty: &FixedType, ends: [f64; 2]) -> i32 {
    let fits = |integer: &i32| {
        let ty = with_integer(ty, *integer);
        let error = |value: f64| (ty.format.value(ty.quantize_f64(value)) - value).abs();
        ends.iter().all(|&end| error(end) < ty.format.lsb())
    };
    let range = legal(ty.format);
    range.clone().find(fits).unwrap_or(*range.end())
}

/// The magnitude that this percentage of the values stays within.
fn percentile(ty: &FixedType, values: &[f32], percent: f64) -> Option<f32> {
    let mut magnitudes: Vec<f32> = values.iter().copied().filter(|&value| has_sign(ty, value)).map(f32::abs).collect();
    // 99.9 % of 1,000 are 999, though 99.9 is a little more than that as a float.
    let rank = (percent / 100.0 * magnitudes.len() as f64 - 1e-6).ceil() as usize;
    let index = rank.max(1).min(magnitudes.len()).checked_sub(1)?;
    Some(*magnitudes.select_nth_unstable_by(index, f32::total_cmp).1)
}

fn squared_error(ty: &FixedType, values: &[f64]) -> f64 {
    let mut stored = vec![0.0; values.len()];
    SliceQuantizer::fake(ty).apply(values, &mut stored);
    stored.iter().zip(values).map(|(stored, value)| (stored - value).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hls_core::fixed::{Fixed, Quantizer, Rnd, Sat, SatSym, UFixed};

    #[track_caller]
    fn check<Q: Quantizer>(method: Range, values: &[f32], expected: Option<i32>) {
        let chosen = method.integer_bits(&Q::TYPE, values);
        assert_eq!(chosen, expected, "{method:?} of {} values in {}", values.len(), Q::TYPE);
    }

    #[test]
    fn max_holds_every_value() {
        check::<Fixed<8, 3>>(Range::Max, &[0.25, -0.75, 0.0], Some(1));
        check::<Fixed<8, 3>>(Range::Max, &[-1.0, 0.5], Some(1));
        // 1 is beyond fixed<8,1>, which ends at 1 - 1/128; what is closer than a step is rounding.
        check::<Fixed<8, 3, Rnd, Sat>>(Range::Max, &[1.0], Some(2));
        check::<Fixed<8, 3, Rnd, Sat>>(Range::Max, &[0.996], Some(1));
        // Where it wraps, rounding up is no small error.
        check::<Fixed<8, 3, Rnd>>(Range::Max, &[0.999], Some(2));
        check::<Fixed<8, 3, Rnd, SatSym>>(Range::Max, &[-1.0], Some(2));
        check::<UFixed<6, 0>>(Range::Max, &[5.0, 0.0], Some(3));
        check::<UFixed<6, 4>>(Range::Max, &[0.011], Some(-6));
        check::<Fixed<8, 1>>(Range::Max, &[300.0], Some(10));
    }

    #[test]
    fn values_that_say_nothing() {
        for method in [Range::Max, Range::Percentile(50.0), Range::Mse] {
            check::<Fixed<8, 3>>(method, &[0.0, 0.0], None);
            check::<Fixed<8, 3>>(method, &[], None);
            check::<UFixed<8, 3>>(method, &[-4.0, 0.0], None);
            // One signed bit has no positive number.
            check::<Fixed<1, 1>>(method, &[4.0], None);
            check::<Fixed<1, 1>>(method, &[4.0, -0.5], Some(0));
        }
        // Numbers beyond every format get the widest one.
        check::<Fixed<8, 3>>(Range::Max, &[f32::MAX], Some(64));
        check::<Fixed<8, 3>>(Range::Max, &[f32::MIN_POSITIVE], Some(-56));
    }

    #[test]
    fn a_single_outlier_separates_the_methods() {
        // 999 values up to 1, and one of 100.
        let mut values: Vec<f32> = (1..1000).map(|index| index as f32 / 1000.0).collect();
        values.push(100.0);
        check::<UFixed<6, 2, Rnd, Sat>>(Range::Max, &values, Some(7));
        check::<UFixed<6, 2, Rnd, Sat>>(Range::Percentile(100.0), &values, Some(7));
        check::<UFixed<6, 2, Rnd, Sat>>(Range::Percentile(99.9), &values, Some(0));
        // The squared error of the one, 100^2 or less, against the rounding of the others.
        check::<UFixed<6, 2, Rnd, Sat>>(Range::Mse, &values, Some(7));
        values[999] = 4.0;
        check::<UFixed<6, 2, Rnd, Sat>>(Range::Max, &values, Some(3));
        check::<UFixed<3, 2, Rnd, Sat>>(Range::Max, &values, Some(3));
        check::<UFixed<3, 2, Rnd, Sat>>(Range::Mse, &values, Some(1));
    }

    #[test]
    fn zeros_are_in_every_range() {
        let mut values = vec![0.0; 10_000];
        values.extend([0.5, 0.25, 3.0]);
        check::<UFixed<6, 2>>(Range::Percentile(60.0), &values, Some(0));
        check::<UFixed<6, 2>>(Range::Percentile(1e-9), &values, Some(-1));
        check::<UFixed<6, 2>>(Range::Percentile(99.0), &values, Some(2));
    }

    #[test]
    fn no_candidate_has_a_smaller_error() {
        // Something like a bell, in every mode that matters.
        let values: Vec<f32> = (0..2000).map(|index| ((index as f32 / 2000.0 - 0.5) * 4.0).powi(3)).collect();
        let wide: Vec<f64> = values.iter().map(|&value| value.into()).collect();
        for ty in [<Fixed<4, 1>>::TYPE, <Fixed<4, 1, Rnd, Sat>>::TYPE, <UFixed<5, 1, Rnd, SatSym>>::TYPE] {
            let chosen = Range::Mse.integer_bits(&ty, &values).unwrap();
            let error = |integer| squared_error(&with_integer(&ty, integer), &wide);
            for integer in -10..12 {
                assert!(error(chosen) <= error(integer), "{ty}: {chosen} against {integer}");
            }
        }
    }
}
