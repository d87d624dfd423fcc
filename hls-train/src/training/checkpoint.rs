//! A training on disk: burn records of the weights and the optimizer, and a JSON state that names them.
//!
//! Every file is written under another name, synchronized and renamed. The state comes last and names its files with
//! their hashes, so a reader, also after a crash, finds a whole training: the last one or the one before.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use burn::module::ModuleVisitor;
use burn::module::Param;
use burn::optim::ModuleOptimizer;
use burn::store::ModuleRecord;
use burn::tensor::{Bytes, Tensor};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::TrainError;
use super::observer::EpochReport;
use super::samples::hex;
use super::settings::Settings;
use crate::HlsModel;

const STATE: &str = "state.json";

/// What a checkpoint must agree with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Identity {
    /// A hash of the declaration.
    pub declaration: String,
    /// A hash of training and validation samples.
    pub data: String,
    pub settings: Settings,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct State {
    identity: Identity,
    epochs: Vec<EpochReport>,
    model: File,
    optimizer: File,
    best: Option<File>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct File {
    name: String,
    sha256: String,
}

/// A training between two epochs.
pub(super) struct Checkpoint<M> {
    pub model: M,
    pub optimizer: ModuleOptimizer,
    /// The weights of the best epoch.
    pub best: Option<M>,
    pub epochs: Vec<EpochReport>,
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
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(TrainError::Io { path, source }),
        };
        let state: State = serde_json::from_str(&text)
            .map_err(|error| TrainError::Corrupt { path, message: format!("not a training state: {error}") })?;
        self.check(identity, &state.identity)?;
        let optimizer_path = self.path.join(&state.optimizer.name);
        let optimizer = optimizer
            .from_bytes(self.read(&state.optimizer)?)
            .map_err(|error| TrainError::Corrupt { path: optimizer_path, message: format!("{error:?}") })?;
        Ok(Some(Checkpoint {
            model: self.read_model(&state.model, model)?,
            optimizer,
            best: state.best.as_ref().map(|file| self.read_model(file, model)).transpose()?,
            epochs: state.epochs,
        }))
    }

    /// Saves the training, then removes the files of the one before.
    ///
    /// `best_changed` says whether the best weights are those of `model`.
    pub fn save<M: HlsModel>(&self, identity: &Identity, checkpoint: &Checkpoint<M>) -> Result<(), TrainError> {
        fs::create_dir_all(&self.path).map_err(|source| TrainError::Io { path: self.path.clone(), source })?;
        let epoch = checkpoint.epochs.len();
        let best_epoch = checkpoint.epochs.iter().rev().find(|report| report.best).map_or(0, |report| report.epoch);
        let optimizer = self.path.join(optimizer_name(epoch));
        let optimizer_bytes = checkpoint
            .optimizer
            .into_bytes()
            .map_err(|error| TrainError::Corrupt { path: optimizer, message: format!("{error:?}") })?;
        let state = State {
            identity: identity.clone(),
            epochs: checkpoint.epochs.clone(),
            model: self.write_model(format!("model-{epoch:05}.bpk"), &checkpoint.model)?,
            optimizer: self.write(optimizer_name(epoch), &optimizer_bytes)?,
            best: match &checkpoint.best {
                Some(best) => Some(self.write_model(format!("best-{best_epoch:05}.bpk"), best)?),
                None => None,
            },
        };
        let path = self.path.join(STATE);
        let text = serde_json::to_string_pretty(&state)
            .map_err(|error| TrainError::Corrupt { path, message: error.to_string() })?;
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

    fn read(&self, file: &File) -> Result<Bytes, TrainError> {
        let path = self.path.join(&file.name);
        let bytes = fs::read(&path).map_err(|source| TrainError::Io { path: path.clone(), source })?;
        if hex(&Sha256::digest(&bytes)) != file.sha256 {
            return Err(TrainError::Corrupt { path, message: "the content has changed since it was written".into() });
        }
        Ok(Bytes::from_bytes_vec(bytes))
    }

    fn read_model<M: HlsModel>(&self, file: &File, model: &M) -> Result<M, TrainError> {
        let bytes = self.read(file)?;
        ModuleRecord::from_bytes(bytes)
            .and_then(|record| model.clone().try_load_record(record))
            .map_err(|error| TrainError::Corrupt { path: self.path.join(&file.name), message: format!("{error:?}") })
    }

    fn write_model<M: HlsModel>(&self, name: String, model: &M) -> Result<File, TrainError> {
        let bytes = model
            .clone()
            .into_record()
            .into_bytes()
            .map_err(|error| TrainError::Corrupt { path: self.path.join(&name), message: format!("{error:?}") })?;
        self.write(name, &bytes)
    }

    fn write(&self, name: String, bytes: &[u8]) -> Result<File, TrainError> {
        let path = self.path.join(&name);
        let write = || {
            let mut file = tempfile::Builder::new().prefix(".").suffix(".tmp").tempfile_in(&self.path)?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            file.persist(&path)?;
            Ok(())
        };
        write().map_err(|source| TrainError::Io { path: path.clone(), source })?;
        Ok(File { name, sha256: hex(&Sha256::digest(bytes)) })
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

fn optimizer_name(epoch: usize) -> String {
    format!("optimizer-{epoch:05}.bpk")
}

/// A hash of what a declaration says about training: names, shapes and precisions, but no weights.
pub(super) fn declaration_digest<M: HlsModel>(model: &M) -> String {
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
    hex(&Sha256::digest(text.0.as_bytes()))
}
