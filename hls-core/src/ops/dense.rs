//! A full matrix of multiplications.

use serde::{Deserialize, Serialize};

use super::products::ProductPlan;
use super::workload::significant_bits;
use super::{ConstantArray, Lanes, LayerCode, OpDef, OpTypes, Products, Workload, check_exponents, edge_bits};
use crate::diagnostics::{Code, Diagnostic};
use crate::emulator::{Kernel, MatrixKernel, Runs};
use crate::fixed::{FixedFormat, FixedTensor, FixedType, Interval, Overflow, Real};
use crate::ir::{Hardware, TensorType, too_wide};
use crate::rules::{ShapeRule, Strategy};
use crate::shape::Shape;

/// `output[j] = bias[j] + sum over i of input[i] * weight[i][j]`, exact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dense {
    /// Dimensions `[inputs, outputs]`.
    pub weight: FixedTensor,
    /// Dimensions `[outputs]`.
    pub bias: FixedTensor,
    /// A declared accumulator. It wraps and keeps every product bit, so the sum has one value in any order; `None`
    /// means the narrowest type that holds every sum.
    pub accum: Option<FixedType>,
}

impl Dense {
    pub(super) fn inputs(&self) -> usize {
        self.weight.dims.first().copied().unwrap_or_default()
    }

    pub(super) fn outputs(&self) -> usize {
        self.weight.dims.get(1).copied().unwrap_or_default()
    }

    /// From the least to the largest weight.
    fn weights(&self) -> Interval {
        let raws = || self.weight.raw.iter().map(|&raw| i128::from(raw));
        let (least, largest) = (raws().min().unwrap_or_default(), raws().max().unwrap_or_default());
        Interval::new(least, largest, self.weight.format.fraction())
    }

    /// Fractional bits of the exact sum.
    pub(super) fn sum_fraction(&self, input: &TensorType) -> i32 {
        (self.weight.format.fraction() + input.fraction()).max(self.bias.format.fraction())
    }

    /// What the sums of all outputs can be, and the bound of every partial sum, in any order.
    pub(super) fn sum_ranges(&self, input: &TensorType) -> (Interval, Interval) {
        let fraction = self.sum_fraction(input);
        let product_shift = fraction - self.weight.format.fraction() - input.fraction();
        let bias_shift = fraction - self.bias.format.fraction();
        // All inputs have one range, so the sums of the positive and of the negative weights say everything.
        let mut positive = vec![0_i128; self.outputs()];
        let mut negative = vec![0_i128; self.outputs()];
        for row in self.weight.raw.chunks(self.outputs().max(1)) {
            for (output, &raw) in row.iter().enumerate() {
                let sums = if raw > 0 { &mut positive } else { &mut negative };
                sums[output] += i128::from(raw);
            }
        }
        let scaled = |raw: i128, shift: i32| Interval::point(raw, fraction - shift).aligned(fraction).min;
        let column = |output: usize, low: i128, high: i128, bias: (i128, i128)| {
            let (up, down) = (positive[output], negative[output]);
            let end =
                |a: i128, b: i128| scaled(up.saturating_mul(a).saturating_add(down.saturating_mul(b)), product_shift);
            let (min, max) = (end(low, high), end(high, low));
            Interval { min: min.saturating_add(bias.0), max: max.saturating_add(bias.1), fraction }
        };
        let (low, high) = (input.range.min, input.range.max);
        let start = (Interval::point(0, fraction), Interval::point(0, fraction));
        let ranges = (0..self.outputs()).map(|output| {
            let bias = scaled(self.bias.raw[output].into(), bias_shift);
            let sum = column(output, low, high, (bias, bias));
            (sum, column(output, low.min(0), high.max(0), (bias.min(0), bias.max(0))))
        });
        ranges.reduce(|a, b| (a.0.hull(b.0), a.1.hull(b.1))).unwrap_or(start)
    }

