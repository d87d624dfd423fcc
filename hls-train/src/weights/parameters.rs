//! The parameters of a model by their paths.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::{Tensor, TensorData};
use serde::{Deserialize, Serialize};

use super::StoredTensor;
use super::error::WeightsProblem;

/// A parameter or running statistic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// The path in the model: `fc1.weight`.
    pub name: String,
    /// The dimensions.
    pub shape: Vec<usize>,
    /// The elements, the last dimension fastest.
    pub values: Vec<f32>,
}

impl Parameter {
    pub(super) fn not_finite(&self) -> Option<WeightsProblem> {
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

/// The gradients of all parameters that have one, by path.
pub(crate) fn gradients<M: Module>(model: &M, gradients: &GradientsParams) -> BTreeMap<String, Vec<f32>> {
    struct Found<'a> {
        path: Vec<String>,
        gradients: &'a GradientsParams,
        found: BTreeMap<String, Vec<f32>>,
    }

    impl ModuleVisitor for Found<'_> {
        fn enter_module(&mut self, name: &str, _: &str) {
            self.path.push(name.to_owned());
        }

        fn exit_module(&mut self, _: &str, _: &str) {
            self.path.pop();
        }

        fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
            if let Some(gradient) = self.gradients.get::<D>(parameter.id) {
                self.found.insert(self.path.join("."), gradient.into_data().iter().collect());
            }
        }
    }

    let mut found = Found { path: Vec::new(), gradients, found: BTreeMap::new() };
    model.visit(&mut found);
    found.found
}

/// The model with other values for the named parameters, as many elements as before. It shares its running statistics.
pub(crate) fn replace<M: Module>(model: M, values: BTreeMap<String, Vec<f32>>) -> M {
    let values = values.into_iter().map(|(name, values)| (name, (None, values))).collect();
    model.map(&mut Assigner { path: Vec::new(), values })
}

/// The model with other values and other sizes for the named parameters, sharing nothing.
pub(crate) fn resize<M: Module>(model: &M, parameters: Vec<Parameter>) -> M {
    let values = parameters.into_iter().map(|parameter| (parameter.name, (Some(parameter.shape), parameter.values)));
    separate(model).map(&mut Assigner { path: Vec::new(), values: values.collect() })
}

/// The model with the values of `tensors`, or everything that keeps them from being its parameters.
pub(super) fn assign<M: Module>(model: &M, tensors: Vec<StoredTensor>) -> Result<M, Vec<WeightsProblem>> {
    let wanted = parameters(model);
    let mut problems = Vec::new();
    let mut stored: BTreeMap<String, StoredTensor> = BTreeMap::new();
    for tensor in tensors {
        if let Some(StoredTensor { name, .. }) = stored.insert(tensor.name.clone(), tensor) {
            problems.push(WeightsProblem::Repeated { name });
        }
    }
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
                if is_variance(&name) && elements.iter().any(|&value| value < 0.0) {
                    problems.push(WeightsProblem::Negative { name: name.clone() });
                }
                values.insert(name, (None, elements));
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

/// Whether a parameter is the square of something.
pub(crate) fn is_variance(name: &str) -> bool {
    name.rsplit('.').next() == Some("running_var")
}

struct Assigner {
    path: Vec<String>,
    /// Dimensions, where they change, and elements.
    values: BTreeMap<String, (Option<Vec<usize>>, Vec<f32>)>,
}

impl ModuleMapper for Assigner {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some((shape, values)) = self.values.remove(&self.path.join(".")) else { return parameter };
        parameter.map(|old| {
            let data = TensorData::new(values, shape.unwrap_or_else(|| old.dims().to_vec()));
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
