//! Softmax by tables, exact to the bit.

use serde::{Deserialize, Serialize};

use super::{ConstantArray, LayerCode, OpDef, OpTypes, edge_bits};
use crate::diagnostics::{Code, Diagnostic};
use crate::emulator::{Kernel, LANES};
use crate::fixed::{FixedFormat, FixedTensor, FixedType, Real, exp2};
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::Shape;

/// `exp(x_i - max) / sum over j of exp(x_j - max)` along the last dimension, in integers:
///
/// 1. `d_i = max - x_i`, exact, assigned to `diff`;
/// 2. `e_i = exp_table[d_i]`, each entry `exp(-d)` assigned to `exp`;
/// 3. `s = sum of e_i`, exact, shifted left so that its leading bit is in one place;
/// 4. `r = reciprocal_table[leading bits of s]`, for results finer than 8 bits followed by one Newton step
///    `r * (2 - s * r)`, truncated;
/// 5. `e_i * r`, exact, assigned to the result type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Softmax {
    /// The result type.
    pub ty: FixedType,
    /// The type of the exponentials; unsigned, and it represents 1.
    pub exp: FixedType,
    /// The type of the distance to the maximum, the index of the table; unsigned, at most 16 bits.
    pub diff: FixedType,
}

/// Fractional bits of the reciprocal table's entries.
const RECIPROCAL_FRACTION: u32 = 14;

/// The most bits that index the reciprocal table.
const RECIPROCAL_INDEX: u32 = 10;

/// The widest index of the exponential table.
const MAX_DIFF_WIDTH: u32 = 16;

/// Results with more fractional bits get a Newton step: the table alone is good to 2^-11.
const TABLE_IS_ENOUGH: i32 = 8;

/// The numbers that steps 3 to 5 work with; the kernel's configuration.
#[derive(Clone, Copy, Debug)]
struct Plan {
    /// Fractional bits of the exponentials.
    exp_fraction: u32,
    /// The largest shift that normalizes the sum: floor(log2(classes)).
    max_shift: u32,
    /// Bits that index the reciprocal table.
    index_bits: u32,
    /// Fractional bits of the reciprocal that is multiplied with.
    fraction: u32,
    newton: bool,
}

impl Plan {
    fn new(softmax: &Softmax, classes: usize) -> Self {
        let exp_fraction = softmax.exp.format.fraction().max(0).unsigned_abs();
        let max_shift = classes.max(1).ilog2();
        let newton = softmax.ty.format.fraction() > TABLE_IS_ENOUGH;
        let fine = (softmax.ty.format.fraction().max(0).unsigned_abs() + 5).clamp(RECIPROCAL_FRACTION, 26);
        Self {
            exp_fraction,
            max_shift,
            index_bits: (exp_fraction + max_shift).min(RECIPROCAL_INDEX),
            fraction: if newton { fine } else { RECIPROCAL_FRACTION },
            newton,
        }
    }

    /// Fractional bits of the normalized sum, which is in [1, 2).
    fn sum_fraction(&self) -> u32 {
        self.exp_fraction + self.max_shift
    }

    /// Bits of the largest product of steps 4 and 5.
    fn widest(&self, exp: FixedFormat) -> u32 {
        let newton = self.sum_fraction() + 2 * RECIPROCAL_FRACTION + 3;
        newton.max(exp.width + self.fraction + 1 + self.max_shift)
    }

    fn reciprocal_table(&self) -> Vec<i64> {
        // Entries stand for the middle of their interval, unless the index is the whole number.
        let middle = if self.index_bits == self.sum_fraction() { 0.0 } else { 0.5 };
        let steps = exp2(self.index_bits as i32);
        let format = FixedFormat::unsigned(RECIPROCAL_FRACTION + 1, 1);
        let ty = FixedType::new(format, crate::fixed::Rounding::Rnd, crate::fixed::Overflow::Sat);
        (0..1_u32 << self.index_bits)
            .map(|index| ty.quantize_f64(1.0 / (1.0 + (f64::from(index) + middle) / steps)))
            .collect()
    }
}

/// One row of a [`Softmax`], prepared: its tables and numbers. Training, emulator and firmware share it.
#[derive(Clone, Debug)]
pub struct SoftmaxRow {
    ty: FixedType,
    diff: FixedType,
    fraction: i32,
    plan: Plan,
    exp_table: Vec<i64>,
    reciprocal_table: Vec<i64>,
}

