//! Reports of oneAPI and Quartus: JSON, one object a line.

use serde_json::{Map, Value};

use super::ReportError;
use super::number::{amount, clocks, is_undefined};
use super::report::{InstanceReport, LoopReport, Report, ReportKind, ReportedResources, Tool, Usage};

pub(super) fn parse(text: &str) -> Result<Report, ReportError> {
    let mut objects = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let json = |message: String| ReportError::Json { line: index + 1, message };
        match serde_json::from_str(line) {
            Ok(Value::Object(object)) => objects.push(object),
            Ok(_) => return Err(json("an object is expected".to_owned())),
            // Every line is a document of its own, so the reader's line is always the first.
            Err(error) => return Err(json(error.to_string().replace(" at line 1 ", " at "))),
        }
    }
    let has = |key: &str| objects.iter().any(|object| object.contains_key(key));
    let named = |name: &str| objects.iter().any(|object| text_of(object, "name") == Some(name));
    if has("quartusFitResourceUsageSummary") {
        fitter(&objects)
    } else if named("loop_attributes") {
        loops(&objects)
    } else if objects.iter().any(|object| text_of(object, "summary_type") == Some("estimatedResources")) {
        estimates(&objects)
    } else {
        Err(ReportError::UnknownFormat)
    }
}

fn text_of<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    object.get(key).and_then(Value::as_str)
}

fn tool(name: &str) -> Option<Tool> {
    Some(Tool { name: name.to_owned(), version: None })
}

/// A figure as a number or as text.
fn figure(field: &str, value: &Value) -> Result<Option<f64>, ReportError> {
    match value {
        Value::Null => Ok(None),
        Value::Number(number) => amount(field, &number.to_string()).map(Some),
        Value::String(text) if text.is_empty() || is_undefined(text) => Ok(None),
        Value::String(text) => amount(field, text).map(Some),
        other => Err(ReportError::not_a_number(field, &other.to_string())),
    }
}

/// A period of a frequency in MHz.
fn period_ns(field: &str, value: &Value) -> Result<Option<f64>, ReportError> {
    let Some(frequency) = figure(field, value)? else { return Ok(None) };
    if frequency > 0.0 { Ok(Some(1e3 / frequency)) } else { Err(ReportError::not_a_number(field, &value.to_string())) }
}

fn fitter(objects: &[Map<String, Value>]) -> Result<Report, ReportError> {
    let mut report = Report::new(ReportKind::IntelFit);
    report.tool = tool("Quartus");
    for object in objects {
        let nodes = |key: &str| {
            let nodes = object.get(key).and_then(|summary| summary.get("nodes")).and_then(Value::as_array);
            nodes.into_iter().flatten().filter_map(Value::as_object)
        };
        if let Some(clock) = nodes("quartusFitClockSummary").next() {
            let read = |key: &str| clock.get(key).map(|value| period_ns(key, value)).transpose().map(Option::flatten);
            report.clock.target_ns = read("clock")?;
            report.clock.estimated_ns = read("clock fmax")?;
        }
        for node in nodes("quartusFitResourceUsageSummary") {
            let resources = fitted(node)?;
            if text_of(node, "type") == Some("system") {
                report.resources = resources;
            } else {
                let name = text_of(node, "name").ok_or_else(|| ReportError::missing("the name of a kernel"))?;
                report.module.get_or_insert_with(|| name.to_owned());
                report.instances.push(instance(name, resources));
            }
        }
    }
    if report.resources.is_empty() {
        return Err(ReportError::missing("the resources of the whole device image"));
    }
    Ok(report)
}

fn instance(name: &str, resources: ReportedResources) -> InstanceReport {
    InstanceReport { name: name.to_owned(), module: None, latency: None, interval: None, resources }
}

fn fitted(node: &Map<String, Value>) -> Result<ReportedResources, ReportError> {
    let usage = |key: &str| -> Result<Option<Usage>, ReportError> {
        let used = node.get(key).map(|value| figure(key, value)).transpose()?.flatten();
        Ok(used.map(|used| Usage { used, available: None }))
    };
    Ok(ReportedResources {
        lut: usage("alut")?,
        ff: usage("reg")?,
        dsp: usage("dsp")?,
        intel_ram: usage("ram")?,
        mlab: usage("mlab")?,
        alm: usage("alm")?,
        ..ReportedResources::default()
    })
}

