//! Softmax and cross entropy as one operation.

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, Backend, DType, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{Int, Tensor, TensorData};

use super::flex::{as_f32, contiguous, elements, elements_mut};

/// The mean over the batch of `-log(softmax(logits)[class])`, shape `[1]`.
///
/// Shapes: `logits` is `[batch, classes]`, `classes` `[batch]` with values below the number of classes; a row with a
/// class outside counts as zero.
pub(crate) fn cross_entropy(logits: Tensor<2>, classes: Tensor<1, Int>) -> Tensor<1> {
    let loss = <Dispatch as CrossEntropyOps>::cross_entropy(logits.into_dispatch(), classes.into_dispatch());
    Tensor::from_dispatch(loss)
}

#[backend_extension(Flex, Cube: cfg(feature = "gpu"), Autodiff)]
pub(crate) trait CrossEntropyOps: Backend {
    fn cross_entropy(logits: FloatTensor<Self>, classes: IntTensor<Self>) -> FloatTensor<Self>;
}

/// The two passes of the operation on a backend without differentiation.
pub(crate) trait CrossEntropyKernel: Backend {
    /// The loss, and its gradient with respect to the logits.
    fn forward(logits: FloatTensor<Self>, classes: IntTensor<Self>) -> (FloatTensor<Self>, FloatTensor<Self>);

    /// The product of both gradients; the first has one element.
    fn backward(gradient: FloatTensor<Self>, inner: FloatTensor<Self>) -> FloatTensor<Self>;
}

impl CrossEntropyKernel for Flex {
    fn forward(logits: FlexTensor, classes: FlexTensor) -> (FlexTensor, FlexTensor) {
        let mut logits = as_f32(logits);
        let shape = logits.shape();
        let (batch, width) = (shape[0], shape[1]);
        let classes = class_indices(classes);
        let rows = elements_mut!(logits, f32);
        let scale = 1.0 / batch.max(1) as f32;
        let mut loss = 0.0_f64;
        for (row, &class) in rows.chunks_exact_mut(width.max(1)).zip(&classes) {
            loss += row_loss(row, class, scale);
        }
        let loss = vec![(loss * f64::from(scale)) as f32];
        (FlexTensor::from_data(TensorData::new(loss, [1])), logits)
    }

    fn backward(gradient: FlexTensor, mut inner: FlexTensor) -> FlexTensor {
        let gradient = as_f32(gradient);
        let factor = elements!(gradient, f32)[0];
        if factor != 1.0 {
            elements_mut!(inner, f32).iter_mut().for_each(|value| *value *= factor);
        }
        inner
    }
}

#[cfg(feature = "gpu")]
impl CrossEntropyKernel for burn::backend::Cube {
    fn forward(logits: FloatTensor<Self>, classes: IntTensor<Self>) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let logits = Tensor::from_primitive::<Self>(logits);
        let classes = Tensor::<1, Int>::from_primitive::<Self>(classes);
        let (loss, gradient) = super::portable::cross_entropy(logits, classes);
        (super::gpu_primitive(loss), super::gpu_primitive(gradient))
    }

    fn backward(gradient: FloatTensor<Self>, inner: FloatTensor<Self>) -> FloatTensor<Self> {
        let gradient = Tensor::<1>::from_primitive::<Self>(gradient).reshape([1, 1]);
        super::gpu_primitive(Tensor::<2>::from_primitive::<Self>(inner) * gradient)
    }
}

#[cfg(feature = "gpu")]
impl CrossEntropyOps for burn::backend::Cube {
    fn cross_entropy(logits: FloatTensor<Self>, classes: IntTensor<Self>) -> FloatTensor<Self> {
        Self::forward(logits, classes).0
    }
}

/// The loss of one row, which becomes the gradient.
fn row_loss(row: &mut [f32], class: usize, scale: f32) -> f64 {
    let Some(&logit) = row.get(class) else {
        row.fill(0.0);
        return 0.0;
    };
    let max = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for value in row.iter_mut() {
        *value = (*value - max).exp();
        sum += *value;
    }
    let factor = scale / sum;
    row.iter_mut().for_each(|value| *value *= factor);
    row[class] -= scale;
    f64::from(sum).ln() - f64::from(logit - max)
}

/// Class numbers of whatever integer type; one that is negative becomes larger than every class.
fn class_indices(classes: FlexTensor) -> Vec<usize> {
    let classes = contiguous(classes);
    match classes.dtype() {
        DType::I64 => elements!(classes, i64).iter().map(|&class| class as usize).collect(),
        DType::I32 => elements!(classes, i32).iter().map(|&class| class as usize).collect(),
        _ => classes.into_data().iter::<i64>().map(|class| class as usize).collect(),
    }
}

impl CrossEntropyOps for Flex {
    fn cross_entropy(logits: FloatTensor<Self>, classes: IntTensor<Self>) -> FloatTensor<Self> {
        Self::forward(logits, classes).0
    }
}

#[derive(Debug)]
struct CrossEntropyBackward;

impl<B: CrossEntropyKernel> Backward<B, 1> for CrossEntropyBackward {
    type State = FloatTensor<B>;

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradient = grads.consume::<B>(&ops.node);
        if let [Some(parent)] = ops.parents {
            grads.register::<B>(parent.id, B::backward(gradient, ops.state));
        }
    }
}

impl<B: CrossEntropyKernel, C: CheckpointStrategy> CrossEntropyOps for Autodiff<B, C> {
    fn cross_entropy(logits: FloatTensor<Self>, classes: IntTensor<Self>) -> FloatTensor<Self> {
        let node = logits.node();
        let (loss, gradient) = B::forward(logits.into_primitive(), classes);
        match CrossEntropyBackward.prepare::<C>([node]).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish(gradient, loss),
            OpsKind::UnTracked(prep) => prep.finish(loss),
        }
    }
}
