//! What is legal and probably not meant.

use super::{Graph, Node};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::fixed::{FixedFormat, FixedType, MAX_WIDTH, Overflow};

impl Graph {
    /// Assignments that may overflow and then give a number far from the right one: types that wrap or become zero.
    ///
    /// Ranges follow from the trained weights, so what is not named here cannot happen. Saturation is not named: it is
    /// what its type asks for.
    #[must_use]
    pub fn warnings(&self) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        for node in &self.nodes {
            if let Some(diagnostic) = self.overflow(node) {
                diagnostics.push(diagnostic.at(&node.name, node.source.as_ref()));
            }
        }
        diagnostics
    }

    fn overflow(&self, node: &Node) -> Option<Diagnostic> {
        let (range, ty) = node.op.assignment(&self.input_types(node))?;
        let what = match ty.overflow {
            Overflow::Wrap => "wrap",
            Overflow::SatZero => "become zero",
            Overflow::Sat | Overflow::SatSym => return None,
        };
        if range.fits(&ty) {
            return None;
        }
        let message = format!("values in {range} may {what} in {ty}");
        // The ends after rounding, which can carry into one more bit.
        let wide = FixedFormat::signed(MAX_WIDTH, MAX_WIDTH as i32 - ty.format.fraction());
        let holds = range.quantized(&FixedType::new(wide, ty.rounding, Overflow::Sat)).narrowest_format();
        Some(
            Diagnostic::warning(Code::MayOverflow, message)
                .help(format!("the narrowest format that holds them is {holds}")),
        )
    }
}
