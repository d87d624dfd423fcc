//! Quantization of integers and of integer-valued floats, both by the definition in `modes.rs`.
//!
//! Kernels carry raw mantissas in `f32` (exact below 2^24) or `f64` (exact to 2^53) because both multiply and add at
//! full vector width; the scalar functions of [`FixedType`] work on `i128` and are what the kernels are tested against.

use super::format::exp2;
use super::modes::{Bounded, RawRange};
use super::quotient::{round_quotient, scaled};
use super::{FixedType, Overflow, Rounding};
use crate::simd;

impl Bounded for i128 {
    const ZERO: Self = 0;

    #[inline(always)]
    fn residue(self, modulus: Self) -> Self {
        self & (modulus - 1)
    }
}

/// A float that carries raw mantissas: `f32` or `f64`.
#[allow(private_bounds)] // `Bounded` and `Lanes` seal the trait and are no part of what callers see
pub trait Real:
    Bounded
    + simd::Lanes
    + Send
    + Sync
    + Default
    + std::fmt::Debug
    + std::ops::Add<Output = Self>
    + std::ops::Mul<Output = Self>
    + std::ops::Div<Output = Self>
    + std::ops::AddAssign
    + 'static
{
    /// Integers up to 2^`EXACT_BITS` in magnitude are represented, so sums and products below it are exact.
    const EXACT_BITS: u32;
    /// The least normal number.
    const LEAST: Self;
    /// The nearest value; exact for raw mantissas within [`Self::EXACT_BITS`].
    fn from_f64(value: f64) -> Self;
    /// Widened; exact.
    fn to_f64(self) -> f64;
    /// The integer part as an integer.
    fn to_i64(self) -> i64;
    /// The nearest value to an integer; exact within [`Self::EXACT_BITS`].
    fn from_i64(value: i64) -> Self;
    /// The largest integer not above.
    fn floor(self) -> Self;
    /// The integer towards zero.
    fn trunc(self) -> Self;
}

macro_rules! impl_real {
    ($float:ty, $bits:literal) => {
        impl Bounded for $float {
            const ZERO: Self = 0.0;

            #[inline(always)]
            fn residue(self, modulus: Self) -> Self {
                // Exact: the modulus is a power of two, and the difference is a multiple of the value's last bit
                // that is not larger than the modulus.
                let residue = self - (self * (1.0 / modulus)).floor() * modulus;
                // What is beyond all floats is a multiple of every modulus.
                if self.is_infinite() { 0.0 } else { residue }
            }
        }

        impl Real for $float {
            const EXACT_BITS: u32 = $bits;
            const LEAST: Self = <$float>::MIN_POSITIVE;

            #[inline(always)]
            fn from_f64(value: f64) -> Self {
                value as Self
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }
            #[inline(always)]
            fn to_i64(self) -> i64 {
                self as i64
            }
            #[inline(always)]
            fn from_i64(value: i64) -> Self {
                value as Self
            }
            #[inline(always)]
            fn floor(self) -> Self {
                Self::floor(self)
            }
            #[inline(always)]
            fn trunc(self) -> Self {
                Self::trunc(self)
            }
        }
    };
}

impl_real!(f32, 24);
impl_real!(f64, 53);

/// Rounds to an integer; exact for every finite value.
///
/// The distance to the truncation is exact in floats, the distance to the floor is not (-2^-30 + 1 rounds to 1), so
/// the flags are taken from the former.
#[inline(always)]
fn round<F: Real>(rounding: Rounding, value: F) -> F {
    let half = F::from_f64(0.5);
    let minus_half = F::from_f64(-0.5);
    let floor = value.floor();
    let tail = value - value.trunc();
    let negative = value < F::ZERO;
    let is_half = if tail < F::ZERO { tail >= minus_half } else { tail >= half };
    let rest = (tail != F::ZERO) & (tail != half) & (tail != minus_half);
    let halved = floor * half;
    let odd = halved.floor() != halved;
    if rounding.increments(is_half, rest, negative, odd) { floor + F::from_f64(1.0) } else { floor }
}

impl FixedType {
    /// The raw value that an assignment of `raw * 2^-fraction` to this type stores; the scalar definition.
    ///
    /// `|raw|` must be below 2^63 and `|fraction|` at most 192.
    #[must_use]
    pub fn quantize(&self, raw: i128, fraction: i32) -> i64 {
        self.overflow.resolve(self.round(raw, fraction), &self.raw_range(i128::from)) as i64
    }

