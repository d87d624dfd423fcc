//! Softmax by tables, exact to the bit.

mod plan;
mod row;

use serde::{Deserialize, Serialize};

use self::plan::Plan;
pub use self::row::SoftmaxRow;
use super::{ConstantArray, LayerCode, OpDef, OpTypes, edge_bits};
use crate::diagnostics::{Code, Diagnostic};
use crate::emulator::{Kernel, LANES};
use crate::fixed::{FixedTensor, FixedType, Interval, Overflow, Real};
use crate::ir::{Hardware, TensorType};
use crate::rules::ShapeRule;
use crate::shape::Shape;

/// `exp(x_i) / sum over j of exp(x_j)` along one dimension, in integers. With the implementation
/// [`Stable`](SoftmaxImplementation::Stable):
///
/// 1. `d_i = max - x_i`, exact, assigned to `diff`;
/// 2. `e_i = exp_table[d_i]`, each entry `exp(-d)` assigned to `exp`;
/// 3. `s = sum of e_i`, exact, shifted left so that its leading bit is in one place;
/// 4. `r = reciprocal_table[leading bits of s]`, for results finer than 8 bits followed by one Newton step
///    `r * (2 - s * r)`, truncated;
/// 5. `e_i * r`, exact, assigned to the result type.
///
/// [`Latency`](SoftmaxImplementation::Latency) finds no maximum: step 1 is `d_i = x_i` assigned to `diff`, which is
/// signed, and the entries of step 2 are `exp(d)`. Two things limit it. An input outside `diff` is what that type
/// makes of it: saturating types keep the order of the inputs, but all beyond the end count the same. And an
/// exponential below half a step of `exp` is zero, so where all inputs of a row are that small the sum is zero; then
/// all results of the row are zero.
///
/// [`Argmax`](SoftmaxImplementation::Argmax) computes none of this: 1, assigned to the result type, for the first
/// largest element of the row and zero for the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Softmax {
    /// The result type.
    pub ty: FixedType,
    /// The type of the exponentials; unsigned. For `Stable` it represents 1, for `Latency` it does not wrap.
    pub exp: FixedType,
    /// The index of the exponential table, at most 16 bits: for `Stable` the distance to the maximum, unsigned; for
    /// `Latency` the input itself, signed.
    pub diff: FixedType,
    /// How it is computed.
    #[serde(default)]
    pub implementation: SoftmaxImplementation,
    /// The dimension whose elements sum to 1; `None` is the last one.
    #[serde(default)]
    pub axis: Option<usize>,
}

/// How a [`Softmax`] is computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SoftmaxImplementation {
    /// The exponential of the distance to the maximum: right for all inputs.
    #[default]
    Stable,
    /// The exponential of the input itself: no search for the maximum, but a limited range.
    Latency,
    /// No probabilities: 1 for the largest element.
    Argmax,
}

impl SoftmaxImplementation {
    /// The field's word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Latency => "latency",
            Self::Argmax => "argmax",
        }
    }
}

/// The widest index of the exponential table.
const MAX_INDEX_WIDTH: u32 = 16;

impl Softmax {
    /// The stable one along the last dimension.
    #[must_use]
    pub const fn stable(ty: FixedType, exp: FixedType, diff: FixedType) -> Self {
        Self { ty, exp, diff, implementation: SoftmaxImplementation::Stable, axis: None }
    }

    /// The rows of a tensor along one dimension, `None` the last one: `(outer, length, inner)`, where element `i` of row
    /// `(o, n)` is at `(o * length + i) * inner + n`.
    #[must_use]
    pub fn rows_along(shape: Shape, axis: Option<usize>) -> (usize, usize, usize) {
        let dims = shape.dims();
        let axis = axis.unwrap_or(dims.len().saturating_sub(1));
        let length = dims.get(axis).copied().unwrap_or(1);
        let product = |dims: Option<&[usize]>| dims.into_iter().flatten().product();
        (product(dims.get(..axis)), length, product(dims.get(axis.saturating_add(1)..)))
    }