impl SoftmaxRow {
    /// Prepares rows of `classes` elements with `fraction` fractional bits.
    #[must_use]
    pub fn new(softmax: &Softmax, fraction: i32, classes: usize) -> Self {
        let plan = Plan::new(softmax, classes);
        Self {
            ty: softmax.ty,
            diff: softmax.diff,
            fraction,
            plan,
            exp_table: softmax.exp_table(),
            reciprocal_table: plan.reciprocal_table(),
        }
    }

    /// Raw mantissas in, raw mantissas of the result type out; `scratch` is overwritten.
    pub fn evaluate(
        &self,
        row: impl Iterator<Item = i64> + Clone,
        scratch: &mut Vec<i64>,
        store: impl FnMut(usize, i64),
    ) {
        let largest = row.clone().max().unwrap_or_default();
        scratch.clear();
        scratch.extend(row.map(|x| {
            let index = self.diff.quantize(i128::from(largest) - i128::from(x), self.fraction);
            self.exp_table[index as usize]
        }));
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
        let largest = row.clone().fold(f64::NEG_INFINITY, f64::max);
        scratch.clear();
        scratch.extend(row.map(|x| self.exp_table[self.diff.quantize_f64(largest - x) as usize]));
        self.normalize(scratch, store);
    }

    /// Steps 3 to 5 on the exponentials in `scratch`.
    fn normalize(&self, scratch: &[i64], mut store: impl FnMut(usize, i64)) {
        let plan = &self.plan;
        let sum: i64 = scratch.iter().sum();
        // The sum is at least exp(0) = 1, so the shift is never negative.
        let shift = plan.max_shift - (sum.max(1).ilog2() - plan.exp_fraction);
        let normalized = sum << shift;
        let index = (normalized >> (plan.sum_fraction() - plan.index_bits)) & ((1 << plan.index_bits) - 1);
        let entry = self.reciprocal_table[index as usize];
        let reciprocal = if plan.newton {
            let error = (2 << (plan.sum_fraction() + RECIPROCAL_FRACTION)) - normalized * entry;
            (entry * error) >> (plan.sum_fraction() + 2 * RECIPROCAL_FRACTION - plan.fraction)
        } else {
            entry
        };
        let fraction = (plan.sum_fraction() + plan.fraction) as i32;
        for (index, &exponential) in scratch.iter().enumerate() {
            store(index, self.ty.quantize(i128::from((exponential * reciprocal) << shift), fraction));
        }
    }
}

impl Softmax {
    /// `exp(-d)` for every bit pattern of `diff`, by a software exponential that is the same on every machine.
    fn exp_table(&self) -> Vec<i64> {
        let entry = |index: i64| self.exp.quantize_f64(libm::exp(-self.diff.format.value(index)));
        (0..=self.diff.format.max_raw()).map(entry).collect()
    }

    /// Whether the formats can be used for rows of `classes` elements.
    ///
    /// # Errors
    /// The format that cannot, and what is legal.
    pub fn check(&self, classes: usize) -> Result<(), Diagnostic> {
        let illegal = |message: String, help: &str| Err(Diagnostic::error(Code::Type, message).help(help));
        let diff = self.diff.format;
        if diff.signed || diff.width > MAX_DIFF_WIDTH {
            let message = format!("the table index {} is not unsigned with at most {MAX_DIFF_WIDTH} bits", self.diff);
            return illegal(message, "for example `UFixed<12, 4, Rnd, Sat>`");
        }
        let one = self.exp.quantize_f64(1.0);
        if self.exp.format.signed || self.exp.format.fraction() < 1 || self.exp.format.value(one) != 1.0 {
            let message = format!("the exponential's type {} is not unsigned with 1 among its numbers", self.exp);
            return illegal(message, "for example `UFixed<18, 1, Rnd, Sat>`");
        }
        let widest = Plan::new(self, classes).widest(self.exp.format);
        if widest > 62 {
            let message = format!("the exponential's type {} makes products of {widest} bits", self.exp);
            return illegal(message, "the limit is 62: narrow it");
        }
        Ok(())
    }

    fn row(&self, types: &OpTypes<'_>) -> SoftmaxRow {
        SoftmaxRow::new(self, types.inputs[0].fraction(), types.inputs[0].shape.channels())
    }
}

