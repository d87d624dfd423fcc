//! What flows between layers while training.

use std::cell::OnceCell;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use burn::tensor::Tensor;
use hls_core::fixed::FixedType;
use hls_core::shape::Shape;

use crate::Precision;
use crate::kernels::Activation;
use crate::kernels::activation::activate;
use crate::kernels::linear::{LinearPlan, linear};
use crate::kernels::unfold::Unfold;

/// The values of one layer for a batch of samples.
///
/// A linear layer's value is computed only when it is read: a batch normalization behind it changes its weights first,
/// and an activation behind it becomes part of the same operation. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Value {
    shape: Shape,
    content: Content,
    logits: Option<Tensor<2>>,
}

#[derive(Clone, Debug)]
enum Content {
    Ready(Rc<Tensor<2>>),
    Deferred(Rc<Deferred>),
}

struct Deferred {
    work: Work,
    result: OnceCell<Tensor<2>>,
}

enum Work {
    Linear(Box<Linear>),
    Function(Box<dyn Fn() -> Tensor<2>>),
}

impl fmt::Debug for Deferred {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deferred").field("computed", &self.result.get().is_some()).finish()
    }
}

/// A linear layer that has not been computed yet.
#[derive(Clone, Debug)]
pub(crate) struct Linear {
    pub input: Tensor<2>,
    /// `[inputs, outputs]`, not quantized.
    pub weight: Tensor<2>,
    /// `[outputs]`, not quantized.
    pub bias: Tensor<1>,
    pub weight_precision: Precision,
    pub bias_precision: Precision,
    pub accumulator: Option<FixedType>,
    /// For a convolution: what each place sees of a sample of `input`.
    pub unfold: Option<Arc<Unfold>>,
}

impl Linear {
    /// A row of outputs for every sample, or for every place of a window.
    pub fn compute(&self, activation: Activation) -> Tensor<2> {
        let plan = LinearPlan {
            weight: self.weight_precision,
            bias: self.bias_precision,
            accumulator: self.accumulator,
            activation,
            unfold: self.unfold.clone(),
        };
        linear(self.input.clone(), self.weight.clone(), self.bias.clone(), plan)
    }
}

impl Value {
    /// The model's input: a batch of samples of `shape`, assigned to the type that the hardware receives.
    ///
    /// The first dimension of `tensor` is the batch, the others are a sample, channels last.
    #[must_use]
    pub fn input<const D: usize>(tensor: Tensor<D>, shape: Shape, ty: FixedType) -> Self {
        let value = Self { shape, ..Self::new(tensor) };
        value.activated(Activation::quantize(Precision::Fixed(ty)))
    }

    /// A batch of values as they are; the first dimension is the batch.
    #[must_use]
    pub fn new<const D: usize>(tensor: Tensor<D>) -> Self {
        let dims = tensor.shape();
        let (batch, rest) = dims.as_slice().split_first().map_or((1, &[][..]), |(&batch, rest)| (batch, rest));
        // More dimensions than a declaration can have fit no layer; flat, the shape rules name the layer.
        let shape = Shape::from_dims(rest).unwrap_or_else(|| Shape::new([rest.iter().product()]));
        let flat =
            if D == 2 { Tensor::from_bridge(tensor.into_bridge()) } else { tensor.reshape([batch, shape.size()]) };
        Self::of(flat, shape)
    }

    /// A batch of flat samples, `[batch, shape.size()]`.
    pub(crate) fn of(flat: Tensor<2>, shape: Shape) -> Self {
        Self { shape, content: Content::Ready(Rc::new(flat)), logits: None }
    }

    pub(crate) fn pending(linear: Linear, shape: Shape) -> Self {
        Self::deferred(Work::Linear(Box::new(linear)), shape)
    }

    /// Values that are computed when somebody reads them.
    pub(crate) fn lazy(shape: Shape, function: impl Fn() -> Tensor<2> + 'static) -> Self {
        Self::deferred(Work::Function(Box::new(function)), shape)
    }

    fn deferred(work: Work, shape: Shape) -> Self {
        Self { shape, content: Content::Deferred(Rc::new(Deferred { work, result: OnceCell::new() })), logits: None }
    }

    /// The same values, which came from these logits.
    #[must_use]
    pub(crate) fn with_logits(mut self, logits: Tensor<2>) -> Self {
        self.logits = Some(logits);
        self
    }

    /// The same elements in another shape.
    #[must_use]
    pub(crate) fn with_shape(mut self, shape: Shape) -> Self {
        self.shape = shape;
        self
    }

    /// The shape of one sample.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The values as `[batch, elements of a sample]`, channels last.
    #[must_use]
    pub fn flat(&self) -> Tensor<2> {
        match &self.content {
            Content::Ready(tensor) => tensor.as_ref().clone(),
            // A value that is read twice is computed once.
            Content::Deferred(deferred) => deferred
                .result
                .get_or_init(|| match &deferred.work {
                    Work::Linear(linear) => samples(linear.compute(Activation::IDENTITY), self.shape),
                    Work::Function(function) => function(),
                })
                .clone(),
        }
    }

    /// The values with all dimensions, the batch first; `D` is one more than the rank of the shape.
    #[must_use]
    pub fn tensor<const D: usize>(&self) -> Tensor<D> {
        let flat = self.flat();
        if D == 2 && self.shape.rank() == 1 {
            return Tensor::from_bridge(flat.into_bridge());
        }
        let mut dims = [1; D];
        dims[0] = flat.dims()[0];
        for (dim, &size) in dims[1..].iter_mut().zip(self.shape.dims()) {
            *dim = size;
        }
        flat.reshape(dims)
    }

    /// What a classification loss is computed from: the exact inputs of a softmax or argmax, else the values.
    #[must_use]
    pub fn logits(&self) -> Tensor<2> {
        self.logits.clone().unwrap_or_else(|| self.flat())
    }

    /// The values as `[batch, elements of a sample]`, as [`Value::flat`].
    #[must_use]
    pub fn into_tensor(self) -> Tensor<2> {
        self.flat()
    }

    /// The linear layer that is still to be computed.
    pub(crate) fn linear(&self) -> Option<&Linear> {
        match &self.content {
            Content::Deferred(deferred) => match &deferred.work {
                Work::Linear(linear) if deferred.result.get().is_none() => Some(linear),
                _ => None,
            },
            Content::Ready(_) => None,
        }
    }

    /// The values behind an activation: one operation with the linear layer where that has not been computed yet.
    pub(crate) fn activated(&self, activation: Activation) -> Self {
        let tensor = match self.linear() {
            Some(linear) => samples(linear.compute(activation), self.shape),
            None => activate(self.flat(), activation),
        };
        Self::of(tensor, self.shape)
    }
}

/// Rows of any length as whole samples.
fn samples(rows: Tensor<2>, shape: Shape) -> Tensor<2> {
    let [count, outputs] = rows.dims();
    let size = shape.size().max(1);
    if outputs == size { rows } else { rows.reshape([count * outputs / size, size]) }
}
