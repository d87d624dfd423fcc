//! Softmax by the tables of the hardware.

use std::fmt::Debug;
use std::marker::PhantomData;

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use hls_core::diagnostics::Diagnostic;
use hls_core::fixed::{FixedType, Quantizer, Rnd, Sat, UFixed};
use hls_core::ops::{self, SoftmaxImplementation};
use hls_core::rules::{ShapeRule, legal_types};
use hls_core::shape::{Message, Shape};

use super::Types;
use crate::Precision;
use crate::layer::{Layer, Site};
use crate::lower::{Lowered, Lowering};
use crate::value::Value;

/// How a softmax is computed: [`Stable`], [`Latency`] or [`ArgmaxOnly`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an implementation of softmax",
    label = "expected `Stable`, `Latency` or `ArgmaxOnly` here"
)]
pub trait Implementation: Clone + Copy + Debug + Default + Send + Sync + 'static {
    /// The same as a value.
    const VALUE: SoftmaxImplementation;
}

/// The default softmax: the exponential of the distance to the maximum, right for all inputs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stable;

/// A softmax without a search for the maximum: the exponential of the input itself, which limits the inputs.
///
/// `Diff` is the type that the input is looked up as, signed; what lies outside becomes what that type makes of it.
/// `Exp` must hold the exponential of its largest number or saturate.
#[derive(Clone, Copy, Debug, Default)]
pub struct Latency;

/// No probabilities: 1 for the first largest element, 0 for the others (hls4ml's `argmax`).
#[derive(Clone, Copy, Debug, Default)]
pub struct ArgmaxOnly;

impl Implementation for Stable {
    const VALUE: SoftmaxImplementation = SoftmaxImplementation::Stable;
}

impl Implementation for Latency {
    const VALUE: SoftmaxImplementation = SoftmaxImplementation::Latency;
}

impl Implementation for ArgmaxOnly {
    const VALUE: SoftmaxImplementation = SoftmaxImplementation::Argmax;
}

/// The last dimension, whatever the rank: the default axis of [`Softmax`].
pub const LAST: usize = usize::MAX;

/// Probabilities along one dimension: `exp(x - max) / sum`, by table, in integers. Shape: any, kept.
///
/// `Out` is the result type, `Exp` the type of the exponentials (unsigned, 1 among its numbers), `Diff` the type of
/// `max - x`, the index of the table (unsigned, at most 16 bits). `Method` is [`Stable`], [`Latency`] or [`ArgmaxOnly`],
/// `AXIS` the dimension from 0, the batch not counted. Training computes the very integers of the hardware; the gradient
/// is that of the true softmax. A loss should use [`Value::logits`], the exact inputs.
// `Debug` is what the derives need; the other bounds stand on the implementations, so that a wrong precision is one error.
#[derive(Module, Debug)]
pub struct Softmax<
    Out: Debug,
    Exp: Debug = UFixed<18, 1, Rnd, Sat>,
    Diff: Debug = UFixed<12, 4, Rnd, Sat>,
    Method: Debug = Stable,
    const AXIS: usize = LAST,
> {
    #[module(skip)]
    precision: Precision,
    #[module(skip)]
    exp: Precision,
    #[module(skip)]
    diff: Precision,
    #[module(skip)]
    implementation: SoftmaxImplementation,
    #[module(skip)]
    axis: Option<usize>,
    #[module(skip)]
    types: Types<(Out, Exp, Diff, Method)>,
}

impl<Out: Debug, Exp: Debug, Diff: Debug, Method: Debug, const AXIS: usize> Softmax<Out, Exp, Diff, Method, AXIS> {
    /// The same layer computed in another way.
    #[must_use]
    pub fn with_implementation(self, implementation: SoftmaxImplementation) -> Self {
        Self { implementation, ..self }
    }

    /// The same layer along another dimension; `None` is the last one.
    #[must_use]
    pub fn with_axis(self, axis: Option<usize>) -> Self {
        Self { axis, ..self }
    }

    fn op_of(&self, ty: FixedType, exp: FixedType, diff: FixedType) -> ops::Softmax {
        ops::Softmax { ty, exp, diff, implementation: self.implementation, axis: self.axis }
    }

    /// The operation, where all precisions are fixed.
    fn op(&self) -> Option<ops::Softmax> {
        Some(self.op_of(self.precision.fixed()?, self.exp.fixed()?, self.diff.fixed()?))
    }

    fn by_values(&self) -> bool {
        self.implementation != SoftmaxImplementation::Argmax
    }
}

/// What the declaration alone tells about the table's index.
#[allow(clippy::result_large_err)] // built during const evaluation, where nothing can be boxed
const fn legal_index(method: SoftmaxImplementation, diff: FixedType) -> Result<(), Message> {
    let index = Message::new().text("difference: ");
    match method {
        SoftmaxImplementation::Stable if diff.format.signed => {
            Err(index.text("`Stable` looks the distance to the maximum up, so the index is a `UFixed<..>`"))
        }
        SoftmaxImplementation::Latency if !diff.format.signed => {
            Err(index.text("`Latency` looks the input itself up, so the index is a `Fixed<..>`"))
        }
        SoftmaxImplementation::Stable | SoftmaxImplementation::Latency if diff.format.width > 16 => {
            Err(index.text("the table has at most 2^16 entries, so the index has at most 16 bits"))
        }
        _ => Ok(()),
    }
}

