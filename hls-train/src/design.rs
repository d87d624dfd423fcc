//! A finished design as one file: precisions, hardware settings and weights of a declared model.
//!
//! A search changes these while the program runs; a design keeps them, and [`Design::declaration`] is the same as text to
//! paste into a program.
//!
//! ```
//! use hls_train::prelude::*;
//! use hls_train::Design;
//!
//! #[hls_model(input = [Fixed<8, 3>; 4])]
//! struct Tiny {
//!     fc1: Dense<4, 3, Fixed<6, 1>>,
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let directory = std::env::temp_dir().join(format!("hls4rs-design-{}", std::process::id()));
//! # let path = directory.join("tiny.json");
//! let mut model = Tiny::seeded(1, &Device::default());
//! for (_, precision) in model.precisions() {
//!     *precision = Precision::of::<Fixed<4, 1>>();
//! }
//! Design::new(&model, Default::default()).save(&path)?;
//!
//! let design = Design::load(&path)?;
//! assert!(design.declaration.contains("fc1: Dense<4, 3, Fixed<4, 1>>"));
//! assert_eq!(design.graph::<Tiny>()?, model.graph()?);
//! # std::fs::remove_dir_all(&directory)?;
//! # Ok(())
//! # }
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use hls_core::diagnostics::Diagnostics;
use hls_core::disk::write_atomically;
use hls_core::ir::{Graph, Hardware};
use hls_core::rules::{LayerAttributes, ShapeRule};
use serde::{Deserialize, Serialize};

use crate::declaration::DeclaredModel;
use crate::lower::Lowering;
use crate::weights::{Parameter, is_variance, parameters, resize};
use crate::{HlsModel, Precision};

/// Settings in place of those of the declaration, by layer.
pub type HardwareSettings = BTreeMap<String, LayerAttributes>;

/// Everything that a search may change about a declared model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    /// The model's name, [`HlsModel::NAME`].
    pub model: String,
    /// The declaration with these precisions and settings, ready to paste; for people.
    pub declaration: String,
    /// All precisions, named `layer.what`.
    pub precisions: BTreeMap<String, Precision>,
    /// Hardware settings in place of the declared ones, by layer.
    pub hardware: HardwareSettings,
    /// All weights and running statistics. Pruned neurons are absent, so sizes may be below the declared ones.
    pub parameters: Vec<Parameter>,
}

/// Why a design cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum DesignError {
    /// The file cannot be read or written.
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The file is no design.
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// It is a design of another model: everything that does not fit.
    Unfit(Vec<String>),
    /// It cannot be built.
    Model(Diagnostics),
}

impl fmt::Display for DesignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Malformed { path, message } => write!(f, "{}: not a design: {message}", path.display()),
            Self::Unfit(problems) => write!(f, "the design does not fit the model: {}", problems.join("; ")),
            Self::Model(diagnostics) => diagnostics.fmt(f),
        }
    }
}

impl std::error::Error for DesignError {}

impl Design {
    /// The design that a model is now, with other hardware settings for the layers that `hardware` names.
    #[must_use]
    pub fn new<M: HlsModel>(model: &M, hardware: HardwareSettings) -> Self {
        let mut model = model.clone();
        let precisions = model.precisions().into_iter().map(|(name, precision)| {
            *precision = finished(*precision);
            (name, *precision)
        });
        let precisions = precisions.collect();
        Self {
            model: M::NAME.to_owned(),
            declaration: declaration(&model, &hardware),
            precisions,
            hardware,
            parameters: parameters(&model),
        }
    }

    /// The model that this is a design of, without automatic differentiation.
    ///
    /// # Errors
    /// Where it is a design of another model or cannot be built.
    pub fn model<M: HlsModel>(&self) -> Result<M, DesignError> {
        let mut model = M::init(&Device::default());
        let mut problems = Vec::new();
        if self.model != M::NAME {
            problems.push(format!("it is of `{}`, not of `{}`", self.model, M::NAME));
        }
        for (name, precision) in model.precisions() {
            match self.precisions.get(&name) {
                None => problems.push(format!("there is no precision `{name}`")),
                Some(new) => match new.weight().and_then(hls_core::fixed::WeightType::violation) {
                    Some(violation) => problems.push(format!("`{name}`: {violation}")),
                    None => *precision = finished(*new),
                },
            }
        }
        let mut ours: BTreeMap<&str, &Parameter> =
            self.parameters.iter().map(|parameter| (parameter.name.as_str(), parameter)).collect();
        for Parameter { name, shape, .. } in parameters(&model) {
            let fits = |ours: &Parameter| {
                ours.shape.len() == shape.len()
                    && ours.shape.iter().zip(&shape).all(|(ours, declared)| (1..=*declared).contains(ours))
                    && ours.shape.iter().product::<usize>() == ours.values.len()
                    && ours.values.iter().all(|&value| value.is_finite() && (value >= 0.0 || !is_variance(&name)))
            };
            match ours.remove(name.as_str()) {
                None => problems.push(format!("there is no `{name}`")),
                Some(ours) if !fits(ours) => {
                    let legal = if is_variance(&name) { "finite numbers of 0 and more" } else { "finite numbers" };
                    problems.push(format!("`{name}` is {:?}, at most {shape:?} {legal} are legal", ours.shape));
                }
                Some(_) => {}
            }
        }
        problems.extend(ours.keys().map(|name| format!("the model has no `{name}`")));
        let declared = precisions(&model);
        let surplus = self.precisions.keys().filter(|name| !declared.contains_key(*name));
        problems.extend(surplus.map(|name| format!("the model has no precision `{name}`")));
        if !problems.is_empty() {
            return Err(DesignError::Unfit(problems));
        }
        let model = resize(&model, self.parameters.clone());
        graph(&model, &self.hardware).map_err(DesignError::Model)?;
        Ok(model)
    }

