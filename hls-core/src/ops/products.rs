//! How a dense layer forms its products: read off the mantissas of its weights, so that nothing can contradict them.
//!
//! Weights that were declared binary, ternary or powers of two are found here by what they are, and so are others that
//! turned out that way; the results are the same bits in every form.

use crate::fixed::{FixedFormat, FixedTensor, FixedType, Interval};
use crate::ir::TensorType;

/// The arithmetic of a dense layer's products, from the costly to the cheap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Products {
    /// Multiplications.
    Multiplied,
    /// Multiplications by narrow mantissas; the sum of each output is then shifted by a number of its own.
    Shifted,
    /// Weights are zero and powers of two: inputs are shifted and added or subtracted.
    PowersOfTwo,
    /// Weights are zero and one magnitude: inputs are added, subtracted or left out.
    Ternary,
    /// Weights have one magnitude: inputs are added or subtracted, one bit says which.
    Binary,
    /// Weights and inputs have one magnitude: bits that agree are counted.
    Agreements,
}

impl Products {
    /// The name in reports and printed graphs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Multiplied => "multiplied",
            Self::Shifted => "shifted per output",
            Self::PowersOfTwo => "powers of two",
            Self::Ternary => "ternary",
            Self::Binary => "binary",
            Self::Agreements => "binary with binary",
        }
    }

    /// Whether a product takes a multiplier.
    #[must_use]
    pub const fn needs_multipliers(self) -> bool {
        matches!(self, Self::Multiplied | Self::Shifted)
    }

    /// The kernel that forms them, and the name of the header that holds it.
    #[must_use]
    pub const fn kernel(self) -> &'static str {
        match self {
            Self::Multiplied => "product_multiply",
            Self::Shifted => "product_shifted",
            Self::PowersOfTwo => "product_power_of_two",
            Self::Ternary => "product_ternary",
            Self::Binary => "product_binary",
            Self::Agreements => "product_xnor",
        }
    }

    /// What the stored numbers mean, where they are no mantissas.
    #[must_use]
    pub const fn encoding(self) -> Option<&'static str> {
        match self {
            Self::PowersOfTwo => Some("lowest bit: the sign; the others: 0 for zero, else the shift plus 1"),
            Self::Binary | Self::Agreements => Some("1 for plus, 0 for minus"),
            _ => None,
        }
    }
}

