//! A search that is killed again and again, and goes on.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use hls_core::random::Choices;
use hls_train::learned::LearnSettings;
use hls_train::prelude::*;
use hls_train::search::{Found, SearchSettings, WorkloadCost, search};

use crate::models::{Small, samples, settings};
use crate::victim::kill;

/// What a search starts with.
pub struct Prepared {
    float: Small,
    training: Samples,
    validation: Samples,
}

pub fn prepare() -> Result<Prepared, String> {
    let (training, validation) = samples()?;
    let float = Small::seeded(1, &Device::default().autodiff()).into_float();
    let trained = Trainer::new(settings(10)).train(float, &training, &validation, &mut ());
    Ok(Prepared { float: trained.map_err(|error| error.to_string())?.model, training, validation })
}

pub fn run(prepared: &Prepared, directory: &Path) -> Result<Found, String> {
    let Prepared { float, training, validation } = prepared;
    let settings = SearchSettings {
        population: 6,
        generations: 5,
        epochs: 4,
        batch_size: 8,
        uniform: vec![3, 5, 8],
        uniform_training: settings(8),
        learned: vec![LearnSettings { epochs: 24, cycles: 3, batch_size: 8, ..LearnSettings::default() }],
        segment: 3,
        ..SearchSettings::default()
    };
    search(float, training, validation, &settings, &WorkloadCost, directory, &|_| ()).map_err(|error| error.to_string())
}

/// Kills so often, and returns what happened. A search that is complete is compared and begun anew.
///
/// # Errors
/// A finished trial that is written again, or a front that differs from that of an uninterrupted search.
pub fn torture(kills: u32, choices: &mut Choices) -> Result<String, String> {
    let root = tempfile::tempdir().map_err(|error| error.to_string())?;
    let place = root.path().join("search");
    let prepared = prepare()?;
    let measured = Instant::now();
    let whole = run(&prepared, &root.path().join("whole"))?;
    let one_search = measured.elapsed();
    let files = finished(&root.path().join("whole"))?.len();

    let start = Instant::now();
    let (mut done, mut complete, mut advanced) = (0_u32, 0_u32, 0_u32);
    let mut before: BTreeMap<PathBuf, SystemTime> = BTreeMap::new();
    while done < kills {
        let ended = !kill(&[OsStr::new("search"), place.as_os_str()], one_search / 4, choices)?;
        done += u32::from(!ended);
        let now = finished(&place)?;
        if let Some((path, _)) = before.iter().find(|(path, written)| now.get(*path) != Some(*written)) {
            return Err(format!("after kill {done}, the finished trial {} was run again", path.display()));
        }
        advanced += u32::from(now.len() > before.len());
        before = now;
        if ended || done == kills {
            if run(&prepared, &place)? != whole {
                return Err(format!("after kill {done}, the front differs from that of a whole search"));
            }
            complete += 1;
            before.clear();
            fs::remove_dir_all(&place).map_err(|error| error.to_string())?;
        }
    }
    Ok(format!(
        "search: {kills} kills in {:.0} s (a whole search takes {:.1} s and writes {files} trials); {advanced} times there \
         were more trials than before, none was run twice; {complete} resumed searches, each with the front of an \
         uninterrupted one, {} designs",
        start.elapsed().as_secs_f64(),
        one_search.as_secs_f64(),
        whole.points.len(),
    ))
}

/// The finished trials in a directory, with the time when they were written.
fn finished(directory: &Path) -> Result<BTreeMap<PathBuf, SystemTime>, String> {
    let mut files = BTreeMap::new();
    for place in [directory.to_owned(), directory.join("trials")] {
        let Ok(entries) = fs::read_dir(&place) else { continue };
        for entry in entries {
            let path = entry.map_err(|error| error.to_string())?.path();
            let is_trial = path.extension().is_some_and(|extension| extension == "json")
                && !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if is_trial {
                let written =
                    fs::metadata(&path).and_then(|data| data.modified()).map_err(|error| error.to_string())?;
                files.insert(path, written);
            }
        }
    }
    Ok(files)
}