    /// The design as integers.
    ///
    /// # Errors
    /// As [`Design::model`].
    pub fn graph<M: HlsModel>(&self) -> Result<Graph, DesignError> {
        graph(&self.model::<M>()?, &self.hardware).map_err(DesignError::Model)
    }

    /// [`Design::graph`], and [`HlsModel::warnings`] about it.
    ///
    /// # Errors
    /// As [`Design::model`].
    pub fn graph_and_warnings<M: HlsModel>(&self) -> Result<(Graph, Diagnostics), DesignError> {
        let (lowering, outputs) = lowered(&self.model::<M>()?, &self.hardware);
        crate::model::built(lowering, &outputs).map_err(DesignError::Model)
    }

    /// Reads a design; whether it fits a model is told by [`Design::model`].
    ///
    /// # Errors
    /// A file that cannot be read or is no design.
    pub fn load(path: &Path) -> Result<Self, DesignError> {
        let text = fs::read(path).map_err(|source| DesignError::Io { path: path.to_owned(), source })?;
        serde_json::from_slice(&text)
            .map_err(|error| DesignError::Malformed { path: path.to_owned(), message: error.to_string() })
    }

    /// Writes the design, whole or not at all; the same design gives the same bytes. Missing directories are made.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), DesignError> {
        save_json(path, self)
    }
}

/// What a precision is when no training changes it any more.
fn finished(precision: Precision) -> Precision {
    match precision {
        Precision::Learned { ty, .. } => Precision::Fixed(ty),
        other => other,
    }
}

/// All precisions by name.
pub(crate) fn precisions<M: HlsModel>(model: &M) -> BTreeMap<String, Precision> {
    model.clone().precisions().into_iter().map(|(name, precision)| (name, *precision)).collect()
}

/// Changes the precisions that are named.
pub(crate) fn set_precisions<M: HlsModel>(model: &mut M, precisions: &BTreeMap<String, Precision>) {
    for (name, precision) in model.precisions() {
        if let Some(new) = precisions.get(&name) {
            *precision = *new;
        }
    }
}

/// A result as a JSON file, whole or not at all.
///
/// # Errors
/// Where the file cannot be written.
pub fn save_json(path: &Path, value: &impl Serialize) -> Result<(), DesignError> {
    let at = |source| DesignError::Io { path: path.to_owned(), source };
    let text = serde_json::to_vec(value).map_err(|error| at(error.into()))?;
    write_atomically(path, |file| file.write_all(&text)).map_err(at)
}

/// The model as integers, with other hardware settings for some layers.
///
/// # Errors
/// Everything that cannot be built, and settings for what is no layer.
pub fn graph<M: HlsModel>(model: &M, hardware: &HardwareSettings) -> Result<Graph, Diagnostics> {
    let (lowering, outputs) = lowered(model, hardware);
    lowering.finish(&outputs)
}

/// A declared layer with multipliers.
#[derive(Clone, Debug, PartialEq)]
pub struct Multiplying {
    /// The field's name.
    pub name: String,
    /// Rows and columns of its matrix, which tell the legal reuse factors.
    pub matrix: (usize, usize),
    /// The settings that it is built with.
    pub hardware: Hardware,
}

/// The declared layers of a model that multiply, in the order of its `graph`. What a field adds beside, such as a depthwise
/// part, follows the field and has no settings of its own.
pub fn multiplying<M: HlsModel>(model: &M, graph: &Graph) -> Vec<Multiplying> {
    let (lowering, _) = lowered(model, &HardwareSettings::new());
    let declared = graph.nodes().iter().filter(|node| lowering.attributes(&node.name).is_some());
    let layers = declared.filter_map(|node| {
        let matrix = node.op.shape_rule().and_then(ShapeRule::multiplications)?;
        Some(Multiplying { name: node.name.clone(), matrix, hardware: node.hardware })
    });
    layers.collect()
}

