//! A training on disk: burn records of the weights and the optimizer, and a JSON state that names them.
//!
//! Every file is written under another name, flushed and renamed. The state comes last and names its files with
//! their hashes, so a reader, also after a crash, finds a whole training: the last one or the one before.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use burn::module::ModuleVisitor;
use burn::module::Param;
use burn::optim::ModuleOptimizer;
use burn::tensor::Tensor;
use hls_core::disk::write_atomically;
use sha2::{Digest, Sha256};

use super::error::TrainError;
use super::observer::EpochReport;
use super::records::{read_model, read_optimizer};
use super::samples::hex;
use super::state::{File, Identity, State};
use crate::HlsModel;

const STATE: &str = "state.json";

/// A training between two epochs.
pub(super) struct Checkpoint<M> {
    pub model: M,
    pub optimizer: ModuleOptimizer,
    pub best: Option<Best<M>>,
    pub epochs: Vec<EpochReport>,
}

/// The weights of the best epoch.
pub(super) struct Best<M> {
    pub model: M,
    /// Where they are saved. They are saved once: the same weights are not always the same bytes, and the last state names
    /// the hash of those that it was written with.
    file: Option<File>,
}

impl<M> Best<M> {
    /// Weights that are saved nowhere yet.
    pub fn new(model: M) -> Self {
        Self { model, file: None }
    }
}

/// A directory that holds one training.
pub(super) struct Directory {
    path: PathBuf,
}

impl Directory {
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// The training in it, or `None` where there is none; `model` gives the structure.
    pub fn load<M: HlsModel>(
        &self,
        identity: &Identity,
        model: &M,
        optimizer: ModuleOptimizer,
    ) -> Result<Option<Checkpoint<M>>, TrainError> {
        let path = self.path.join(STATE);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(TrainError::Io { path, source }),
        };
        let state = State::parse(&text).map_err(|message| TrainError::Corrupt { path, message })?;
        self.check(identity, &state.identity)?;
        let trained = self.read_model(&state.model, model)?;
        let optimizer = read_optimizer(self.read(&state.optimizer)?, optimizer, &trained)
            .map_err(|message| self.corrupt(&state.optimizer.name, message))?;
        let checkpoint = Checkpoint {
            model: trained,
            optimizer,
            best: match &state.best {
                // Clones share their running statistics; those of the best weights must not replace the model's.
                Some(file) => {
                    Some(Best { model: self.read_model(file, &model.valid().train())?, file: Some(file.clone()) })
                }
                None => None,
            },
            epochs: state.epochs.clone(),
        };
        // What a training left that was killed before it could.
        self.remove_others(&state);
        Ok(Some(checkpoint))
    }

    /// Saves the training, then removes the files of the one before.
    ///
    /// No file that the last state names is written again.
    pub fn save<M: HlsModel>(&self, identity: &Identity, checkpoint: &mut Checkpoint<M>) -> Result<(), TrainError> {
        let epoch = checkpoint.epochs.len();
        let best_epoch = checkpoint.epochs.iter().rev().find(|report| report.best).map_or(0, |report| report.epoch);
        let optimizer = State::optimizer_name(epoch);
        let optimizer_bytes =
            checkpoint.optimizer.into_bytes().map_err(|error| self.corrupt(&optimizer, format!("{error:?}")))?;
        let state = State {
            identity: identity.clone(),
            epochs: checkpoint.epochs.clone(),
            model: self.write_model(State::model_name(epoch), &checkpoint.model)?,
            optimizer: self.write(optimizer, &optimizer_bytes)?,
            best: match &mut checkpoint.best {
                Some(Best { file: Some(file), .. }) => Some(file.clone()),
                Some(best) => {
                    best.file.insert(self.write_model(State::best_name(best_epoch), &best.model)?).clone().into()
                }
                None => None,
            },
        };
        let text = state.to_text().map_err(|error| self.corrupt(STATE, error.to_string()))?;
        self.write(STATE.to_owned(), text.as_bytes())?;
        self.remove_others(&state);
        Ok(())
    }

    fn check(&self, ours: &Identity, theirs: &Identity) -> Result<(), TrainError> {
        let what = if ours.declaration != theirs.declaration {
            "declaration"
        } else if ours.data != theirs.data {
            "data set"
        } else if ours.settings != theirs.settings {
            "training with other settings"
        } else {
            return Ok(());
        };
        Err(TrainError::Mismatch { directory: self.path.clone(), what })
    }

    fn corrupt(&self, name: &str, message: String) -> TrainError {
        TrainError::Corrupt { path: self.path.join(name), message }
    }

    fn read(&self, file: &File) -> Result<Vec<u8>, TrainError> {
        let path = self.path.join(&file.name);
        let bytes = fs::read(&path).map_err(|source| TrainError::Io { path, source })?;
        if !file.is(&bytes) {
            return Err(self.corrupt(&file.name, "the content has changed since it was written".into()));
        }
        Ok(bytes)
    }

    fn read_model<M: HlsModel>(&self, file: &File, model: &M) -> Result<M, TrainError> {
        read_model(self.read(file)?, model).map_err(|message| self.corrupt(&file.name, message))
    }

    fn write_model<M: HlsModel>(&self, name: String, model: &M) -> Result<File, TrainError> {
        let bytes = model.clone().into_record().into_bytes();
        let bytes = bytes.map_err(|error| self.corrupt(&name, format!("{error:?}")))?;
        self.write(name, &bytes)
    }

    fn write(&self, name: String, bytes: &[u8]) -> Result<File, TrainError> {
        let path = self.path.join(&name);
        write_atomically(&path, |file| file.write_all(bytes)).map_err(|source| TrainError::Io { path, source })?;
        Ok(File::of(name, bytes))
    }

    /// Best effort: a file that stays is only garbage.
    fn remove_others(&self, state: &State) {
        let kept = [Some(&state.model), Some(&state.optimizer), state.best.as_ref()];
        let is_kept = |name: &str| kept.iter().flatten().any(|file| file.name == name);
        let Ok(entries) = fs::read_dir(&self.path) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            let ours = ["model-", "optimizer-", "best-"].iter().any(|prefix| name.starts_with(prefix));
            if ours && name.ends_with(".bpk") && !is_kept(name) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// A hash of what a declaration says about training: the types of the layers, what they read, names, shapes and
/// precisions, but no weights and nothing about hardware.
pub(crate) fn declaration_digest<M: HlsModel>(model: &M) -> String {
    struct Parameters(String);

    impl ModuleVisitor for Parameters {
        fn enter_module(&mut self, name: &str, container: &str) {
            self.0.push_str(&format!("{name}:{container}{{"));
        }
        fn exit_module(&mut self, _: &str, _: &str) {
            self.0.push('}');
        }
        fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
            self.0.push_str(&format!("{:?};", parameter.shape()));
        }
    }

    let mut text = Parameters(format!("{} {} {}\n", M::NAME, M::INPUT, M::INPUT_SHAPE));
    model.visit(&mut text);
    let mut model = model.clone();
    for (name, precision) in model.precisions() {
        text.0.push_str(&format!("\n{name} {precision}"));
    }
    let (lowering, outputs) = crate::model::lowered(&model);
    text.0.push_str(&format!("\n{}", lowering.structure(&outputs)));
    hex(&Sha256::digest(text.0.as_bytes()))
}
