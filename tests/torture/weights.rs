//! The weights of two models in turn in one file, and a SIGKILL.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::time::Instant;

use hls_core::random::Choices;
use hls_train::prelude::*;

use crate::emission::entries;
use crate::models::Small;
use crate::victim::kill;

/// Kills so often for each file format, and returns what happened.
///
/// # Errors
/// The first file that holds neither model, or a leftover that the next write does not remove.
pub fn torture(kills: u32, choices: &mut Choices) -> Result<String, String> {
    ["npz", "safetensors"]
        .iter()
        .map(|format| one(format, kills, choices))
        .collect::<Result<Vec<_>, _>>()
        .map(|l| l.join("\n"))
}

fn one(format: &str, kills: u32, choices: &mut Choices) -> Result<String, String> {
    let root = tempfile::tempdir().map_err(|error| error.to_string())?;
    let name = format!("weights.{format}");
    let place = root.path().join(&name);
    let models = models();
    let bytes = models.each_ref().map(|model| {
        save(model, &place)?;
        fs::read(&place).map_err(|error| error.to_string())
    });
    let [first, second] = bytes;
    let bytes = [first?, second?];
    let measured = Instant::now();
    for model in models.iter().cycle().take(20) {
        save(model, &place)?;
    }
    let one_write = measured.elapsed() / 20;

    let start = Instant::now();
    let (mut found, mut interrupted) = ([0_u32; 2], 0_u32);
    for number in 1..=kills {
        if !kill(&[OsStr::new("save"), place.as_os_str()], one_write * 2, choices)? {
            return Err("the child ended".to_owned());
        }
        let there = fs::read(&place).map_err(|error| format!("after kill {number}: {error}"))?;
        let there = bytes.iter().position(|bytes| *bytes == there);
        found[there.ok_or_else(|| format!("after kill {number}: {name} is neither the one nor the other"))?] += 1;
        interrupted += u32::from(entries(root.path())?.len() > 1);
        save(&models[choices.size(0, 1)], &place)?;
        let left = entries(root.path())?;
        if left != [name.as_str()] {
            return Err(format!("after kill {number} and the next write there are {}", left.join(", ")));
        }
    }
    Ok(format!(
        "{name}: {kills} kills in {:.0} s (a write takes {:.2} ms); the file was one {} times, the other {} times, mixed 0, \
         absent 0; {interrupted} kills hit a write",
        start.elapsed().as_secs_f64(),
        one_write.as_secs_f64() * 1e3,
        found[0],
        found[1],
    ))
}

/// The models that take turns.
pub fn models() -> [Small; 2] {
    [1, 2].map(|seed| Small::seeded(seed, &Device::default()))
}

pub fn save(model: &Small, path: &Path) -> Result<(), String> {
    model.save(path).map_err(|error| error.to_string())
}
