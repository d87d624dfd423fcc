//! How much arithmetic a layer asks for.

use std::iter::Sum;

use serde::{Deserialize, Serialize};

/// Multiplications and EBOPs of a layer or a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workload {
    /// All products, those with zero weights included. Products by signs and powers of two count although they take no
    /// multiplier: [`Products::needs_multipliers`](super::Products::needs_multipliers) tells.
    pub multiplications: u64,
    /// Products with a weight that is not zero.
    pub nonzero_multiplications: u64,
    /// Effective bit operations: over all products, the significant bits of the weight (from its highest to its
    /// lowest set bit, so that zeros and shifts are free and a sign or a power of two counts as one) times the width of the other factor. After HGQ,
    /// arXiv:2405.00645.
    pub ebops: u64,
}

impl Sum for Workload {
    fn sum<I: Iterator<Item = Self>>(layers: I) -> Self {
        layers.fold(Self::default(), |total, layer| Self {
            multiplications: total.multiplications + layer.multiplications,
            nonzero_multiplications: total.nonzero_multiplications + layer.nonzero_multiplications,
            ebops: total.ebops + layer.ebops,
        })
    }
}

/// The bits from the highest to the lowest set bit of a constant's magnitude.
pub(super) fn significant_bits(raw: i64) -> u32 {
    match raw.unsigned_abs() {
        0 => 0,
        magnitude => 64 - magnitude.leading_zeros() - magnitude.trailing_zeros(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_and_shifts_are_free() {
        assert_eq!([0, 1, -1, 8, 5, -10, 31].map(significant_bits), [0, 1, 1, 1, 3, 3, 5]);
    }
}