    pub(super) fn check(&self) -> Result<(), Diagnostic> {
        let malformed = |what: &str, text: String| Diagnostic::error(Code::Malformed, format!("{what}: {text}"));
        self.weight.check().map_err(|text| malformed("weight", text))?;
        self.bias.check().map_err(|text| malformed("bias", text))?;
        if self.weight.dims.len() != 2 || self.bias.dims != [self.outputs()] {
            let (weight, bias) = (&self.weight.dims, &self.bias.dims);
            return Err(malformed("weight", format!("dimensions {weight:?} do not go with a bias of {bias:?}")));
        }
        Ok(())
    }

    fn check_accum(&self, accum: &FixedType, input: &TensorType) -> Result<(), Diagnostic> {
        let fraction = self.sum_fraction(input);
        if accum.overflow != Overflow::Wrap {
            return Err(Diagnostic::error(Code::Type, format!("the accumulator {accum} does not wrap"))
                .help("only wrapping accumulators give one sum in any order; leave it out for the exact one"));
        }
        if accum.format.fraction() < fraction {
            let message = format!(
                "the accumulator {accum} has {} fractional bits, but products and bias have {fraction}",
                accum.format.fraction()
            );
            return Err(Diagnostic::error(Code::Type, message)
                .help(format!("an accumulator keeps every product bit: give it at least {fraction} fractional bits")));
        }
        Ok(())
    }

    /// How the products are formed, for an input of this type.
    #[must_use]
    pub fn products(&self, input: &TensorType) -> Products {
        ProductPlan::new(&self.weight, input).products
    }

    /// The nonzero weights as coordinates, in the order of the outputs; one product with weight zero where there is none.
    fn coordinates(&self, stored: &FixedTensor, groups: usize) -> Vec<ConstantArray> {
        let mut entries: Vec<(usize, usize, i64)> = Vec::new();
        for output in 0..self.outputs() {
            let first = output / (self.outputs() / groups) * self.inputs();
            for input in 0..self.inputs() {
                let at = input * self.outputs() + output;
                if self.weight.raw[at] != 0 {
                    entries.push((first + input, output, stored.raw[at]));
                }
            }
        }
        if entries.is_empty() {
            entries.push((0, 0, 0));
        }
        let column = |pick: fn(&(usize, usize, i64)) -> usize| entries.iter().map(pick).collect::<Vec<_>>();
        let raw = entries.iter().map(|entry| entry.2).collect();
        vec![
            ConstantArray {
                role: "weight",
                tensor: FixedTensor { dims: vec![entries.len()], format: stored.format, raw },
            },
            ConstantArray::indices("input_index", &column(|entry| entry.0)),
            ConstantArray::indices("output_index", &column(|entry| entry.1)),
        ]
    }

    /// The multipliers that share the weights under the `resource` strategy, and those that have something to do.
    ///
    /// Without reuse the memory is constants, and the tools drop the zeros themselves: there all of them are kept.
    pub(crate) fn lanes(&self, reuse: usize) -> (Lanes, Vec<usize>) {
        let lanes = Lanes::new(self.inputs(), self.outputs(), reuse);
        let busy = if reuse > 1 { lanes.busy(&self.weight) } else { (0..lanes.count()).collect() };
        (lanes, busy)
    }

    /// The most multipliers that the `latency` and `unrolled` strategies use: multiplications by zero vanish, and the others
    /// are spread over the clocks that a sample may take.
    fn limit(&self, strategy: Strategy, reuse: usize) -> usize {
        let (count, zeros) = (self.weight.raw.len(), self.weight.zeros());
        match strategy {
            Strategy::Unrolled => (count - zeros).max(1).div_ceil(reuse),
            _ => (count.div_ceil(reuse) - zeros / reuse).max(1),
        }
    }