    /// The first half of an assignment: the rounded value, which may be outside the range.
    pub(super) fn round(&self, raw: i128, fraction: i32) -> i128 {
        debug_assert!(raw.unsigned_abs() < 1 << 63 && fraction.abs() <= 192);
        let drop = fraction - self.format.fraction();
        if drop <= 0 {
            // Beyond the width only the sign and whether it is zero matter, so the shift may stop at 63.
            raw << (-drop).min(63)
        } else {
            // Likewise: beyond 64 dropped bits nothing new can be learned from the bits.
            let drop = drop.min(100);
            let floor = raw >> drop;
            let half = (raw >> (drop - 1)) & 1 == 1;
            let rest = raw & ((1 << (drop - 1)) - 1) != 0;
            floor + i128::from(self.rounding.increments(half, rest, raw < 0, floor & 1 == 1))
        }
    }

    /// The raw value that a real number is quantized to; exact for every finite number.
    ///
    /// Infinities act as numbers beyond every range; NaN becomes zero.
    #[must_use]
    pub fn quantize_f64(&self, value: f64) -> i64 {
        if value.is_nan() {
            return 0;
        }
        // 2^192 is beyond every range and a multiple of every modulus.
        let bounded = value.clamp(-exp2(192), exp2(192));
        let scaled = bounded * exp2(self.format.fraction());
        // A subnormal product may have lost bits; its rounding needs only the sign and that it is not zero.
        let scaled = if scaled == 0.0 && value != 0.0 { value.signum() * exp2(-1000) } else { scaled };
        let rounded = round(self.rounding, scaled);
        self.overflow.resolve(rounded, &self.raw_range(|raw| raw as f64)) as i64
    }

    fn raw_range<N>(&self, convert: impl Fn(i64) -> N) -> RawRange<N> {
        let format = self.format;
        RawRange {
            min: convert(format.min_raw()),
            max: convert(format.max_raw()),
            symmetric_min: convert(format.symmetric_min_raw()),
            modulus: convert(1 << format.width),
        }
    }
}

/// A type prepared for slices of floats. What training and the emulator call.
#[derive(Clone, Copy, Debug)]
pub struct SliceQuantizer<F> {
    rounding: Option<Rounding>,
    overflow: Option<Overflow>,
    range: RawRange<F>,
    /// Input to raw.
    scale: F,
    /// Raw to output.
    unscale: F,
    /// What scaled values are divided by before they are rounded.
    divisor: Option<F>,
    /// The least magnitude that is a normal float when it is scaled, where there are smaller ones.
    least: Option<F>,
}

/// Slices are worked off in pieces that stay in the first-level cache between the two passes.
const PIECE: usize = 1024;

impl<F: Real> SliceQuantizer<F> {
    /// From raw mantissas with `fraction` fractional bits to raw mantissas of `ty`.
    #[must_use]
    pub fn raw(fraction: i32, ty: &FixedType) -> Self {
        let mut quantizer = Self::new(ty, exp2(ty.format.fraction() - fraction), 1.0);
        if fraction <= ty.format.fraction() {
            quantizer.rounding = None;
        }
        quantizer
    }

    /// From values to values of `ty`: fake quantization.
    ///
    /// The carrier must hold the type's mantissas: `width <= F::EXACT_BITS`.
    #[must_use]
    pub fn fake(ty: &FixedType) -> Self {
        let fraction = ty.format.fraction();
        let least = (fraction < 0).then(|| F::from_f64(F::LEAST.to_f64() * exp2(-fraction)));
        Self { least, ..Self::new(ty, exp2(fraction), exp2(-fraction)) }
    }

    /// As [`SliceQuantizer::raw`], of the exact quotients by `divisor`; [`quotient_bits`](super::quotient_bits) says
    /// which carrier holds them.
    #[must_use]
    pub fn raw_quotient(fraction: i32, ty: &FixedType, divisor: u32) -> Self {
        Self::quotient(ty, ty.format.fraction() - fraction, 1.0, divisor)
    }

    /// As [`SliceQuantizer::fake`], of the exact quotients by `divisor`.
    #[must_use]
    pub fn fake_quotient(ty: &FixedType, divisor: u32) -> Self {
        Self::quotient(ty, ty.format.fraction(), exp2(-ty.format.fraction()), divisor)
    }

