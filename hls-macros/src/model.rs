//! The declaration as the macro understands it: names, types and settings, but no shapes and no formats.

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::{Expr, ItemStruct, Type};

/// A checked `#[hls_model]` struct.
pub struct Model {
    /// The struct as written, without the `#[hls(..)]` attributes.
    pub item: ItemStruct,
    /// The options of `#[hls_model(..)]`.
    pub settings: ModelSettings,
    /// The layers in the order of the fields; each reads earlier ones only.
    pub layers: Vec<Layer>,
}

/// The options of `#[hls_model(..)]`.
pub struct ModelSettings {
    /// The type of the input's elements: `Fixed<16, 6>`.
    pub input_type: Type,
    /// The dimensions of the input, channels last; at least one.
    pub input_dims: Vec<Expr>,
    /// How tensors travel between layers.
    pub io_type: Option<Word>,
    /// The strategy of layers that name none.
    pub strategy: Option<Word>,
    /// The reuse factor of layers that name none.
    pub reuse_factor: Option<Expr>,
}

/// One field: one layer and one call in the firmware.
pub struct Layer {
    /// The field's name.
    pub name: Ident,
    /// The field's type, never rewritten.
    pub ty: Type,
    /// What it reads, in the order of the arguments.
    pub inputs: Vec<Input>,
    /// Whether the model hands out its result: marked with `output`, or the last field.
    pub output: bool,
    /// How many layers read it; a layer that names it twice counts once.
    pub readers: usize,
    /// The hardware options of `#[hls(..)]`.
    pub hardware: LayerSettings,
}

/// The hardware options of `#[hls(..)]`.
#[derive(Default)]
pub struct LayerSettings {
    /// How many multiplications share a multiplier.
    pub reuse_factor: Option<Expr>,
    /// How they are scheduled.
    pub strategy: Option<Word>,
    /// The depth of the FIFO behind the layer.
    pub fifo_depth: Option<Expr>,
    /// How many places of a window are computed at once.
    pub parallelization_factor: Option<Expr>,
}

/// One input of a layer.
pub struct Input {
    /// What is read.
    pub source: Source,
    /// The token in `input(..)`; `None` where the order of the fields says it.
    pub token: Option<Ident>,
}

/// What a layer can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The model's input.
    Input,
    /// The layer with this index, earlier than its reader.
    Layer(usize),
}

/// A word of a closed list: the spelling in the declaration and the variant that it stands for.
#[derive(Clone, Debug)]
pub struct Word {
    /// The variant in the library, at the place of the word.
    pub variant: Ident,
}

impl Model {
    /// The name of a source as the user wrote it.
    pub fn source_name(&self, source: Source) -> String {
        match source {
            Source::Input => "input".to_owned(),
            Source::Layer(index) => self.layers[index].name.to_string(),
        }
    }

    /// The local variable that holds the result of `source` in generated code.
    ///
    /// Its hygiene is the macro's own, so that expressions of the user never see it.
    pub fn local(&self, source: Source) -> Ident {
        Ident::new(&self.source_name(source), Span::mixed_site())
    }

    /// The indices of the layers whose results the model hands out, in the order of the fields.
    pub fn outputs(&self) -> impl Iterator<Item = usize> + '_ {
        self.layers.iter().enumerate().filter(|(_, layer)| layer.output).map(|(index, _)| index)
    }

    /// The name in the firmware: snake case of the struct's name.
    pub fn snake_case_name(&self) -> String {
        snake_case(&self.item.ident.to_string())
    }

    /// Whether the declaration has type or const parameters.
    pub fn is_generic(&self) -> bool {
        !self.item.generics.params.is_empty()
    }
}

impl Layer {
    /// The names in `input(..)` that are layers, at their places.
    pub fn named_layers(&self) -> impl Iterator<Item = &Ident> {
        self.inputs.iter().filter(|input| input.source != Source::Input).filter_map(|input| input.token.as_ref())
    }
}

impl Word {
    /// The word `token`, spelled `variant` in the library.
    pub fn new(token: &Ident, variant: &str) -> Self {
        Self { variant: format_ident!("{variant}", span = token.span()) }
    }
}

/// `JetTagger` to `jet_tagger`, `HTTPServer` to `http_server`.
fn snake_case(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (i, &character) in characters.iter().enumerate() {
        if character.is_uppercase() && i > 0 {
            let previous = characters[i - 1];
            let ends_acronym = previous.is_uppercase() && characters.get(i + 1).is_some_and(|next| next.is_lowercase());
            if previous.is_lowercase() || previous.is_numeric() || ends_acronym {
                snake.push('_');
            }
        }
        snake.extend(character.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn names_in_the_firmware() {
        for (name, expected) in [
            ("JetTagger", "jet_tagger"),
            ("Mlp", "mlp"),
            ("MLP", "mlp"),
            ("HTTPServer", "http_server"),
            ("Stage2Tagger", "stage2_tagger"),
            ("already_snake", "already_snake"),
            ("Net_A", "net_a"),
        ] {
            assert_eq!(snake_case(name), expected, "{name}");
        }
    }
}
