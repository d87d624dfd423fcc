//! `*_csynth.rpt` and `csynth.rpt` of Vivado HLS and Vitis HLS.

use super::ReportError;
use super::ascii_table::AsciiTable;
use super::number::{amount, clocks, is_undefined, optional_time_ns, time_ns};
use super::report::{
    Bounds, Clocks, InstanceReport, LoopReport, Report, ReportKind, ReportedClock, ReportedResources, Tool, Usage,
};

/// `== Vitis HLS Report for 'top'`, also `== Vivado HLS Report for 'top'`, and the tool's name.
const TITLES: [(&str, &str); 3] = [
    ("== Vivado HLS Report for '", "Vivado HLS"),
    ("== Vitis HLS Report for '", "Vitis HLS"),
    ("== Synthesis Summary Report of '", "Vitis HLS"),
];

/// The title line's tool and module.
pub(super) fn title(text: &str) -> Option<(&'static str, &str)> {
    text.lines().take(40).find_map(|line| {
        let line = line.trim();
        TITLES.iter().find_map(|(prefix, tool)| {
            line.strip_prefix(prefix).and_then(|rest| rest.strip_suffix('\'')).map(|module| (*tool, module))
        })
    })
}

pub(super) fn parse(text: &str) -> Result<Report, ReportError> {
    let (tool, module) = title(text).ok_or(ReportError::UnknownFormat)?;
    let mut report = Report::new(ReportKind::CSynthesis);
    let field = |name: &str| {
        let of_line = |line: &'_ str| line.trim().strip_prefix(name).map(|rest| rest.trim().to_owned());
        text.lines().take(60).find_map(of_line).filter(|value| !value.is_empty())
    };
    let version = field("* Version:").and_then(|version| version.split_whitespace().next().map(str::to_owned));
    report.tool = Some(Tool { name: tool.to_owned(), version });
    report.module = Some(module.to_owned());
    report.part = field("* Target device:");
    let tables = AsciiTable::all(text);
    if text.contains("== Synthesis Summary Report of '") {
        summary(&tables, &mut report)?;
    } else {
        // Before 2019 the unit stood in the headline: `+ Timing (ns):`.
        let unit = text.lines().find_map(|line| line.trim().strip_prefix("+ Timing (")?.split(')').next());
        module_report(&tables, unit, &mut report)?;
    }
    Ok(report)
}