    fn quotient(ty: &FixedType, exponent: i32, unscale: f64, divisor: u32) -> Self {
        let (scale, odd) = scaled(exponent, divisor);
        Self { divisor: (odd != 1).then(|| F::from_f64(odd.into())), ..Self::new(ty, scale, unscale) }
    }

    fn new(ty: &FixedType, scale: f64, unscale: f64) -> Self {
        Self {
            rounding: Some(ty.rounding),
            overflow: Some(ty.overflow),
            range: ty.raw_range(|raw| F::from_i64(raw)),
            scale: F::from_f64(scale),
            unscale: F::from_f64(unscale),
            divisor: None,
            least: None,
        }
    }

    /// Leaves out the overflow step, for values that are known to fit.
    #[must_use]
    pub fn without_overflow(mut self) -> Self {
        self.overflow = None;
        self
    }

    /// Quantizes `source` into `target`; both have the same length.
    #[inline(always)]
    pub fn apply(&self, source: &[F], target: &mut [F]) {
        for (source, target) in source.chunks(PIECE).zip(target.chunks_mut(PIECE)) {
            simd::dispatch(
                #[inline(always)]
                || self.piece(source, target),
            );
        }
    }

    /// Quantizes in place.
    pub fn apply_in_place(&self, values: &mut [F]) {
        for piece in values.chunks_mut(PIECE) {
            simd::dispatch(
                #[inline(always)]
                || {
                    self.round_in_place(piece);
                    self.overflow_in_place(piece);
                },
            );
        }
    }

    #[inline(always)]
    fn piece(&self, source: &[F], target: &mut [F]) {
        target.copy_from_slice(source);
        self.round_in_place(target);
        self.overflow_in_place(target);
    }

    // A loop for each mode, so that the mode is a constant inside it and the compiler can vectorize.
    #[inline(always)]
    fn round_in_place(&self, values: &mut [F]) {
        let scale = self.scale;
        if let Some(least) = self.least {
            // Scaled they would be zero, but their rounding needs the sign and that they are not.
            let raised = |value: F| if value < F::ZERO { F::ZERO - least } else { least };
            let is_less = |value: F| (value != F::ZERO) & (value < least) & (value > F::ZERO - least);
            values.iter_mut().filter(|value| is_less(**value)).for_each(|value| *value = raised(*value));
        }
        macro_rules! rounded {
            ($mode:ident) => {
                match self.divisor {
                    None => values.iter_mut().for_each(|value| *value = round(Rounding::$mode, *value * scale)),
                    Some(divisor) => values
                        .iter_mut()
                        .for_each(|value| *value = round_quotient(Rounding::$mode, *value * scale, divisor)),
                }
            };
        }
        match self.rounding {
            None => values.iter_mut().for_each(|value| *value = *value * scale),
            Some(Rounding::Trn) => rounded!(Trn),
            Some(Rounding::TrnZero) => rounded!(TrnZero),
            Some(Rounding::Rnd) => rounded!(Rnd),
            Some(Rounding::RndZero) => rounded!(RndZero),
            Some(Rounding::RndMinInf) => rounded!(RndMinInf),
            Some(Rounding::RndInf) => rounded!(RndInf),
            Some(Rounding::RndConv) => rounded!(RndConv),
        }
    }

