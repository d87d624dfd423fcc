//! From a checked [`Model`] to code.
//!
//! The generated code is straight-line and knows no layer by name: whatever implements `Layer` can be a field. A
//! layer is always named as `<Type as Layer>` with the span of the field's type: errors of the compiler stand there, and as
//! equal errors at one place are shown once, a wrong precision is one message.

mod forward;
mod lower;
mod module;
mod shapes;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::check::{Rejected, check};
use crate::model::{Layer, Model, Source};

/// The attribute as a function of tokens: what it expands to, errors included.
pub fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    match check(arguments, item) {
        Ok(model) => emit(&model),
        Err(Rejected { error, item }) => {
            let errors = error.into_compile_error();
            // The fields are read by code that is not generated now.
            quote! {
                #[allow(dead_code)]
                #item
                #errors
            }
        }
    }
}

fn emit(model: &Model) -> TokenStream {
    let item = module::item(model);
    let module = module::module(model);
    let display = module::display(model);
    let (init, forward, outputs) = (module::init(model), forward::forward(model), forward::outputs(model));
    let (output_shapes, checks) = (shapes::output_shapes(model), shapes::check_items(model));
    let constants = lower::constants(model);
    let (evaluate, trace) = (forward::evaluate(), forward::trace(model));
    let (lower, precisions) = (lower::lower(model), lower::precisions(model));
    let name = &model.item.ident;
    let (impl_generics, type_generics, where_clause) = model.item.generics.split_for_impl();
    quote! {
        #item

        #[allow(dead_code)]
        impl #impl_generics #name #type_generics #where_clause {
            #init
            #forward
            #outputs
            #output_shapes
        }

        #[automatically_derived]
        impl #impl_generics ::hls_train::__private::HlsModel for #name #type_generics #where_clause {
            #constants
            fn init(device: &::hls_train::__private::Device) -> Self {
                Self::init(device)
            }
            #evaluate
            #trace
            #lower
            #precisions
        }

        #module
        #display
        #checks
    }
}

/// A variable of the generated code that the user's expressions cannot see.
fn variable(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// `&fc2, &relu1`: the results that a layer reads, in order.
fn arguments(model: &Model, layer: &Layer) -> TokenStream {
    let inputs = layer.inputs.iter().map(|input| model.local(input.source));
    quote!(#(&#inputs),*)
}

/// The `LayerAttributes` of a layer, an expression.
fn layer_attributes(layer: &Layer) -> TokenStream {
    let hardware = &layer.hardware;
    let reuse_factor = optional(hardware.reuse_factor.as_ref());
    let strategy = optional(hardware.strategy.as_ref().map(|word| {
        let variant = &word.variant;
        quote!(::hls_train::__private::Strategy::#variant)
    }));
    let fifo_depth = optional(hardware.fifo_depth.as_ref());
    let parallelization_factor = optional(hardware.parallelization_factor.as_ref());
    quote! {
        ::hls_train::__private::LayerAttributes {
            reuse_factor: #reuse_factor,
            strategy: #strategy,
            fifo_depth: #fifo_depth,
            parallelization_factor: #parallelization_factor,
        }
    }
}

fn optional(value: Option<impl quote::ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

/// The expressions of all layers in turn, each bound to the layer's variable.
fn bind_layers(model: &Model, mut expression: impl FnMut(&Layer) -> TokenStream) -> TokenStream {
    let bindings = model.layers.iter().enumerate().map(|(index, layer)| {
        let local = model.local(Source::Layer(index));
        let value = expression(layer);
        quote!(let #local = #value;)
    });
    quote!(#(#bindings)*)
}
