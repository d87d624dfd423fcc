//! Adam with one pass over each parameter instead of a dozen tensor operations.

use burn::backend::flex::FlexTensor;
use burn::backend::{DType, DispatchDevice, Flex};
use burn::optim::{AdamState, AdaptiveMomentumState, LearningRate, Optimizer};
use burn::tensor::{Device, Tensor};
use hls_core::simd;

use super::flex::{contiguous, elements, elements_mut};

/// Adam (Kingma and Ba, 2015).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Adam {
    pub beta_1: f32,
    pub beta_2: f32,
    pub epsilon: f32,
}

impl Default for Adam {
    fn default() -> Self {
        Self { beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 }
    }
}

/// The numbers of one step.
#[derive(Clone, Copy)]
struct Step {
    beta_1: f32,
    beta_2: f32,
    /// The learning rate, bias corrections included.
    rate: f32,
    /// Epsilon at the scale of the uncorrected second moment.
    epsilon: f32,
}

impl Adam {
    fn at(&self, time: usize, rate: LearningRate) -> Step {
        let time = i32::try_from(time).unwrap_or(i32::MAX);
        let correction_1 = 1.0 - f64::from(self.beta_1).powi(time);
        let correction_2 = (1.0 - f64::from(self.beta_2).powi(time)).sqrt();
        Step {
            beta_1: self.beta_1,
            beta_2: self.beta_2,
            rate: (rate * correction_2 / correction_1) as f32,
            epsilon: (f64::from(self.epsilon) * correction_2) as f32,
        }
    }
}

impl Optimizer for Adam {
    // burn's own state, so that a checkpoint can be read by burn's Adam.
    type State<const D: usize> = AdamState<D>;

    fn step<const D: usize>(
        &self,
        rate: LearningRate,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<AdamState<D>>,
    ) -> (Tensor<D>, Option<AdamState<D>>) {
        let state = state.map_or_else(
            || AdaptiveMomentumState::new(0, gradient.zeros_like(), gradient.zeros_like()),
            |state| state.momentum,
        );
        let time = state.time + 1;
        let step = self.at(time, rate);
        let (parameter, first, second) = match Primitives::of(parameter, gradient, state.moment_1, state.moment_2) {
            Ok(primitives) => fused(step, primitives),
            Err(tensors) => composed(step, *tensors),
        };
        (parameter, Some(AdamState::new(AdaptiveMomentumState::new(time, first, second))))
    }

    fn to_device<const D: usize>(state: AdamState<D>, device: &Device) -> AdamState<D> {
        AdamState::new(state.momentum.to_device(device))
    }
}

/// Whether tensors of the device are the CPU backend's own, outside automatic differentiation.
fn is_plain_cpu(device: &Device) -> bool {
    matches!(device.as_dispatch(), DispatchDevice::Flex(_))
}

/// The tensors of one step on the CPU backend.
struct Primitives {
    parameter: FlexTensor,
    gradient: FlexTensor,
    first: FlexTensor,
    second: FlexTensor,
}

impl Primitives {
    /// The primitives, or the tensors where they live elsewhere or hold something other than `f32`.
    fn of<const D: usize>(
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        first: Tensor<D>,
        second: Tensor<D>,
    ) -> Result<Self, Box<[Tensor<D>; 4]>> {
        let tensors = [parameter, gradient, first, second];
        if !tensors.iter().all(|tensor| is_plain_cpu(&tensor.device()) && tensor.dtype() == DType::F32) {
            return Err(Box::new(tensors));
        }
        // Converted one by one, so that each is the only owner of its memory and can be updated in place.
        let [parameter, gradient, first, second] = tensors.map(|tensor| tensor.try_into_primitive::<Flex>().ok());
        match (parameter, gradient, first, second) {
            (Some(parameter), Some(gradient), Some(first), Some(second)) => {
                Ok(Self { parameter, gradient, first, second })
            }
            _ => unreachable!("checked above"),
        }
    }
}

fn composed<const D: usize>(step: Step, tensors: [Tensor<D>; 4]) -> (Tensor<D>, Tensor<D>, Tensor<D>) {
    let [parameter, gradient, first, second] = tensors;
    let first = first.mul_scalar(step.beta_1) + gradient.clone().mul_scalar(1.0 - step.beta_1);
    let second = second.mul_scalar(step.beta_2) + gradient.square().mul_scalar(1.0 - step.beta_2);
    let delta = first.clone().mul_scalar(step.rate) / second.clone().sqrt().add_scalar(step.epsilon);
    (parameter - delta, first, second)
}

fn fused<const D: usize>(step: Step, primitives: Primitives) -> (Tensor<D>, Tensor<D>, Tensor<D>) {
    let Primitives { parameter, gradient, first, second } = primitives;
    let [mut parameter, gradient, mut first, mut second] = [parameter, gradient, first, second].map(contiguous);
    let Step { beta_1, beta_2, rate, epsilon } = step;
    {
        let (parameter, gradient) = (elements_mut!(parameter, f32), elements!(gradient, f32));
        let (first, second) = (elements_mut!(first, f32), elements_mut!(second, f32));
        simd::dispatch(
            #[inline(always)]
            || {
                for (((parameter, &gradient), first), second) in
                    parameter.iter_mut().zip(gradient).zip(first).zip(second)
                {
                    *first = *first * beta_1 + gradient * (1.0 - beta_1);
                    *second = *second * beta_2 + gradient * gradient * (1.0 - beta_2);
                    *parameter -= *first * rate / (second.sqrt() + epsilon);
                }
            },
        );
    }
    (
        Tensor::from_primitive::<Flex>(parameter),
        Tensor::from_primitive::<Flex>(first),
        Tensor::from_primitive::<Flex>(second),
    )
}
