//! Two projects in turn in one directory, and a SIGKILL.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::time::Instant;

use hls_core::backend::{Project, verify};
use hls_core::random::Choices;

use crate::models::projects;
use crate::victim::kill;

/// Kills so often, and returns what happened.
///
/// # Errors
/// The first tree that is neither project, or a leftover that the next write does not remove.
pub fn torture(kills: u32, choices: &mut Choices) -> Result<String, String> {
    let root = tempfile::tempdir().map_err(|error| error.to_string())?;
    let place = root.path().join("project");
    let projects = projects()?;
    let write = |project: &Project| project.write(&place).map_err(|error| error.to_string());
    let measured = Instant::now();
    for project in projects.iter().cycle().take(20) {
        write(project)?;
    }
    let one_write = measured.elapsed() / 20;

    let start = Instant::now();
    let (mut found, mut interrupted, mut exchanged) = ([0_u32; 2], 0_u32, 0_u32);
    for number in 1..=kills {
        let arguments = [OsStr::new("emit"), place.as_os_str()];
        // Two writes long, so that either project is the old one.
        if !kill(&arguments, one_write * 2, choices)? {
            return Err("the child ended".to_owned());
        }
        verify(&place).map_err(|error| format!("after kill {number}: {error}"))?;
        let there = projects.iter().position(|project| project.verify(&place).is_ok());
        let there = there.ok_or_else(|| format!("after kill {number}: the tree is neither the one nor the other"))?;
        found[there] += 1;
        let left = entries(root.path())?;
        interrupted += u32::from(left.len() > 1);
        exchanged += u32::from(left.iter().any(|name| name.ends_with(".old")));
        write(&projects[choices.size(0, 1)])?;
        let left = entries(root.path())?;
        if left != ["project"] {
            return Err(format!("after kill {number} and the next write there are {}", left.join(", ")));
        }
    }
    Ok(format!(
        "emission: {kills} kills in {:.0} s (a write takes {:.1} ms); the tree was one project {} times, the other {} \
         times, mixed 0, absent 0; {interrupted} kills hit a write, {exchanged} of them around the exchange",
        start.elapsed().as_secs_f64(),
        one_write.as_secs_f64() * 1e3,
        found[0],
        found[1],
    ))
}

/// The names in a directory, sorted.
pub fn entries(directory: &Path) -> Result<Vec<String>, String> {
    let at = |error| format!("{}: {error}", directory.display());
    let entries = fs::read_dir(directory).map_err(at)?;
    let names: Result<Vec<String>, _> =
        entries.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned())).collect();
    let mut names = names.map_err(at)?;
    names.sort();
    Ok(names)
}