/// The model as a declaration, with other hardware settings for some layers.
pub fn declaration<M: HlsModel>(model: &M, hardware: &HardwareSettings) -> String {
    let (lowering, outputs) = lowered(model, hardware);
    lowering.declaration(&DeclaredModel { name: M::NAME, input: M::INPUT, shape: M::INPUT_SHAPE }, &outputs)
}

pub(crate) fn lowered<M: HlsModel>(model: &M, hardware: &HardwareSettings) -> (Lowering, Vec<crate::Lowered>) {
    let mut lowering = Lowering::new(M::NAME, M::INPUT, M::INPUT_SHAPE, M::ATTRIBUTES).with_hardware(hardware.clone());
    // Without differentiation, which keeps what it records until a backward pass.
    let outputs = model.valid().lower(&mut lowering);
    (lowering, outputs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;

    #[hls_model(input = [Fixed<8, 3>; 4])]
    struct Tiny {
        fc1: Dense<4, 3, Fixed<6, 1>>,
        relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
        #[hls(reuse_factor = 3)]
        fc2: Dense<3, 3, Fixed<6, 1>>,
    }

    fn design() -> Design {
        Design::new(&Tiny::seeded(4, &Device::default()), HardwareSettings::new())
    }

    #[test]
    fn weights_survive_the_file_to_the_last_bit() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("new/tiny.json");
        let design = design();
        design.save(&path).unwrap();
        assert_eq!(Design::load(&path).unwrap(), design);
        assert_eq!(design.graph::<Tiny>().unwrap(), Tiny::seeded(4, &Device::default()).graph().unwrap());
    }

    #[test]
    fn settings_replace_the_declared_ones_and_are_checked() {
        let mut design = design();
        let reuse = |reuse| LayerAttributes { reuse_factor: Some(reuse), ..LayerAttributes::default() };
        design.hardware.insert("fc1".to_owned(), reuse(4));
        let graph = design.graph::<Tiny>().unwrap();
        assert_eq!([1, 3].map(|node| graph.nodes()[node].hardware.reuse_factor), [4, 3]);
        let text = declaration(&design.model::<Tiny>().unwrap(), &design.hardware);
        assert!(text.contains("    #[hls(reuse_factor = 4)]\n    fc1: Dense<4, 3,"), "{text}");
        design.hardware.insert("fc2".to_owned(), reuse(2));
        let error = design.graph::<Tiny>().unwrap_err().to_string();
        assert!(error.contains("reuse_factor 2 is not legal"), "{error}");
    }

    #[track_caller]
    fn refused(change: impl FnOnce(&mut Design), reason: &str) {
        let mut design = design();
        change(&mut design);
        let error = design.model::<Tiny>().unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }

    #[test]
    fn what_does_not_fit_is_refused_with_the_reason() {
        refused(|design| design.model = "other".to_owned(), "it is of `other`, not of `tiny`");
        refused(
            |design| {
                design.precisions.remove("fc1.weight");
            },
            "there is no precision `fc1.weight`",
        );
        refused(|design| design.parameters.truncate(2), "there is no `fc2.weight`");
        refused(|design| design.parameters[0].name = "fc3.weight".to_owned(), "the model has no `fc3.weight`");
        refused(|design| design.parameters[0].values[5] = f32::NAN, "finite numbers");
        refused(|design| design.parameters[0].shape = vec![4, 4], "at most [4, 3]");
        refused(
            |design| {
                design.parameters[0].shape = vec![4, 2];
                design.parameters[0].values.truncate(8);
            },
            "do not go with a bias of [3]",
        );
        let format = hls_core::fixed::FixedFormat::signed(0, 0);
        let ty = Precision::Fixed(hls_core::fixed::FixedType::exact(format));
        refused(
            |design| {
                design.precisions.insert("fc1.bias".to_owned(), ty);
            },
            "`fc1.bias`: the width",
        );
        refused(
            |design| {
                design.precisions.insert("fc9.bias".to_owned(), design.precisions["fc1.bias"]);
            },
            "the model has no precision `fc9.bias`",
        );
        refused(
            |design| {
                design.hardware.insert("fc_1".to_owned(), LayerAttributes::default());
            },
            "hardware settings for `fc_1`, which is no layer of the model; the layers are `fc1`, `relu1`, `fc2`",
        );
        let path = std::path::Path::new("Cargo.toml");
        assert!(Design::load(path).unwrap_err().to_string().contains("not a design"));
    }
}
