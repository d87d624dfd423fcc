//! From a trained model to a project on disk.

use std::path::Path;

use hls_core::backend::{self, Project, Target, TestVectors, Written};
use hls_core::diagnostics::{Code, Diagnostic, Diagnostics};
use hls_core::ir::Graph;

use crate::random::Generator;
use crate::{Error, HlsModel};

/// Builds the project of a trained model.
///
/// ```
/// use hls_train::prelude::*;
///
/// #[hls_model(input = [Fixed<8, 3>; 4])]
/// struct Tiny {
///     fc1: Dense<4, 2, Fixed<6, 1>>,
///     relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
/// }
///
/// # fn main() -> Result<(), Error> {
/// let model = Tiny::init(&Device::default());
/// let emitted = Emit::new(&model).backend("vitis").part("xcvu13p-flga2577-2-e").clock_ns(5.0).project()?;
/// assert!(emitted.project.text("firmware/tiny.cpp").is_some());
/// # Ok(())
/// # }
/// ```
///
/// Back end, part and clock have no defaults: each of them changes what is built.
#[derive(Clone, Debug)]
#[must_use]
pub struct Emit<'a, M> {
    model: &'a M,
    backend: Option<String>,
    part: Option<String>,
    clock_ns: Option<f64>,
    clock_uncertainty: Option<f64>,
    inputs: Option<Vec<f32>>,
}

/// A project and what it was made from.
#[derive(Clone, Debug)]
pub struct Emitted {
    /// The trained model as integers.
    pub graph: Graph,
    /// The files.
    pub project: Project,
    /// What is probably not meant.
    pub warnings: Diagnostics,
}

/// Test vectors of a project for which none were given: both ends of the range, zero and random numbers.
const DEFAULT_VECTORS: usize = 100;

impl<'a, M: HlsModel> Emit<'a, M> {
    /// The project of `model`, with the weights that it has now.
    pub fn new(model: &'a M) -> Self {
        Self { model, backend: None, part: None, clock_ns: None, clock_uncertainty: None, inputs: None }
    }

    /// The tools that the project is for, for example `vitis`.
    pub fn backend(mut self, name: &str) -> Self {
        self.backend = Some(name.to_owned());
        self
    }

    /// The device, as the tools spell it.
    pub fn part(mut self, part: &str) -> Self {
        self.part = Some(part.to_owned());
        self
    }

    /// The clock period in nanoseconds.
    pub fn clock_ns(mut self, period: f64) -> Self {
        self.clock_ns = Some(period);
        self
    }

    /// The share of the clock period that is kept in reserve, in percent; by default the tool's own.
    pub fn clock_uncertainty(mut self, percent: f64) -> Self {
        self.clock_uncertainty = Some(percent);
        self
    }

    /// What the test bench feeds to the model: real samples, one after the other, which become the input's type. A rest
    /// that is no whole sample is refused. Without them the vectors are random.
    pub fn test_inputs(mut self, inputs: &[f32]) -> Self {
        self.inputs = Some(inputs.to_vec());
        self
    }

    /// The project in memory.
    ///
    /// # Errors
    /// Everything that keeps the model from being built, all at once, each with its layer and source line.
    pub fn project(self) -> Result<Emitted, Error> {
        let (backend, target) = self.target()?;
        let (graph, mut warnings) = self.model.graph_and_warnings()?;
        let project = backend.emit(&graph, &target, &self.vectors())?;
        warnings.extend(backend.check(&graph, &target));
        Ok(Emitted { graph, project, warnings })
    }

    /// The project as the whole content of `directory`; see [`Project::write`].
    ///
    /// # Errors
    /// As [`Emit::project`], and where the directory holds something else or cannot be written.
    pub fn write(self, directory: impl AsRef<Path>) -> Result<Written, Error> {
        Ok(self.project()?.project.write(directory)?)
    }

    /// Back end and target, or everything that is missing or wrong about them.
    fn target(&self) -> Result<(&'static dyn backend::Backend, Target), Diagnostics> {
        let mut diagnostics = Diagnostics::new();
        let missing =
            |what: &str, help: &str| Diagnostic::error(Code::Target, format!("no {what} is named")).help(help);
        let backend = match &self.backend {
            None => Err(missing("back end", "for example `.backend(\"vitis\")`")),
            Some(name) => backend::find(name),
        };
        let target = match (&self.part, self.clock_ns) {
            (None, _) => Err(missing("part", "for example `.part(\"xcvu13p-flga2577-2-e\")`")),
            (_, None) => Err(missing("clock period", "for example `.clock_ns(5.0)`, which is 200 MHz")),
            (Some(part), Some(clock)) => Target::new(part, clock).and_then(|target| match self.clock_uncertainty {
                None => Ok(target),
                Some(percent) => target.with_clock_uncertainty(percent),
            }),
        };
        match (backend, target) {
            (Ok(backend), Ok(target)) => Ok((backend, target)),
            (backend, target) => {
                backend.map_err(|diagnostic| diagnostics.push(diagnostic)).ok();
                target.map_err(|diagnostic| diagnostics.push(diagnostic)).ok();
                Err(diagnostics)
            }
        }
    }

    fn vectors(&self) -> TestVectors {
        let ty = M::INPUT;
        let raw = match &self.inputs {
            Some(inputs) => inputs.iter().map(|&value| ty.quantize_f64(value.into())).collect(),
            None => {
                let (min, max) = (ty.min_raw(), ty.format.max_raw());
                let features = M::INPUT_SHAPE.size();
                let mut raw = [min, max, 0].map(|value| vec![value; features]).concat();
                let mut generator = Generator::new(&[DEFAULT_VECTORS as u64]);
                let span = (max - min) as u64 + 1;
                raw.resize_with(DEFAULT_VECTORS * features, || min + (generator.bits() % span) as i64);
                raw
            }
        };
        TestVectors::new(raw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;

    #[hls_model(input = [Fixed<8, 3>; 4])]
    struct Tiny {
        fc1: Dense<4, 2, Fixed<6, 1>>,
        relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
    }

    fn model() -> Tiny {
        Tiny::seeded(3, &Device::default())
    }

    #[test]
    fn everything_that_is_missing_is_named_at_once() {
        let error = Emit::new(&model()).project().unwrap_err().to_string();
        assert!(error.contains("no back end is named") && error.contains("no part is named"), "{error}");
        let error = Emit::new(&model()).backend("vivado").part("nothing").clock_ns(5.0).project().unwrap_err();
        let error = error.to_string();
        assert!(error.contains("there is no back end `vivado`") && error.contains("`nothing`"), "{error}");
    }

    #[test]
    fn the_same_model_gives_the_same_project_on_disk() {
        let emit = |model: &Tiny| {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("project");
            let emit = Emit::new(model).backend("vitis").part("xcvu13p-flga2577-2-e").clock_ns(5.0);
            let project = emit.clone().project().unwrap().project;
            emit.write(&path).unwrap();
            assert_eq!(
                std::fs::read_to_string(path.join("firmware/tiny.cpp")).ok().as_deref(),
                project.text("firmware/tiny.cpp")
            );
            project
        };
        assert_eq!(emit(&model()), emit(&model()));
    }

    #[test]
    fn ragged_test_inputs_are_refused() {
        let model = model();
        let emit = Emit::new(&model).backend("vitis").part("xcvu13p-flga2577-2-e").clock_ns(5.0);
        assert!(matches!(emit.test_inputs(&[1.0; 5]).project(), Err(Error::Emit(_))));
    }
}