/// `Estimated Resource Usage`: a line of columns, then lines of figures.
fn estimates(objects: &[Map<String, Value>]) -> Result<Report, ReportError> {
    let mut report = Report::new(ReportKind::IntelEstimate);
    report.tool = tool("oneAPI");
    let header = objects.iter().find(|object| text_of(object, "summary_type") == Some("estimatedResources"));
    let columns = header.and_then(|header| header.get("columns")).and_then(Value::as_array);
    let columns = columns.ok_or_else(|| ReportError::missing("the columns of the estimated resources"))?;
    // The first column is the name, which the figures do not repeat.
    let columns: Vec<&str> = columns.iter().skip(1).map(|column| column.as_str().unwrap_or_default().trim()).collect();
    let rows = objects.iter().filter(|object| text_of(object, "parent") == Some("estimatedResources"));
    let mut available = None;
    let mut total = None;
    for row in rows {
        let name = text_of(row, "name").ok_or_else(|| ReportError::missing("the name of a row"))?;
        let data = row.get("data").and_then(Value::as_array);
        let data = data.ok_or_else(|| ReportError::missing(format!("the figures of {name}")))?;
        let usage = |column: &str| -> Result<Option<Usage>, ReportError> {
            let value = columns.iter().position(|other| *other == column).and_then(|at| data.get(at));
            let used = value.map(|value| figure(column, value)).transpose()?.flatten();
            Ok(used.map(|used| Usage { used, available: None }))
        };
        let resources = ReportedResources {
            lut: usage("ALUTs")?,
            ff: usage("FFs")?,
            dsp: usage("DSPs")?,
            intel_ram: usage("RAMs")?,
            mlab: usage("MLABs")?,
            ..ReportedResources::default()
        };
        match name {
            "Total" => total = Some(resources),
            name if name.starts_with("Available") => available = Some(resources),
            name if row.contains_key("classes") || name.ends_with("Subtotal") => {}
            name => report.instances.push(instance(name, resources)),
        }
    }
    report.resources = total.ok_or_else(|| ReportError::missing("the row `Total`"))?;
    if let Some(available) = available {
        let of = |used: &mut Option<Usage>, available: Option<Usage>| {
            if let (Some(used), Some(available)) = (used, available) {
                used.available = Some(available.used);
            }
        };
        of(&mut report.resources.lut, available.lut);
        of(&mut report.resources.ff, available.ff);
        of(&mut report.resources.dsp, available.dsp);
        of(&mut report.resources.intel_ram, available.intel_ram);
        of(&mut report.resources.mlab, available.mlab);
    }
    Ok(report)
}

/// `loop_attr.ndjson`: kernels, their blocks and loops.
fn loops(objects: &[Map<String, Value>]) -> Result<Report, ReportError> {
    let mut report = Report::new(ReportKind::IntelLoops);
    report.tool = tool("oneAPI");
    for object in objects {
        let Some(name) = text_of(object, "name") else { return Err(ReportError::missing("the name of a loop")) };
        match text_of(object, "type") {
            Some("kernel") => {
                report.module.get_or_insert_with(|| name.to_owned());
                let period = object.get("fmax").map(|fmax| period_ns("fmax", fmax)).transpose()?.flatten();
                // The slowest kernel decides.
                report.clock.estimated_ns = match (report.clock.estimated_ns, period) {
                    (Some(slowest), Some(period)) => Some(slowest.max(period)),
                    (slowest, period) => slowest.or(period),
                };
            }
            Some("loop") => {
                let value = |key: &str| text_of(object, key).map(|text| clocks(key, text)).transpose();
                // `176.000000` clocks.
                let whole = |text: &str| clocks("lt", text.trim_end_matches('0').trim_end_matches('.'));
                let latency = text_of(object, "lt").filter(|text| text.contains('.')).map(whole).transpose()?;
                report.loops.push(LoopReport {
                    name: name.to_owned(),
                    trip_count: None,
                    latency: None,
                    iteration: latency,
                    ii: value("ii")?,
                });
            }
            _ => {}
        }
    }
    if report.module.is_none() {
        return Err(ReportError::missing("a kernel"));
    }
    Ok(report)
}
