//! A training that is killed again and again, and goes on.

use std::ffi::OsStr;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use hls_core::backend::Project;
use hls_core::random::Choices;
use hls_train::prelude::*;
use hls_train::training::{EpochReport, Progress};

use crate::emission::entries;
use crate::models::{Small, project, samples, settings};
use crate::victim::kill;

/// Epochs of one training; about as many kills.
const EPOCHS: usize = 40;

/// Files of a whole checkpoint: state, weights, optimizer and best weights.
const FILES: usize = 4;

/// Kills so often, and returns what happened. A training that is complete is compared and begun anew.
///
/// # Errors
/// The first checkpoint that cannot be read or holds other epochs than the uninterrupted training, or a project that
/// differs from its project.
pub fn torture(kills: u32, choices: &mut Choices) -> Result<String, String> {
    let root = tempfile::tempdir().map_err(|error| error.to_string())?;
    let place = root.path().join("training");
    let whole = train(None)?;
    let measured = Instant::now();
    train(Some(&root.path().join("whole")))?;
    let one_epoch = measured.elapsed() / EPOCHS as u32;

    let start = Instant::now();
    let (mut interrupted, mut complete, mut advanced, mut before) = (0_u32, 0_u32, 0_u32, 0);
    let mut done = 0;
    while done < kills {
        let epochs = EPOCHS.to_string();
        let arguments = [OsStr::new("train"), place.as_os_str(), OsStr::new(&epochs)];
        let killed = kill(&arguments, one_epoch * 2, choices)?;
        done += u32::from(killed);
        if place.exists() {
            interrupted += u32::from(killed && entries(&place)?.len() != FILES);
        }
        let epochs = resumable(&place)?;
        if whole.1.get(..epochs.len()) != Some(&epochs[..]) || epochs.len() < before {
            let expected = whole.1.get(..epochs.len());
            return Err(format!(
                "after kill {done} and {before} epochs, these are not of a whole training: {epochs:?}, but {expected:?}"
            ));
        }
        advanced += u32::from(epochs.len() > before);
        before = epochs.len();
        if epochs.len() == EPOCHS || done == kills {
            if train(Some(&place))? != whole {
                return Err(format!("after kill {done}, the project differs from that of a whole training"));
            }
            if entries(&place)?.len() != FILES {
                return Err(format!("a complete training left {}", entries(&place)?.join(", ")));
            }
            complete += 1;
            before = 0;
            fs::remove_dir_all(&place).map_err(|error| error.to_string())?;
        }
    }
    Ok(format!(
        "training: {kills} kills in {:.0} s (an epoch with its checkpoint takes {:.1} ms); the checkpoint was the old one \
         {} times, a newer one {advanced} times, unreadable 0; {interrupted} kills hit a save; {complete} resumed \
         trainings, each with the project of an uninterrupted one to the byte",
        start.elapsed().as_secs_f64(),
        one_epoch.as_secs_f64() * 1e3,
        done.saturating_sub(advanced),
    ))
}

/// The project and the epochs of a whole training, or of what is left of one.
fn train(checkpoints: Option<&Path>) -> Result<(Project, Vec<EpochReport>), String> {
    let (training, validation) = samples()?;
    let trainer = Trainer::new(settings(EPOCHS));
    let trainer = match checkpoints {
        Some(directory) => trainer.checkpoints(directory),
        None => trainer,
    };
    let trained = trainer.run::<Small>(&training, &validation, &mut ()).map_err(|error| error.to_string())?;
    Ok((project(&trained.model)?, trained.report.epochs))
}

/// The epochs of a checkpoint, all of whose files are read; none where there is no checkpoint.
fn resumable(directory: &Path) -> Result<Vec<EpochReport>, String> {
    let (training, validation) = samples()?;
    let mut nothing = |_: &Progress<'_>| ControlFlow::Break(());
    let trainer = Trainer::new(settings(EPOCHS)).checkpoints(directory);
    let trained = trainer.run::<Small>(&training, &validation, &mut nothing).map_err(|error| error.to_string())?;
    Ok(trained.report.epochs)
}
