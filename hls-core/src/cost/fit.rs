//! Fitting the calibration, and what it is worth: cross-validation with whole groups held out.

use std::collections::{BTreeMap, BTreeSet};

use super::regression::{Link, fit as least_squares, predict};
use super::{Calibration, ConstantCounts, DenseFacts, Law, Regime, RegimeLaws, Resource};

/// A synthesized layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// What it is called in tables.
    pub name: String,
    /// What is held out together: a shape, a network.
    pub group: String,
    /// The data that it is from.
    pub source: &'static str,
    /// The layer. Where `weights_known` is false, the hard constants are those that a report counted; they serve for
    /// fitting, and are replaced by an expectation where the sample is held out.
    pub facts: DenseFacts,
    /// Whether weights or their distribution are known.
    pub weights_known: bool,
    /// What the tool reported.
    pub measured: BTreeMap<Resource, f64>,
}

/// A held-out sample beside its estimate.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldOut {
    /// Its position among the samples.
    pub sample: usize,
    /// The regime.
    pub regime: Regime,
    /// The estimates by a calibration that saw nothing of the sample's group.
    pub estimated: BTreeMap<Resource, f64>,
    /// Whether the measured figure lies in an interval made of the other groups' errors.
    pub covered: BTreeMap<Resource, bool>,
}

/// The symmetric relative error of one figure in percent: `200 |e - m| / (|e| + |m|)`, from 0 to 200. Zero estimated
/// where zero was measured is 0, zero against anything else is 200. The sMAPE of many figures is the plain mean.
#[must_use]
pub fn symmetric_error(estimated: f64, measured: f64) -> f64 {
    let sum = estimated.abs() + measured.abs();
    if sum > 0.0 { 200.0 * (estimated - measured).abs() / sum } else { 0.0 }
}

/// Nine of ten: the share of errors within an interval.
const WITHIN: f64 = 0.9;

/// Fits all laws to all samples; the intervals are those of [`cross_validate`].
#[must_use]
pub fn calibrate(samples: &[Sample], fitted_on: Vec<String>, command: &str) -> Calibration {
    let mut calibration = fit_laws(&samples.iter().collect::<Vec<_>>());
    calibration.fitted_on = fitted_on;
    command.clone_into(&mut calibration.command);
    for laws in calibration.regimes.values_mut() {
        laws.laws.values_mut().for_each(|law| law.terms.iter_mut().for_each(|term| term.1 = short(term.1)));
    }
    let held_out = cross_validate(samples);
    for (&regime, laws) in &mut calibration.regimes {
        for resource in Resource::ALL {
            let errors: Vec<f64> = held_out
                .iter()
                .filter(|held| held.regime == regime)
                .filter_map(|held| log_error(held, &samples[held.sample], resource))
                .collect();
            if let Some((low, high)) = quantiles(errors) {
                laws.errors.insert(resource, (short(low), short(high)));
            }
        }
    }
    calibration
}

/// Estimates every sample by a calibration that was fitted without its group.
#[must_use]
pub fn cross_validate(samples: &[Sample]) -> Vec<HeldOut> {
    let groups: BTreeSet<&str> = samples.iter().map(|sample| sample.group.as_str()).collect();
    let mut held_out = Vec::new();
    for group in groups {
        let others: Vec<&Sample> = samples.iter().filter(|sample| sample.group != group).collect();
        let calibration = fit_laws(&others);
        let shares = HardShares::fit(&others);
        for (index, sample) in samples.iter().enumerate().filter(|(_, sample)| sample.group == group) {
            let mut facts = sample.facts;
            if !sample.weights_known {
                facts.constants.hard = shares.hard(&facts);
            }
            let estimated = Resource::ALL.map(|resource| (resource, calibration.figure(&facts, resource)));
            held_out.push(HeldOut {
                sample: index,
                regime: facts.regime(),
                estimated: estimated.into_iter().collect(),
                covered: BTreeMap::new(),
            });
        }
    }
    held_out.sort_by_key(|held| held.sample);
    measure_coverage(samples, &mut held_out);
    held_out
}