    #[inline(always)]
    fn overflow_in_place(&self, values: &mut [F]) {
        let (range, unscale) = (self.range, self.unscale);
        macro_rules! resolved {
            ($mode:ident) => {
                values.iter_mut().for_each(|value| *value = Overflow::$mode.resolve(*value, &range) * unscale)
            };
        }
        match self.overflow {
            None => values.iter_mut().for_each(|value| *value = *value * unscale),
            Some(Overflow::Wrap) => resolved!(Wrap),
            Some(Overflow::Sat) => resolved!(Sat),
            Some(Overflow::SatZero) => resolved!(SatZero),
            Some(Overflow::SatSym) => resolved!(SatSym),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::FixedFormat;

    /// Every raw value of a source format, every mode, every target format up to 6 bits.
    fn for_each_case(mut check: impl FnMut(&FixedType, &[i64], i32)) {
        let source: Vec<i64> = (-128..256).collect();
        for rounding in Rounding::ALL {
            for overflow in Overflow::ALL {
                for width in 1..=6 {
                    for integer in [-3, 0, 2, 4, 9] {
                        for signed in [false, true] {
                            let ty = FixedType::new(FixedFormat { signed, width, integer }, rounding, overflow);
                            check(&ty, &source, 3);
                        }
                    }
                }
            }
        }
    }

    fn check_carrier<F: Real>() {
        for_each_case(|ty, source, fraction| {
            let expected: Vec<i64> = source.iter().map(|&raw| ty.quantize(raw.into(), fraction)).collect();
            let mut floats: Vec<F> = source.iter().map(|&raw| F::from_i64(raw)).collect();
            SliceQuantizer::raw(fraction, ty).apply_in_place(&mut floats);
            let stored: Vec<i64> = floats.iter().map(|value| value.to_i64()).collect();
            assert_eq!(stored, expected, "{ty}");

            let scale = exp2(-fraction);
            let values: Vec<F> = source.iter().map(|&raw| F::from_f64(raw as f64 * scale)).collect();
            let mut faked = vec![F::default(); values.len()];
            SliceQuantizer::fake(ty).apply(&values, &mut faked);
            for ((value, fake), raw) in values.iter().zip(&faked).zip(&expected) {
                assert_eq!(fake.to_f64(), ty.format.value(*raw), "{ty} of {value:?}");
                assert_eq!(ty.quantize_f64(value.to_f64()), *raw, "{ty} of {value:?}");
            }
        });
    }

    #[test]
    fn f32_slices_equal_the_scalar_definition() {
        check_carrier::<f32>();
    }

    #[test]
    fn f64_slices_equal_the_scalar_definition() {
        check_carrier::<f64>();
    }

    #[test]
    fn measured_rounding_table() {
        let cases = [2.5, -2.5, 3.5, -3.5, 2.25, -2.25, 2.75, -2.75];
        let expected = [
            (Rounding::Trn, [2, -3, 3, -4, 2, -3, 2, -3]),
            (Rounding::TrnZero, [2, -2, 3, -3, 2, -2, 2, -2]),
            (Rounding::Rnd, [3, -2, 4, -3, 2, -2, 3, -3]),
            (Rounding::RndZero, [2, -2, 3, -3, 2, -2, 3, -3]),
            (Rounding::RndMinInf, [2, -3, 3, -4, 2, -2, 3, -3]),
            (Rounding::RndInf, [3, -3, 4, -4, 2, -2, 3, -3]),
            (Rounding::RndConv, [2, -2, 4, -4, 2, -2, 3, -3]),
        ];
        for (rounding, row) in expected {
            let ty = FixedType::new(FixedFormat::signed(8, 8), rounding, Overflow::Sat);
            assert_eq!(cases.map(|value| ty.quantize_f64(value)), row, "{rounding:?}");
        }
    }

    #[test]
    fn measured_overflow_table() {
        let cases = [8.0, 9.0, -8.0, -8.25, -9.0, 20.0];
        let expected = [
            (Overflow::Wrap, [-8.0, -7.0, -8.0, 7.75, 7.0, 4.0]),
            (Overflow::Sat, [7.75, 7.75, -8.0, -8.0, -8.0, 7.75]),
            (Overflow::SatZero, [0.0, 0.0, -8.0, 0.0, 0.0, 0.0]),
            (Overflow::SatSym, [7.75, 7.75, -7.75, -7.75, -7.75, 7.75]),
        ];
        for (overflow, row) in expected {
            let ty = FixedType::new(FixedFormat::signed(6, 4), Rounding::Trn, overflow);
            assert_eq!(cases.map(|value| ty.format.value(ty.quantize_f64(value))), row, "{overflow:?}");
        }
    }

    #[test]
    fn floats_next_to_a_half_and_to_zero_round_exactly() {
        let format = FixedFormat::signed(8, 8);
        let below_half = 0.499_999_97_f32;
        for rounding in Rounding::ALL {
            let ty = FixedType::new(format, rounding, Overflow::Wrap);
            let tiny = f32::from_bits(1);
            for value in [below_half, -below_half, tiny, -tiny, 126.999_99, -126.999_99, 0.5, -0.5] {
                let mut rounded = [0.0];
                SliceQuantizer::fake(&ty).apply(&[value], &mut rounded);
                // 2^-149 is the last bit of the smallest float, so this raw value is exact.
                let exact = if value.abs() == tiny {
                    ty.quantize(i128::from(value.signum() as i64), 149)
                } else {
                    ty.quantize((f64::from(value) * exp2(40)) as i128, 40)
                };
                assert_eq!(rounded[0] as i64, exact, "{rounding:?} of {value}");
                assert_eq!(ty.quantize_f64(value.into()), exact, "{rounding:?} of {value}");
            }
        }
    }

    #[test]
    fn quantize_f64_takes_every_float() {
        let ty = FixedType::new(FixedFormat::signed(8, 4), Rounding::Rnd, Overflow::Sat);
        assert_eq!(ty.quantize_f64(f64::INFINITY), 127);
        assert_eq!(ty.quantize_f64(f64::NEG_INFINITY), -128);
        assert_eq!(ty.quantize_f64(f64::NAN), 0);
        assert_eq!(ty.quantize_f64(f64::MIN_POSITIVE / 4.0), 0);
        let floor = FixedType::new(FixedFormat::signed(8, 4), Rounding::Trn, Overflow::Sat);
        assert_eq!(floor.quantize_f64(-f64::from_bits(1)), -1);
        let wrap = FixedType::exact(FixedFormat::signed(8, 4));
        assert_eq!(wrap.quantize_f64(f64::MAX), 0);
        // In steps of 2^60 the smallest float is no float any more, and rounded by its sign all the same.
        let tiny = f64::from_bits(1);
        for rounding in Rounding::ALL {
            let coarse = FixedType::new(FixedFormat::signed(4, 64), rounding, Overflow::Sat);
            let expected = if rounding == Rounding::Trn { -1 } else { 0 };
            assert_eq!([-tiny, tiny, 0.0, -0.0].map(|value| coarse.quantize_f64(value)), [expected, 0, 0, 0]);
        }
    }

    #[test]
    fn slices_take_numbers_that_are_beyond_the_carrier_when_scaled() {
        let formats = [FixedFormat::signed(16, 6), FixedFormat::unsigned(16, 6), FixedFormat::signed(8, -50)];
        let coarse = [FixedFormat::signed(8, 12), FixedFormat::signed(4, 64), FixedFormat::unsigned(2, 60)];
        for (rounding, overflow) in Rounding::ALL.into_iter().flat_map(|mode| Overflow::ALL.map(|other| (mode, other)))
        {
            for format in formats.into_iter().chain(coarse) {
                let ty = FixedType::new(format, rounding, overflow);
                let values = [1e38_f32, -1e38, f32::MAX, f32::MIN, f32::INFINITY, f32::NEG_INFINITY, 4e35, 1e30];
                let tiny = [1e-45, -1e-45, 1e-38, -1e-38, 1e-20, -1e-20, 0.0, -0.0];
                let values = [values, tiny].concat();
                let mut faked = values.clone();
                SliceQuantizer::fake(&ty).apply_in_place(&mut faked);
                let expected = values.iter().map(|&value| format.value(ty.quantize_f64(value.into())) as f32);
                assert_eq!(faked, expected.collect::<Vec<f32>>(), "{ty}");
            }
        }
    }

    #[test]
    fn what_fits_needs_no_overflow_step() {
        let ty = FixedType::new(FixedFormat::signed(6, 3), Rounding::Rnd, Overflow::Sat);
        let mut values = [-4.0, -1.3, 0.0, 0.06, 3.9];
        SliceQuantizer::fake(&ty).without_overflow().apply_in_place(&mut values);
        assert_eq!(values, [-4.0, -1.25, 0.0, 0.0, 3.875]);
        // And does nothing to what does not.
        let mut raw = [35.0_f32];
        SliceQuantizer::raw(0, &FixedType::exact(FixedFormat::signed(6, 6)))
            .without_overflow()
            .apply_in_place(&mut raw);
        assert_eq!(raw, [35.0]);
    }

    #[test]
    fn wrapping_a_wide_float_is_exact() {
        let ty = FixedType::exact(FixedFormat::signed(53, 53));
        for raw in [(1_i128 << 54) + 4, -(1_i128 << 54) - 4, (1 << 52) - 1, -(1 << 52), 1 << 52] {
            let mut wrapped = [raw as f64];
            SliceQuantizer::raw(0, &ty).apply_in_place(&mut wrapped);
            assert_eq!(wrapped[0] as i64, ty.quantize(raw, 0), "{raw}");
        }
    }
}
