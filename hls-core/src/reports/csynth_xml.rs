//! `csynth.xml` and `<module>_csynth.xml` of Vivado HLS and Vitis HLS.

use roxmltree::{Document, Node, ParsingOptions};

use super::ReportError;
use super::number::{amount, clocks, optional_time_ns, time_ns};
use super::report::{Bounds, Clocks, InstanceReport, LoopReport, Report, ReportKind, ReportedResources, Tool, Usage};

/// Far more than any report has, so that a file of tags alone cannot take all memory.
const MAX_NODES: u32 = 4_000_000;
/// Loops inside loops.
const MAX_DEPTH: usize = 64;

pub(super) fn parse(text: &str) -> Result<Report, ReportError> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| ReportError::Xml(error.to_string()))?;
    let root = document.root_element();
    if !root.has_tag_name("profile") {
        return Err(ReportError::UnknownFormat);
    }
    let mut report = Report::new(ReportKind::CSynthesis);
    let version = child(root, "ReportVersion").and_then(|node| text_of(node, "Version"));
    report.tool = Some(Tool { name: "Vivado HLS or Vitis HLS".to_owned(), version: version.map(str::to_owned) });

    let user = child(root, "UserAssignments").ok_or_else(|| ReportError::missing("UserAssignments"))?;
    report.module = text_of(user, "TopModelName").map(str::to_owned);
    report.part = text_of(user, "Part").map(str::to_owned);
    let unit = text_of(user, "unit");
    let clock = |field: &str| text_of(user, field).map(|text| time_ns(field, text, unit)).transpose();
    report.clock.target_ns = clock("TargetClockPeriod")?;
    report.clock.uncertainty_ns = clock("ClockUncertainty")?;

    let performance =
        child(root, "PerformanceEstimates").ok_or_else(|| ReportError::missing("PerformanceEstimates"))?;
    if let Some(timing) = child(performance, "SummaryOfTimingAnalysis") {
        let unit = text_of(timing, "unit");
        let estimated = text_of(timing, "EstimatedClockPeriod");
        report.clock.estimated_ns = estimated.map(|text| time_ns("EstimatedClockPeriod", text, unit)).transpose()?;
    }
    let overall =
        child(performance, "SummaryOfOverallLatency").ok_or_else(|| ReportError::missing("SummaryOfOverallLatency"))?;
    (report.latency, report.interval) = overall_latency(overall)?;
    if report.latency.is_none() {
        return Err(ReportError::missing("Best-caseLatency"));
    }
    let time = |field: &str| text_of(overall, field).map(|text| optional_time_ns(field, text, None)).transpose();
    if let (Some(min), Some(max)) = (time("Best-caseRealTimeLatency")?, time("Worst-caseRealTimeLatency")?) {
        report.latency_ns = Some(Bounds { min, max });
    }
    if let Some(loops) = child(performance, "SummaryOfLoopLatency") {
        read_loops(loops, "", 0, &mut report.loops)?;
    }
    let area = child(root, "AreaEstimates").ok_or_else(|| ReportError::missing("AreaEstimates"))?;
    report.resources = resources(area)?;
    if report.resources.is_empty() {
        return Err(ReportError::missing("Resources"));
    }
    if let Some(modules) = child(root, "ModuleInformation") {
        for module in modules.children().filter(|node| node.has_tag_name("Module")) {
            report.instances.push(read_module(module)?);
        }
    }
    Ok(report)
}

fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.children().find(|child| child.has_tag_name(name))
}

fn text_of<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    child(node, name).and_then(|child| child.text()).map(str::trim).filter(|text| !text.is_empty())
}

type Latency = (Option<Bounds<Clocks>>, Option<Bounds<Clocks>>);

fn overall_latency(node: Node<'_, '_>) -> Result<Latency, ReportError> {
    if let Some(unit) = text_of(node, "unit").filter(|unit| *unit != "clock cycles") {
        return Err(ReportError::unit("SummaryOfOverallLatency", unit));
    }
    let value = |field: &str| text_of(node, field).map(|text| clocks(field, text)).transpose();
    let bounds = |least: &str, most: &str| match (value(least)?, value(most)?) {
        (Some(min), Some(max)) => Bounds::checked(least, min, max).map(Some),
        _ => Ok(None),
    };
    let interval = match bounds("Interval-min", "Interval-max")? {
        // A pipelined module states one number.
        None => value("PipelineInitiationInterval")?.map(|ii| Bounds { min: ii, max: ii }),
        interval => interval,
    };
    Ok((bounds("Best-caseLatency", "Worst-caseLatency")?, interval))
}

