//! The parameters of a model by their paths.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Tensor, TensorData};

use super::StoredTensor;
use super::error::WeightsProblem;

/// A parameter or running statistic.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parameter {
    /// The path in the model: `fc1.weight`.
    pub name: String,
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

impl Parameter {
    pub fn not_finite(&self) -> Option<WeightsProblem> {
        not_finite(&self.name, &self.shape, &self.values)
    }
}

/// The model without what it shares with its clones: running statistics are shared, and so is what is written to them.
pub(crate) fn separate<M: Module>(model: &M) -> M {
    let plain = model.valid();
    let trained = model.devices().first().is_some_and(burn::tensor::Device::is_autodiff);
    if trained { plain.train() } else { plain }
}

/// All parameters and running statistics, in the order of the fields.
pub(crate) fn parameters<M: Module>(model: &M) -> Vec<Parameter> {
    // Only this synchronizes the running statistics; visiting them may be one step late.
    let model = model.valid();
    let mut collector = Collector::default();
    model.visit(&mut collector);
    collector.parameters
}

#[derive(Default)]
struct Collector {
    path: Vec<String>,
    parameters: Vec<Parameter>,
}

impl ModuleVisitor for Collector {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        let tensor = parameter.val();
        let shape = tensor.dims().to_vec();
        let values = tensor.into_data().iter().collect();
        self.parameters.push(Parameter { name: self.path.join("."), shape, values });
    }
}

/// The model with the values of `tensors`, or everything that keeps them from being its parameters.
pub(super) fn assign<M: Module>(model: &M, tensors: Vec<StoredTensor>) -> Result<M, Vec<WeightsProblem>> {
    let mut stored: BTreeMap<String, StoredTensor> =
        tensors.into_iter().map(|tensor| (tensor.name.clone(), tensor)).collect();
    let wanted = parameters(model);
    let mut problems = Vec::new();
    let mut values = BTreeMap::new();
    for Parameter { name, shape, .. } in &wanted {
        let name = name.clone();
        let Some(tensor) = stored.remove(&name) else {
            problems.push(WeightsProblem::Missing { name, shape: shape.clone() });
            continue;
        };
        match tensor.elements {
            Err(have) => problems.push(WeightsProblem::ElementType { name, have }),
            Ok(_) if tensor.shape != *shape => {
                problems.push(WeightsProblem::Shape { name, have: tensor.shape, want: shape.clone() });
            }
            Ok(elements) => {
                problems.extend(not_finite(&name, shape, &elements));
                values.insert(name, elements);
            }
        }
    }
    if !stored.is_empty() {
        let known = wanted.into_iter().map(|parameter| parameter.name).collect();
        problems.push(WeightsProblem::Unexpected { names: stored.into_keys().collect(), known });
    }
    if problems.is_empty() {
        Ok(separate(model).map(&mut Assigner { path: Vec::new(), values }))
    } else {
        Err(problems)
    }
}

struct Assigner {
    path: Vec<String>,
    values: BTreeMap<String, Vec<f32>>,
}

impl ModuleMapper for Assigner {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(values) = self.values.remove(&self.path.join(".")) else { return parameter };
        parameter.map(|old| {
            let data = TensorData::new(values, old.dims());
            Tensor::from_data(data, (&old.device(), old.dtype())).set_require_grad(old.is_require_grad())
        })
    }
}

fn not_finite(name: &str, shape: &[usize], values: &[f32]) -> Option<WeightsProblem> {
    let position = values.iter().position(|value| !value.is_finite())?;
    let mut rest = position;
    let mut index: Vec<usize> = shape
        .iter()
        .rev()
        .map(|&size| {
            let index = rest % size.max(1);
            rest /= size.max(1);
            index
        })
        .collect();
    index.reverse();
    let count = values.iter().filter(|value| !value.is_finite()).count();
    Some(WeightsProblem::NotFinite { name: name.to_owned(), index, value: values[position], count })
}