    /// The multipliers that the kernel asks for with inputs of type `input`, at one place of a window; none where products
    /// are formed without.
    #[must_use]
    pub fn multipliers(&self, input: &TensorType, hardware: &Hardware) -> usize {
        let reuse = hardware.reuse_factor.max(1);
        match hardware.strategy {
            _ if !self.products(input).needs_multipliers() => 0,
            Strategy::Resource => self.lanes(reuse).1.len(),
            strategy => self.limit(strategy, reuse),
        }
    }

    /// The type and range of the sums for inputs of type `input`.
    pub(super) fn result_type(&self, input: &TensorType, shape: Shape) -> Result<TensorType, Diagnostic> {
        self.check()?;
        let range = self.sum_ranges(input).0;
        // Where an input is always zero the sum does not tell how far away the products are.
        check_exponents("product of input and weight", self.weights().product(input.range))?;
        if let Some(accum) = self.accum {
            self.check_accum(&accum, input)?;
            check_exponents("sum", range)?;
            return Ok(TensorType::new(shape, accum, range.quantized(&accum)));
        }
        let format = range.narrowest_format();
        check_exponents("sum", range)?;
        if format.violation().is_some() {
            return Err(too_wide(format.width));
        }
        Ok(TensorType::new(shape, FixedType::exact(format), range))
    }

    /// The bits, sign included, of every partial sum in any order.
    pub(super) fn sum_bits(&self, input: &TensorType) -> u32 {
        self.sum_ranges(input).1.narrowest_format().width
    }

    /// Output `j` of type `ty` for inputs with their places in the matrix; those that are missing are zero.
    pub(super) fn output(
        &self,
        j: usize,
        inputs: impl Iterator<Item = (usize, i64)>,
        input: &TensorType,
        ty: &FixedType,
    ) -> i64 {
        let fraction = self.sum_fraction(input);
        let product_shift = fraction - self.weight.format.fraction() - input.fraction();
        let bias_shift = fraction - self.bias.format.fraction();
        let product = |(i, x): (usize, i64)| {
            (i128::from(x) * i128::from(self.weight.raw[i * self.outputs() + j])) << product_shift
        };
        ty.quantize((i128::from(self.bias.raw[j]) << bias_shift) + inputs.map(product).sum::<i128>(), fraction)
    }

    /// The emulator's kernel, which reads what `runs` says for every place of a window.
    pub(super) fn matrix_kernel<F: Real>(&self, input: &TensorType, runs: Runs) -> MatrixKernel<F> {
        let fraction = self.sum_fraction(input);
        let finish = self.accum.map(|accum| (fraction, accum));
        let product_shift = fraction - self.weight.format.fraction() - input.fraction();
        let bias_shift = fraction - self.bias.format.fraction();
        MatrixKernel::new((&self.weight, product_shift), (&self.bias, bias_shift), finish, runs)
    }

    /// The workload of `places` places of a window.
    pub(super) fn work(&self, input: &TensorType, places: usize) -> Workload {
        let (width, places) = (u64::from(input.ty.format.width), places as u64);
        Workload {
            multiplications: places * self.weight.raw.len() as u64,
            nonzero_multiplications: places * (self.weight.raw.len() - self.weight.zeros()) as u64,
            ebops: places * self.weight.raw.iter().map(|&raw| u64::from(significant_bits(raw)) * width).sum::<u64>(),
        }
    }

