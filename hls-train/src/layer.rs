//! What every layer of a declaration is.

use burn::module::{Module, ModuleDisplay};
use burn::tensor::Device;
use hls_core::diagnostics::{Diagnostic, SourceLocation};
use hls_core::rules::{LayerAttributes, ShapeRule};
use hls_core::shape::Message;

use crate::Precision;
use crate::lower::{Lowered, Lowering};
use crate::value::Value;

/// A layer: a field of a model.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    label = "expected a layer such as `Dense<..>` or `Relu<..>` here"
)]
pub trait Layer: Module + ModuleDisplay + Sized {
    /// What it does to shapes, and which hardware settings it takes.
    const RULE: ShapeRule;

    /// Whether the precisions in the type can be used: where not, the declaration does not compile.
    const LEGAL: Result<(), Message> = Ok(());

    /// A new layer; weights come from the generator that [`seed`](crate::seed) starts.
    fn init(device: &Device) -> Self;

    /// The values of the layer; `inputs` are as many as [`Layer::RULE`] says, at least one.
    fn forward(&self, inputs: &[&Value]) -> Value;

    /// Adds the layer, with its trained weights as integers, to the graph; `inputs` as in [`Layer::forward`].
    ///
    /// # Errors
    /// What cannot be built; the caller adds the layer's name and place.
    fn lower(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Result<Lowered, Diagnostic>;

    /// Adds the layer to the graph; where that fails, [`Lowering::finish`] reports it.
    fn lower_into(&self, lowering: &mut Lowering, site: &Site, inputs: &[&Lowered]) -> Lowered {
        lowering.layer(self, site, inputs)
    }

    /// The layer's type as a declaration spells it, with the precisions and sizes that it has now:
    /// `Dense<16, 64, Fixed<6, 1>>`.
    fn declaration(&self) -> String;

    /// Its precisions by name: `weight`, `bias`, `result` and others.
    ///
    /// [`HlsModel::from_float`](crate::HlsModel::from_float) goes by the names: `result` is the type of the layer's
    /// values, and a precision with the name of a parameter is the type of that parameter. Others stay as declared.
    fn precisions(&mut self) -> Vec<(&'static str, &mut Precision)>;
}

/// A layer's place in the declaration and its `#[hls(..)]` settings.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// The field's name.
    pub name: &'static str,
    /// The source file.
    pub file: &'static str,
    /// The line of the field, from 1.
    pub line: u32,
    /// The settings.
    pub attributes: LayerAttributes,
}

impl Site {
    /// The place as the graph records it.
    #[must_use]
    pub fn location(&self) -> SourceLocation {
        SourceLocation { file: self.file.to_owned(), line: self.line }
    }
}
