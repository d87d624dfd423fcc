//! `state.json`: what a checkpoint is, and the hashes of its files and of itself.
//!
//! The last field is the SHA-256 of all text before it, so that no bit of the file can change unseen: neither a loss nor
//! the number of an epoch is ever half-read.

use serde::{Deserialize, Serialize};

use super::observer::EpochReport;
use super::samples::hash;
use super::settings::Settings;
use crate::seal::{self, sealed, unsealed};

/// What a checkpoint must agree with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// A hash of the declaration.
    pub declaration: String,
    /// A hash of training and validation samples.
    pub data: String,
    /// How it is trained.
    pub settings: Settings,
}

/// A training between two epochs: its report, and the files that hold the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Which training it is.
    pub identity: Identity,
    /// The epochs so far.
    pub epochs: Vec<EpochReport>,
    /// The weights.
    pub model: File,
    /// The optimizer's moments.
    pub optimizer: File,
    /// The weights of the best epoch.
    pub best: Option<File>,
}

/// A file beside the state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// Its name, which follows from the epoch.
    pub name: String,
    /// The hash of its content.
    pub sha256: String,
}

impl File {
    /// The file's entry for a content.
    pub fn of(name: String, content: &[u8]) -> Self {
        Self { name, sha256: hash(content) }
    }

    /// Whether this is the content that was written.
    pub fn is(&self, content: &[u8]) -> bool {
        self.sha256 == hash(content)
    }
}

impl State {
    /// The name of the weights' file after `epoch`.
    pub fn model_name(epoch: usize) -> String {
        format!("model-{epoch:05}.bpk")
    }

    /// The name of the optimizer's file after `epoch`.
    pub fn optimizer_name(epoch: usize) -> String {
        format!("optimizer-{epoch:05}.bpk")
    }

    /// The name of the file of the best weights, which are those of `epoch`.
    pub fn best_name(epoch: usize) -> String {
        format!("best-{epoch:05}.bpk")
    }

    /// The content of `state.json`.
    ///
    /// # Errors
    /// None that a state can cause; the type is that of the JSON library.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| sealed(&text))
    }

    /// A state from the content of `state.json`.
    ///
    /// # Errors
    /// Says what is wrong where the text was changed, cut or written by something else.
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(text).map_err(|error| format!("not a training state: {error}"))?;
        let changed = || "not a whole training state: its end is not the hash of what is before it".to_owned();
        Self::parse_body(unsealed(text).ok_or_else(changed)?)
    }

    /// A state from the text that the hash is of; also the entry for tests that have no use for a hash.
    ///
    /// # Errors
    /// As [`State::parse`].
    pub fn parse_body(body: &str) -> Result<Self, String> {
        let state: Self = seal::object(body).map_err(|error| format!("not a training state: {error}"))?;
        // Too large for f32 becomes infinity, which could not be written again.
        let figures = |report: &EpochReport| [report.loss, report.validation_loss, report.learning_rate];
        if state.epochs.iter().flat_map(figures).any(|figure| !figure.is_finite()) {
            return Err("not a training state: a loss or learning rate is beyond what a training can have".to_owned());
        }
        let epoch = state.epochs.len();
        let best = state.epochs.iter().rev().find(|report| report.best).map(|report| report.epoch);
        let numbered = (1..).zip(&state.epochs).all(|(number, report)| report.epoch == number);
        let named = state.model.name == Self::model_name(epoch)
            && state.optimizer.name == Self::optimizer_name(epoch)
            && state.best.as_ref().map(|file| &file.name) == best.map(Self::best_name).as_ref();
        if numbered && named {
            Ok(state)
        } else {
            Err("not a training state: its files are not those of its epochs".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(settings: Settings) -> State {
        let report = |epoch, best| EpochReport {
            epoch,
            loss: 0.1,
            validation_loss: 1.0 / 3.0,
            validation_correct: 7,
            validation_samples: 9,
            learning_rate: 3e-3,
            best,
        };
        State {
            identity: Identity { declaration: "d".to_owned(), data: "s".to_owned(), settings },
            epochs: vec![report(1, true), report(2, false)],
            model: File::of(State::model_name(2), b"m"),
            optimizer: File::of(State::optimizer_name(2), b"o"),
            best: Some(File::of(State::best_name(1), b"b")),
        }
    }

    #[test]
    fn every_changed_bit_and_every_cut_is_seen() {
        let state = state(Settings::default());
        let text = state.to_text().unwrap().into_bytes();
        assert_eq!(State::parse(&text), Ok(state));
        // It is JSON for everyone else.
        assert!(serde_json::from_slice::<serde_json::Value>(&text).unwrap()["sha256"].is_string());
        for at in 0..text.len() {
            assert!(State::parse(&text[..at]).is_err(), "cut at {at}");
            for bit in 0..8 {
                let mut changed = text.clone();
                changed[at] ^= 1 << bit;
                assert!(State::parse(&changed).is_err(), "bit {bit} of byte {at}");
            }
        }
    }

    #[test]
    fn numbers_come_back_to_the_last_bit() {
        let mut bits = 1_u64;
        for _ in 0..10_000 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // From 2^-13 to 2: what learning rates and fractions are.
            let number = f64::from_bits(bits >> 12 | (1010 + (bits >> 8 & 15)) << 52);
            let state = state(Settings { learning_rate: number, final_fraction: number / 3.0, ..Settings::default() });
            assert_eq!(State::parse(state.to_text().unwrap().as_bytes()), Ok(state), "{number}");
        }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut State)) {
        let mut state = state(Settings::default());
        change(&mut state);
        let error = State::parse(state.to_text().unwrap().as_bytes()).unwrap_err();
        assert_eq!(error, "not a training state: its files are not those of its epochs");
    }

    /// Found by fuzzing: as f32 it is infinite.
    #[test]
    fn figures_beyond_f32_are_refused() {
        let text = state(Settings::default()).to_text().unwrap();
        let body = unsealed(&text).unwrap();
        assert!(State::parse_body(body).is_ok());
        for (figure, large) in [("\"loss\": 0.1", "\"loss\": 2e65"), (": 0.003", ": 1e39")] {
            let changed = body.replacen(figure, large, 1);
            assert_ne!(changed, body);
            assert!(State::parse_body(&changed).unwrap_err().contains("beyond what a training can have"));
        }
    }

    #[test]
    fn a_state_names_only_its_own_files() {
        check(|state| state.model.name = "../model-00002.bpk".to_owned());
        check(|state| state.optimizer.name = State::optimizer_name(1));
        check(|state| state.best = None);
        check(|state| state.epochs[0].epoch = 7);
        check(|state| state.epochs[1].epoch = usize::MAX);
        check(|state| state.epochs.clear());
    }
}