    /// The kernel for outputs of type `output`, with inputs and outputs in `groups` that do not see each other.
    pub(super) fn matrix_code(
        &self,
        input: &TensorType,
        output: &TensorType,
        hardware: &Hardware,
        groups: usize,
    ) -> LayerCode {
        let (zeros, reuse) = (self.weight.zeros(), hardware.reuse_factor.max(1));
        let ProductPlan { products, stored, shifts, constants: own, types: mut named } =
            ProductPlan::new(&self.weight, input);
        let mut constants = vec![
            ("n_in", self.inputs() as i64),
            ("n_out", self.outputs() as i64),
            ("groups", groups as i64),
            ("reuse_factor", reuse as i64),
            ("n_zeros", zeros as i64),
        ];
        let whole = |role, tensor| vec![ConstantArray { role, tensor }];
        let mut limit = |limit: usize| {
            if products.needs_multipliers() {
                constants.push(("multiplier_limit", limit as i64));
            }
        };
        // Where there is no multiplier, none can be shared.
        let (kernel, mut arrays) = match (hardware.strategy, products.needs_multipliers()) {
            (Strategy::Latency, multiplies) => {
                limit(self.limit(Strategy::Latency, reuse));
                (if multiplies { "dense_latency" } else { "dense_latency_adders" }, whole("weight", stored))
            }
            (Strategy::Resource, _) => {
                let (lanes, busy) = self.lanes(reuse);
                constants.push(("lanes", busy.len() as i64));
                constants.push(("lanes_per_output", lanes.per_output as i64));
                constants.push(("outputs_at_once", lanes.at_once as i64));
                let mut arrays = whole("weight", lanes.stored(&busy, &stored));
                if busy.len() == lanes.count() {
                    ("dense_resource", arrays)
                } else {
                    arrays.push(ConstantArray::indices("lane", &busy));
                    ("dense_pruned_resource", arrays)
                }
            }
            (Strategy::Unrolled, multiplies) => {
                let arrays = self.coordinates(&stored, groups);
                let listed = arrays[0].tensor.raw.len();
                limit(self.limit(Strategy::Unrolled, reuse));
                constants.push(("n_products", listed as i64));
                (if multiplies { "dense_unrolled" } else { "dense_unrolled_adders" }, arrays)
            }
        };
        constants.extend(own);
        arrays.insert(1, ConstantArray { role: "bias", tensor: self.bias.clone() });
        let fraction = self.sum_fraction(input);
        // The exact sum's type: the declared accumulator may have more fractional bits, never fewer.
        let accum = FixedType::exact(FixedFormat {
            width: (i64::from(output.ty.format.integer) + i64::from(fraction)).max(1) as u32,
            ..output.ty.format
        });
        let accum = if self.accum.is_some() { output.ty } else { accum };
        named.insert(0, ("accum_t", accum));
        let lists = if shifts.is_empty() { Vec::new() } else { vec![("shifts", shifts)] };
        LayerCode { kernel, constants, lists, types: named, arrays, products: Some(products), inner: None }
    }
}

impl OpDef for Dense {
    const NAME: &'static str = "dense";

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Linear { inputs: self.inputs(), outputs: self.outputs() })
    }

    fn declared_types(&self) -> Vec<FixedType> {
        self.accum.into_iter().collect()
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        self.result_type(&inputs[0], shape)
    }

    fn assignment(&self, inputs: &[TensorType]) -> Option<(Interval, FixedType)> {
        self.accum.map(|accum| (self.sum_ranges(&inputs[0]).0, accum))
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        for (j, result) in output.iter_mut().enumerate() {
            let inputs = inputs[0].iter().copied().enumerate();
            *result = self.output(j, inputs, &types.inputs[0], &types.output.ty);
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        self.sum_bits(&types.inputs[0]).max(edge_bits(types))
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        Box::new(self.matrix_kernel::<F>(&types.inputs[0], Runs::whole(self.inputs())))
    }

    fn workload(&self, types: &OpTypes<'_>) -> Workload {
        self.work(&types.inputs[0], 1)
    }

    fn code(&self, types: &OpTypes<'_>, hardware: &Hardware) -> Option<LayerCode> {
        Some(self.matrix_code(&types.inputs[0], types.output, hardware, 1))
    }

    fn details(&self) -> String {
        let accum = self.accum.map(|accum| format!(", accum {accum}")).unwrap_or_default();
        format!("weight {}, bias {}{accum}", self.weight.format, self.bias.format)
    }
}
