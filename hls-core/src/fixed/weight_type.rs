//! What the weights of a layer are quantized to, and the one definition of it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::format::exp2;
use super::{FixedFormat, FixedTensor, FixedType, Overflow, Real, Rounding, SliceQuantizer};

/// The numbers that the weights of a layer can be.
///
/// Training quantizes with [`WeightType::quantize_values`], lowering with [`WeightType::quantize`], which calls it: the
/// weights of the hardware are the trained ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WeightType {
    /// All numbers of a fixed-point type; those outside its range become its nearest end.
    Fixed(FixedType),
    /// `2^exponent` for weights of zero and more, `-2^exponent` for the others; never zero.
    Binary {
        /// The power of two.
        exponent: i32,
    },
    /// Zero or a power of two of either sign, the nearest; halfway between two, the one nearer to zero.
    PowerOfTwo {
        /// The exponent of the smallest power.
        min: i32,
        /// The exponent of the largest power.
        max: i32,
    },
    /// Signed mantissas of `width` bits; every output's binary point is where its own largest weight needs it, up to
    /// `width` bits finer than that of the output with the largest weight of all. They saturate.
    PerChannel {
        /// The bits of a mantissa, the sign included.
        width: u32,
        /// What happens to dropped bits.
        rounding: Rounding,
    },
}

/// The widest mantissa of a [`WeightType::PerChannel`]: binary points that differ by as much again still fit an `f64`.
const MAX_CHANNEL_WIDTH: u32 = 24;

impl WeightType {
    /// The least and the largest exponent of a power of two that is a weight, and integer bits of an output of a
    /// [`WeightType::PerChannel`].
    pub const EXPONENTS: (i32, i32) = (-32, 32);

