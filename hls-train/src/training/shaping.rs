//! A training whose weights are shaped from step to step: pruned, or rounded to widths that are trained as well.

use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::{Tensor, TensorData};

use super::error::TrainError;
use super::samples::Samples;
use super::trainer::{class_tensor, plain_device, quantized};
use crate::HlsModel;
use crate::kernels::cross_entropy::cross_entropy;
use crate::random::Generator;
use crate::value::Value;

/// What happens around the steps of a training.
pub(crate) trait Shaping<M: HlsModel> {
    /// The model that the forward pass sees; the gradients of its parameters move those of `model`.
    fn effective(&mut self, model: &M) -> M {
        model.clone()
    }

    /// Looks at the gradients of a step.
    fn learn(&mut self, _effective: &M, _gradients: &GradientsParams) {}

    /// The model after the optimizer's step.
    fn project(&mut self, model: M) -> M {
        model
    }
}

/// Nothing happens: an ordinary training.
impl<M: HlsModel> Shaping<M> for () {}

/// Samples as the hardware receives them, and the order in which epochs see them.
pub(crate) struct Batches<'a> {
    inputs: Vec<f32>,
    classes: &'a [usize],
    batch_size: usize,
    seed: u64,
}

impl<'a> Batches<'a> {
    pub fn new<M: HlsModel>(samples: &'a Samples, batch_size: usize, seed: u64) -> Self {
        Self {
            inputs: quantized::<M>(samples.inputs()),
            classes: samples.classes(),
            batch_size: batch_size.max(1),
            seed,
        }
    }

    /// The steps of an epoch.
    pub fn steps(&self) -> usize {
        self.classes.len().div_ceil(self.batch_size)
    }

    /// One pass over the samples, the `epoch`-th from 1; `rate` gives the learning rate of each of its steps. Returns the
    /// mean loss.
    pub fn epoch<M: HlsModel>(
        &self,
        mut model: M,
        optimizer: &mut ModuleOptimizer,
        shaping: &mut impl Shaping<M>,
        epoch: usize,
        rate: impl Fn(usize) -> f64,
    ) -> Result<(M, f64), TrainError> {
        let features = M::INPUT_SHAPE.size();
        let device = plain_device(&model);
        let order = Generator::new(&[self.seed, epoch as u64, 0]).permutation(self.classes.len());
        crate::seed(Generator::new(&[self.seed, epoch as u64, 1]).bits());
        let mut total = 0.0;
        for (step, batch) in order.chunks(self.batch_size).enumerate() {
            let mut rows = Vec::with_capacity(batch.len() * features);
            batch.iter().for_each(|&sample| rows.extend_from_slice(&self.inputs[sample * features..][..features]));
            let rows = TensorData::new(rows, [batch.len(), features]);
            let input = Value::of(Tensor::from_data(rows, &device), M::INPUT_SHAPE);
            let classes = class_tensor(batch.iter().map(|&sample| self.classes[sample]), &device);

            let effective = shaping.effective(&model);
            let outputs = effective.evaluate(input);
            let Some(logits) = outputs.last().map(Value::logits) else { unreachable!("a model has an output") };
            let loss = cross_entropy(logits, classes);
            let gradients = GradientsParams::from_grads(loss.backward(), &effective);
            drop(outputs);
            shaping.learn(&effective, &gradients);
            drop(effective);
            model = shaping.project(optimizer.step(rate(step), model, gradients));

            let loss: f32 = loss.without_autodiff().into_scalar();
            if !loss.is_finite() {
                return Err(TrainError::Diverged { epoch });
            }
            total += f64::from(loss) * batch.len() as f64;
        }
        Ok((model, total / order.len().max(1) as f64))
    }
}
