//! What the page shows, in its order.

mod accuracy;
mod cost;
mod exactness;
mod front;
mod graph;
mod made;
mod model;
mod ranges;
mod scans;

use serde::Serialize;

use super::Report;
use super::numbers::{count, number, percent};
use super::page::Section;

/// A figure at the head of the page.
#[derive(Serialize)]
pub(in crate::report) struct Fact {
    pub name: &'static str,
    pub value: String,
    pub note: String,
}

/// All sections; what was not measured is a section that says how to measure it.
pub(in crate::report) fn all(report: &Report) -> Vec<Section> {
    vec![
        exactness::section(report),
        accuracy::section(report),
        model::section(report),
        cost::section(report),
        ranges::section(report),
        scans::section(report),
        front::section(report),
        made::section(report),
    ]
}

/// The figures at the head of the page.
pub(in crate::report) fn facts(report: &Report) -> Vec<Fact> {
    let mut facts = Vec::new();
    let executions = report.quality.iter().flat_map(|quality| &quality.executions);
    if let (Some(first), Some(last)) = (executions.clone().next(), executions.last()) {
        let note =
            if first == last { String::new() } else { format!("{} {}", first.name, percent(first.metrics.accuracy())) };
        facts.push(Fact { name: "accuracy", value: percent(last.metrics.accuracy()), note });
    }
    if let Some(estimate) = &report.estimate {
        let total = &estimate.total;
        let clocks = format!("{} clocks of {} ns", number(total.cycles.estimate), estimate.clock_ns);
        facts.push(Fact {
            name: "latency",
            value: format!("{} ns", number(estimate.latency_ns.estimate)),
            note: clocks,
        });
        let interval = format!("{} ns", number(total.ii.estimate * estimate.clock_ns));
        facts.push(Fact {
            name: "interval",
            value: interval,
            note: match total.ii.estimate {
                1.0 => "every clock".to_owned(),
                clocks => format!("{} clocks", number(clocks)),
            },
        });
        for (name, figure) in total.resources().into_iter().filter(|(name, figure)| *name != "FF" && figure.high > 0.0)
        {
            let ends = format!("{} to {}", number(figure.low.round()), number(figure.high.round()));
            facts.push(Fact { name, value: number(figure.estimate.round()), note: ends });
        }
    }
    facts.push(Fact {
        name: "EBOPs",
        value: count(report.workload.ebops),
        note: format!("{} multiplications", count(report.workload.multiplications)),
    });
    facts
}