impl OpDef for Softmax {
    const NAME: &'static str = "softmax";
    const PER_POSITION: bool = true;

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Elementwise)
    }

    fn declared_types(&self) -> Vec<FixedType> {
        vec![self.ty, self.exp, self.diff]
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        self.check(inputs[0].shape.channels())?;
        Ok(TensorType::full(shape, self.ty))
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        let row = self.row(types);
        let channels = types.output.shape.channels().max(1);
        for (x, y) in inputs[0].chunks(channels).zip(output.chunks_mut(channels)) {
            row.evaluate(x.iter().copied(), &mut Vec::new(), |index, raw| y[index] = raw);
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        // The arithmetic between the edges is done in 64-bit integers, whatever the carrier.
        edge_bits(types)
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let row = self.row(types);
        let channels = types.output.shape.channels().max(1);
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            let mut scratch = Vec::with_capacity(channels);
            for (x, y) in inputs[0].chunks(channels * LANES).zip(output.chunks_mut(channels * LANES)) {
                for lane in 0..LANES {
                    let values = (0..channels).map(|channel| x[channel * LANES + lane].to_i64());
                    row.evaluate(values, &mut scratch, |channel, raw| y[channel * LANES + lane] = F::from_i64(raw));
                }
            }
        })
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        let shape = types.output.shape;
        let row = self.row(types);
        let plan = row.plan;
        let table = |role, format, raw: Vec<i64>| ConstantArray {
            role,
            tensor: FixedTensor { dims: vec![raw.len()], format, raw },
        };
        let reciprocal = FixedFormat::unsigned(RECIPROCAL_FRACTION + 1, 1);
        Some(LayerCode {
            kernel: "softmax",
            constants: vec![
                ("n_in", shape.channels() as i64),
                ("n_outer", (shape.size() / shape.channels().max(1)) as i64),
                ("exp_entries", row.exp_table.len() as i64),
                ("reciprocal_entries", row.reciprocal_table.len() as i64),
                ("sum_fraction", plan.sum_fraction().into()),
                ("max_shift", plan.max_shift.into()),
                ("index_bits", plan.index_bits.into()),
                ("reciprocal_fraction", plan.fraction.into()),
                ("table_fraction", RECIPROCAL_FRACTION.into()),
                ("newton", plan.newton.into()),
            ],
            lists: Vec::new(),
            products: None,
            types: vec![("diff_t", self.diff)],
            arrays: vec![
                table("exp_table", self.exp.format, row.exp_table),
                table("reciprocal_table", reciprocal, row.reciprocal_table),
            ],
        })
    }

    fn details(&self) -> String {
        format!("exp {}, diff {}", self.exp, self.diff)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::{Overflow, Rounding};

    fn softmax(width: u32) -> Softmax {
        let ty = |width, integer| FixedType::new(FixedFormat::unsigned(width, integer), Rounding::Rnd, Overflow::Sat);
        Softmax { ty: ty(width, 0), exp: ty(18, 1), diff: ty(12, 4) }
    }

    fn row(softmax: &Softmax, x: &[i64]) -> Vec<i64> {
        let mut y = vec![0; x.len()];
        SoftmaxRow::new(softmax, 4, x.len()).evaluate(x.iter().copied(), &mut Vec::new(), |index, raw| y[index] = raw);
        y
    }

    /// A deterministic walk over rows of all sizes.
    fn rows() -> impl Iterator<Item = Vec<i64>> {
        let mut state = 1_u64;
        (2..40_usize).cycle().take(400).map(move |classes| {
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 40) as i64 % 512 - 256
            };
            (0..classes).map(|_| next()).collect()
        })
    }

    #[test]
    fn outputs_sum_to_one() {
        for width in [8, 10, 12, 16] {
            let softmax = softmax(width);
            for x in rows() {
                let sum: i64 = row(&softmax, &x).iter().sum();
                // A saturated 1 - lsb counts as the lsb that it lacks.
                let slack = x.len() as i64 / 2 + i64::from(row(&softmax, &x).contains(&softmax.ty.format.max_raw()));
                assert!((sum - (1 << width)).abs() <= slack, "{width} bits: {sum} of {x:?}");
            }
        }
    }

    #[test]
    fn close_to_the_function_and_never_reordered() {
        let softmax = softmax(16);
        for x in rows() {
            let y = row(&softmax, &x);
            let largest = *x.iter().max().unwrap();
            let exps: Vec<f64> = x.iter().map(|&x| ((x - largest) as f64 / 16.0).exp()).collect();
            let sum: f64 = exps.iter().sum();
            for (index, exp) in exps.iter().enumerate() {
                // Inputs are multiples of the index step, so only the exponentials' and the result's rounding is left.
                approx::assert_abs_diff_eq!(y[index] as f64 / 65536.0, exp / sum, epsilon = 4e-5);
            }
            let winner = y.iter().position(|&p| p == *y.iter().max().unwrap()).unwrap();
            assert_eq!(x[winner], largest);
        }
    }
}
