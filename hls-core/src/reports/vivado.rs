//! `report_utilization`, `report_timing_summary` and `report_timing` of Vivado.

use super::ReportError;
use super::ascii_table::AsciiTable;
use super::number::{amount, is_undefined, real, whole};
use super::report::{Report, ReportKind, ReportedResources, Tool, Usage};

/// The head of every report of Vivado: `| Command      : report_utilization ..`.
pub(super) fn command(text: &str) -> Option<&str> {
    head(text, "Command")?.split_whitespace().next()
}

fn head<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().take(40).find_map(|line| {
        let (key, value) = line.strip_prefix('|')?.split_once(':')?;
        (key.trim() == name).then(|| value.trim()).filter(|value| !value.is_empty())
    })
}

fn report(text: &str, kind: ReportKind) -> Report {
    let mut report = Report::new(kind);
    // `Vivado v.2020.1 (lin64) Build ..`.
    let version = head(text, "Tool Version")
        .and_then(|version| version.split_whitespace().find_map(|word| word.strip_prefix("v.")).map(str::to_owned));
    report.tool = Some(Tool { name: "Vivado".to_owned(), version });
    report.module = head(text, "Design").map(str::to_owned);
    report.part = head(text, "Device").map(str::to_owned);
    report.state = head(text, "Design State").map(str::to_owned);
    report
}

pub(super) fn utilization(text: &str) -> Result<Report, ReportError> {
    let mut report = report(text, ReportKind::Utilization);
    let tables = AsciiTable::all(text);
    let find = |names: &[&str]| -> Result<Option<Usage>, ReportError> {
        for table in tables.iter().filter(|table| table.column("Used").is_some()) {
            // The first table that has it: the tables of SLRs come later and have other columns.
            let Some((name, row)) = names.iter().find_map(|name| table.row(name).map(|row| (*name, row))) else {
                continue;
            };
            let figure = |column: &str| -> Result<Option<f64>, ReportError> {
                let text = table.column(column).and_then(|at| row.get(at)).copied().unwrap_or_default();
                if text.is_empty() || is_undefined(text) { Ok(None) } else { amount(name, text).map(Some) }
            };
            let used = figure("Used")?.ok_or_else(|| ReportError::missing(format!("`Used` of {name}")))?;
            return Ok(Some(Usage { used, available: figure("Available")? }));
        }
        Ok(None)
    };
    // A tile of 36 Kbit is two of 18.
    let tiles = find(&["Block RAM Tile"])?;
    report.resources = ReportedResources {
        lut: find(&["CLB LUTs*", "CLB LUTs", "Slice LUTs*", "Slice LUTs"])?,
        ff: find(&["CLB Registers", "Slice Registers"])?,
        dsp: find(&["DSPs", "DSP Slices"])?,
        bram_18k: tiles.map(|Usage { used, available }| Usage {
            used: 2.0 * used,
            available: available.map(|available| 2.0 * available),
        }),
        uram: find(&["URAM"])?,
        ..ReportedResources::default()
    };
    if report.resources.lut.is_none() || report.resources.ff.is_none() {
        return Err(ReportError::missing("LUTs or registers"));
    }
    Ok(report)
}

pub(super) fn timing_summary(text: &str) -> Result<Report, ReportError> {
    let mut report = report(text, ReportKind::Timing);
    let mut lines = text.lines();
    let header = lines.find(|line| line.trim_start().starts_with("WNS(ns)"));
    let header = header.ok_or_else(|| ReportError::missing("the design timing summary"))?;
    // Columns are separated by two spaces, names have one.
    let names: Vec<&str> = header.split("  ").map(str::trim).filter(|name| !name.is_empty()).collect();
    let row = lines.nth(1).ok_or_else(|| ReportError::missing("the row of the design timing summary"))?;
    let cells: Vec<&str> = row.split_whitespace().collect();
    let cell = |name: &str| names.iter().position(|other| *other == name).and_then(|at| cells.get(at).copied());
    let slack = |name: &str| match cell(name) {
        Some(text) if !is_undefined(text) => real(name, text).map(Some),
        _ => Ok(None),
    };
    let failing = |name: &str| match cell(name) {
        Some(text) if !is_undefined(text) => whole(name, text).map(Some),
        _ => Ok(None),
    };
    report.slack.setup_ns = slack("WNS(ns)")?;
    report.slack.total_setup_ns = slack("TNS(ns)")?;
    report.slack.hold_ns = slack("WHS(ns)")?;
    let (setup, hold) = (failing("TNS Failing Endpoints")?, failing("THS Failing Endpoints")?);
    report.slack.failing_endpoints = setup.zip(hold).map(|(setup, hold)| setup + hold);
    if report.slack.setup_ns.is_none() && report.slack.hold_ns.is_none() {
        return Err(ReportError::missing("WNS and WHS"));
    }
    // `sys_clk  {0.000 2.500}        5.000           200.000`.
    let mut lines = text.lines().skip_while(|line| !line.starts_with("Clock ") || !line.contains("Period(ns)"));
    let clock = lines.nth(2).and_then(|line| line.split_once('}'));
    if let Some(period) = clock.and_then(|(_, rest)| rest.split_whitespace().next()) {
        let period = amount("clock period", period)?;
        report.clock.target_ns = Some(period);
        report.clock.estimated_ns = report.slack.setup_ns.map(|slack| period - slack);
    }
    Ok(report)
}

/// The paths: the worst slack is the first figure of the column.
pub(super) fn timing_paths(text: &str) -> Result<Report, ReportError> {
    let mut report = report(text, ReportKind::Timing);
    let mut worst: Option<f64> = None;
    let mut keep = |slack: f64| worst = Some(worst.map_or(slack, |worst: f64| worst.min(slack)));
    let mut in_table = false;
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with("Startpoint") && line.ends_with("Slack(ns)") {
            in_table = true;
        } else if let Some(slack) = line.strip_prefix("Slack").and_then(|rest| rest.split_once(':')) {
            // `Slack (MET) :             0.822ns  (required time - arrival time)`.
            let slack = slack.1.split_whitespace().next().unwrap_or_default();
            let unit = slack.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
            if unit != "ns" {
                return Err(ReportError::unit("Slack", unit));
            }
            keep(real("Slack", slack.trim_end_matches("ns"))?);
        } else if in_table && !line.starts_with('-') {
            // A long name stands alone on its line.
            if let Some(text) = line.split_whitespace().last().filter(|text| !text.contains('/')) {
                keep(real("Slack(ns)", text)?);
            }
        }
    }
    report.slack.setup_ns = worst;
    if worst.is_none() {
        return Err(ReportError::missing("a path with its slack"));
    }
    Ok(report)
}
