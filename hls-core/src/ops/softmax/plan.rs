//! The numbers and tables of a softmax, which follow from its types.

use super::{Softmax, SoftmaxImplementation};
use crate::fixed::{FixedFormat, FixedType, Overflow, Rounding, exp2};

/// The numbers that the steps behind the exponentials work with; the kernel's configuration.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    /// Fractional bits of the normalized sum, which is in [1, 2).
    pub sum_fraction: u32,
    /// The largest shift that normalizes a sum.
    pub max_shift: u32,
    /// Bits that index the reciprocal table.
    pub index_bits: u32,
    /// Fractional bits of the reciprocal that is multiplied with.
    pub fraction: u32,
    pub newton: bool,
}

/// The most bits that index the reciprocal table.
const RECIPROCAL_INDEX: u32 = 10;

/// Results with more fractional bits get a Newton step: the table alone is good to 2^-11.
const TABLE_IS_ENOUGH: i32 = 8;

impl Plan {
    /// Fractional bits of the reciprocal table's entries.
    pub const TABLE_FRACTION: u32 = 14;

    /// The format of the reciprocal table's entries.
    pub const TABLE_FORMAT: FixedFormat = FixedFormat::unsigned(Self::TABLE_FRACTION + 1, 1);

    pub fn new(softmax: &Softmax, classes: usize) -> Self {
        let classes = classes.max(1);
        let (sum_fraction, max_shift) = if softmax.implementation == SoftmaxImplementation::Latency {
            // Everything between zero and the largest sum occurs.
            let largest = classes as u128 * softmax.exp.format.max_raw().unsigned_abs() as u128;
            let sum_fraction = largest.max(2).ilog2();
            (sum_fraction, sum_fraction)
        } else {
            // The sum is from exp(0) = 1 to the number of classes.
            let max_shift = classes.ilog2();
            (softmax.exp.format.fraction().max(0).unsigned_abs() + max_shift, max_shift)
        };
        let newton = softmax.ty.format.fraction() > TABLE_IS_ENOUGH;
        let fine = (softmax.ty.format.fraction().max(0).unsigned_abs() + 5).clamp(Self::TABLE_FRACTION, 26);
        Self {
            sum_fraction,
            max_shift,
            index_bits: sum_fraction.min(RECIPROCAL_INDEX),
            fraction: if newton { fine } else { Self::TABLE_FRACTION },
            newton,
        }
    }

    /// Bits of the largest product.
    pub fn widest(&self) -> u32 {
        // An exponential is not larger than the sum, so its product fits wherever the sum's does.
        (self.sum_fraction + 2 * Self::TABLE_FRACTION + 3).max(self.sum_fraction + self.fraction + 2)
    }

    pub fn reciprocal_table(&self) -> Vec<i64> {
        // Entries stand for the middle of their interval, unless the index is the whole number.
        let middle = if self.index_bits == self.sum_fraction { 0.0 } else { 0.5 };
        let steps = exp2(self.index_bits as i32);
        let ty = FixedType::new(Self::TABLE_FORMAT, Rounding::Rnd, Overflow::Sat);
        (0..1_u32 << self.index_bits)
            .map(|index| ty.quantize_f64(1.0 / (1.0 + (f64::from(index) + middle) / steps)))
            .collect()
    }
}

/// The exponential of every bit pattern of the index, by a software exponential that is the same on every machine.
pub(super) fn exp_table(softmax: &Softmax) -> Vec<i64> {
    let index = softmax.diff.format;
    let value = |raw: i64| match softmax.implementation {
        SoftmaxImplementation::Latency => index.value(raw),
        _ => -index.value(raw),
    };
    let entry = |raw: i64| softmax.exp.quantize_f64(libm::exp(value(raw)));
    // The bits of negative numbers are those behind the positive ones.
    (0..=index.max_raw()).chain(index.min_raw()..0).map(entry).collect()
}