fn measure_coverage(samples: &[Sample], held_out: &mut [HeldOut]) {
    let mut covered: Vec<BTreeMap<Resource, bool>> = vec![BTreeMap::new(); held_out.len()];
    for resource in Resource::ALL {
        let errors: Vec<Option<f64>> =
            held_out.iter().map(|held| log_error(held, &samples[held.sample], resource)).collect();
        let mut intervals: BTreeMap<(Regime, &str), Option<(f64, f64)>> = BTreeMap::new();
        for (index, held) in held_out.iter().enumerate() {
            let group = samples[held.sample].group.as_str();
            let interval = *intervals.entry((held.regime, group)).or_insert_with(|| {
                let of_others = |(other, error): (&HeldOut, &Option<f64>)| {
                    error.filter(|_| other.regime == held.regime && samples[other.sample].group != group)
                };
                quantiles(held_out.iter().zip(&errors).filter_map(of_others).collect())
            });
            let (Some(error), Some((low, high))) = (errors[index], interval) else { continue };
            // Ends are rounded outwards to whole numbers, as an estimate's are.
            let estimate = held.estimated[&resource];
            let measured = samples[held.sample].measured[&resource];
            let end = |error: f64| (estimate + 1.0) * error.exp() - 1.0;
            let inside = (end(low.min(0.0)).floor()..=end(high.max(0.0)).ceil()).contains(&measured);
            covered[index].insert(resource, inside && error.is_finite());
        }
    }
    for (held, covered) in held_out.iter_mut().zip(covered) {
        held.covered = covered;
    }
}

fn log_error(held: &HeldOut, sample: &Sample, resource: Resource) -> Option<f64> {
    let (estimated, measured) = (held.estimated.get(&resource)?, sample.measured.get(&resource)?);
    Some(((measured + 1.0) / (estimated + 1.0)).ln())
}

/// The ends between which nine of ten lie, from ordered errors: one rank further out than the share alone, since the next
/// error is none of these.
fn quantiles(mut errors: Vec<f64>) -> Option<(f64, f64)> {
    errors.sort_by(f64::total_cmp);
    let last = errors.len().checked_sub(1)?;
    let rank = ((errors.len() + 1) as f64 * (1.0 + WITHIN) / 2.0).ceil() as usize;
    let high = errors[rank.saturating_sub(1).min(last)];
    let low = errors[last - rank.saturating_sub(1).min(last)];
    Some((low, high))
}

fn short(value: f64) -> f64 {
    let digits = 6 - value.abs().max(1e-9).log10().ceil() as i32;
    let scale = 10.0_f64.powi(digits);
    (value * scale).round() / scale
}

fn fit_laws(samples: &[&Sample]) -> Calibration {
    let mut calibration = Calibration::default();
    let regimes: BTreeSet<Regime> = samples.iter().map(|sample| sample.facts.regime()).collect();
    for regime in regimes {
        let of_regime: Vec<&Sample> =
            samples.iter().copied().filter(|sample| sample.facts.regime() == regime).collect();
        let mut laws = RegimeLaws { samples: of_regime.len(), ..RegimeLaws::default() };
        for sample in &of_regime {
            if !laws.families.contains(&sample.facts.family) {
                laws.families.push(sample.facts.family);
            }
            for (name, value) in sample.facts.domain() {
                let (low, high) = laws.domain.entry(name.to_owned()).or_insert((value, value));
                (*low, *high) = (low.min(value), high.max(value));
            }
        }
        for resource in Resource::ALL {
            if let Some(law) = fit_law(&of_regime, resource) {
                laws.laws.insert(resource, law);
            }
        }
        calibration.regimes.insert(regime, laws);
    }
    calibration
}

