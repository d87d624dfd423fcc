//! The fitted coefficients: a readable file that says what it was fitted on.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::regression::{Link, predict};
use super::{DenseFacts, Regime, Resource};

/// The law of one figure in one regime.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Law {
    /// How the sum of the terms becomes the figure.
    pub link: Link,
    /// The terms and their coefficients.
    pub terms: Vec<(String, f64)>,
}

/// Everything that was fitted for one regime.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RegimeLaws {
    /// Rows of data.
    pub samples: usize,
    /// The smallest and largest value of what a cost depends on, by name: outside, an estimate is an extrapolation.
    pub domain: BTreeMap<String, (f64, f64)>,
    /// The families of the devices.
    pub families: Vec<super::Family>,
    /// The laws of the fitted figures.
    pub laws: BTreeMap<Resource, Law>,
    /// For every figure the logarithms of measured over estimated (both plus one) between which nine of ten layers lie
    /// that were held out.
    pub errors: BTreeMap<Resource, (f64, f64)>,
}

/// The cost model's coefficients.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// What was fitted, in words: data, tools, devices.
    pub fitted_on: Vec<String>,
    /// How to fit again.
    pub command: String,
    /// By regime.
    pub regimes: BTreeMap<Regime, RegimeLaws>,
}

/// The file that `cargo xtask fit-cost` writes.
const EMBEDDED: &str = include_str!("calibration.json");

impl Calibration {
    /// The calibration that is part of the library.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static CALIBRATION: OnceLock<Calibration> = OnceLock::new();
        // A test reads the file; a library that cannot read its own part estimates without it, and says so.
        CALIBRATION.get_or_init(|| serde_json::from_str(EMBEDDED).unwrap_or_default())
    }

    /// The estimate of one figure, never negative; whole for everything that is counted.
    #[must_use]
    pub fn figure(&self, facts: &DenseFacts, resource: Resource) -> f64 {
        match resource {
            Resource::Dsp => facts.dsp(),
            Resource::Bram => facts.bram(),
            Resource::Cycles => (facts.base_cycles() + self.fitted(facts, resource)).round(),
            Resource::Ii => facts.interval(self.figure(facts, Resource::Cycles)),
            Resource::Lut | Resource::Ff => self.fitted(facts, resource).round(),
        }
    }

    fn fitted(&self, facts: &DenseFacts, resource: Resource) -> f64 {
        let Some((link, terms)) = facts.terms(resource) else { return 0.0 };
        let Some(law) = self.regimes.get(&facts.regime()).and_then(|laws| laws.laws.get(&resource)) else {
            return 0.0;
        };
        if link == Link::Stages {
            return facts.staged_cycles(law.terms.first().map_or(1.0, |(_, budget)| *budget));
        }
        let coefficients: Vec<f64> = law.terms.iter().map(|(_, coefficient)| *coefficient).collect();
        let values: Vec<f64> = terms.iter().map(|(_, value)| *value).collect();
        let factor = if link == Link::Log { facts.width_factor() } else { 1.0 };
        factor * predict(link, &coefficients, &values)
    }

    /// What lies outside the data that the law was fitted on: one phrase each, none where the estimate is calibrated.
    #[must_use]
    pub fn outside(&self, facts: &DenseFacts) -> Vec<String> {
        let Some(laws) = self.regimes.get(&facts.regime()) else { return vec!["no data of this kind".to_owned()] };
        let mut outside = Vec::new();
        for (name, value) in facts.domain() {
            let Some(&(low, high)) = laws.domain.get(name) else { continue };
            if !(low..=high).contains(&value) {
                let range = if low == high { format!("{low}") } else { format!("{low} to {high}") };
                outside.push(format!("{name} {value}, data {range}"));
            }
        }
        if !laws.families.contains(&facts.family) {
            let families: Vec<&str> = laws.families.iter().map(|family| family.name()).collect();
            outside.push(format!("{}, data {}", facts.family.name(), families.join(", ")));
        }
        outside
    }

    /// The ends of the interval around an estimate that holds nine of ten; `None` without data.
    #[must_use]
    pub fn interval(&self, facts: &DenseFacts, resource: Resource, estimate: f64) -> Option<(f64, f64)> {
        let (low, high) = *self.regimes.get(&facts.regime())?.errors.get(&resource)?;
        // Outside of the data the errors are not known; they are taken to be twice as large, at least a fifth.
        let (low, high) =
            if self.outside(facts).is_empty() { (low, high) } else { ((2.0 * low).min(-0.2), (2.0 * high).max(0.2)) };
        let end = |error: f64| ((estimate + 1.0) * error.exp() - 1.0).max(0.0);
        Some((end(low.min(0.0)).floor(), end(high.max(0.0)).ceil()))
    }
}

impl DenseFacts {
    /// What the domain of a calibration is about.
    pub(super) fn domain(&self) -> [(&'static str, f64); 7] {
        [
            ("inputs", self.inputs as f64),
            ("outputs", self.outputs as f64),
            ("reuse factor", self.reuse_factor as f64),
            ("input bits", f64::from(self.input_bits)),
            ("weight bits", f64::from(self.weight_bits)),
            ("sum bits", f64::from(self.sum_bits)),
            ("clock in ns", self.clock_ns),
        ]
    }
}
