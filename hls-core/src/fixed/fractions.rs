//! Constants that each have a number of fractional bits of their own, and the format that holds them all.
//!
//! What training with learned widths computes with. The rounding is that of [`SliceQuantizer`]; the results are ordinary
//! numbers of [`narrowest_type`], so nothing behind the training knows that the widths were learned.

use super::format::exp2;
use super::{FixedFormat, FixedType, MAX_EXPONENT, Overflow, Rounding, SliceQuantizer};

/// The bits of a mantissa while it is rounded: what an `f32` holds.
const MANTISSA: u32 = 24;

/// Rounds each value to its own number of fractional bits, -64 to 64.
///
/// A magnitude of `2^(23 - fraction)` and more becomes the nearest end of that range: it has no bits to round.
pub fn round_each(rounding: Rounding, fractions: &[i32], values: &mut [f32]) {
    let ends = (-MAX_EXPONENT, MAX_EXPONENT);
    let scale = |values: &mut [f32], sign: i32| {
        for (value, &fraction) in values.iter_mut().zip(fractions) {
            *value *= exp2(sign * fraction.clamp(ends.0, ends.1)) as f32;
        }
    };
    scale(values, 1);
    let mantissa = FixedType::new(FixedFormat::signed(MANTISSA, MANTISSA as i32), rounding, Overflow::Sat);
    SliceQuantizer::fake(&mantissa).apply_in_place(values);
    scale(values, -1);
}

/// The bits from the highest set bit of a rounded value down to its last fractional bit; zero for zero.
#[must_use]
pub fn effective_bits(value: f32, fraction: i32) -> u32 {
    if value == 0.0 {
        return 0;
    }
    // The exponent of a normal number; rounded values are no smaller.
    let leading = ((value.to_bits() >> 23) & 0xFF) as i32 - 127;
    (leading + 1 + fraction).max(1) as u32
}

/// The type with the rounding and overflow of `like` and the narrowest signed format that holds every value without
/// changing it; two bits where all are zero.
///
/// `None` where a value is not finite or the values need more than [`MAX_WIDTH`](super::MAX_WIDTH) bits.
#[must_use]
pub fn narrowest_type(like: &FixedType, values: &[f32]) -> Option<FixedType> {
    let (mut fraction, mut integer): (Option<i32>, i32) = (None, i32::MIN);
    for &value in values {
        if !value.is_finite() {
            return None;
        }
        if value == 0.0 {
            continue;
        }
        let (mantissa, exponent) = parts(value);
        let last = mantissa.trailing_zeros() as i32 + exponent;
        fraction = Some(fraction.map_or(-last, |fraction| fraction.max(-last)));
        let bits = 32 - mantissa.leading_zeros() as i32 + exponent;
        // Two's complement has one more number below zero, unless saturation is symmetric.
        let is_lowest = value < 0.0 && mantissa.is_power_of_two() && like.overflow != Overflow::SatSym;
        integer = integer.max(bits + i32::from(!is_lowest));
    }
    let format = match fraction {
        None => FixedFormat::signed(2, 1),
        Some(fraction) => {
            FixedFormat::signed(u32::try_from((integer + fraction).max(1)).ok()?, integer.max(1 - fraction))
        }
    };
    format.violation().is_none().then_some(FixedType { format, ..*like })
}

/// The magnitude as `mantissa * 2^exponent`.
fn parts(value: f32) -> (u32, i32) {
    let bits = value.to_bits();
    match (bits >> 23) & 0xFF {
        0 => (bits & 0x7F_FFFF, -149),
        exponent => (bits & 0x7F_FFFF | 0x80_0000, exponent as i32 - 150),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_an_assignment_to_a_type_of_its_own() {
        for rounding in Rounding::ALL {
            for fraction in -3..=9 {
                let ty = FixedType::new(FixedFormat::signed(30, 30 - fraction), rounding, Overflow::Sat);
                let source: Vec<f32> = (-200..200).map(|step| step as f32 * 0.0173).collect();
                let mut values = source.clone();
                round_each(rounding, &vec![fraction; values.len()], &mut values);
                for (value, source) in values.iter().zip(&source) {
                    let expected = ty.format.value(ty.quantize_f64(f64::from(*source)));
                    assert_eq!(f64::from(*value), expected, "{rounding:?} {fraction} of {source}");
                }
            }
        }
        let mut values = [0.3, 0.3, 0.3];
        round_each(Rounding::Rnd, &[1, 2, 8], &mut values);
        assert_eq!(values, [0.5, 0.25, 77.0 / 256.0]);
    }

    #[test]
    fn bits_are_counted_down_to_the_last_fractional_bit() {
        let counts = [(0.0, 4), (0.25, 2), (0.25, 4), (-0.75, 2), (3.5, 1), (4.0, -2), (4.0, 0)];
        assert_eq!(counts.map(|(value, fraction)| effective_bits(value, fraction)), [0, 1, 3, 2, 3, 1, 3]);
    }

    #[test]
    fn the_narrowest_type_changes_no_value_and_one_bit_less_does() {
        let like = |overflow| FixedType::new(FixedFormat::signed(6, 1), Rounding::Trn, overflow);
        let sets: [&[f32]; 7] = [
            &[0.0, 0.5],
            &[-1.0, 0.25],
            &[-0.5, -0.5],
            &[3.0, -4.0],
            &[96.0, -32.0],
            &[1.0, -1.0, 0.0],
            &[0.007_812_5],
        ];
        for overflow in [Overflow::Wrap, Overflow::Sat, Overflow::SatSym] {
            for values in sets {
                let ty = narrowest_type(&like(overflow), values).unwrap();
                let holds = |ty: &FixedType| {
                    values.iter().all(|&value| {
                        let ty = super::super::saturating(*ty);
                        ty.format.value(ty.quantize_f64(f64::from(value))) == f64::from(value)
                    })
                };
                assert!(holds(&ty), "{ty} of {values:?}");
                let FixedFormat { width, integer, .. } = ty.format;
                // One bit saturates to -1 although that is not symmetric.
                if width > if overflow == Overflow::SatSym { 2 } else { 1 } {
                    for integer in [integer, integer - 1] {
                        let narrow = FixedType { format: FixedFormat::signed(width - 1, integer), ..ty };
                        assert!(!holds(&narrow), "{narrow} of {values:?}");
                    }
                }
            }
        }
        assert_eq!(narrowest_type(&like(Overflow::Wrap), &[0.0]).unwrap().format, FixedFormat::signed(2, 1));
        assert_eq!(narrowest_type(&like(Overflow::Wrap), &[f32::NAN]), None);
        assert_eq!(narrowest_type(&like(Overflow::Wrap), &[1e20, 1e-20]), None);
    }
}
