//! What [`LayerNorm`](super::LayerNorm) and [`RmsNorm`](super::RmsNorm) share: a row divided by its size.
//!
//! Of a row of `n` elements `x_i`, all arithmetic in integers:
//!
//! 1. `w = n * sum of x_i^2`, minus `(sum of x_i)^2` where the mean is taken off; that is `n^2` times the variance or the
//!    mean square, exact;
//! 2. `t = w + n^2 * epsilon` with `epsilon = 2^-k`, exact, so never zero;
//! 3. `t = m * 4^e` with `m` in [1, 4), found by the place of the leading bit of `t`;
//! 4. `r = table[leading bits of m]`, about `1 / sqrt(m)`: 1,024 entries, 9 bits behind the leading one; for types of the
//!    normalized number with more than 8 bits behind the sign one Newton step `r * (3 - m * r^2) / 2` follows, with `m`
//!    cut to 24 bits and the products cut to 28 and 26 fractional bits;
//! 5. `(n * x_i - sum of x_j) * r * 2^-e`, or without the sum, exact, assigned to `norm`;
//! 6. `norm_i * gamma_i + beta_i`, exact, assigned to the result type.
//!
//! A row without variance (or without any element but zero) is zero before step 6, as `n * x_i - sum of x_j` is. All
//! steps depend on the values and not on their format, so training, which does not know it, gives the same bits.

mod plan;
mod row;

use self::plan::Plan;
pub use self::row::NormalizationRow;
use super::{ConstantArray, LayerCode, OpTypes};
use crate::diagnostics::{Code, Diagnostic};
use crate::emulator::{Kernel, LANES};
use crate::fixed::{FixedFormat, FixedTensor, FixedType, Interval, Real};
use crate::ir::TensorType;
use crate::shape::Shape;

/// The widest integers between the edges.
const LIMIT: u32 = 62;

/// A normalization as its operation declares it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Normalization<'a> {
    /// Whether the mean is taken off.
    pub centered: bool,
    pub epsilon: u32,
    pub norm: FixedType,
    pub gamma: &'a FixedTensor,
    pub beta: Option<&'a FixedTensor>,
    pub ty: FixedType,
}

