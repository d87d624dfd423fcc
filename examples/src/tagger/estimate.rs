//! What a tagger takes, estimated, and beside what a tool reports.

use std::fs;
use std::path::Path;

use hls_train::core::backend::Target;
use hls_train::core::cost::Estimate;
use hls_train::core::ir::Graph;
use hls_train::core::reports::{self, Report};

use super::TaggerError;
use crate::summary::Summary;

/// The report of --csynth.
///
/// # Errors
/// Where the file cannot be read or is no report.
pub(super) fn report(path: &Path) -> Result<Report, TaggerError> {
    let bytes = fs::read(path).map_err(|source| TaggerError::Io { path: path.to_owned(), source })?;
    reports::parse(&bytes).map_err(|source| TaggerError::Report { path: path.to_owned(), source })
}

pub(super) fn estimate(graph: &Graph, target: &Target, report: Option<&Report>, summary: &mut Summary) {
    let estimate = Estimate::new(graph, target);
    summary.csynth = report.map(|report| estimate.beside(report));
    summary.estimate = Some(estimate);
}
