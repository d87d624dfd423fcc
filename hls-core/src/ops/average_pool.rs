//! The mean of every channel under a window.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::max_pool::{pooling_code, seen, walk};
use super::{LayerCode, OpDef, OpTypes, check_exponents, edge_bits};
use crate::diagnostics::Diagnostic;
use crate::emulator::{Kernel, LANES};
use crate::fixed::{FixedFormat, FixedType, Interval, Quotient, Real, SliceQuantizer, quotient_bits};
use crate::ir::{Hardware, TensorType};
use crate::rules::{Plane, ShapeRule, Walk, Window};
use crate::shape::Shape;

/// At every place of a window the exact sum of each channel over the number of positions, assigned to `ty`: rounded once.
/// Positions of the padding count for neither.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AveragePool {
    /// The window; `None` is all positions, which leaves the channels as the only dimension.
    pub window: Option<Window>,
    /// Dimensions without the channels: 1 or 2.
    pub dims: usize,
    /// The result type.
    pub ty: FixedType,
}

/// The sums of `count` values.
fn sums(input: &TensorType, count: usize) -> Interval {
    let range = input.range.aligned(input.fraction());
    let times = |raw: i128| raw.saturating_mul(count as i128);
    Interval { min: times(range.min), max: times(range.max), ..range }
}

impl AveragePool {
    /// How many positions places see, each number once.
    fn counts(&self, input: &TensorType) -> BTreeSet<usize> {
        let Some(plane) = Plane::of(&input.shape, self.dims) else { return BTreeSet::new() };
        let Some(window) = self.window else { return BTreeSet::from([plane.positions()]) };
        let Some([rows, columns]) = window.on(&plane) else { return BTreeSet::new() };
        // A place sees the columns of its rows.
        let (rows, columns) = (rows.counts(), columns.counts());
        let counts = rows.iter().flat_map(|rows| columns.iter().map(move |columns| rows * columns));
        counts.filter(|&count| count > 0).collect()
    }

    /// The quotients as far as the assignment looks.
    fn quotients(&self, input: &TensorType) -> Interval {
        let of = |count: usize| Quotient::new(count as u32, input.fraction(), &self.ty).range(sums(input, count));
        self.counts(input).into_iter().map(of).reduce(Interval::hull).unwrap_or(Interval::point(0, input.fraction()))
    }

    /// Bits of a sum that the firmware's division needs behind it: down to the one behind the result's last.
    fn guard(&self, input: &TensorType) -> i32 {
        (self.ty.format.fraction() + 1 - input.fraction()).max(0)
    }
}

impl OpDef for AveragePool {
    const NAME: &'static str = "average_pool";

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Pool { window: self.window, dims: self.dims })
    }

    fn declared_types(&self) -> Vec<FixedType> {
        vec![self.ty]
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        for count in self.counts(&inputs[0]) {
            check_exponents("sum", sums(&inputs[0], count))?;
        }
        Ok(TensorType::new(shape, self.ty, self.quotients(&inputs[0]).quantized(&self.ty)))
    }

    fn assignment(&self, inputs: &[TensorType]) -> Option<(Interval, FixedType)> {
        Some((self.quotients(&inputs[0]), self.ty))
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        let (channels, fraction) = (types.output.shape.channels(), types.inputs[0].fraction());
        for (seen, results) in seen(self.window, self.dims, &types.inputs[0]).iter().zip(output.chunks_mut(channels)) {
            for (c, result) in results.iter_mut().enumerate() {
                let sum = seen.iter().map(|position| i128::from(inputs[0][position * channels + c])).sum();
                *result = self.ty.quantize_quotient(sum, fraction, seen.len().max(1) as u32);
            }
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        let input = &types.inputs[0];
        // Partial sums of any places reach from the sum of the negative to that of the positive values.
        let partial = |count: usize| sums(input, count).hull(Interval::point(0, input.fraction()));
        let bits = self.counts(input).into_iter().map(|count| quotient_bits(partial(count), count as u32, &self.ty));
        bits.max().unwrap_or_default().max(edge_bits(types))
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let (row, fraction) = (types.output.shape.channels() * LANES, types.inputs[0].fraction());
        let places = seen(self.window, self.dims, &types.inputs[0]);
        let quantizers: Vec<(usize, SliceQuantizer<F>)> = self
            .counts(&types.inputs[0])
            .into_iter()
            .map(|count| (count, SliceQuantizer::raw_quotient(fraction, &self.ty, count as u32)))
            .collect();
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            for (seen, results) in places.iter().zip(output.chunks_mut(row)) {
                results.fill(F::default());
                for position in seen {
                    let values = &inputs[0][position * row..][..row];
                    results.iter_mut().zip(values).for_each(|(result, &value)| *result += value);
                }
                if let Some((_, quantizer)) = quantizers.iter().find(|(count, _)| *count == seen.len()) {
                    quantizer.apply_in_place(results);
                }
            }
        })
    }

    fn walk(&self, inputs: &[TensorType]) -> Option<Walk> {
        walk(self.window, self.dims, inputs)
    }

    fn code(&self, types: &OpTypes<'_>, hardware: &Hardware) -> Option<LayerCode> {
        let input = &types.inputs[0];
        let counts: Vec<usize> = self.counts(input).into_iter().collect();
        let most = counts.last().copied().unwrap_or(1);
        // The firmware divides in a type made from this one: where all values are zero it must still hold the divisor.
        let divisor = Interval::point(most as i128, input.fraction());
        let sum = sums(input, most).hull(Interval::point(0, input.fraction())).hull(divisor);
        let guard = self.guard(input);
        // A quotient is not larger than a sum; behind it are the guard bits and one that says whether there is a rest.
        let format = sum.narrowest_format();
        let quotient = FixedFormat { width: format.width + guard as u32 + 1, ..format };
        let code = LayerCode {
            types: vec![("sum_t", FixedType::exact(format)), ("quotient_t", FixedType::exact(quotient))],
            lists: vec![("counts", counts)],
            ..LayerCode::plain("", vec![("guard", guard.into())])
        };
        pooling_code("average", self.window, self.dims, types, (0, hardware), code)
    }
}
