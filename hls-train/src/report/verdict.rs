//! What a report comes down to.

use serde::{Deserialize, Serialize};

use super::Report;
use super::numbers::{count, number, percent};

/// Whether a model is what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Everything that was looked at is as it should be.
    Good,
    /// Something is open: not compared, or not sure to fit.
    Open,
    /// Executions differ, or the model does not fit the part.
    Bad,
}

/// One line about the model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The worst of all findings.
    pub standing: Standing,
    /// The line.
    pub text: String,
}

impl Verdict {
    pub(super) fn new(report: &Report) -> Self {
        let (exact, standing) = exactness(report);
        let (cost, fits) = cost(report);
        let texts = [Some(exact), accuracy(report), cost];
        let text = texts.into_iter().flatten().collect::<Vec<_>>().join("; ");
        Self { standing: standing.max(fits), text: format!("{text}.") }
    }
}

fn exactness(report: &Report) -> (String, Standing) {
    let compared = || report.ledger.iter().filter_map(|entry| entry.compared.map(|compared| (entry, compared)));
    if let Some((entry, wrong)) = compared().find(|(_, compared)| compared.mismatches > 0) {
        let (mismatches, vectors) = (count(wrong.mismatches), count(wrong.vectors));
        return (format!("NOT bit-exact: {}: {mismatches} of {vectors} vectors differ", entry.claim), Standing::Bad);
    }
    let claims: Vec<String> = compared()
        .filter(|(_, compared)| compared.vectors > 0)
        .map(|(entry, compared)| format!("{} on {} vectors", entry.claim, count(compared.vectors)))
        .collect();
    let all = !claims.is_empty() && claims.len() == report.ledger.len();
    match claims.as_slice() {
        [] => ("bit-exactness not checked".to_owned(), Standing::Open),
        claims => (format!("bit-exact: {}", claims.join(", ")), if all { Standing::Good } else { Standing::Open }),
    }
}

fn accuracy(report: &Report) -> Option<String> {
    let executions = &report.quality.as_ref()?.executions;
    let (first, last) = (executions.first()?, executions.last()?);
    let text = format!("accuracy {}", percent(last.metrics.accuracy()));
    Some(if executions.len() > 1 {
        format!("{text} ({} {})", first.name, percent(first.metrics.accuracy()))
    } else {
        text
    })
}

fn cost(report: &Report) -> (Option<String>, Standing) {
    let Some(estimate) = &report.estimate else { return (None, Standing::Good) };
    let total = &estimate.total;
    let figures = format!(
        "an estimated {} LUT, {} DSP, {} ns, a sample every {} ns",
        number(total.lut.estimate.round()),
        number(total.dsp.estimate.round()),
        number(estimate.latency_ns.estimate),
        number(total.ii.estimate * estimate.clock_ns),
    );
    let (fit, standing) = match estimate.fits(&estimate.part) {
        None => (format!("{} is not in the device table", estimate.part), Standing::Open),
        Some(fit) if !fit.fits() => (format!("does NOT fit {}", fit.device.name), Standing::Bad),
        Some(fit) if !fit.surely_fits() => {
            (format!("fits {} by the estimate, not by its upper end", fit.device.name), Standing::Open)
        }
        Some(fit) => (
            format!(
                "fits {} with {} of its {}",
                fit.device.name,
                percent(fit.tightest().share()),
                fit.tightest().resource
            ),
            Standing::Good,
        ),
    };
    (Some(format!("{figures}: {fit}")), standing)
}
