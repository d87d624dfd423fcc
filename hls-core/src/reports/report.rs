//! What a report says.

use serde::{Deserialize, Serialize};

use super::ReportError;

/// A number of clocks as a tool states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clocks {
    /// So many.
    Known(u64),
    /// The tool says that it does not know: `undef`, `?`, `NA`.
    Undefined,
}

impl Clocks {
    /// The number, where there is one.
    #[must_use]
    pub const fn known(self) -> Option<u64> {
        match self {
            Self::Known(clocks) => Some(clocks),
            Self::Undefined => None,
        }
    }
}

/// The least and the most of something.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bounds<T> {
    /// The least.
    pub min: T,
    /// The most.
    pub max: T,
}

impl Bounds<Clocks> {
    pub(super) fn checked(field: &str, min: Clocks, max: Clocks) -> Result<Self, ReportError> {
        if let (Clocks::Known(least), Clocks::Known(most)) = (min, max)
            && least > most
        {
            let message = format!("the least, {least}, is more than the most, {most}");
            return Err(ReportError::Contradiction { field: field.to_owned(), message });
        }
        Ok(Self { min, max })
    }
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// C synthesis: an estimate of the HLS tool.
    CSynthesis,
    /// C/RTL cosimulation.
    CoSimulation,
    /// Utilization after logic synthesis, placement or routing.
    Utilization,
    /// Timing after logic synthesis, placement or routing.
    Timing,
    /// oneAPI's or Quartus' estimates before the fitter.
    IntelEstimate,
    /// The loops of oneAPI's early report.
    IntelLoops,
    /// Quartus' fitter.
    IntelFit,
}

/// The tool that wrote a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// `Vivado HLS`, `Vitis HLS`, `Vivado`, `xsim`, `oneAPI`, `Quartus`; `Vivado HLS or Vitis HLS` where it does not say.
    pub name: String,
    /// `2020.1`; absent where the report does not say.
    pub version: Option<String>,
}

/// A clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReportedClock {
    /// The period that was asked for, in nanoseconds.
    pub target_ns: Option<f64>,
    /// The period that the tool expects or measured, in nanoseconds.
    pub estimated_ns: Option<f64>,
    /// What was kept in reserve, in nanoseconds.
    pub uncertainty_ns: Option<f64>,
}

/// One resource.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// What is used. Halves occur: half a block memory of 36 Kbit, parts of an ALM.
    pub used: f64,
    /// What the device has, where the report says.
    pub available: Option<f64>,
}

/// The resources that a report states; those that it does not state are absent, not zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReportedResources {
    /// Look-up tables; ALUTs of Intel.
    pub lut: Option<Usage>,
    /// Flip-flops.
    pub ff: Option<Usage>,
    /// Multipliers.
    pub dsp: Option<Usage>,
    /// Block memories of 18 Kbit.
    pub bram_18k: Option<Usage>,
    /// Memories of 288 Kbit.
    pub uram: Option<Usage>,
    /// Intel's memory blocks (M20K).
    pub intel_ram: Option<Usage>,
    /// Intel's MLABs.
    pub mlab: Option<Usage>,
    /// Intel's ALMs.
    pub alm: Option<Usage>,
}

impl ReportedResources {
    /// Whether no resource is stated.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A loop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoopReport {
    /// Its name, with the loops around it: `outer/inner`.
    pub name: String,
    /// How often it runs.
    pub trip_count: Option<Clocks>,
    /// Clocks of the whole loop.
    pub latency: Option<Bounds<Clocks>>,
    /// Clocks of one run.
    pub iteration: Option<Clocks>,
    /// Clocks from one run to the next, where it is pipelined.
    pub ii: Option<Clocks>,
}

/// A module or function inside the top.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstanceReport {
    /// The instance.
    pub name: String,
    /// What it is an instance of.
    pub module: Option<String>,
    /// Clocks from start to end.
    pub latency: Option<Bounds<Clocks>>,
    /// Clocks from one start to the next.
    pub interval: Option<Bounds<Clocks>>,
    /// What it takes.
    pub resources: ReportedResources,
}

/// Slacks of a timing report, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Slack {
    /// The worst of setup; negative where the clock is too fast.
    pub setup_ns: Option<f64>,
    /// The sum of the negative ones of setup.
    pub total_setup_ns: Option<f64>,
    /// The worst of hold.
    pub hold_ns: Option<f64>,
    /// Endpoints that fail setup or hold.
    pub failing_endpoints: Option<u64>,
}

/// A report. What a field does not hold, the report does not say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What it is.
    pub kind: ReportKind,
    /// The tool.
    pub tool: Option<Tool>,
    /// The top function, module or design.
    pub module: Option<String>,
    /// The part, as the tool spells it.
    pub part: Option<String>,
    /// How far the design was: `Synthesized`, `Routed`; `Pass` of a cosimulation.
    pub state: Option<String>,
    /// The clock.
    pub clock: ReportedClock,
    /// Clocks from the first input to the last result.
    pub latency: Option<Bounds<Clocks>>,
    /// Clocks from one sample to the next.
    pub interval: Option<Bounds<Clocks>>,
    /// The time from the first input to the last result, in nanoseconds.
    pub latency_ns: Option<Bounds<Option<f64>>>,
    /// The resources.
    pub resources: ReportedResources,
    /// The loops.
    pub loops: Vec<LoopReport>,
    /// The modules inside.
    pub instances: Vec<InstanceReport>,
    /// The slacks.
    pub slack: Slack,
}

impl Report {
    pub(super) fn new(kind: ReportKind) -> Self {
        Self {
            kind,
            tool: None,
            module: None,
            part: None,
            state: None,
            clock: ReportedClock::default(),
            latency: None,
            interval: None,
            latency_ns: None,
            resources: ReportedResources::default(),
            loops: Vec::new(),
            instances: Vec::new(),
            slack: Slack::default(),
        }
    }
}
