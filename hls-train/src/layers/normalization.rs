//! What [`LayerNorm`](super::LayerNorm) and [`RmsNorm`](super::RmsNorm) share while training.

use burn::tensor::{Tensor, TensorData};
use hls_core::fixed::{FixedTensor, FixedType};
use hls_core::ops::NormalizationRow;
use hls_core::shape::Message;

use crate::Precision;
use crate::kernels::Activation;
use crate::kernels::activation::activate;
use crate::kernels::constants::constants;
use crate::value::Value;

/// The tensors and precisions of a normalization.
pub(super) struct Normalization {
    /// Whether the mean is taken off.
    pub centered: bool,
    pub epsilon: u32,
    pub gamma: (Tensor<1>, Precision),
    pub beta: Option<(Tensor<1>, Precision)>,
    pub norm: Precision,
    pub result: Precision,
}

impl Normalization {
    /// The values of the hardware with the gradient of the real function; without `row`, which is what the hardware
    /// computes, the real function.
    pub fn forward(&self, input: &Value, row: Option<&NormalizationRow>) -> Value {
        let (flat, shape) = (input.flat(), input.shape());
        let [channels] = self.gamma.0.dims();
        let dims = flat.dims();
        let x = flat.reshape([dims[0] * dims[1] / channels.max(1), channels]);
        let real = self.real(x.clone());
        let exact = row.zip(self.result.fixed()).and_then(|(row, ty)| by_row(row, ty, x));
        let values = match exact {
            // The difference is exactly zero: the value is that of the integers, the gradient the real one.
            Some(exact) => real.clone() - real.without_autodiff() + exact,
            None => real,
        };
        Value::of(values.reshape(dims), shape)
    }

    fn real(&self, x: Tensor<2>) -> Tensor<2> {
        let dtype = x.dtype();
        let vector = |(tensor, precision): &(Tensor<1>, Precision)| {
            constants(tensor.clone().cast(dtype), *precision).unsqueeze::<2>()
        };
        let x = if self.centered { x.clone() - x.mean_dim(1) } else { x };
        let epsilon = 2.0_f64.powi(-(self.epsilon.min(1000) as i32));
        let size = x.clone().square().mean_dim(1).add_scalar(epsilon).sqrt();
        let normalized = activate(x / size, Activation::quantize(self.norm));
        let scaled = normalized * vector(&self.gamma);
        let shifted = match &self.beta {
            Some(beta) => scaled + vector(beta),
            None => scaled,
        };
        activate(shifted, Activation::quantize(self.result))
    }
}

fn by_row(row: &NormalizationRow, ty: FixedType, x: Tensor<2>) -> Option<Tensor<2>> {
    let (dtype, dims, device) = (x.dtype(), x.dims(), x.device().without_autodiff());
    let values: Vec<f64> = x.without_autodiff().into_data().iter::<f64>().collect();
    let results: Vec<f64> = row.evaluate_values(&values)?.into_iter().map(|raw| ty.format.value(raw)).collect();
    Some(Tensor::from_data(TensorData::new(results, dims), (&device, dtype)))
}

/// Trained constants as the hardware holds them; `None` for floats and for what is not finite.
pub(super) fn integers(tensor: Tensor<1>, precision: Precision) -> Option<FixedTensor> {
    let values: Vec<f32> = tensor.without_autodiff().into_data().iter().collect();
    FixedTensor::quantized(vec![values.len()], &precision.fixed()?, &values).ok()
}

/// What the declaration alone tells beside the precisions.
#[allow(clippy::result_large_err)] // built during const evaluation, where nothing can be boxed
pub(super) const fn legal_row(channels: usize, epsilon: u32) -> Result<(), Message> {
    if channels > 1 << 15 {
        return Err(Message::new()
            .text("rows of ")
            .number(channels)
            .text(" elements are too long; the limit is 32768"));
    }
    if epsilon > 48 {
        let message = Message::new().text("epsilon 2^-").number(epsilon as usize);
        return Err(message.text(" is too small; the least is 2^-48"));
    }
    Ok(())
}