fn fit_law(samples: &[&Sample], resource: Resource) -> Option<Law> {
    let mut rows = Vec::new();
    let mut figures = Vec::new();
    let mut shape: Option<(Link, Vec<&'static str>)> = None;
    for sample in samples {
        let (Some((link, terms)), Some(&measured)) = (sample.facts.terms(resource), sample.measured.get(&resource))
        else {
            continue;
        };
        shape.get_or_insert_with(|| (link, terms.iter().map(|term| term.0).collect()));
        rows.push(terms.iter().map(|term| term.1).collect());
        figures.push(match resource {
            Resource::Cycles => (measured - sample.facts.base_cycles()).max(0.0),
            _ if link == Link::Log => measured / sample.facts.width_factor(),
            _ => measured,
        });
    }
    let (link, names) = shape?;
    if link == Link::Stages {
        return Some(Law { link, terms: vec![(names.first()?.to_string(), stage_budget(samples))] });
    }
    let coefficients = least_squares(link, &rows, &figures);
    Some(Law { link, terms: names.into_iter().map(str::to_owned).zip(coefficients).collect() })
}

/// The budget of a stage with the smallest mean error; of several as good, the one in the middle.
fn stage_budget(samples: &[&Sample]) -> f64 {
    let mut delays: Vec<f64> = samples.iter().map(|sample| sample.facts.delay()).collect();
    delays.sort_by(f64::total_cmp);
    delays.dedup();
    // Between any two delays, and above the largest, a sample's clocks change.
    let mut budgets: Vec<f64> = delays.windows(2).map(|pair| f64::midpoint(pair[0], pair[1])).collect();
    budgets.extend(delays.last().map(|last| last * 1.1));
    let error = |budget: f64| -> f64 {
        let errors = samples.iter().filter_map(|sample| {
            Some(symmetric_error(sample.facts.staged_cycles(budget), *sample.measured.get(&Resource::Cycles)?))
        });
        errors.sum()
    };
    let errors: Vec<f64> = budgets.iter().map(|&budget| error(budget)).collect();
    let best = errors.iter().copied().fold(f64::INFINITY, f64::min);
    let good: Vec<f64> =
        budgets.iter().zip(&errors).filter(|(_, error)| **error <= best + 1e-9).map(|(budget, _)| *budget).collect();
    good.get(good.len() / 2).copied().unwrap_or(1.0)
}

/// How many weights are hard in a trained layer of which only the shape, the type and the number of zeros are known. For
/// validation alone: a graph has its weights.
struct HardShares {
    coefficients: Vec<f64>,
}

impl HardShares {
    fn fit(samples: &[&Sample]) -> Self {
        let trained = samples.iter().filter(|sample| !sample.weights_known && sample.facts.constants.hard >= 1.0);
        let (rows, figures): (Vec<_>, Vec<_>) =
            trained.map(|sample| (Self::terms(&sample.facts), 1e6 * sample.facts.constants.hard_share())).unzip();
        Self { coefficients: least_squares(Link::Log, &rows, &figures) }
    }

    fn terms(facts: &DenseFacts) -> Vec<f64> {
        let ConstantCounts { nonzero, .. } = facts.constants;
        // The initializer's limit in steps of the weights' type, and the share of zeros, tell how large weights are.
        let steps = (6.0 / (facts.inputs + facts.outputs).max(1) as f64).sqrt() * f64::from(facts.weight_bits).exp2();
        vec![1.0, steps.ln(), 1.0 - nonzero / facts.products()]
    }

    fn hard(&self, facts: &DenseFacts) -> f64 {
        if self.coefficients.is_empty() {
            return 0.0;
        }
        let share = predict(Link::Log, &self.coefficients, &Self::terms(facts)) / 1e6;
        (share.min(0.6) * facts.constants.nonzero).round()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symmetric_errors() {
        let errors = [(0.0, 0.0), (5.0, 0.0), (0.0, 5.0), (3.0, 1.0), (1.0, 3.0), (7.0, 7.0)]
            .map(|(estimated, measured)| symmetric_error(estimated, measured));
        assert_eq!(errors, [0.0, 200.0, 200.0, 100.0, 100.0, 0.0]);
    }

    #[test]
    fn the_interval_of_few_errors_is_all_of_them() {
        assert_eq!(quantiles(vec![0.3, -0.2, 0.1]), Some((-0.2, 0.3)));
        assert_eq!(quantiles(Vec::new()), None);
        let many: Vec<f64> = (0..=100).map(f64::from).collect();
        assert_eq!(quantiles(many), Some((4.0, 96.0)));
    }

    #[test]
    fn coefficients_are_shortened_to_six_digits() {
        assert_eq!(
            [short(123_456.789), short(0.001_234_567_8), short(-7.0), short(0.0)],
            [123_457.0, 0.001_234_57, -7.0, 0.0]
        );
    }
}