fn module_report(tables: &[AsciiTable<'_>], unit: Option<&str>, report: &mut Report) -> Result<(), ReportError> {
    let clock = tables.iter().find(|table| table.column("Clock").is_some());
    report.clock = clock.map(|table| read_clock(table, unit)).transpose()?.unwrap_or_default();
    let is_latency = |table: &&AsciiTable<'_>| table.columns.first().is_some_and(|name| name == "min");
    let latency = tables.iter().find(is_latency).ok_or_else(|| ReportError::missing("the table of latencies"))?;
    let row = latency.rows.first().ok_or_else(|| ReportError::missing("the row of latencies"))?;
    let [least, most, least_time, most_time, interval @ ..] = row.as_slice() else {
        return Err(ReportError::missing("the columns of latencies"));
    };
    report.latency = Some(Bounds::checked("latency", clocks("latency", least)?, clocks("latency", most)?)?);
    // Before 2019 there was no column of times.
    if row.len() >= 7 {
        let time = |text| optional_time_ns("absolute latency", text, None);
        report.latency_ns = Some(Bounds { min: time(least_time)?, max: time(most_time)? });
        let [least, most, ..] = interval else { return Err(ReportError::missing("the interval")) };
        report.interval = Some(Bounds::checked("interval", clocks("interval", least)?, clocks("interval", most)?)?);
    } else {
        let bounds = (clocks("interval", least_time)?, clocks("interval", most_time)?);
        report.interval = Some(Bounds::checked("interval", bounds.0, bounds.1)?);
    }
    let is_utilization = |table: &&AsciiTable<'_>| table.row("Total").is_some() && table.row("Available").is_some();
    let utilization =
        tables.iter().find(is_utilization).ok_or_else(|| ReportError::missing("the table of resources"))?;
    report.resources = utilization_of(utilization)?;
    for table in tables {
        match table.columns.first().map(String::as_str) {
            Some("Instance") if table.column("Module").is_some() => read_instances(table, report)?,
            Some("Loop Name") => read_loops(table, report)?,
            _ => {}
        }
    }
    Ok(())
}

fn read_clock(table: &AsciiTable<'_>, unit: Option<&str>) -> Result<ReportedClock, ReportError> {
    let row = table.rows.first().ok_or_else(|| ReportError::missing("the row of the clock"))?;
    let cell = |name: &str| table.column(name).and_then(|at| row.get(at).copied());
    let time = |name: &str| cell(name).map(|text| time_ns(name, text, unit)).transpose();
    Ok(ReportedClock {
        target_ns: time("Target")?,
        estimated_ns: time("Estimated")?,
        uncertainty_ns: time("Uncertainty")?,
    })
}

/// The names of the columns of a resource.
const RESOURCES: [&[&str]; 5] = [&["LUT"], &["FF"], &["DSP", "DSP48E", "DSP58"], &["BRAM_18K", "BRAM"], &["URAM"]];

fn from_row(
    table: &AsciiTable<'_>,
    row: &[&str],
    available: Option<&[&str]>,
) -> Result<ReportedResources, ReportError> {
    let usage = |names: &[&str]| -> Result<Option<Usage>, ReportError> {
        let Some(at) = names.iter().find_map(|name| table.column(name)) else { return Ok(None) };
        let figure = |row: &[&str]| -> Result<Option<f64>, ReportError> {
            // `8 (~0%)`: the figure and its share.
            let text = row.get(at).map_or("", |cell| cell.split('(').next().unwrap_or_default().trim());
            if text.is_empty() || is_undefined(text) { Ok(None) } else { amount(names[0], text).map(Some) }
        };
        let available = available.map(figure).transpose()?.flatten();
        Ok(figure(row)?.map(|used| Usage { used, available }))
    };
    let [lut, ff, dsp, bram_18k, uram] =
        [usage(RESOURCES[0])?, usage(RESOURCES[1])?, usage(RESOURCES[2])?, usage(RESOURCES[3])?, usage(RESOURCES[4])?];
    Ok(ReportedResources { lut, ff, dsp, bram_18k, uram, ..ReportedResources::default() })
}

fn utilization_of(table: &AsciiTable<'_>) -> Result<ReportedResources, ReportError> {
    let total = table.row("Total").ok_or_else(|| ReportError::missing("the row `Total`"))?;
    let resources = from_row(table, total, table.row("Available"))?;
    if resources.lut.is_none() || resources.ff.is_none() {
        return Err(ReportError::missing("LUT or FF of the row `Total`"));
    }
    Ok(resources)
}

/// Two tables name the instances: one has their latencies, the other their resources.
fn read_instances(table: &AsciiTable<'_>, report: &mut Report) -> Result<(), ReportError> {
    let has_resources = table.column("LUT").is_some();
    for row in table.rows.iter().filter(|row| row.first().is_some_and(|name| *name != "Total")) {
        let [name, module, figures @ ..] = row.as_slice() else { continue };
        let known = report.instances.iter().position(|instance| instance.name == *name);
        let at = known.unwrap_or_else(|| {
            report.instances.push(InstanceReport {
                name: (*name).to_owned(),
                module: Some((*module).to_owned()),
                latency: None,
                interval: None,
                resources: ReportedResources::default(),
            });
            report.instances.len() - 1
        });
        if has_resources {
            report.instances[at].resources = from_row(table, row, None)?;
        } else if let [least, most, rest @ ..] = figures {
            let bounds =
                |least: &str, most: &str| Bounds::checked(name, clocks(name, least)?, clocks(name, most)?).map(Some);
            report.instances[at].latency = bounds(least, most)?;
            // The intervals stand before the last column, the type.
            if let [.., least, most, _] = rest {
                report.instances[at].interval = bounds(least, most)?;
            }
        }
    }
    Ok(())
}

fn read_loops(table: &AsciiTable<'_>, report: &mut Report) -> Result<(), ReportError> {
    let mut outer: Vec<&str> = Vec::new();
    for row in &table.rows {
        let [name, least, most, iteration, achieved, _, trips, ..] = row.as_slice() else { continue };
        // `- outer`, ` + inner`, `  ++ innermost`.
        let mark: String = name.chars().take_while(|c| matches!(c, '-' | '+' | ' ')).collect();
        let depth = mark.chars().filter(|c| *c == '+').count();
        outer.truncate(depth);
        outer.push(name[mark.len()..].trim());
        report.loops.push(LoopReport {
            name: outer.join("/"),
            trip_count: Some(clocks("trip count", trips)?),
            latency: Some(Bounds::checked(name, clocks(name, least)?, clocks(name, most)?)?),
            // `2 ~ 5`: from two to five.
            iteration: Some(clocks("iteration latency", iteration.rsplit('~').next().unwrap_or_default().trim())?),
            ii: if is_undefined(achieved) { None } else { Some(clocks("initiation interval", achieved)?) },
        });
    }
    Ok(())
}

/// The one table of a summary: modules and loops as a tree, the top first.
fn summary(tables: &[AsciiTable<'_>], report: &mut Report) -> Result<(), ReportError> {
    let table = tables
        .iter()
        .find(|table| table.column("Modules & Loops").is_some())
        .ok_or_else(|| ReportError::missing("the table of modules and loops"))?;
    let column = |name: &str| table.column(name).ok_or_else(|| ReportError::missing(format!("the column `{name}`")));
    let (cycles, interval) = (column("Latency (cycles)")?, column("Interval")?);
    let (time, iteration, trips) = (column("Latency (ns)")?, column("Iteration Latency")?, column("Trip Count")?);
    let one = |row: &[&str], at: usize| -> Result<Option<Clocks>, ReportError> {
        let text = row.get(at).copied().unwrap_or_default();
        if text == "-" { Ok(None) } else { clocks(&table.columns[at], text).map(Some) }
    };
    let same = |value: Option<Clocks>| value.map(|value| Bounds { min: value, max: value });
    for (index, row) in table.rows.iter().enumerate() {
        let name = row.first().copied().unwrap_or_default();
        let (latency, interval) = (same(one(row, cycles)?), same(one(row, interval)?));
        if let Some(name) = name.strip_prefix('o') {
            report.loops.push(LoopReport {
                name: name.trim().to_owned(),
                trip_count: one(row, trips)?,
                latency,
                iteration: one(row, iteration)?,
                ii: interval.map(|interval| interval.max),
            });
            continue;
        }
        let resources = from_row(table, row, None)?;
        let name = name.trim_start_matches('+').trim_end_matches('*').trim();
        if index == 0 {
            let text = row.get(time).copied().unwrap_or_default();
            let time = optional_time_ns("Latency (ns)", text, Some("ns"))?;
            report.latency_ns = Some(Bounds { min: time, max: time });
            (report.latency, report.interval, report.resources) = (latency, interval, resources);
        } else {
            let module = Some(name.to_owned());
            report.instances.push(InstanceReport { name: name.to_owned(), module, latency, interval, resources });
        }
    }
    if report.latency.is_none() || report.resources.is_empty() {
        return Err(ReportError::missing("the row of the top module"));
    }
    Ok(())
}