    /// Why this type cannot be used, or `None` where it can.
    #[must_use]
    pub const fn violation(self) -> Option<&'static str> {
        match self {
            Self::Fixed(ty) => ty.format.violation(),
            Self::Binary { exponent } if is_outside(exponent) => Some("the exponent must be -32 to 32"),
            Self::PowerOfTwo { min, max } if is_outside(min) || is_outside(max) => {
                Some("the exponents must be -32 to 32")
            }
            Self::PowerOfTwo { min, max } if min > max => Some("the first exponent must not be above the second"),
            Self::PowerOfTwo { min, max } if max - min > 30 => Some("the exponents must be at most 30 apart"),
            Self::PerChannel { width, .. } if width < 2 || width > MAX_CHANNEL_WIDTH => {
                Some("the width of the mantissas must be 2 to 24 bits")
            }
            _ => None,
        }
    }

    /// Whether the weights can take the scale of a normalization: those with one magnitude lose what it says.
    #[must_use]
    pub const fn takes_scale(self) -> bool {
        !matches!(self, Self::Binary { .. }) && !self.is_ternary()
    }

    /// Whether the weights are zero or one number of either sign.
    #[must_use]
    pub const fn is_ternary(self) -> bool {
        match self {
            Self::Fixed(ty) => ty.format.signed && ty.format.width == 2 && matches!(ty.overflow, Overflow::SatSym),
            _ => false,
        }
    }

    /// The smallest and the largest weight, where they do not follow from the weights themselves.
    #[must_use]
    pub fn limits(&self) -> Option<(f64, f64)> {
        match *self {
            Self::Fixed(ty) => Some((ty.format.value(ty.min_raw()), ty.format.value(ty.format.max_raw()))),
            Self::Binary { exponent } => Some((-exp2(exponent), exp2(exponent))),
            Self::PowerOfTwo { max, .. } => Some((-exp2(max), exp2(max))),
            Self::PerChannel { .. } => None,
        }
    }

    /// Quantizes the finite values of a tensor whose last dimension is the outputs: from numbers to numbers.
    ///
    /// The carrier must hold the mantissas exactly.
    pub fn quantize_values<F: Real>(&self, outputs: usize, values: &mut [F]) {
        match *self {
            Self::Fixed(ty) => SliceQuantizer::fake(&saturating(ty)).apply_in_place(values),
            Self::Binary { exponent } => {
                let (up, down) = (F::from_f64(exp2(exponent)), F::from_f64(-exp2(exponent)));
                values.iter_mut().for_each(|value| *value = if *value >= F::default() { up } else { down });
            }
            Self::PowerOfTwo { min, max } => {
                let levels: Vec<(F, F)> =
                    power_levels(min, max).map(|(above, level)| (F::from_f64(above), F::from_f64(level))).collect();
                let minus = F::from_f64(-1.0);
                for value in values {
                    let (sign, magnitude) =
                        if *value < F::default() { (minus, *value * minus) } else { (F::from_f64(1.0), *value) };
                    let reached = levels.iter().take_while(|(above, _)| magnitude > *above).last();
                    *value = reached.map_or(F::default(), |&(_, level)| level * sign);
                }
            }
            Self::PerChannel { width, rounding } => {
                let fractions: Vec<i32> =
                    channel_integers(width, outputs, values).iter().map(|integer| width as i32 - integer).collect();
                let powers = |sign: i32| fractions.iter().map(|f| F::from_f64(exp2(sign * f))).collect::<Vec<F>>();
                scale_rows(values, &powers(1));
                let mantissa = FixedType::new(FixedFormat::signed(width, width as i32), rounding, Overflow::Sat);
                SliceQuantizer::fake(&mantissa).apply_in_place(values);
                scale_rows(values, &powers(-1));
            }
        }
    }

    /// Quantizes a tensor whose last dimension is the outputs.
    ///
    /// # Errors
    /// Says what is wrong where the length does not match the dimensions or a value is not finite.
    pub fn quantize(&self, dims: Vec<usize>, values: &[f32]) -> Result<FixedTensor, String> {
        if let Some(index) = values.iter().position(|value| !value.is_finite()) {
            return Err(format!("element {index} is {}", values[index]));
        }
        let outputs = dims.last().copied().unwrap_or(1);
        let format = self.format(outputs, values);
        let mut quantized: Vec<f64> = values.iter().map(|&value| value.into()).collect();
        self.quantize_values(outputs, &mut quantized);
        let unit = exp2(format.fraction());
        FixedTensor::new(dims, format, quantized.iter().map(|value| (value * unit) as i64).collect())
    }

    /// The format that holds every quantized value.
    fn format(&self, outputs: usize, values: &[f32]) -> FixedFormat {
        match *self {
            Self::Fixed(ty) => ty.format,
            Self::Binary { exponent } => FixedFormat::signed(2, exponent + 2),
            Self::PowerOfTwo { min, max } => FixedFormat::signed((max - min + 2) as u32, max + 2),
            Self::PerChannel { width, .. } => {
                let integers = channel_integers(width, outputs, values);
                let largest = integers.iter().copied().max().unwrap_or(1);
                let smallest = integers.iter().copied().min().unwrap_or(1);
                FixedFormat::signed(width + (largest - smallest) as u32, largest)
            }
        }
    }

    /// The type as a declaration spells it: `Binary`, `PowerOfTwo<-3, 0>`.
    #[must_use]
    pub fn declaration(&self) -> String {
        match *self {
            Self::Fixed(ty) => ty.declaration(),
            Self::Binary { exponent: 0 } => "Binary".to_owned(),
            Self::Binary { exponent } => format!("Binary<{exponent}>"),
            Self::PowerOfTwo { min, max } => format!("PowerOfTwo<{min}, {max}>"),
            Self::PerChannel { width, rounding: Rounding::Rnd } => format!("PerChannel<{width}>"),
            Self::PerChannel { width, rounding } => format!("PerChannel<{width}, {rounding:?}>"),
        }
    }
}

impl fmt::Display for WeightType {
    /// `fixed<6,1>`, `binary`, `power_of_two<-3,0>` or `per_channel<8>`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Fixed(ty) => ty.fmt(f),
            Self::Binary { exponent: 0 } => f.write_str("binary"),
            Self::Binary { exponent } => write!(f, "binary<{exponent}>"),
            Self::PowerOfTwo { min, max } => write!(f, "power_of_two<{min},{max}>"),
            Self::PerChannel { width, rounding: Rounding::Rnd } => write!(f, "per_channel<{width}>"),
            Self::PerChannel { width, rounding } => write!(f, "per_channel<{width},{}>", &rounding.ap_name()[3..]),
        }
    }
}

impl From<FixedType> for WeightType {
    fn from(ty: FixedType) -> Self {
        Self::Fixed(ty)
    }
}

/// The type that constants are quantized with: a constant outside the range becomes its nearest end, whatever the
/// overflow mode, because a constant that wraps is never what was meant.
#[must_use]
pub const fn saturating(ty: FixedType) -> FixedType {
    match ty.overflow {
        Overflow::SatSym => ty,
        _ => FixedType { overflow: Overflow::Sat, ..ty },
    }
}