impl Normalization<'_> {
    /// The elements of a row.
    pub fn channels(&self) -> usize {
        self.gamma.raw.len()
    }

    fn plan(&self, input: &TensorType) -> Plan {
        let largest = input.range.min.unsigned_abs().max(input.range.max.unsigned_abs());
        Plan::new(self.channels(), self.epsilon, &self.norm, input.fraction(), largest)
    }

    fn row(&self, types: &OpTypes<'_>) -> NormalizationRow {
        NormalizationRow::new(self, self.plan(&types.inputs[0]))
    }

    /// A row for values whose format is not known yet.
    pub fn free_row(&self) -> Result<NormalizationRow, Diagnostic> {
        self.check()?;
        Ok(NormalizationRow::new(self, Plan::new(self.channels(), self.epsilon, &self.norm, 0, 1)))
    }

    fn beta_fraction(&self) -> i32 {
        self.beta.map_or(0, |beta| beta.format.fraction())
    }

    /// Fractional bits of `norm * gamma + beta`.
    fn sum_fraction(&self) -> i32 {
        let product = self.norm.format.fraction() + self.gamma.format.fraction();
        self.beta.map_or(product, |_| product.max(self.beta_fraction()))
    }

    /// What `norm * gamma + beta` can be, all channels together.
    fn sum_range(&self, input: &TensorType) -> Interval {
        let normalized = self.plan(input).range().quantized(&self.norm);
        let channel = |at: usize| {
            let product = normalized.product(Interval::point(self.gamma.raw[at].into(), self.gamma.format.fraction()));
            match self.beta {
                Some(beta) => product.sum(Interval::point(beta.raw[at].into(), beta.format.fraction())),
                None => product,
            }
        };
        let ranges = (0..self.channels()).map(channel);
        ranges.reduce(Interval::hull).unwrap_or(Interval::point(0, self.sum_fraction()))
    }

    fn check(&self) -> Result<(), Diagnostic> {
        let malformed = |what: &str, text: String| Diagnostic::error(Code::Malformed, format!("{what}: {text}"));
        self.gamma.check().map_err(|text| malformed("gamma", text))?;
        if self.gamma.dims.len() != 1 {
            return Err(malformed("gamma", format!("dimensions {:?} are no vector", self.gamma.dims)));
        }
        if let Some(beta) = self.beta {
            beta.check().map_err(|text| malformed("beta", text))?;
            if beta.dims != self.gamma.dims {
                let (gamma, beta) = (&self.gamma.dims, &beta.dims);
                return Err(malformed("beta", format!("dimensions {beta:?} do not go with a gamma of {gamma:?}")));
            }
        }
        if self.epsilon > Plan::MAX_EPSILON {
            let message = format!("epsilon 2^-{} is too small", self.epsilon);
            return Err(Diagnostic::error(Code::Type, message).help(format!("the least is 2^-{}", Plan::MAX_EPSILON)));
        }
        if self.channels() > Plan::MAX_CHANNELS {
            let message = format!("rows of {} elements are too long", self.channels());
            return Err(Diagnostic::error(Code::TooWide, message).help(format!("the limit is {}", Plan::MAX_CHANNELS)));
        }
        Ok(())
    }

    fn check_width(&self, input: &TensorType) -> Result<(), Diagnostic> {
        let widest = self.plan(input).widest();
        if widest <= LIMIT {
            return Ok(());
        }
        let format = input.ty.format;
        let narrower = (1..format.width).rev().map(|width| FixedFormat {
            width,
            integer: width as i32 - format.fraction(),
            signed: format.signed,
        });
        let fits = |format: &FixedFormat| {
            let narrow = TensorType::full(input.shape, FixedType::exact(*format));
            self.plan(&narrow).widest() <= LIMIT
        };
        let help = narrower.into_iter().find(fits).map_or_else(
            || "use a larger epsilon, shorter rows or fewer fractional bits".to_owned(),
            |legal| {
                let example = FixedType::exact(legal).declaration();
                format!("quantize the layer's input to at most {} bits, for example `{example}`", legal.width)
            },
        );
        let message = format!("normalizing {} needs {widest} bits between the edges, the limit is {LIMIT}", input.ty);
        Err(Diagnostic::error(Code::TooWide, message).help(help))
    }

    pub fn infer(&self, input: &TensorType, shape: Shape) -> Result<TensorType, Diagnostic> {
        self.check()?;
        self.check_width(input)?;
        let range = self.sum_range(input);
        let bits = self.affine_format(range).width;
        if bits > LIMIT {
            let message =
                format!("the normalized number times gamma plus beta needs {bits} bits, the limit is {LIMIT}");
            return Err(Diagnostic::error(Code::TooWide, message).help("narrow `Norm`, gamma or beta"));
        }
        Ok(TensorType::new(shape, self.ty, range.quantized(&self.ty)))
    }

    pub fn assignment(&self, input: &TensorType) -> (Interval, FixedType) {
        (self.sum_range(input), self.ty)
    }

    pub fn evaluate(&self, input: &[i64], types: &OpTypes<'_>, output: &mut [i64]) {
        let row = self.row(types);
        for (x, y) in input.chunks(self.channels()).zip(output.chunks_mut(self.channels())) {
            row.evaluate(x, |index, raw| y[index] = raw);
        }
    }

    pub fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let row = self.row(types);
        let channels = self.channels();
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            let mut values = vec![0; channels];
            for (x, y) in inputs[0].chunks(channels * LANES).zip(output.chunks_mut(channels * LANES)) {
                for lane in 0..LANES {
                    values.iter_mut().enumerate().for_each(|(at, value)| *value = x[at * LANES + lane].to_i64());
                    row.evaluate(&values, |at, raw| y[at * LANES + lane] = F::from_i64(raw));
                }
            }
        })
    }

    /// A type that holds every product `norm * gamma` and every sum with beta.
    fn affine_format(&self, sums: Interval) -> FixedFormat {
        let product = Interval::of(self.norm.format).product(Interval::of(self.gamma.format));
        let sums = sums.hull(product).hull(self.beta.map_or(product, |beta| Interval::of(beta.format)));
        sums.aligned(self.sum_fraction()).narrowest_format()
    }

    pub fn code(&self, types: &OpTypes<'_>) -> LayerCode {
        let (input, shape) = (&types.inputs[0], types.output.shape);
        let plan = self.plan(input);
        let vector = |role, tensor: &FixedTensor| ConstantArray { role, tensor: tensor.clone() };
        let table = FixedTensor { dims: vec![Plan::TABLE], format: Plan::TABLE_FORMAT, raw: Plan::table() };
        let mut arrays = vec![ConstantArray { role: "rsqrt_table", tensor: table }, vector("gamma", self.gamma)];
        arrays.extend(self.beta.map(|beta| vector("beta", beta)));
        LayerCode {
            kernel: "normalization",
            constants: vec![
                ("n_in", self.channels() as i64),
                ("n_outer", (shape.size() / self.channels().max(1)) as i64),
                ("centered", self.centered.into()),
                ("deviation_bits", plan.deviation_bits().into()),
                ("variance_shift", plan.variance_shift.into()),
                ("epsilon_shift", plan.epsilon_shift.into()),
                ("top", plan.top.into()),
                ("max_shift", plan.max_shift.into()),
                ("mantissa_fraction", Plan::MANTISSA_FRACTION.into()),
                ("table_entries", Plan::TABLE as i64),
                ("table_fraction", Plan::TABLE_FRACTION.into()),
                ("root_fraction", plan.root_fraction().into()),
                ("newton", plan.newton.into()),
            ],
            lists: Vec::new(),
            types: vec![
                ("product_t", FixedType::exact(plan.product_format())),
                ("norm_t", self.norm),
                ("sum_t", FixedType::exact(self.affine_format(self.sum_range(input)))),
            ],
            arrays,
            products: None,
            inner: None,
        }
    }

    pub fn details(&self) -> String {
        let beta = self.beta.map(|beta| format!(", beta {}", beta.format)).unwrap_or_default();
        format!("norm {}, gamma {}{beta}, epsilon 2^-{}", self.norm, self.gamma.format, self.epsilon)
    }
}
