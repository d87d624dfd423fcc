//! The HLS project of a trained model, and its C simulation.

use hls_train::core::backend::{self, Target, TestVectors};
use hls_train::core::csim;
use hls_train::core::emulator::Emulator;
use hls_train::core::ir::Graph;

use super::{Prepared, TaggerError};
use crate::arguments::Arguments;
use crate::summary::{Comparison, Summary};

/// What the project is for.
///
/// # Errors
/// Where the part has no name that a tool knows, or the clock is impossible.
pub(super) fn target(arguments: &Arguments) -> Result<Target, TaggerError> {
    Ok(Target::new(&arguments.part, arguments.clock_ns)?)
}

pub(super) fn write(
    arguments: &Arguments,
    graph: &Graph,
    data: &Prepared,
    summary: &mut Summary,
) -> Result<(), TaggerError> {
    let target = target(arguments)?;
    let samples = if arguments.csim { data.csim_vectors } else { data.vectors }.min(data.test.len());
    let input = Emulator::new(graph).quantize_input(&data.test.inputs()[..samples * data.test.features()]);
    let mut project = backend::find(&arguments.backend)?.emit(graph, &target, &TestVectors::new(input))?;
    project.attach(data.constants.name, data.constants.content.clone())?;
    let written = project.write(&arguments.out)?;
    if let Some(kept) = &written.kept {
        let text = "note: the old project held files that were not emitted; it was moved to";
        summary.warnings.push(format!("{text} {}", kept.display()));
    }
    summary.project = Some(arguments.out.display().to_string());
    summary.synthesize = Some(format!("cd {} && ./build.sh", arguments.out.display()));
    if arguments.csim {
        let headers = csim::headers(arguments.ap_types.as_deref())?;
        let report = csim::run(&written.path, &headers)?;
        summary.csim = Some(Comparison { vectors: report.vectors as u64, mismatches: report.mismatches as u64 });
    }
    Ok(())
}
