//! Measured figures and how they are measured.

use std::time::Instant;

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// One line of the result.
#[derive(Serialize, Deserialize)]
pub struct Figure {
    /// For example `emulator/jet`.
    pub name: String,
    /// The median of several runs.
    pub value: f64,
    /// For example `samples/CPU s`.
    pub unit: String,
}

impl Figure {
    pub fn new(name: &str, value: f64, unit: &str) -> Self {
        Self { name: name.to_owned(), value, unit: unit.to_owned() }
    }

    /// The value with as many digits as a person wants to read.
    pub fn rounded(&self) -> String {
        match self.value {
            value if value >= 1e6 => format!("{:.2} million", value / 1e6),
            value if value >= 1e4 => format!("{:.0} thousand", value / 1e3),
            value if value >= 100.0 => format!("{value:.0}"),
            value => format!("{value:.2}"),
        }
    }
}

/// CPU seconds that this process has used, all threads together: comparable on a busy machine.
pub fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

/// The median of `work`'s rates over repetitions of at least `seconds` CPU seconds each, after one to warm up; `work`
/// returns how much it did.
pub fn rate_per_cpu_second(seconds: f64, mut work: impl FnMut() -> usize) -> f64 {
    work();
    median((0..5).map(|_| {
        let start = cpu_seconds();
        let mut done = 0;
        while cpu_seconds() - start < seconds {
            done += work();
        }
        done as f64 / (cpu_seconds() - start)
    }))
}

/// As [`rate_per_cpu_second`], by the clock on the wall: for what is meant to use several cores.
pub fn rate_per_second(seconds: f64, mut work: impl FnMut() -> usize) -> f64 {
    work();
    median((0..5).map(|_| {
        let start = Instant::now();
        let mut done = 0;
        while start.elapsed().as_secs_f64() < seconds {
            done += work();
        }
        done as f64 / start.elapsed().as_secs_f64()
    }))
}

/// The median of the seconds that `work` takes.
pub fn seconds(repetitions: usize, mut work: impl FnMut()) -> f64 {
    median((0..repetitions).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64()
    }))
}

/// The largest amount of memory that this process has held, in megabytes (10^6 bytes); NaN where the system does not tell.
pub fn peak_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kibibytes.map_or(f64::NAN, |kibibytes| kibibytes * 1024.0 / 1e6)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