impl<Out: Quantizer, Exp: Quantizer, Diff: Quantizer, Method: Implementation, const AXIS: usize> Layer
    for Softmax<Out, Exp, Diff, Method, AXIS>
{
    const RULE: ShapeRule = if AXIS == LAST { ShapeRule::Elementwise } else { ShapeRule::Along { axis: AXIS } };
    const LEGAL: Result<(), Message> =
        match legal_types(&[("result", Out::TYPE), ("exponential", Exp::TYPE), ("difference", Diff::TYPE)]) {
            Ok(()) => legal_index(Method::VALUE, Diff::TYPE),
            wrong => wrong,
        };

    fn init(_: &Device) -> Self {
        Self {
            precision: Precision::of::<Out>(),
            exp: Precision::of::<Exp>(),
            diff: Precision::of::<Diff>(),
            implementation: Method::VALUE,
            axis: (AXIS != LAST).then_some(AXIS),
            types: PhantomData,
        }
    }

    fn forward(&self, inputs: &[&Value]) -> Value {
        let (logits, shape) = (inputs[0].flat(), inputs[0].shape());
        let rows = Rows::new(shape, self.axis);
        // Formats that cannot be built are reported when the model is lowered.
        let op = self.op().filter(|op| op.check(rows.length).is_ok());
        let exact = logits.clone();
        Value::lazy(shape, move || {
            let inputs = rows.gather(exact.clone());
            let real = burn::tensor::activation::softmax(inputs.clone(), 1);
            let probabilities = match &op {
                None => real,
                // The difference is exactly zero: the value is the table's, the gradient the true one.
                Some(op) => real.clone() - constant(real) + by_table(op, inputs),
            };
            rows.scatter(probabilities, exact.dims())
        })
        .with_logits(logits)
    }

    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic> {
        let ty = lowering.fixed("result", self.precision)?;
        let exp = lowering.fixed("exp", self.exp)?;
        let diff = lowering.fixed("diff", self.diff)?;
        lowering.push(site, self.op_of(ty, exp, diff), inputs)
    }

    fn declaration(&self) -> String {
        let mut parts: Vec<String> = [self.precision, self.exp, self.diff].map(Precision::declaration).into();
        if self.implementation != SoftmaxImplementation::Stable || self.axis.is_some() {
            let method = match self.implementation {
                SoftmaxImplementation::Stable => "Stable",
                SoftmaxImplementation::Latency => "Latency",
                SoftmaxImplementation::Argmax => "ArgmaxOnly",
            };
            parts.push(method.to_owned());
        }
        parts.extend(self.axis.map(|axis| axis.to_string()));
        format!("Softmax<{}>", parts.join(", "))
    }

    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)> {
        let by_values = self.by_values();
        let mut precisions = vec![("result", &mut self.precision)];
        if by_values {
            precisions.extend([("exp", &mut self.exp), ("diff", &mut self.diff)]);
        }
        precisions
    }
}

/// The rows of a batch along one dimension.
#[derive(Clone, Copy)]
struct Rows {
    outer: usize,
    length: usize,
    inner: usize,
}

impl Rows {
    fn new(shape: Shape, axis: Option<usize>) -> Self {
        let (outer, length, inner) = ops::Softmax::rows_along(shape, axis);
        Self { outer, length: length.max(1), inner }
    }

    /// `[batch, elements]` to `[rows, length]`.
    fn gather(self, flat: Tensor<2>) -> Tensor<2> {
        let [batch, size] = flat.dims();
        let count = batch * size / self.length;
        if self.inner == 1 {
            return flat.reshape([count, self.length]);
        }
        flat.reshape([batch * self.outer, self.length, self.inner]).swap_dims(1, 2).reshape([count, self.length])
    }

    /// Back to `[batch, elements]`.
    fn scatter(self, rows: Tensor<2>, dims: [usize; 2]) -> Tensor<2> {
        if self.inner == 1 {
            return rows.reshape(dims);
        }
        rows.reshape([dims[0] * self.outer, self.inner, self.length]).swap_dims(1, 2).reshape(dims)
    }
}

/// The same values without a gradient.
fn constant(tensor: Tensor<2>) -> Tensor<2> {
    tensor.without_autodiff()
}

fn by_table(op: &ops::Softmax, rows: Tensor<2>) -> Tensor<2> {
    let dtype = rows.dtype();
    let device = rows.device().without_autodiff();
    let [count, channels] = rows.dims();
    let values: Vec<f64> = rows.without_autodiff().into_data().iter::<f64>().collect();
    let row = ops::SoftmaxRow::new(op, 0, channels);
    let mut results = vec![0.0; values.len()];
    let mut scratch = Vec::with_capacity(channels);
    for (row_values, results) in values.chunks(channels).zip(results.chunks_mut(channels)) {
        row.evaluate_values(row_values.iter().copied(), &mut scratch, |channel, raw| {
            results[channel] = op.ty.format.value(raw);
        });
    }
    Tensor::from_data(TensorData::new(results, [count, channels]), (&device, dtype))
}
