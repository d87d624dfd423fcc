//! The graph as text: one line a node, the way a person reads it.

use std::fmt;

use super::{Graph, Node};

impl fmt::Display for Graph {
    /// For example
    /// ```text
    /// model tiny (io_parallel)
    ///   %0 input = input() : [2] fixed<8,3> in [-4, 3.96875]
    ///   %1 fc1 = dense(%0) weight fixed<6,1>, bias fixed<6,1> {latency, reuse_factor 1} : [1] fixed<12,2> in [-1, 0.9]
    ///   return %1
    /// ```
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "model {} ({})", self.name, self.io_type.name())?;
        for (id, node) in self.iter() {
            write!(f, "  %{} {} = ", id.0, node.name)?;
            print_node(f, node)?;
            writeln!(f)?;
        }
        let outputs: Vec<String> = self.outputs.iter().map(|id| format!("%{}", id.0)).collect();
        writeln!(f, "  return {}", outputs.join(", "))
    }
}

fn print_node(f: &mut fmt::Formatter<'_>, node: &Node) -> fmt::Result {
    let inputs: Vec<String> = node.inputs.iter().map(|id| format!("%{}", id.0)).collect();
    write!(f, "{}({})", node.op.name(), inputs.join(", "))?;
    let details = node.op.details();
    if !details.is_empty() {
        write!(f, " {details}")?;
    }
    if node.op.shape_rule().is_some_and(|rule| rule.multiplications().is_some()) {
        write!(f, " {{{}, reuse_factor {}}}", node.hardware.strategy.name(), node.hardware.reuse_factor)?;
    }
    if let Some(depth) = node.hardware.fifo_depth {
        write!(f, " {{fifo_depth {depth}}}")?;
    }
    write!(f, " : {} {} in {}", node.output.shape, node.output.ty, node.output.range)
}