fn resources(area: Node<'_, '_>) -> Result<ReportedResources, ReportError> {
    let used = child(area, "Resources");
    let available = child(area, "AvailableResources");
    let figure = |node: Option<Node<'_, '_>>, names: &[&str]| -> Result<Option<f64>, ReportError> {
        let Some(node) = node else { return Ok(None) };
        let text = names.iter().find_map(|name| text_of(node, name).map(|text| (name, text)));
        text.map(|(name, text)| amount(name, text)).transpose()
    };
    let usage = |names: &[&str]| -> Result<Option<Usage>, ReportError> {
        let (used, available) = (figure(used, names)?, figure(available, names)?);
        Ok(used.map(|used| Usage { used, available }))
    };
    Ok(ReportedResources {
        lut: usage(&["LUT"])?,
        ff: usage(&["FF"])?,
        dsp: usage(&["DSP", "DSP48E", "DSP58"])?,
        bram_18k: usage(&["BRAM_18K"])?,
        uram: usage(&["URAM"])?,
        ..ReportedResources::default()
    })
}

/// A number, or a range of them.
fn range(node: Node<'_, '_>, field: &str) -> Result<Option<Bounds<Clocks>>, ReportError> {
    let Some(node) = child(node, field) else { return Ok(None) };
    let Some(range) = child(node, "range") else {
        let text = node.text().map(str::trim).filter(|text| !text.is_empty());
        return Ok(text.map(|text| clocks(field, text)).transpose()?.map(|value| Bounds { min: value, max: value }));
    };
    let end = |name: &str| {
        let text = text_of(range, name).ok_or_else(|| ReportError::missing(format!("{field} range {name}")))?;
        clocks(field, text)
    };
    Bounds::checked(field, end("min")?, end("max")?).map(Some)
}

const LOOP_FIELDS: [&str; 3] = ["TripCount", "Latency", "IterationLatency"];

fn read_loops(node: Node<'_, '_>, outer: &str, depth: usize, loops: &mut Vec<LoopReport>) -> Result<(), ReportError> {
    if depth >= MAX_DEPTH {
        return Err(ReportError::Xml(format!("loops are nested more than {MAX_DEPTH} deep")));
    }
    for inner in node.children().filter(Node::is_element) {
        if !LOOP_FIELDS.iter().any(|field| child(inner, field).is_some()) {
            continue;
        }
        let tag = text_of(inner, "Name").unwrap_or_else(|| inner.tag_name().name());
        let name = if outer.is_empty() { tag.to_owned() } else { format!("{outer}/{tag}") };
        // Of a range the most is what counts for a trip and a run; the loop's own latency has both ends.
        let most = |field: &str| range(inner, field).map(|bounds| bounds.map(|bounds| bounds.max));
        let depth_of_pipeline = most("PipelineDepth")?;
        loops.push(LoopReport {
            trip_count: most("TripCount")?,
            latency: range(inner, "Latency")?,
            iteration: most("IterationLatency")?.or(depth_of_pipeline),
            ii: most("PipelineII")?,
            name: name.clone(),
        });
        read_loops(inner, &name, depth + 1, loops)?;
    }
    Ok(())
}

fn read_module(module: Node<'_, '_>) -> Result<InstanceReport, ReportError> {
    let name = text_of(module, "Name").ok_or_else(|| ReportError::missing("Module Name"))?;
    let performance = child(module, "PerformanceEstimates");
    let overall = performance.and_then(|node| child(node, "SummaryOfOverallLatency"));
    let (latency, interval) = overall.map(overall_latency).transpose()?.unwrap_or_default();
    let resources = child(module, "AreaEstimates").map(resources).transpose()?.unwrap_or_default();
    Ok(InstanceReport { name: name.to_owned(), module: Some(name.to_owned()), latency, interval, resources })
}
