//! The verifier: what must hold in every graph, after every pass.

use std::collections::BTreeSet;

use super::{Graph, Node};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::fixed::MAX_WIDTH;
use crate::ops::{Op, OpTypes};
use crate::rules::{LayerAttributes, ModelAttributes};

impl Graph {
    /// Checks names, order, shapes, types, ranges, hardware settings and outputs.
    ///
    /// # Errors
    /// All findings at once.
    pub fn verify(&self) -> Result<(), Diagnostics> {
        let mut diagnostics = Diagnostics::new();
        let malformed = |message: &str| Diagnostic::error(Code::Malformed, message);
        if !is_identifier(&self.name) {
            diagnostics.push(Diagnostic::error(Code::Name, format!("`{}` is no identifier", self.name)));
        }
        if !matches!(self.nodes.first(), Some(Node { op: Op::Input(_), .. })) {
            diagnostics.push(malformed("the first node is not the input"));
            return Err(diagnostics);
        }
        let mut names = BTreeSet::new();
        let mut sound = Vec::with_capacity(self.nodes.len());
        for (index, node) in self.nodes.iter().enumerate() {
            let mut report = |diagnostic: Diagnostic| diagnostics.push(diagnostic.at(&node.name, node.source.as_ref()));
            if !is_identifier(&node.name) {
                report(Diagnostic::error(Code::Name, "the name is no identifier"));
            }
            if !names.insert(&node.name) {
                report(Diagnostic::error(Code::Name, "two layers have this name"));
            }
            if index > 0 && matches!(node.op, Op::Input(_)) {
                report(malformed("a second input"));
            }
            if node.inputs.iter().any(|id| id.0 >= index) {
                // Types cannot be looked up any more.
                report(malformed("reads a node that is not before it"));
                return Err(diagnostics);
            }
            // Of inputs whose own types do not hold nothing can be inferred.
            let is_sound = node.inputs.iter().all(|id| sound[id.0]) && self.verify_types(node, &mut report);
            sound.push(is_sound);
            // Sizes that do not hold have no hardware: they may be any numbers of a file.
            if is_sound {
                self.verify_hardware(node, &mut report);
            }
        }
        let mut seen = BTreeSet::new();
        if self.outputs.iter().any(|id| id.0 == 0 || id.0 >= self.nodes.len() || !seen.insert(id)) {
            diagnostics.push(malformed("an output is the input, unknown or named twice"));
        }
        if self.outputs.is_empty() {
            diagnostics.push(malformed("the model has no output"));
        }
        diagnostics.into_result(())
    }

    /// Whether the node has the type that it produces.
    fn verify_types(&self, node: &Node, report: &mut impl FnMut(Diagnostic)) -> bool {
        let inputs = self.input_types(node);
        match node.op.infer(&inputs) {
            Err(diagnostic) => {
                report(diagnostic);
                return false;
            }
            Ok(expected) if expected != node.output => {
                let (have, want) = (&node.output, &expected);
                let message = format!(
                    "is typed {} {} in {}, but produces {} {} in {}",
                    have.shape, have.ty, have.range, want.shape, want.ty, want.range
                );
                report(Diagnostic::error(Code::Malformed, message));
                return false;
            }
            Ok(_) => {}
        }
        let bits = node.op.carrier_bits(&OpTypes { inputs: &inputs, output: &node.output });
        if bits > MAX_WIDTH {
            report(too_wide(bits));
        }
        true
    }

    fn verify_hardware(&self, node: &Node, report: &mut impl FnMut(Diagnostic)) {
        let Some(rule) = node.op.shape_rule() else { return };
        let hardware = &node.hardware;
        let multiplies = rule.multiplications().is_some();
        let attributes = LayerAttributes {
            reuse_factor: multiplies.then_some(hardware.reuse_factor),
            strategy: multiplies.then_some(hardware.strategy),
            fifo_depth: hardware.fifo_depth,
            parallelization_factor: Some(hardware.parallelization_factor).filter(|&factor| factor != 1),
        };
        let model = ModelAttributes { io_type: self.io_type, ..ModelAttributes::DEFAULT };
        if let Err(message) = rule.hardware(&node.name, &attributes, &model) {
            report(Diagnostic::from_rule(Code::Hardware, &node.name, &message));
        }
        if let Err(message) = attributes.places_at_once(&node.name, &node.output.shape) {
            report(Diagnostic::from_rule(Code::Hardware, &node.name, &message));
        }
    }
}

/// The finding that a layer's exact sums need more bits than are exact everywhere.
pub(crate) fn too_wide(bits: u32) -> Diagnostic {
    Diagnostic::error(Code::TooWide, format!("exact intermediate results need {bits} bits, the limit is {MAX_WIDTH}"))
        .help("quantize the layer's input (`Quantize<..>`) or narrow its weights")
}

/// Whether a name can be used in Rust, C++ and Tcl alike.
fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
}
