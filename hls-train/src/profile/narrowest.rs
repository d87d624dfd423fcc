//! The bits that mantissas need.

use hls_core::fixed::{FixedFormat, FixedType, MAX_EXPONENT, MAX_WIDTH, Overflow, SliceQuantizer};

/// What is unused of a type, and the narrowest type that does without.
pub(super) struct Narrowest {
    /// See [`Range::unused_top`](super::Range::unused_top).
    pub unused_top: i32,
    /// See [`Range::unused_bottom`](super::Range::unused_bottom).
    pub unused_bottom: i32,
    pub ty: FixedType,
}

/// Mantissas of an assignment whose range has no ends: rounded as `ty` says, in steps of `ty`.
pub(super) fn unbounded(ty: &FixedType, values: &[f64]) -> Vec<i128> {
    let mut rounded = values.to_vec();
    SliceQuantizer::fake(ty).without_overflow().apply_in_place(&mut rounded);
    // A division by a power of two; what is beyond 127 bits becomes the nearest end of those.
    rounded.into_iter().map(|value| (value / ty.format.lsb()) as i128).collect()
}

impl Narrowest {
    /// The narrowest type that stores these `mantissas` in steps of `ty`; `overflows` says whether `ty` itself does not.
    ///
    /// It is signed where a mantissa is below zero. More than [`MAX_WIDTH`] bits are cut off at the bottom.
    pub fn of(ty: FixedType, mantissas: impl IntoIterator<Item = i128>, overflows: bool) -> Self {
        let (mut any, mut used, mut signed) = (0_u128, 0, ty.format.signed);
        for mantissa in mantissas {
            // Two's complement has one more number below zero, unless saturation is symmetric.
            let highest = match ty.overflow {
                Overflow::SatSym => mantissa.saturating_abs(),
                _ if mantissa < 0 => !mantissa,
                _ => mantissa,
            };
            used = used.max(128 - highest.leading_zeros() as i32);
            any |= mantissa.unsigned_abs();
            signed |= mantissa < 0;
        }
        let sign = i32::from(signed);
        let fraction = ty.format.fraction();
        let all_zero = any == 0;
        let unused_bottom = if all_zero { 0 } else { any.trailing_zeros() as i32 };
        let integer = if all_zero { 1 + sign - fraction } else { used + sign - fraction };
        let width = (integer + fraction - unused_bottom).clamp(1, MAX_WIDTH as i32) as u32;
        let format = FixedFormat { signed, width, integer: integer.min(MAX_EXPONENT) };
        // A sign that is missing is a bit that is missing.
        let spare = ty.format.width as i32 - i32::from(ty.format.signed) - used;
        let unused_top = if overflows { spare.min(-1) } else { spare };
        Self { unused_top, unused_bottom, ty: FixedType { format, ..ty } }
    }
}
