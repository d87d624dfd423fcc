//! The dimensions in another order.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use hls_core::axes::Axes;
use hls_core::diagnostics::Diagnostic;
use hls_core::ops;
use hls_core::rules::ShapeRule;

use super::ABSENT;
use crate::Precision;
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering};
use crate::value::Value;

/// Another word for [`Transpose`]; axes are counted from 0, without the batch.
pub type Permute<const P0: usize, const P1: usize, const P2: usize = ABSENT, const P3: usize = ABSENT> =
    Transpose<P0, P1, P2, P3>;

/// The dimensions of a sample in another order: axis `P0` of the input comes first, then `P1` and so on, one for each
/// dimension. It changes no value: `Transpose<1, 0>` makes columns of rows.
///
/// Shape: as many dimensions as there are numbers, which name each axis once, from 0.
#[derive(Module, Debug)]
pub struct Transpose<
    const P0: usize,
    const P1: usize,
    const P2: usize = { usize::MAX },
    const P3: usize = { usize::MAX },
> {
    #[module(skip)]
    axes: Axes,
}

impl<const P0: usize, const P1: usize, const P2: usize, const P3: usize> Transpose<P0, P1, P2, P3> {
    const AXES: Axes = Axes::before([P0, P1, P2, P3], ABSENT);

    /// The layer with another order than its type says.
    #[must_use]
    pub fn with_axes(self, axes: Axes) -> Self {
        Self { axes }
    }
}

/// A batch of tensors of `D - 1` dimensions in another order, flat.
fn permuted<const D: usize>(value: &Value, axes: &[usize]) -> Tensor<2> {
    let mut order = [0_isize; D];
    for (place, &axis) in order[1..].iter_mut().zip(axes) {
        *place = axis as isize + 1;
    }
    let tensor = value.tensor::<D>().permute(order);
    let (batch, size) = (tensor.dims()[0], value.shape().size());
    tensor.reshape([batch, size])
}

impl<const P0: usize, const P1: usize, const P2: usize, const P3: usize> Layer for Transpose<P0, P1, P2, P3> {
    const RULE: ShapeRule = ShapeRule::Transpose { axes: Self::AXES };

    fn init(_: &Device) -> Self {
        Self { axes: Self::AXES }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let (value, axes) = (inputs[0], self.axes.as_slice());
        // An order that does not fit is refused by the declaration and when the model is lowered.
        let Some(shape) = self.axes.permute(&value.shape()) else { return value.clone() };
        let tensor = match axes.len() {
            2 => permuted::<3>(value, axes),
            3 => permuted::<4>(value, axes),
            4 => permuted::<5>(value, axes),
            _ => value.flat(),
        };
        Value::of(tensor, shape)
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        lowering.push(site, ops::Transpose { axes: self.axes }, inputs)
    }

    fn declaration(&self) -> String {
        let axes: Vec<String> = self.axes.as_slice().iter().map(ToString::to_string).collect();
        format!("Transpose<{}>", axes.join(", "))
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        Vec::new()
    }
}
