//! One row of a softmax.

use super::plan::{Plan, exp_table};
use super::{Softmax, SoftmaxImplementation};
use crate::fixed::FixedType;

/// One row of a [`Softmax`], prepared: its tables and numbers. Training, emulator and firmware share it.
#[derive(Clone, Debug)]
pub struct SoftmaxRow {
    implementation: SoftmaxImplementation,
    ty: FixedType,
    diff: FixedType,
    fraction: i32,
    plan: Plan,
    /// The index's bit pattern without the sign bits above it.
    index_mask: i64,
    exp_table: Vec<i64>,
    reciprocal_table: Vec<i64>,
}

impl SoftmaxRow {
    /// Prepares rows of `classes` elements with `fraction` fractional bits.
    #[must_use]
    pub fn new(softmax: &Softmax, fraction: i32, classes: usize) -> Self {
        let plan = Plan::new(softmax, classes);
        let tables = softmax.implementation != SoftmaxImplementation::Argmax;
        Self {
            implementation: softmax.implementation,
            ty: softmax.ty,
            diff: softmax.diff,
            fraction,
            plan,
            index_mask: (1 << softmax.diff.format.width) - 1,
            exp_table: if tables { exp_table(softmax) } else { Vec::new() },
            reciprocal_table: if tables { plan.reciprocal_table() } else { Vec::new() },
        }
    }

    /// The exponential table, the reciprocal table and the numbers of the steps.
    pub(super) fn into_tables(self) -> (Vec<i64>, Vec<i64>, Plan) {
        (self.exp_table, self.reciprocal_table, self.plan)
    }

    /// Raw mantissas in, raw mantissas of the result type out; `scratch` is overwritten.
    pub fn evaluate(
        &self,
        row: impl Iterator<Item = i64> + Clone,
        scratch: &mut Vec<i64>,
        store: impl FnMut(usize, i64),
    ) {
        if self.implementation != SoftmaxImplementation::Stable {
            return self.evaluate_unstable(row, scratch, store);
        }
        let largest = row.clone().max().unwrap_or_default();
        scratch.clear();
        scratch.extend(row.map(|x| {
            let index = self.diff.quantize(i128::from(largest) - i128::from(x), self.fraction);
            self.exp_table[index as usize]
        }));
        self.normalize(scratch, store);
    }

    /// The other implementations, apart so that the loop of the stable one stays small.
    #[inline(never)]
    fn evaluate_unstable(
        &self,
        row: impl Iterator<Item = i64> + Clone,
        scratch: &mut Vec<i64>,
        store: impl FnMut(usize, i64),
    ) {
        if self.implementation == SoftmaxImplementation::Argmax {
            return self.one_hot(row, store);
        }
        scratch.clear();
        scratch.extend(row.map(|x| self.exponential(self.diff.quantize(x.into(), self.fraction))));
        self.normalize(scratch, store);
    }

    /// Values in, raw mantissas of the result type out: what training calls, where the input's format is not known.
    ///
    /// Exact for values whose differences are exact, as those of every fixed-point number up to 52 bits are.
    pub fn evaluate_values(
        &self,
        row: impl Iterator<Item = f64> + Clone,
        scratch: &mut Vec<i64>,
        store: impl FnMut(usize, i64),
    ) {
        scratch.clear();
        match self.implementation {
            SoftmaxImplementation::Stable => {
                let largest = row.clone().fold(f64::NEG_INFINITY, f64::max);
                scratch.extend(row.map(|x| self.exp_table[self.diff.quantize_f64(largest - x) as usize]));
            }
            SoftmaxImplementation::Latency => {
                scratch.extend(row.map(|x| self.exponential(self.diff.quantize_f64(x))));
            }
            SoftmaxImplementation::Argmax => return self.one_hot(row, store),
        }
        self.normalize(scratch, store);
    }

    fn exponential(&self, index: i64) -> i64 {
        self.exp_table[(index & self.index_mask) as usize]
    }

    /// 1 for the first largest element, zero for the others.
    fn one_hot<N: PartialOrd + Copy>(&self, row: impl Iterator<Item = N> + Clone, mut store: impl FnMut(usize, i64)) {
        let one = self.ty.quantize(1, 0);
        let mut best: Option<(usize, N)> = None;
        for (index, x) in row.clone().enumerate() {
            if best.is_none_or(|(_, largest)| x > largest) {
                best = Some((index, x));
            }
        }
        let winner = best.map_or(0, |(index, _)| index);
        row.enumerate().for_each(|(index, _)| store(index, if index == winner { one } else { 0 }));
    }

    /// Steps 3 to 5 on the exponentials in `scratch`.
    fn normalize(&self, scratch: &[i64], mut store: impl FnMut(usize, i64)) {
        let plan = &self.plan;
        let sum: i64 = scratch.iter().sum();
        // Where the sum is zero all exponentials are, and so are the products.
        let shift = plan.sum_fraction - sum.max(1).ilog2();
        let normalized = sum << shift;
        let index = (normalized >> (plan.sum_fraction - plan.index_bits)) & ((1 << plan.index_bits) - 1);
        let entry = self.reciprocal_table[index as usize];
        let reciprocal = if plan.newton {
            let error = (2 << (plan.sum_fraction + Plan::TABLE_FRACTION)) - normalized * entry;
            (entry * error) >> (plan.sum_fraction + 2 * Plan::TABLE_FRACTION - plan.fraction)
        } else {
            entry
        };
        let fraction = (plan.sum_fraction + plan.fraction) as i32;
        for (index, &exponential) in scratch.iter().enumerate() {
            store(index, self.ty.quantize(i128::from((exponential * reciprocal) << shift), fraction));
        }
    }
}