    fn rows(&self, shape: Shape) -> (usize, usize, usize) {
        Self::rows_along(shape, self.axis)
    }

    /// Whether the formats can be used for rows of `classes` elements.
    ///
    /// # Errors
    /// The format that cannot, and what is legal.
    pub fn check(&self, classes: usize) -> Result<(), Diagnostic> {
        match self.implementation {
            SoftmaxImplementation::Stable => self.check_stable()?,
            SoftmaxImplementation::Latency => self.check_latency()?,
            SoftmaxImplementation::Argmax => return self.check_argmax(),
        }
        let widest = Plan::new(self, classes).widest();
        if widest > 62 {
            let message = format!("the exponential's type {} makes products of {widest} bits", self.exp);
            return illegal(message, "the limit is 62: narrow it");
        }
        Ok(())
    }

    fn check_stable(&self) -> Result<(), Diagnostic> {
        let diff = self.diff.format;
        if diff.signed || diff.width > MAX_INDEX_WIDTH {
            let message = format!("the table index {} is not unsigned with at most {MAX_INDEX_WIDTH} bits", self.diff);
            return illegal(message, "for example `UFixed<12, 4, Rnd, Sat>`");
        }
        let one = self.exp.quantize_f64(1.0);
        if self.exp.format.signed || self.exp.format.fraction() < 1 || self.exp.format.value(one) != 1.0 {
            let message = format!("the exponential's type {} is not unsigned with 1 among its numbers", self.exp);
            return illegal(message, "for example `UFixed<18, 1, Rnd, Sat>`");
        }
        Ok(())
    }

    fn check_latency(&self) -> Result<(), Diagnostic> {
        let (index, exp) = (self.diff.format, self.exp.format);
        if !index.signed || index.width > MAX_INDEX_WIDTH {
            let message = format!("the table index {} is not signed with at most {MAX_INDEX_WIDTH} bits", self.diff);
            return illegal(message, "`latency` looks the input itself up, for example as `Fixed<12, 4, Rnd, Sat>`");
        }
        let largest = libm::exp(index.value(index.max_raw()));
        if exp.signed || matches!(self.exp.overflow, Overflow::Wrap | Overflow::SatZero) && !holds(&self.exp, largest) {
            let message = format!(
                "the exponential's type {} is not unsigned and saturating, and exponentials reach {largest}",
                self.exp
            );
            return illegal(message, "for example `UFixed<18, 12, Rnd, Sat>`, or a smaller index");
        }
        Ok(())
    }

    fn check_argmax(&self) -> Result<(), Diagnostic> {
        if self.ty.quantize(1, 0) <= 0 {
            let message = format!("1 is not above zero in the result type {}", self.ty);
            return illegal(message, "let it saturate or give it an integer bit, for example `UFixed<1, 1>`");
        }
        Ok(())
    }

    fn row(&self, types: &OpTypes<'_>) -> SoftmaxRow {
        let input = &types.inputs[0];
        SoftmaxRow::new(self, input.fraction(), self.rows(input.shape).1)
    }
}

fn illegal<T>(message: String, help: &str) -> Result<T, Diagnostic> {
    Err(Diagnostic::error(Code::Type, message).help(help))
}

/// Whether a positive number rounds to one within the range.
fn holds(ty: &FixedType, value: f64) -> bool {
    let saturating = FixedType { overflow: Overflow::Sat, ..*ty };
    value <= ty.format.value(ty.format.max_raw()) && saturating.quantize_f64(value) == ty.quantize_f64(value)
}

/// All rows of a block of lanes; neighbours in a row are `step` elements apart.
#[inline(never)]
fn each_row<F: Real>(row: &SoftmaxRow, input: &[F], output: &mut [F], length: usize, step: usize) {
    let mut scratch = Vec::with_capacity(length);
    for (x, y) in input.chunks(length * step).zip(output.chunks_mut(length * step)) {
        for start in 0..step {
            let values = (0..length).map(|i| x[i * step + start].to_i64());
            row.evaluate(values, &mut scratch, |i, raw| y[i * step + start] = F::from_i64(raw));
        }
    }
}

