//! What the vendors' tools give back, read into one [`Report`].
//!
//! | tool | files |
//! |---|---|
//! | Vivado HLS, Vitis HLS | `csynth.xml`, `<module>_csynth.xml`, `<module>_csynth.rpt`, `csynth.rpt`, `<top>_cosim.rpt` |
//! | Vivado | `report_utilization`, `report_timing_summary`, `report_timing` |
//! | oneAPI, Quartus | `summary.ndjson`, `loop_attr.ndjson`, `quartus.ndjson` |
//!
//! Formats are told by their content, never by the file's name. Times have their unit, and a time without one is refused.
//! What a tool does not know (`undef`, `?`) is [`Clocks::Undefined`] or absent; it is never zero. A report without what
//! it is for (latency and resources of a synthesis, LUTs of a utilization) is refused with the name of what is missing.
//! Nothing here panics, whatever the bytes are.

mod ascii_table;
mod cosim;
mod csynth_rpt;
mod csynth_xml;
mod error;
mod intel;
mod number;
mod report;
mod vivado;

pub use error::ReportError;
pub use report::{
    Bounds, Clocks, InstanceReport, LoopReport, Report, ReportKind, ReportedClock, ReportedResources, Slack, Tool,
    Usage,
};

/// The largest file that is read: 32 MiB. Real reports have at most some hundred KiB.
pub const MAX_BYTES: usize = 32 << 20;

/// Reads a report of any of the known formats.
///
/// # Errors
/// Where the bytes are no such report, or contradict themselves.
pub fn parse(bytes: &[u8]) -> Result<Report, ReportError> {
    if bytes.len() > MAX_BYTES {
        return Err(ReportError::TooLarge { bytes: bytes.len() });
    }
    let text = std::str::from_utf8(bytes).map_err(|_| ReportError::NotText)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match text.trim_start().chars().next() {
        Some('<') => return csynth_xml::parse(text.trim_start()),
        Some('{') => return intel::parse(text),
        _ => {}
    }
    match vivado::command(text) {
        Some("report_utilization") => return vivado::utilization(text),
        Some("report_timing_summary") => return vivado::timing_summary(text),
        Some("report_timing") => return vivado::timing_paths(text),
        _ => {}
    }
    if csynth_rpt::title(text).is_some() {
        csynth_rpt::parse(text)
    } else if cosim::is_cosim(text) {
        cosim::parse(text)
    } else {
        Err(ReportError::UnknownFormat)
    }
}