const fn is_outside(exponent: i32) -> bool {
    exponent < WeightType::EXPONENTS.0 || exponent > WeightType::EXPONENTS.1
}

/// The powers from `2^min` to `2^max`, each with the magnitude above which it is the nearest.
///
/// Also what the form for other devices is composed of.
pub fn power_levels(min: i32, max: i32) -> impl Iterator<Item = (f64, f64)> {
    // Halfway to the power below, or to zero.
    (min..=max).map(move |exponent| (exp2(exponent) * if exponent == min { 0.5 } else { 0.75 }, exp2(exponent)))
}

/// The integer bits that each output's largest weight needs, the sign included, within the allowed differences.
fn channel_integers<F: Real>(width: u32, outputs: usize, values: &[F]) -> Vec<i32> {
    let mut largest = vec![0.0_f64; outputs];
    for row in values.chunks(outputs.max(1)) {
        for (largest, value) in largest.iter_mut().zip(row) {
            *largest = largest.max(value.to_f64().abs());
        }
    }
    let integers: Vec<Option<i32>> = largest
        .iter()
        .map(|&largest| {
            (largest > 0.0).then(|| (exponent(largest) + 1).clamp(WeightType::EXPONENTS.0, WeightType::EXPONENTS.1))
        })
        .collect();
    let coarsest = integers.iter().flatten().copied().max().unwrap_or(1);
    // An output without weights needs no binary point of its own.
    integers.iter().map(|integer| integer.unwrap_or(coarsest).max(coarsest - width as i32)).collect()
}

/// The least exponent whose power of two is above a positive number.
fn exponent(value: f64) -> i32 {
    ((value.to_bits() >> 52) & 0x7FF) as i32 - 1022
}

