//! More positions than there are.

use serde::{Deserialize, Serialize};

use super::{LayerCode, OpDef, OpTypes, edge_bits, moves};
use crate::diagnostics::Diagnostic;
use crate::emulator::{Kernel, LANES};
use crate::fixed::{FixedType, Real};
use crate::ir::{Hardware, TensorType};
use crate::rules::{Blend, Interpolation, Plane, ShapeRule, Upsampling, Walk};
use crate::shape::Shape;

/// Every position as a rectangle of them: copies of the nearest one, or the exact weighted sum of the four around each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Upsample {
    /// How many results a position has, and what they are made of.
    pub upsampling: Upsampling,
}

/// The elements of the input that a result is made of, with their weights.
type Terms = [(usize, i64); 4];

impl Upsample {
    /// What each element of the result is made of, in order; terms without weight come first.
    fn terms(&self, input: &Shape) -> Vec<Terms> {
        let Some(plane) = Plane::of(input, self.upsampling.dims) else { return Vec::new() };
        let [down, along] = self.upsampling.factor;
        let ends = |Blend { earlier, later }: Blend| [earlier, later];
        let mut terms = Vec::new();
        for row in 0..plane.rows * down {
            let rows = ends(self.upsampling.blend(0, plane.rows, row));
            for column in 0..plane.columns * along {
                let columns = ends(self.upsampling.blend(1, plane.columns, column));
                terms.extend((0..plane.channels).map(|channel| {
                    [0, 1, 2, 3].map(|at: usize| {
                        let ((row, down), (column, along)) = (rows[at / 2], columns[at % 2]);
                        ((row * plane.columns + column) * plane.channels + channel, (down * along) as i64)
                    })
                }));
            }
        }
        terms
    }

    /// The bits of the weights' common denominator.
    fn scale_bits(&self) -> i32 {
        (self.upsampling.scale(0) * self.upsampling.scale(1)).trailing_zeros() as i32
    }
}

impl OpDef for Upsample {
    const NAME: &'static str = "upsample";

    fn shape_rule(&self) -> Option<ShapeRule> {
        Some(ShapeRule::Upsample(self.upsampling))
    }

    fn infer(&self, inputs: &[TensorType], shape: Shape) -> Result<TensorType, Diagnostic> {
        if self.scale_bits() == 0 {
            return Ok(TensorType { shape, ..inputs[0] });
        }
        // A mean lies between the least and the greatest of what it is the mean of.
        let range = inputs[0].range.aligned(inputs[0].fraction() + self.scale_bits());
        Ok(TensorType::new(shape, FixedType::exact(range.narrowest_format()), range))
    }

    fn evaluate(&self, inputs: &[&[i64]], types: &OpTypes<'_>, output: &mut [i64]) {
        for (result, terms) in output.iter_mut().zip(self.terms(&types.inputs[0].shape)) {
            *result = terms.iter().map(|&(at, weight)| inputs[0][at] * weight).sum();
        }
    }

    fn carrier_bits(&self, types: &OpTypes<'_>) -> u32 {
        // Partial sums lie between zero and the result's ends.
        edge_bits(types)
    }

    fn kernel<F: Real>(&self, types: &OpTypes<'_>) -> Box<dyn Kernel<F>> {
        let terms = self.terms(&types.inputs[0].shape);
        if self.scale_bits() == 0 {
            return moves::kernel(terms.iter().map(|terms| Some(terms[3].0)).collect());
        }
        let terms: Vec<[(usize, F); 4]> =
            terms.iter().map(|terms| terms.map(|(at, weight)| (at * LANES, F::from_f64(weight as f64)))).collect();
        Box::new(move |inputs: &[&[F]], output: &mut [F]| {
            for (lanes, terms) in output.chunks_mut(LANES).zip(&terms) {
                let [a, b, c, d] = terms.map(|(at, _)| &inputs[0][at..][..LANES]);
                let [wa, wb, wc, wd] = terms.map(|(_, weight)| weight);
                for (lane, result) in lanes.iter_mut().enumerate() {
                    *result = a[lane] * wa + b[lane] * wb + c[lane] * wc + d[lane] * wd;
                }
            }
        })
    }

    fn walk(&self, inputs: &[TensorType]) -> Option<Walk> {
        Some(self.upsampling.walk(&Plane::of(&inputs[0].shape, self.upsampling.dims)?))
    }

    fn code(&self, types: &OpTypes<'_>, _hardware: &Hardware) -> Option<LayerCode> {
        let plane = Plane::of(&types.inputs[0].shape, self.upsampling.dims)?;
        let [down, along] = self.upsampling.factor;
        let constants = vec![
            ("n_rows", plane.rows as i64),
            ("n_columns", plane.columns as i64),
            ("n_channels", plane.channels as i64),
            ("factor_rows", down as i64),
            ("factor_columns", along as i64),
        ];
        Some(LayerCode::plain(if self.scale_bits() == 0 { "upsample" } else { "upsample_bilinear" }, constants))
    }

    fn details(&self) -> String {
        let [down, along] = self.upsampling.factor;
        let factor = if self.upsampling.dims == 1 { along.to_string() } else { format!("{down}x{along}") };
        let name = match self.upsampling.interpolation {
            Interpolation::Nearest => "nearest",
            Interpolation::Bilinear => "bilinear",
        };
        format!("by {factor}, {name}")
    }
}
