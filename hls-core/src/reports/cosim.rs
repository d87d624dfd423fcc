//! `*_cosim.rpt`: what C/RTL cosimulation measured.

use super::ReportError;
use super::number::{clocks, is_undefined};
use super::report::{Bounds, Report, ReportKind, Tool};

pub(super) fn is_cosim(text: &str) -> bool {
    text.lines().take(40).any(|line| line.starts_with("Simulation tool"))
}

pub(super) fn parse(text: &str) -> Result<Report, ReportError> {
    let mut report = Report::new(ReportKind::CoSimulation);
    let simulator = text.lines().take(40).find_map(|line| line.strip_prefix("Simulation tool")?.split_once(':'));
    let name = simulator.map(|(_, name)| name.trim().trim_end_matches('.').to_owned());
    report.tool = name.map(|name| Tool { name, version: None });
    // Its rules are drawn over two lines of headers, so rows are found by their language.
    let rows = text.lines().filter_map(|line| line.trim().strip_prefix('|')?.strip_suffix('|'));
    let rows = rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    let mut ran = rows.filter(|row| {
        matches!(row.first().copied(), Some("VHDL" | "Verilog" | "SystemC"))
            && row.get(1).is_some_and(|s| !is_undefined(s))
    });
    let row = ran.next_back().ok_or_else(|| ReportError::missing("the row of a language that was simulated"))?;
    let [_, status, least, _, most, least_interval, _, most_interval, ..] = row.as_slice() else {
        return Err(ReportError::missing("the columns of latency and interval"));
    };
    report.state = Some((*status).to_owned());
    report.latency = Some(Bounds::checked("latency", clocks("latency", least)?, clocks("latency", most)?)?);
    let interval = (clocks("interval", least_interval)?, clocks("interval", most_interval)?);
    report.interval = Some(Bounds::checked("interval", interval.0, interval.1)?);
    Ok(report)
}