/// The products of a layer and the constants that they read.
pub(super) struct ProductPlan {
    pub products: Products,
    /// `[inputs, outputs]`, as the kernel reads them; the format's binary point is that of the products' unit.
    pub stored: FixedTensor,
    /// By how much the sum of each output is shifted left.
    pub shifts: Vec<usize>,
    pub constants: Vec<(&'static str, i64)>,
    pub types: Vec<(&'static str, FixedType)>,
}

impl ProductPlan {
    /// The cheapest form for weights `[inputs, outputs]`, of which there are some, and the input's values.
    pub fn new(weight: &FixedTensor, input: &TensorType) -> Self {
        let nonzero = || weight.raw.iter().copied().filter(|&raw| raw != 0);
        let Some(low) = nonzero().map(i64::trailing_zeros).min() else { return Self::multiplied(weight) };
        let fraction = weight.format.fraction() - low as i32;
        if nonzero().any(|raw| !raw.unsigned_abs().is_power_of_two()) {
            return Self::shifted(weight, low, fraction, input).unwrap_or_else(|| Self::multiplied(weight));
        }
        let high = nonzero().map(i64::trailing_zeros).max().unwrap_or(low);
        let has_zeros = weight.zeros() > 0;
        match (high == low, has_zeros) {
            (true, false) => Self::binary(weight, fraction, input),
            (true, true) => {
                let stored = stored(weight, 2, true, fraction, |raw| raw >> low);
                Self::plain(Products::Ternary, stored)
            }
            (false, _) => {
                let largest = i64::from(high - low + 1);
                let code = |raw: i64| match raw {
                    0 => 0,
                    _ => (i64::from(raw.trailing_zeros() - low + 1) << 1) | i64::from(raw < 0),
                };
                let width = 65 - largest.leading_zeros();
                let plan = Self::plain(Products::PowersOfTwo, stored(weight, width, false, fraction, code));
                Self { constants: vec![("max_shift", largest - 1)], ..plan }
            }
        }
    }

    fn plain(products: Products, stored: FixedTensor) -> Self {
        Self { products, stored, shifts: Vec::new(), constants: Vec::new(), types: Vec::new() }
    }

    fn multiplied(weight: &FixedTensor) -> Self {
        Self::plain(Products::Multiplied, weight.clone())
    }

    fn binary(weight: &FixedTensor, fraction: i32, input: &TensorType) -> Self {
        let stored = stored(weight, 1, false, fraction, |raw| i64::from(raw > 0));
        let magnitude = input.range.max;
        if !(input.binary && input.range.min == -magnitude && magnitude.count_ones() == 1) {
            return Self::plain(Products::Binary, stored);
        }
        // Inputs of one magnitude: a sum is twice the agreements less their number, in units of both magnitudes.
        let inputs = weight.dims.first().copied().unwrap_or_default() as i64;
        let bits = 64 - inputs.leading_zeros();
        let unit = fraction + input.fraction() - magnitude.trailing_zeros() as i32;
        let count = FixedType::exact(FixedFormat::unsigned(bits, bits as i32));
        let dot = FixedType::exact(FixedFormat::signed(bits + 2, (bits + 2) as i32 - unit));
        Self { types: vec![("count_t", count), ("dot_t", dot)], ..Self::plain(Products::Agreements, stored) }
    }

    /// Every output's mantissas without the trailing zeros that they share, where that makes the widest narrower.
    fn shifted(weight: &FixedTensor, low: u32, fraction: i32, input: &TensorType) -> Option<Self> {
        let outputs = weight.dims.get(1).copied().unwrap_or_default();
        let mut zeros = vec![u32::MAX; outputs];
        for row in weight.raw.chunks(outputs.max(1)) {
            for (zeros, &raw) in zeros.iter_mut().zip(row) {
                *zeros = if raw == 0 { *zeros } else { (*zeros).min(raw.trailing_zeros()) };
            }
        }
        let shifts: Vec<usize> =
            zeros.iter().map(|&zeros| if zeros == u32::MAX { 0 } else { (zeros - low) as usize }).collect();
        let mantissa = |index: usize, raw: i64| raw >> (low as usize + shifts[index % outputs]);
        let range = |mantissa: &dyn Fn(usize, i64) -> i64| {
            let points = weight.raw.iter().enumerate().map(|(index, &raw)| i128::from(mantissa(index, raw)));
            let (min, max) = points.fold((0, 0), |(min, max), raw| (raw.min(min), raw.max(max)));
            Interval::new(min, max, fraction)
        };
        let narrow = range(&mantissa).narrowest_format();
        if narrow.width >= range(&|_, raw| raw >> low).narrowest_format().width {
            return None;
        }
        let raw: Vec<i64> = weight.raw.iter().enumerate().map(|(index, &raw)| mantissa(index, raw)).collect();
        // What the sums of the narrow products can be; they may wrap on the way.
        let mut dots = vec![Interval::point(0, fraction + input.fraction()); outputs];
        for row in raw.chunks(outputs) {
            for (dot, &raw) in dots.iter_mut().zip(row) {
                *dot = dot.sum(Interval::point(raw.into(), fraction).product(input.range));
            }
        }
        let dot = dots.into_iter().reduce(Interval::hull)?;
        let stored = FixedTensor { dims: weight.dims.clone(), format: narrow, raw };
        let largest = shifts.iter().copied().max().unwrap_or_default();
        Some(Self {
            constants: vec![("max_shift", largest as i64)],
            types: vec![("dot_t", FixedType::exact(dot.narrowest_format()))],
            shifts,
            ..Self::plain(Products::Shifted, stored)
        })
    }
}

fn stored(weight: &FixedTensor, width: u32, signed: bool, fraction: i32, code: impl Fn(i64) -> i64) -> FixedTensor {
    let format = FixedFormat { signed, width, integer: width as i32 - fraction };
    FixedTensor { dims: weight.dims.clone(), format, raw: weight.raw.iter().map(|&raw| code(raw)).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::Shape;

    fn input(binary: bool) -> TensorType {
        let ty = FixedType::exact(FixedFormat::signed(2, 2));
        TensorType { binary, ..TensorType::new(Shape::new([2]), ty, Interval::new(-1, 1, 0)) }
    }

    #[track_caller]
    fn check(raw: &[i64], binary_input: bool, products: Products, stored: &[i64], format: FixedFormat) -> ProductPlan {
        let weight = FixedTensor::new(vec![2, raw.len() / 2], FixedFormat::signed(8, 2), raw.to_vec()).unwrap();
        let plan = ProductPlan::new(&weight, &input(binary_input));
        assert_eq!((plan.products, &plan.stored.raw[..], plan.stored.format), (products, stored, format));
        plan
    }

    #[test]
    fn the_cheapest_form_is_found() {
        let (signed, unsigned) = (FixedFormat::signed, FixedFormat::unsigned);
        check(&[3, 5, -7, 1], false, Products::Multiplied, &[3, 5, -7, 1], signed(8, 2));
        check(&[0, 0, 0, 0], true, Products::Multiplied, &[0, 0, 0, 0], signed(8, 2));
        // In units of 2^-4, the products' own binary point.
        check(&[4, -4, -4, 4], false, Products::Binary, &[1, 0, 0, 1], unsigned(1, -3));
        check(&[4, -4, 0, 4], true, Products::Ternary, &[1, -1, 0, 1], signed(2, -2));
        let plan = check(&[4, -16, 0, 8], false, Products::PowersOfTwo, &[2, 7, 0, 4], unsigned(3, -1));
        assert_eq!(plan.constants, [("max_shift", 2)]);
        let plan = check(&[1, -1, -1, 1], true, Products::Agreements, &[1, 0, 0, 1], unsigned(1, -5));
        assert_eq!(plan.types[0].1.format, unsigned(2, 2));
        assert_eq!(plan.types[1].1.format, signed(4, -2));
    }

    #[test]
    fn outputs_lose_the_zeros_that_they_share() {
        // Columns 6 and -10 (unit 2), 3 and 1 (unit 1): mantissas 3, -5, 3, 1.
        let plan = check(&[6, 3, -10, 1], false, Products::Shifted, &[3, 3, -5, 1], FixedFormat::signed(4, -2));
        assert_eq!(plan.shifts, [1, 0]);
        // Sums of inputs of -1 and 1: at most 8 of either sign.
        assert_eq!(plan.types, [("dot_t", FixedType::exact(FixedFormat::signed(5, -1)))]);
        // Nothing is gained where the wide column has no zeros.
        check(&[6, 31, -10, 1], false, Products::Multiplied, &[6, 31, -10, 1], FixedFormat::signed(8, 2));
    }
}