impl OpDef for Softmax {
    const NAME: &'static str = "softmax";

    fn per_position(&self) -> bool {
        self.axis.is_none()
    }

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(self.axis.map_or(ShapeRule::Elementwise, |axis| ShapeRule::Along { axis }))
    }

    fn declared_types(&self) -> Vec<FixedType> {
        vec![self.ty, self.exp, self.diff]
    }

    fn infer(&self, _inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        self.check(self.rows(shape).1)?;
        Ok(TensorType::full(shape, self.ty))
    }

    fn assignment(&self, inputs: &[TensorType]) -> Option<(Interval, FixedType)> {
        // The distance to the maximum is small for what matters; the input itself may well leave the table.
        (self.implementation == SoftmaxImplementation::Latency).then(|| (inputs[0].range, self.diff))
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        let row = self.row(types);
        let (outer, length, inner) = self.rows(types.output.shape);
        for start in (0..outer).flat_map(|o| (0..inner).map(move |n| o * length * inner + n)) {
            let values = (0..length).map(|i| inputs[0][start + i * inner]);
            row.evaluate(values, &mut Vec::new(), |i, raw| output[start + i * inner] = raw);
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        // The arithmetic between the edges is done in 64-bit integers, whatever the carrier.
        edge_bits(types)
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let row = self.row(types);
        let (_, length, inner) = self.rows(types.output.shape);
        if inner > 1 {
            return Box::new(move |inputs: &[&[F]], output: &mut [F]| {
                each_row(&row, inputs[0], output, length, inner * LANES);
            });
        }
        // Along the last dimension the step is known to the compiler.
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            let mut scratch = Vec::with_capacity(length);
            for (x, y) in inputs[0].chunks(length * LANES).zip(output.chunks_mut(length * LANES)) {
                for lane in 0..LANES {
                    let values = (0..length).map(|i| x[i * LANES + lane].to_i64());
                    row.evaluate(values, &mut scratch, |i, raw| y[i * LANES + lane] = F::from_i64(raw));
                }
            }
        })
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        let (outer, length, inner) = self.rows(types.output.shape);
        let mut constants = vec![("n_in", length as i64), ("n_outer", outer as i64), ("n_inner", inner as i64)];
        if self.implementation == SoftmaxImplementation::Argmax {
            return Some(LayerCode::plain("softmax_argmax", constants));
        }
        let (exp_table, reciprocal_table, plan) = self.row(types).into_tables();
        let table = |role, format, raw: Vec<i64>| ConstantArray {
            role,
            tensor: FixedTensor { dims: vec![raw.len()], format, raw },
        };
        constants.extend([
            ("stable", (self.implementation == SoftmaxImplementation::Stable).into()),
            ("exp_entries", exp_table.len() as i64),
            ("reciprocal_entries", reciprocal_table.len() as i64),
            ("sum_fraction", plan.sum_fraction.into()),
            ("max_shift", plan.max_shift.into()),
            ("index_bits", plan.index_bits.into()),
            ("reciprocal_fraction", plan.fraction.into()),
            ("table_fraction", Plan::TABLE_FRACTION.into()),
            ("newton", plan.newton.into()),
        ]);
        Some(LayerCode {
            kernel: "softmax",
            constants,
            lists: Vec::new(),
            products: None,
            inner: None,
            types: vec![("diff_t", self.diff)],
            arrays: vec![
                table("exp_table", self.exp.format, exp_table),
                table("reciprocal_table", Plan::TABLE_FORMAT, reciprocal_table),
            ],
        })
    }

    fn details(&self) -> String {
        let axis = self.axis.map(|axis| format!(", axis {axis}")).unwrap_or_default();
        match self.implementation {
            SoftmaxImplementation::Stable => format!("exp {}, diff {}{axis}", self.exp, self.diff),
            SoftmaxImplementation::Latency => format!("latency, exp {}, index {}{axis}", self.exp, self.diff),
            SoftmaxImplementation::Argmax => format!("argmax{axis}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::{FixedFormat, Rounding};

    fn softmax(width: u32) -> Softmax {
        let ty = |width, integer| FixedType::new(FixedFormat::unsigned(width, integer), Rounding::Rnd, Overflow::Sat);
        Softmax::stable(ty(width, 0), ty(18, 1), ty(12, 4))
    }

    fn latency(width: u32) -> Softmax {
        let ty = |format| FixedType::new(format, Rounding::Rnd, Overflow::Sat);
        Softmax {
            exp: ty(FixedFormat::unsigned(26, 12)),
            diff: ty(FixedFormat::signed(12, 4)),
            implementation: SoftmaxImplementation::Latency,
            ..softmax(width)
        }
    }

    fn row(softmax: &Softmax, x: &[i64]) -> Vec<i64> {
        let mut y = vec![0; x.len()];
        SoftmaxRow::new(softmax, 4, x.len()).evaluate(x.iter().copied(), &mut Vec::new(), |index, raw| y[index] = raw);
        y
    }

    /// A deterministic walk over rows of all sizes, each number from `-span` to `span - 1`.
    fn rows_of(span: i64) -> impl Iterator<Item = Vec<i64>> {
        let mut state = 1_u64;
        (2..40_usize).cycle().take(400).map(move |classes| {
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 40) as i64 % (2 * span) - span
            };
            (0..classes).map(|_| next()).collect()
        })
    }

    #[test]
    fn outputs_sum_to_one() {
        for softmax in [8, 10, 12, 16].map(softmax) {
            for x in rows_of(256) {
                let sum: i64 = row(&softmax, &x).iter().sum();
                // A saturated 1 - lsb counts as the lsb that it lacks.
                let slack = x.len() as i64 / 2 + i64::from(row(&softmax, &x).contains(&softmax.ty.format.max_raw()));
                assert!((sum - (1 << softmax.ty.format.width)).abs() <= slack, "{}: {sum} of {x:?}", softmax.ty);
            }
        }
    }

    #[test]
    fn close_to_the_function_and_never_reordered() {
        // Without a maximum, precision falls with the inputs: here they stay near zero.
        for (softmax, span, epsilon) in [(softmax(16), 256, 4e-5), (latency(16), 64, 5e-4)] {
            for x in rows_of(span) {
                let y = row(&softmax, &x);
                let largest = *x.iter().max().unwrap();
                let exps: Vec<f64> = x.iter().map(|&x| ((x - largest) as f64 / 16.0).exp()).collect();
                let sum: f64 = exps.iter().sum();
                for (index, exp) in exps.iter().enumerate() {
                    // Inputs are multiples of the index step, so only the exponentials' and the result's rounding is left.
                    approx::assert_abs_diff_eq!(y[index] as f64 / 65536.0, exp / sum, epsilon = epsilon);
                }
                let winner = y.iter().position(|&p| p == *y.iter().max().unwrap()).unwrap();
                assert_eq!(x[winner], largest);
            }
        }
    }

    #[test]
    fn exponentials_that_are_all_zero_give_zero() {
        let coarse = FixedType::new(FixedFormat::unsigned(8, 8), Rounding::Rnd, Overflow::Sat);
        let softmax = Softmax { exp: coarse, ..latency(16) };
        assert_eq!(row(&softmax, &[-100, -120, -90]), [0, 0, 0]);
        assert_eq!(row(&softmax, &[-100, 0, -90]), [0, 65535, 0]);
    }

    #[test]
    fn rows_of_a_tensor() {
        let shape = Shape::new([2, 3, 4]);
        assert_eq!(Softmax::rows_along(shape, None), (6, 4, 1));
        assert_eq!(Softmax::rows_along(shape, Some(0)), (1, 2, 12));
        assert_eq!(Softmax::rows_along(shape, Some(1)), (2, 3, 4));
        assert_eq!(Softmax::rows_along(Shape::new([]), None), (1, 1, 1));
    }
}
