//! The matrix products of a linear layer, forward and backward, whole or place by place of a window.

use burn::backend::flex::FlexTensor;
use burn::backend::ops::FloatTensorOps;
use burn::backend::{DType, Flex, TensorMetadata};
use burn::tensor::{Element, TensorData};
use hls_core::fixed::Real;

use super::flex::{contiguous, elements};
use super::unfold::Unfold;

/// `x . weight`; with an unfolding, of what every place sees. Both have the same float type and are contiguous.
pub(super) fn product(x: FlexTensor, weight: &FlexTensor, unfold: Option<&Unfold>) -> FlexTensor {
    let Some(unfold) = unfold else { return Flex::float_matmul(x, weight.clone()) };
    let x = contiguous(x);
    match x.dtype() {
        DType::F64 => unfolded_product::<f64>(elements!(x, f64), weight, unfold),
        _ => unfolded_product::<f32>(elements!(x, f32), weight, unfold),
    }
}

/// A float whose tensors can be looked into.
trait Carrier: Real + Element {
    fn append(tensor: &FlexTensor, to: &mut Vec<Self>);
}

impl Carrier for f32 {
    fn append(tensor: &FlexTensor, to: &mut Vec<Self>) {
        to.extend_from_slice(elements!(tensor, f32));
    }
}

impl Carrier for f64 {
    fn append(tensor: &FlexTensor, to: &mut Vec<Self>) {
        to.extend_from_slice(elements!(tensor, f64));
    }
}

fn unfolded_product<F: Carrier>(x: &[F], weight: &FlexTensor, unfold: &Unfold) -> FlexTensor {
    let outputs = weight.shape().last().copied().unwrap_or(1);
    let rows = x.len() / unfold.features().max(1) * unfold.places();
    let mut y = Vec::with_capacity(rows * outputs);
    for samples in x.chunks((unfold.chunk() * unfold.features()).max(1)) {
        let seen = unfolded(unfold.apply(samples), unfold);
        F::append(&contiguous(grouped(seen, weight.clone(), unfold.groups())), &mut y);
    }
    FlexTensor::from_data(TensorData::new(y, [rows, outputs]))
}

fn unfolded<F: Element>(values: Vec<F>, unfold: &Unfold) -> FlexTensor {
    let rows = values.len() / unfold.width().max(1);
    FlexTensor::from_data(TensorData::new(values, [rows, unfold.width()]))
}

/// `[rows, groups * k] . [k, groups * n]`, each group on its own.
fn grouped(x: FlexTensor, weight: FlexTensor, groups: usize) -> FlexTensor {
    if groups == 1 {
        return Flex::float_matmul(x, weight);
    }
    join(Flex::float_matmul(split(x, groups), split(weight, groups)))
}

/// `[rows, groups * n]` as `[groups, rows, n]`.
fn split(x: FlexTensor, groups: usize) -> FlexTensor {
    let (rows, columns) = (x.shape()[0], x.shape()[1]);
    let x = Flex::float_reshape(contiguous(x), [rows, groups, columns / groups].into());
    contiguous(Flex::float_swap_dims(x, 0, 1))
}

/// The other way.
fn join(x: FlexTensor) -> FlexTensor {
    let (groups, rows, columns) = (x.shape()[0], x.shape()[1], x.shape()[2]);
    let x = contiguous(Flex::float_swap_dims(x, 0, 1));
    Flex::float_reshape(x, [rows, groups * columns].into())
}

/// The gradients of a product, `f32` and contiguous all of them: of the weight, and where it is wanted of `x`.
pub(super) fn product_gradients(
    x: FlexTensor,
    gradient: FlexTensor,
    weight: FlexTensor,
    unfold: Option<&Unfold>,
    wants_x: bool,
) -> (FlexTensor, Option<FlexTensor>) {
    let Some(unfold) = unfold else {
        let of_weight = Flex::float_matmul(Flex::float_swap_dims(x, 0, 1), gradient.clone());
        let of_x = wants_x.then(|| Flex::float_matmul(gradient, Flex::float_swap_dims(weight, 0, 1)));
        return (of_weight, of_x);
    };
    let (shape, weight_shape) = (x.shape(), weight.shape());
    let (features, groups) = (unfold.features(), unfold.groups());
    let (x, gradient) = (contiguous(x), contiguous(gradient));
    let (x, gradient) = (elements!(x, f32), elements!(gradient, f32));
    let outputs = weight_shape[1];
    let mut of_weight = vec![0.0_f32; weight_shape.num_elements()];
    let mut of_x = if wants_x { vec![0.0_f32; x.len()] } else { Vec::new() };
    let transposed = wants_x.then(|| match groups {
        1 => Flex::float_swap_dims(weight, 0, 1),
        _ => Flex::float_swap_dims(split(weight, groups), 1, 2),
    });
    let samples = unfold.chunk();
    let chunks = x.chunks(samples * features).zip(gradient.chunks(samples * unfold.places() * outputs));
    for (index, (x, gradient)) in chunks.enumerate() {
        let seen = unfolded(unfold.apply(x), unfold);
        let rows = gradient.len() / outputs;
        let gradient = FlexTensor::from_data(TensorData::new(gradient.to_vec(), [rows, outputs]));
        let (seen, gradient) = match groups {
            1 => (seen, gradient),
            _ => (split(seen, groups), split(gradient, groups)),
        };
        let last = if groups == 1 { 1 } else { 2 };
        let part = Flex::float_matmul(Flex::float_swap_dims(seen, last - 1, last), gradient.clone());
        let part = contiguous(if groups == 1 { part } else { join(part) });
        of_weight.iter_mut().zip(elements!(part, f32)).for_each(|(sum, &part)| *sum += part);
        if let Some(transposed) = &transposed {
            let part = Flex::float_matmul(gradient, transposed.clone());
            let part = contiguous(if groups == 1 { part } else { join(part) });
            let start = index * samples * features;
            unfold.add_folded(elements!(part, f32), &mut of_x[start..start + x.len()]);
        }
    }
    let of_weight = FlexTensor::from_data(TensorData::new(of_weight, weight_shape));
    (of_weight, wants_x.then(|| FlexTensor::from_data(TensorData::new(of_x, shape))))
}
