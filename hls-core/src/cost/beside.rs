//! An estimate beside what a tool reports.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Estimate, Figure};
use crate::reports::{Clocks, Report, Usage};

/// One figure twice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BesideRow {
    /// The figure: `LUT`, `cycles`.
    pub name: String,
    /// The estimate.
    pub estimated: Figure,
    /// What the tool states; absent where it states nothing, or says that it does not know.
    pub reported: Option<f64>,
}

impl BesideRow {
    /// By how much the estimate is above the report, as a share of the report; `None` without one or where it is zero.
    #[must_use]
    pub fn error(&self) -> Option<f64> {
        self.reported.filter(|reported| *reported != 0.0).map(|reported| self.estimated.estimate / reported - 1.0)
    }

    /// Whether the report lies in the estimate's interval.
    #[must_use]
    pub fn is_within(&self) -> Option<bool> {
        self.reported.map(|reported| self.estimated.contains(reported))
    }
}

/// An estimate beside a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Beside {
    /// The tool and its version.
    pub tool: String,
    /// What differs between the two: the part, the clock. One sentence each.
    pub differences: Vec<String>,
    /// LUT, FF, DSP, BRAM_18K, URAM, cycles and II.
    pub rows: Vec<BesideRow>,
}

impl Estimate {
    /// This estimate beside a report of the same model.
    #[must_use]
    pub fn beside(&self, report: &Report) -> Beside {
        let used = |usage: Option<Usage>| usage.map(|usage| usage.used);
        let most = |clocks: Clocks| clocks.known().map(|clocks| clocks as f64);
        let all = report.resources;
        let reported = [all.lut, all.ff, all.dsp, all.bram_18k, all.uram].map(used);
        let mut rows: Vec<BesideRow> = self
            .total
            .resources()
            .into_iter()
            .zip(reported)
            .map(|((name, estimated), reported)| BesideRow { name: name.to_owned(), estimated, reported })
            .collect();
        let cycles = report.latency.and_then(|latency| most(latency.max));
        let ii = report.interval.and_then(|interval| most(interval.max));
        for (name, estimated, reported) in [("cycles", self.total.cycles, cycles), ("II", self.total.ii, ii)] {
            rows.push(BesideRow { name: name.to_owned(), estimated, reported });
        }
        let tool = report.tool.as_ref().map_or_else(
            || "tool".to_owned(),
            |tool| {
                tool.version.as_ref().map_or_else(|| tool.name.clone(), |version| format!("{} {version}", tool.name))
            },
        );
        let mut differences = Vec::new();
        if let Some(part) = report.part.as_ref().filter(|part| **part != self.part) {
            differences.push(format!("the estimate is for {}, the report for {part}", self.part));
        }
        if let Some(clock) = report.clock.target_ns.filter(|clock| (clock - self.clock_ns).abs() > 1e-6) {
            differences.push(format!("the estimate is for a clock of {} ns, the report for {clock} ns", self.clock_ns));
        }
        Beside { tool, differences, rows }
    }
}

impl fmt::Display for Beside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rows =
            vec![["".to_owned(), "estimate".to_owned(), "9 of 10".to_owned(), self.tool.clone(), String::new()]];
        rows.extend(self.rows.iter().map(|row| {
            let Figure { estimate, low, high, basis } = row.estimated;
            let reported = row.reported.map_or_else(|| "-".to_owned(), |reported| reported.to_string());
            let error = match (row.error(), row.is_within()) {
                (Some(error), Some(within)) => {
                    format!("{:+.1} %{}", 100.0 * error, if within { "" } else { ", outside" })
                }
                _ => String::new(),
            };
            [
                row.name.clone(),
                format!("{estimate:.0}{}", basis.mark()),
                format!("{low:.0} to {high:.0}"),
                reported,
                error,
            ]
        }));
        let widths: [usize; 5] =
            std::array::from_fn(|i| rows.iter().map(|row| row[i].chars().count()).max().unwrap_or_default());
        for (index, row) in rows.iter().enumerate() {
            let [name, estimate, interval, tool, error] = row;
            let line = format!(
                "{name:<a$}  {estimate:>b$}  {interval:>c$}  {tool:>d$}  {error}",
                a = widths[0],
                b = widths[1],
                c = widths[2],
                d = widths[3]
            );
            write!(f, "{}{}", if index == 0 { "" } else { "\n" }, line.trim_end())?;
        }
        self.differences.iter().try_for_each(|difference| write!(f, "\nnote: {difference}"))
    }
}
