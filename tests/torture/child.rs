//! What a child does until it is killed.

use std::io::{self, Write};
use std::ops::ControlFlow;

use hls_core::disk::write_atomically;
use hls_train::prelude::*;
use hls_train::training::Progress;

use crate::Child;
use crate::models::{Small, projects, samples, settings};
use crate::{search, weights};

pub fn run(child: Child) -> Result<(), String> {
    match child {
        Child::Emit { directory } => {
            let projects = projects()?;
            ready()?;
            for project in projects.iter().cycle() {
                project.write(&directory).map_err(|error| error.to_string())?;
            }
            Ok(())
        }
        Child::EmitOnce { directory, index } => {
            let projects = projects()?;
            let project = projects.get(index).ok_or("there are two projects")?;
            project.write(&directory).map(drop).map_err(|error| error.to_string())
        }
        Child::Train { directory, epochs, stop } => {
            let (training, validation) = samples()?;
            let trainer = Trainer::new(settings(epochs)).checkpoints(&directory);
            let mut observer = |progress: &Progress<'_>| match progress {
                Progress::Started { .. } if ready().is_err() => ControlFlow::Break(()),
                Progress::Epoch(report) if Some(report.epoch) == stop => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            };
            let trained = trainer.run::<Small>(&training, &validation, &mut observer);
            trained.map(drop).map_err(|error| error.to_string())
        }
        Child::Search { directory } => {
            let prepared = search::prepare()?;
            ready()?;
            search::run(&prepared, &directory).map(drop)
        }
        Child::Save { path } => {
            let models = weights::models();
            ready()?;
            models.iter().cycle().try_for_each(|model| weights::save(model, &path))
        }
        Child::File { path, bytes } => {
            let content = vec![b'x'; bytes];
            let written = write_atomically(&path, |file| file.write_all(&content));
            written.map_err(|error| format!("{}: {error}", path.display()))
        }
    }
}

/// Tells the parent that the writing begins.
fn ready() -> Result<(), String> {
    let mut output = io::stdout();
    output.write_all(b"ready\n").and_then(|()| output.flush()).map_err(|error| error.to_string())
}