fn scale_rows<F: Real>(values: &mut [F], scales: &[F]) {
    for row in values.chunks_mut(scales.len().max(1)) {
        row.iter_mut().zip(scales).for_each(|(value, &scale)| *value = *value * scale);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ty: WeightType, outputs: usize, values: &[f32], expected: &[f64]) {
        let tensor = ty.quantize(vec![values.len() / outputs, outputs], values).unwrap();
        assert_eq!(tensor.values(), expected, "{ty}");
        // What training sees, in both carriers.
        let mut narrow = values.to_vec();
        ty.quantize_values(outputs, &mut narrow);
        assert_eq!(narrow.iter().map(|&value| f64::from(value)).collect::<Vec<_>>(), expected, "{ty}");
    }

    const TINY: f32 = f32::MIN_POSITIVE / 8.0;

    #[test]
    fn binary_is_never_zero() {
        let values = [0.0, -0.0, TINY, -TINY, 7.0, -7.0];
        check(WeightType::Binary { exponent: 0 }, 2, &values, &[1.0, 1.0, 1.0, -1.0, 1.0, -1.0]);
        check(WeightType::Binary { exponent: -3 }, 1, &values[2..4], &[0.125, -0.125]);
        check(WeightType::Binary { exponent: 2 }, 1, &values[4..], &[4.0, -4.0]);
    }

    #[test]
    fn ternary_is_a_fixed_type_with_halves_towards_zero() {
        let ty = <super::super::Ternary as super::super::WeightQuantizer>::WEIGHT;
        assert!(ty.is_ternary() && !ty.takes_scale());
        let values = [0.5, -0.5, 0.500_001, -0.500_001, 1.5, -1.5, 9.0, -9.0, 0.2, 0.0];
        check(ty, 1, &values, &[0.0, 0.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 0.0, 0.0]);
        // The same as one power of two.
        check(
            WeightType::PowerOfTwo { min: 0, max: 0 },
            1,
            &values,
            &[0.0, 0.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 0.0, 0.0],
        );
    }

    #[test]
    fn powers_of_two_by_hand() {
        let ty = WeightType::PowerOfTwo { min: -2, max: 1 };
        let values = [0.125, 0.126, 0.375, 0.376, 0.75, 0.751, 1.5, 1.501, 100.0, -0.125, -0.126, -1.5, -1.501];
        let expected = [0.0, 0.25, 0.25, 0.5, 0.5, 1.0, 1.0, 2.0, 2.0, 0.0, -0.25, -1.0, -2.0];
        check(ty, 1, &values, &expected);
        assert_eq!(ty.quantize(vec![1, 1], &[2.0]).unwrap().format, FixedFormat::signed(5, 3));
    }

    /// Every multiple of 1/64 up to 3, against the nearest of all levels.
    #[test]
    fn powers_of_two_are_the_nearest() {
        for (min, max) in [(-4, 1), (-1, 0), (0, 0), (-3, -2)] {
            let levels: Vec<f64> = std::iter::once(0.0).chain((min..=max).map(exp2)).collect();
            for raw in -192..=192 {
                let value = raw as f32 / 64.0;
                // The first of equals is the one nearer to zero.
                let distance = |level: &f64| (f64::from(value.abs()) - level).abs();
                let nearest =
                    levels.iter().copied().reduce(|a, b| if distance(&b) < distance(&a) { b } else { a }).unwrap();
                let signed = if value < 0.0 { 0.0 - nearest } else { nearest };
                check(WeightType::PowerOfTwo { min, max }, 1, &[value], &[signed]);
            }
        }
    }

    #[test]
    fn every_output_has_its_own_binary_point() {
        let ty = WeightType::PerChannel { width: 3, rounding: Rounding::Rnd };
        // Largest weights 3, 0.7, 0 and 0.001: steps of 1, 1/4, 1 and, at most three bits finer, 1/8.
        let values = [3.0, 0.7, 0.0, 0.001, -2.5, -0.3, 0.0, -0.06];
        let expected = [3.0, 0.75, 0.0, 0.0, -2.0, -0.25, 0.0, 0.0];
        check(ty, 4, &values, &expected);
        let tensor = ty.quantize(vec![2, 4], &values).unwrap();
        assert_eq!(tensor.format, FixedFormat::signed(6, 3));
        // A weight that rounds up to the next power of two saturates.
        check(ty, 1, &[0.99, -0.99], &[0.75, -1.0]);
        check(WeightType::PerChannel { width: 3, rounding: Rounding::Trn }, 1, &[0.99, -0.26], &[0.75, -0.5]);
        check(ty, 2, &[0.0; 4], &[0.0; 4]);
    }

    /// Each column alone is an ordinary fixed-point type, the one that its largest weight fits.
    #[test]
    fn a_channel_is_a_fixed_type() {
        let ty = WeightType::PerChannel { width: 5, rounding: Rounding::RndConv };
        for integer in -2..=3 {
            let largest = exp2(integer - 1) as f32 * 0.9;
            let values: Vec<f32> = (-40..=40).map(|step| largest * step as f32 / 40.0).collect();
            let fixed = FixedType::new(FixedFormat::signed(5, integer), Rounding::RndConv, Overflow::Sat);
            let expected: Vec<f64> =
                values.iter().map(|&value| fixed.format.value(fixed.quantize_f64(value.into()))).collect();
            check(ty, 1, &values, &expected);
        }
    }

    #[test]
    fn violations_are_named() {
        let exponent = "the exponent must be -32 to 32";
        for (value, expected) in [(-33, Some(exponent)), (-32, None), (0, None), (32, None), (33, Some(exponent))] {
            assert_eq!(WeightType::Binary { exponent: value }.violation(), expected);
        }
        let exponents = Some("the exponents must be -32 to 32");
        for (min, max, expected) in [
            (-33, -32, exponents),
            (-32, -32, None),
            (32, 32, None),
            (32, 33, exponents),
            (33, 34, exponents),
            (1, 0, Some("the first exponent must not be above the second")),
            (-30, 0, None),
            (-31, 0, Some("the exponents must be at most 30 apart")),
        ] {
            assert_eq!(WeightType::PowerOfTwo { min, max }.violation(), expected, "{min} to {max}");
        }
        let mantissas = Some("the width of the mantissas must be 2 to 24 bits");
        for (width, expected) in [(1, mantissas), (2, None), (24, None), (25, mantissas)] {
            assert_eq!(WeightType::PerChannel { width, rounding: Rounding::Rnd }.violation(), expected, "{width}");
        }
        let fixed = |width| WeightType::from(FixedType::exact(FixedFormat::signed(width, 1))).violation();
        assert_eq!(fixed(6), None);
        assert_eq!(fixed(54), FixedFormat::signed(54, 1).violation());
    }

    #[test]
    fn limits_and_what_takes_a_scale() {
        let fixed = |format, overflow| WeightType::from(FixedType::new(format, Rounding::Trn, overflow));
        let ternary = fixed(FixedFormat::signed(2, 2), Overflow::SatSym);
        let binary = WeightType::Binary { exponent: -1 };
        let power = WeightType::PowerOfTwo { min: -3, max: 1 };
        let per_channel = WeightType::PerChannel { width: 4, rounding: Rounding::Rnd };
        assert!(ternary.is_ternary() && !ternary.takes_scale() && !binary.takes_scale());
        for other in [
            fixed(FixedFormat::signed(2, 2), Overflow::Sat),
            fixed(FixedFormat::signed(3, 2), Overflow::SatSym),
            fixed(FixedFormat::unsigned(2, 2), Overflow::SatSym),
            power,
            per_channel,
        ] {
            assert!(!other.is_ternary() && other.takes_scale(), "{other}");
        }
        assert_eq!(ternary.limits(), Some((-1.0, 1.0)));
        assert_eq!(fixed(FixedFormat::signed(4, 2), Overflow::Wrap).limits(), Some((-2.0, 1.75)));
        assert_eq!(binary.limits(), Some((-0.5, 0.5)));
        assert_eq!(power.limits(), Some((-2.0, 2.0)));
        assert_eq!(per_channel.limits(), None);
    }

    #[test]
    fn constants_saturate() {
        let ty = |overflow| FixedType::new(FixedFormat::signed(4, 2), Rounding::Rnd, overflow);
        for overflow in [Overflow::Wrap, Overflow::Sat, Overflow::SatZero] {
            assert_eq!(saturating(ty(overflow)), ty(Overflow::Sat));
        }
        assert_eq!(saturating(ty(Overflow::SatSym)), ty(Overflow::SatSym));
        check(ty(Overflow::Wrap).into(), 1, &[9.0, -9.0, 0.3], &[1.75, -2.0, 0.25]);
    }

    #[test]
    fn binary_points_stay_within_their_limits() {
        let ty = WeightType::PerChannel { width: 4, rounding: Rounding::Rnd };
        let format = |values: &[f32]| ty.quantize(vec![1, values.len()], values).unwrap().format;
        // From 2^31 and 2^-33 on they need no more integer bits.
        assert_eq!(format(&[2_f32.powi(40)]), FixedFormat::signed(4, 32));
        assert_eq!(format(&[2_f32.powi(-40)]), FixedFormat::signed(4, -32));
        assert_eq!(format(&[1.0]), FixedFormat::signed(4, 2));
        assert_eq!(format(&[0.999]), FixedFormat::signed(4, 1));
        assert_eq!(format(&[0.0]), FixedFormat::signed(4, 1));
        // The finer one by as many bits as it may be; an output of zeros changes nothing.
        assert_eq!(format(&[1.0, 0.0, 0.01]), FixedFormat::signed(8, 2));
        assert_eq!(format(&[1.0, 0.0, -0.25]), FixedFormat::signed(6, 2));
    }

    #[test]
    fn spellings() {
        let per_channel = |rounding| WeightType::PerChannel { width: 8, rounding };
        assert_eq!(WeightType::Binary { exponent: 0 }.declaration(), "Binary");
        assert_eq!(WeightType::Binary { exponent: -2 }.declaration(), "Binary<-2>");
        assert_eq!(WeightType::PowerOfTwo { min: -3, max: 0 }.declaration(), "PowerOfTwo<-3, 0>");
        assert_eq!(per_channel(Rounding::Rnd).declaration(), "PerChannel<8>");
        assert_eq!(per_channel(Rounding::TrnZero).declaration(), "PerChannel<8, TrnZero>");
        assert_eq!(per_channel(Rounding::TrnZero).to_string(), "per_channel<8,TRN_ZERO>");
        assert_eq!(WeightType::PowerOfTwo { min: -3, max: 0 }.to_string(), "power_of_two<-3,0>");
        assert_eq!(per_channel(Rounding::Rnd).to_string(), "per_channel<8>");
        assert_eq!(WeightType::Binary { exponent: 0 }.to_string(), "binary");
        assert_eq!(WeightType::Binary { exponent: 3 }.to_string(), "binary<3>");
        let fixed = WeightType::from(FixedType::exact(FixedFormat::signed(6, 1)));
        assert_eq!((fixed.to_string(), fixed.declaration()), ("fixed<6,1>".to_owned(), "Fixed<6, 1>".to_owned()));
    }

    #[test]
    fn what_is_not_finite_is_refused() {
        for ty in [WeightType::Binary { exponent: 0 }, WeightType::PerChannel { width: 4, rounding: Rounding::Rnd }] {
            assert_eq!(ty.quantize(vec![2, 1], &[0.0, f32::NAN]).unwrap_err(), "element 1 is NaN");
            assert!(ty.quantize(vec![3, 1], &[0.0, 1.0]).unwrap_err().contains("do not fill"));
        }
    }
}
