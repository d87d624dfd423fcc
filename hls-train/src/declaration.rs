//! A model as the text of its declaration.

use std::fmt::Write;

use hls_core::fixed::FixedType;
use hls_core::rules::{LayerAttributes, ModelAttributes};
use hls_core::shape::Shape;

/// What a declaration says about the model as a whole.
#[derive(Clone, Copy, Debug)]
pub struct DeclaredModel<'a> {
    /// In snake case.
    pub name: &'a str,
    /// The type of the input.
    pub input: FixedType,
    /// The dimensions of one sample.
    pub shape: Shape,
}

/// What it says about a layer.
#[derive(Clone, Debug)]
pub(crate) struct DeclaredLayer {
    pub name: &'static str,
    pub ty: String,
    pub attributes: LayerAttributes,
    /// Positions of the layers that it reads; `None` is the model's input.
    pub inputs: Vec<Option<usize>>,
}

impl DeclaredModel<'_> {
    /// The declaration; `outputs` are positions of layers.
    pub(crate) fn text(&self, layers: &[DeclaredLayer], outputs: &[usize], attributes: &ModelAttributes) -> String {
        let dims: Vec<String> = self.shape.dims().iter().map(ToString::to_string).collect();
        let mut text = format!(
            "#[hls_model(input = [{}; {}], io_type = {}, strategy = {}, reuse_factor = {})]\npub struct {} {{\n",
            self.input.declaration(),
            dims.join(", "),
            attributes.io_type.name(),
            attributes.strategy.name(),
            attributes.reuse_factor,
            camel_case(self.name),
        );
        for (position, layer) in layers.iter().enumerate() {
            let options = self.options(layers, position, outputs);
            if !options.is_empty() {
                // Writing to a string cannot fail.
                let _ = writeln!(text, "    #[hls({})]", options.join(", "));
            }
            let _ = writeln!(text, "    {}: {},", layer.name, layer.ty);
        }
        text.push_str("}\n");
        text
    }

    fn options(&self, layers: &[DeclaredLayer], position: usize, outputs: &[usize]) -> Vec<String> {
        let layer = &layers[position];
        let mut options = Vec::new();
        if layer.inputs != [position.checked_sub(1)] {
            let name = |input: &Option<usize>| input.map_or("input", |input| layers[input].name);
            options.push(format!("input({})", layer.inputs.iter().map(name).collect::<Vec<_>>().join(", ")));
        }
        // The last layer is an output anyway.
        if outputs.contains(&position) && position + 1 < layers.len() {
            options.push("output".to_owned());
        }
        options.extend(layer.attributes.reuse_factor.map(|reuse| format!("reuse_factor = {reuse}")));
        options.extend(layer.attributes.strategy.map(|strategy| format!("strategy = {}", strategy.name())));
        options.extend(layer.attributes.fifo_depth.map(|depth| format!("fifo_depth = {depth}")));
        let factor = layer.attributes.parallelization_factor;
        options.extend(factor.map(|factor| format!("parallelization_factor = {factor}")));
        options
    }
}

/// `jet_tagger` to `JetTagger`.
fn camel_case(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    };
    name.split('_').map(word).collect()
}
