//! From the parsed struct to a [`Model`]: names resolved, everything that syntax can tell checked, all errors collected.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Field, Fields, GenericParam, Generics, Item, ItemStruct, Path, Token, WherePredicate};

use crate::attributes::{self, LayerOptions, listed};
use crate::model::{Input, Layer, Model, Source};

/// What is left of a declaration with errors.
pub struct Rejected {
    /// All errors, combined.
    pub error: Error,
    /// The item as written, without the attributes of this macro, so that the rest of the crate still finds it.
    pub item: TokenStream,
}

/// Checks the declaration `item` under `#[hls_model(arguments)]`.
///
/// # Errors
/// All errors at once, each at its token.
pub fn check(arguments: TokenStream, item: TokenStream) -> Result<Model, Rejected> {
    let mut errors = Vec::new();
    let settings = attributes::parse_model(arguments, &mut errors);
    let mut item = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Struct(item)) if matches!(item.fields, Fields::Named(_)) => item,
        Ok(other) => {
            errors.push(Error::new(name_span(&other), "`#[hls_model]` needs a struct with named fields, a layer each"));
            return Err(rejected(errors, other.into_token_stream()));
        }
        Err(error) => {
            errors.push(error);
            return Err(rejected(errors, TokenStream::new()));
        }
    };
    check_struct(&mut item, &mut errors);
    let layers = check_layers(&mut item, &mut errors);
    match settings {
        Some(settings) if errors.is_empty() => Ok(Model { item, settings, layers }),
        _ => Err(rejected(errors, item.into_token_stream())),
    }
}

fn rejected(errors: Vec<Error>, item: TokenStream) -> Rejected {
    let error = errors.into_iter().reduce(|mut all, error| {
        all.combine(error);
        all
    });
    // Without settings there is at least one error; the fallback is for the type system.
    let error = error.unwrap_or_else(|| Error::new_spanned(&item, "this declaration is not a model"));
    Rejected { error, item }
}

fn name_span(item: &Item) -> proc_macro2::Span {
    match item {
        Item::Struct(item) => item.ident.span(),
        Item::Enum(item) => item.ident.span(),
        Item::Union(item) => item.ident.span(),
        other => other.span(),
    }
}

/// Everything about the struct that is not one of its layers.
fn check_struct(item: &mut ItemStruct, errors: &mut Vec<Error>) {
    for attribute in take_attributes(&mut item.attrs, "hls") {
        let message = "`#[hls(..)]` belongs on a layer; the settings of all layers stand in `#[hls_model(..)]`";
        errors.push(Error::new(attribute.path().span(), message));
    }
    for attribute in take_attributes(&mut item.attrs, "hls_model") {
        errors
            .push(Error::new(attribute.path().span(), "a struct has one `#[hls_model(..)]`; put all options into it"));
    }
    check_derives(&item.attrs, errors);
    check_name(&item.ident, "a model", errors);
    check_parameters(&item.generics, errors);
    if item.fields.is_empty() {
        errors.push(Error::new(item.ident.span(), "a model has at least one layer; write one field for each"));
    }
}

/// Parameters without a meaning in a model: rustc would report each of the many places where they do not fit.
fn check_parameters(generics: &Generics, errors: &mut Vec<Error>) {
    let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let bounded: Vec<String> = predicates
        .filter_map(|predicate| match predicate {
            WherePredicate::Type(predicate) => Some(predicate.bounded_ty.to_token_stream().to_string()),
            _ => None,
        })
        .collect();
    for parameter in &generics.params {
        match parameter {
            GenericParam::Lifetime(parameter) => {
                let message = "a model has no lifetime parameters: its layers own their weights";
                errors.push(Error::new(parameter.lifetime.span(), message));
            }
            GenericParam::Type(parameter) if parameter.bounds.is_empty() => {
                let name = &parameter.ident;
                if !bounded.contains(&name.to_string()) {
                    let message =
                        format!("`{name}` has no bound; a precision is `{name}: Quantizer`, a layer `{name}: Layer`");
                    errors.push(Error::new(name.span(), message));
                }
            }
            _ => {}
        }
    }
}

/// What the expansion derives cannot be derived a second time.
fn check_derives(attributes: &[Attribute], errors: &mut Vec<Error>) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        let Ok(derives) = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated) else { continue };
        for last in derives.iter().filter_map(|path| path.segments.last()) {
            if ["Clone", "Debug", "Module"].iter().any(|derived| last.ident == derived) {
                let message = format!("`#[hls_model]` implements `{}` already; remove it here", last.ident);
                errors.push(Error::new(last.ident.span(), message));
            }
        }
    }
}

