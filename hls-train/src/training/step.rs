//! One step of training.

use burn::optim::{GradientsParams, ModuleOptimizer};
use burn::tensor::{Int, Tensor};

use crate::HlsModel;
use crate::kernels::adam::Adam;
use crate::kernels::cross_entropy::cross_entropy;
use crate::value::Value;

/// Adam as one pass over each parameter, with the usual constants (0.9, 0.999, 1e-7).
#[must_use]
pub fn adam() -> ModuleOptimizer {
    ModuleOptimizer::from(Adam::default())
}

/// Forward, backward and the optimizer's step for one batch; the loss is the cross entropy of the last output's
/// [`Value::logits`].
///
/// `classes` holds one class number a sample. Returns the changed model and the loss, shape `[1]`.
#[must_use]
pub fn train_step<M: HlsModel>(
    model: M,
    optimizer: &mut ModuleOptimizer,
    input: Value,
    classes: Tensor<1, Int>,
    learning_rate: f64,
) -> (M, Tensor<1>) {
    let outputs = model.evaluate(input);
    let Some(logits) = outputs.last().map(Value::logits) else { unreachable!("a model has at least one output") };
    let loss = cross_entropy(logits, classes);
    let gradients = GradientsParams::from_grads(loss.backward(), &model);
    // The graph holds the parameters: without them the optimizer can update in place.
    drop(outputs);
    let model = optimizer.step(learning_rate, model, gradients);
    (model, loss.without_autodiff())
}
