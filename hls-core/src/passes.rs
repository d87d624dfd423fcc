//! Rewrites of the graph. Every pass keeps the emulator's output; the verifier runs after each.

mod remove_identities;

pub use remove_identities::RemoveIdentities;

use crate::diagnostics::Diagnostics;
use crate::ir::Graph;

/// One rewrite.
pub trait Pass {
    /// The name in listings: snake case, a verb first.
    fn name(&self) -> &'static str;

    /// What it does, in one sentence.
    fn description(&self) -> &'static str;

    /// Rewrites the graph.
    ///
    /// # Errors
    /// What makes the rewrite impossible; the graph may then be half rewritten.
    fn run(&self, graph: &mut Graph) -> Result<(), Diagnostics>;
}

/// Runs passes on a copy of the graph and verifies after each.
///
/// # Errors
/// The first pass's or verifier's findings.
pub fn run(graph: &Graph, passes: &[&dyn Pass]) -> Result<Graph, Diagnostics> {
    let mut graph = graph.clone();
    for pass in passes {
        pass.run(&mut graph)?;
        graph.verify()?;
    }
    Ok(graph)
}
