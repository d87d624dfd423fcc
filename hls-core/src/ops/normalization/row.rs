//! One row of a normalization.

use super::plan::Plan;
use super::{LIMIT, Normalization};
use crate::fixed::{FixedType, exp2};

/// One row of a normalization, prepared. Training, emulator and firmware share it.
#[derive(Clone, Debug)]
pub struct NormalizationRow {
    centered: bool,
    epsilon: u32,
    norm: FixedType,
    ty: FixedType,
    plan: Plan,
    table: Vec<i64>,
    /// The scale of each channel.
    gamma: Vec<i64>,
    /// The shift of each channel, with the fractional bits of the sum.
    beta: Vec<i128>,
    product_shift: u32,
    sum_fraction: i32,
}

impl NormalizationRow {
    pub(super) fn new(normalization: &Normalization<'_>, plan: Plan) -> Self {
        let product_fraction = normalization.norm.format.fraction() + normalization.gamma.format.fraction();
        let sum_fraction = normalization.sum_fraction();
        let beta_shift = sum_fraction - normalization.beta_fraction();
        let beta = match normalization.beta {
            Some(beta) => beta.raw.iter().map(|&raw| i128::from(raw) << beta_shift).collect(),
            None => vec![0; normalization.channels()],
        };
        Self {
            centered: normalization.centered,
            epsilon: normalization.epsilon,
            norm: normalization.norm,
            ty: normalization.ty,
            plan,
            table: Plan::table(),
            gamma: normalization.gamma.raw.clone(),
            beta,
            product_shift: (sum_fraction - product_fraction).unsigned_abs(),
            sum_fraction,
        }
    }

    /// Raw mantissas in, raw mantissas of the result type out.
    pub fn evaluate(&self, row: &[i64], mut store: impl FnMut(usize, i64)) {
        let plan = &self.plan;
        let count = row.len() as i128;
        let mut sum = 0_i128;
        let mut squares = 0_i128;
        for &x in row {
            sum += i128::from(x);
            squares += i128::from(x) * i128::from(x);
        }
        if !self.centered {
            sum = 0;
        }
        let variance = (count * squares - sum * sum).unsigned_abs();
        let total = (variance << plan.variance_shift) + (count.unsigned_abs().pow(2) << plan.epsilon_shift);
        let leading = total.max(1).ilog2();
        let (index, mantissa) = plan.split(total << (plan.place() - leading), leading % 2 == 1);
        let root = self.root(self.table[index], mantissa);
        // The exponent is the half of the leading bit's place; the product has the fractional bits of the largest one.
        let shift = plan.top / 2 - leading / 2;
        for (index, &x) in row.iter().enumerate() {
            let deviation = count * i128::from(x) - sum;
            let normalized = self.norm.quantize((deviation * i128::from(root)) << shift, plan.product_fraction());
            let product = (i128::from(normalized) * i128::from(self.gamma[index])) << self.product_shift;
            store(index, self.ty.quantize(product + self.beta[index], self.sum_fraction));
        }
    }

    /// Step 4: the entry, or a Newton step from it.
    fn root(&self, entry: i64, mantissa: i64) -> i64 {
        if !self.plan.newton {
            return entry;
        }
        let squared = (mantissa * (entry * entry)) >> Plan::MANTISSA_FRACTION;
        let correction = (3 << (2 * Plan::TABLE_FRACTION)) - squared;
        (entry * correction) >> (3 * Plan::TABLE_FRACTION + 1 - self.plan.root_fraction())
    }

    /// Values in, raw mantissas of the result type out, rows one after the other: what training calls, where the
    /// input's format is not known. `None` where the values are not finite or too large for any input that can be built.
    ///
    /// Exact for values of every format that can be built; others lose low bits.
    #[must_use]
    pub fn evaluate_values(&self, values: &[f64]) -> Option<Vec<i64>> {
        let length = self.gamma.len().max(1);
        let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
        let mut fraction = values.iter().map(|&value| fraction_of(value)).max()?.clamp(-64, 64);
        if !values.iter().all(|value| value.is_finite()) || largest >= exp2(62) {
            return None;
        }
        let plan = loop {
            // Below 2^126, as an integer of its own.
            let raw = (largest * exp2(fraction)).ceil() as u128;
            let plan = Plan::new(length, self.epsilon, &self.norm, fraction, raw);
            if plan.widest() <= LIMIT {
                break plan;
            }
            // With whole numbers, epsilon is what needs the bits.
            if fraction <= 0 {
                return None;
            }
            fraction -= 1;
        };
        let row = Self { plan, ..self.clone() };
        let scale = exp2(fraction);
        let mut raw = Vec::with_capacity(length);
        let mut results = vec![0; values.len()];
        for (values, results) in values.chunks(length).zip(results.chunks_mut(length)) {
            raw.clear();
            raw.extend(values.iter().map(|value| (value * scale).round_ties_even() as i64));
            row.evaluate(&raw, |index, result| results[index] = result);
        }
        Some(results)
    }
}

/// The fractional bits that a finite number needs; small for zero and for what is not finite.
fn fraction_of(value: f64) -> i32 {
    let bits = value.to_bits();
    let exponent = ((bits >> 52) & 0x7FF) as i32;
    if value == 0.0 || exponent == 0x7FF {
        return i32::MIN;
    }
    // Subnormal numbers are below every format; their exponent is out of range all the same.
    let mantissa = (bits & ((1 << 52) - 1)) | (1 << 52);
    1075 - exponent - mantissa.trailing_zeros() as i32
}