fn check_layers(item: &mut ItemStruct, errors: &mut Vec<Error>) -> Vec<Layer> {
    let mut layers: Vec<Layer> = Vec::new();
    let before = errors.len();
    let Fields::Named(fields) = &mut item.fields else { return layers };
    let all: Vec<String> = fields.named.iter().filter_map(|field| field.ident.as_ref()).map(Ident::to_string).collect();
    let mut doubled = Vec::new();
    for (index, field) in fields.named.iter_mut().enumerate() {
        let options = take_options(field, errors);
        let Some(name) = field.ident.clone() else { continue };
        if name == "input" {
            errors.push(Error::new(name.span(), "`input` is the input of the model; give this layer another name"));
        } else if layers.iter().any(|layer| layer.name == name) {
            errors.push(Error::new(
                name.span(),
                format!("two layers are named `{name}`; a name is one call in the firmware"),
            ));
            doubled.push(index);
            continue;
        } else {
            check_name(&name, "a layer", errors);
        }
        let inputs = resolve_inputs(&name, options.inputs, &layers, &all, errors);
        let read: BTreeSet<usize> = inputs.iter().filter_map(|input| input.source.layer()).collect();
        for reader in read {
            layers[reader].readers += 1;
        }
        let (output, hardware) = (options.output, options.hardware);
        layers.push(Layer { name, ty: field.ty.clone(), inputs, output, readers: 0, hardware });
    }
    // rustc would report a doubled field a second time.
    let mut position = 0;
    fields.named = std::mem::take(&mut fields.named)
        .into_iter()
        .filter(|_| {
            position += 1;
            !doubled.contains(&(position - 1))
        })
        .collect();
    if let Some(last) = layers.last_mut() {
        last.output = true;
    }
    // A misspelled name leaves the layer that was meant unread; reporting that as well would be noise.
    if errors.len() == before {
        check_uses(&layers, errors);
    }
    layers
}

/// Takes the `#[hls(..)]` of a field and parses it.
fn take_options(field: &mut Field, errors: &mut Vec<Error>) -> LayerOptions {
    for attribute in &field.attrs {
        if attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr") {
            let message = "a layer cannot depend on `cfg`; write two models, each with all of its layers";
            errors.push(Error::new(attribute.path().span(), message));
        }
    }
    let mut options = None;
    for attribute in take_attributes(&mut field.attrs, "hls") {
        if options.is_some() {
            let message = "a layer has one `#[hls(..)]`; put all options into it, separated by commas";
            errors.push(Error::new(attribute.path().span(), message));
            continue;
        }
        options = Some(attributes::parse_layer(&attribute, errors));
    }
    options.unwrap_or_default()
}

fn take_attributes(attributes: &mut Vec<Attribute>, name: &str) -> Vec<Attribute> {
    let (taken, kept) = std::mem::take(attributes).into_iter().partition(|attribute| attribute.path().is_ident(name));
    *attributes = kept;
    taken
}

/// A name ends up in C++ and in reports, so it is a plain ASCII identifier.
fn check_name(name: &Ident, what: &str, errors: &mut Vec<Error>) {
    let text = name.to_string();
    if text.starts_with("r#") {
        let message =
            format!("`{text}` cannot name {what}: the name becomes one of the firmware; use a plain identifier");
        errors.push(Error::new(name.span(), message));
    } else if !text.is_ascii() {
        let message = format!("`{text}` cannot name {what}: the name becomes one of the firmware; use ASCII letters");
        errors.push(Error::new(name.span(), message));
    }
}

/// The inputs of the layer `name`: those that it names, or the field before it.
fn resolve_inputs(
    name: &Ident,
    named: Option<Vec<Ident>>,
    earlier: &[Layer],
    all: &[String],
    errors: &mut Vec<Error>,
) -> Vec<Input> {
    let Some(named) = named else {
        let source = earlier.len().checked_sub(1).map_or(Source::Input, Source::Layer);
        return vec![Input { source, token: None }];
    };
    let mut inputs = Vec::new();
    for token in named {
        let source = if token == "input" {
            Some(Source::Input)
        } else {
            earlier.iter().position(|layer| layer.name == token).map(Source::Layer)
        };
        let Some(source) = source else {
            errors.push(unknown_input(name, &token, earlier, all));
            continue;
        };
        inputs.push(Input { source, token: Some(token) });
    }
    inputs
}

fn unknown_input(name: &Ident, token: &Ident, earlier: &[Layer], all: &[String]) -> Error {
    let mut names = vec!["input".to_owned()];
    names.extend(earlier.iter().map(|layer| layer.name.to_string()));
    let problem = if name == token {
        format!("`{token}` cannot read itself")
    } else if all.iter().any(|layer| token == layer) {
        format!("`{token}` is a later layer of this model, and data flows from top to bottom")
    } else {
        format!("`{token}` is not an earlier layer of this model")
    };
    Error::new(token.span(), format!("{problem}; earlier layers are {}", listed(&names)))
}

/// Every result is read or handed out: a layer nobody uses is a mistake, and hardware would be built for it.
fn check_uses(layers: &[Layer], errors: &mut Vec<Error>) {
    for layer in layers.iter().filter(|layer| layer.readers == 0 && !layer.output) {
        let name = &layer.name;
        let message =
            format!("the output of `{name}` is never used; add `#[hls(output)]` or name it in a later `input(..)`");
        errors.push(Error::new(name.span(), message));
    }
}

impl Source {
    fn layer(self) -> Option<usize> {
        match self {
            Self::Input => None,
            Self::Layer(index) => Some(index),
        }
    }
}
