//! The constant that folds the shape rules of all layers, so that a wrong shape or setting is a compile error.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::{layer_attributes, variable};
use crate::model::{Layer, Model, Source};

/// The shapes of the outputs. Its evaluation checks every layer in order and fails at the type of the first wrong one.
pub fn output_shapes(model: &Model) -> TokenStream {
    let input = model.local(Source::Input);
    let layers = (0..model.layers.len()).map(|index| layer(model, index));
    let count = Literal::usize_unsuffixed(model.outputs().count());
    let outputs = model.outputs().map(|index| model.local(Source::Layer(index)));
    // `let`, not nested constants: those cannot name the parameters of a generic model.
    quote! {
        #[doc(hidden)]
        const __HLS_OUTPUT_SHAPES: [::hls_train::__private::Shape; #count] = {
            let #input = <Self as ::hls_train::__private::HlsModel>::INPUT_SHAPE;
            #(#layers)*
            [#(#outputs),*]
        };
    }
}

fn layer(model: &Model, index: usize) -> TokenStream {
    let layer = &model.layers[index];
    let (name, ty) = (layer.name.to_string(), &layer.ty);
    let local = model.local(Source::Layer(index));
    let (message, shape) = (variable("message"), variable("shape"));
    let sources = layer.inputs.iter().map(|input| source(model, input.source));
    let attributes = layer_attributes(layer);
    // The panic carries the span of the type itself: inside a function of the library rustc would show that function.
    quote_spanned! {ty.span()=>
        let #local = match <#ty as ::hls_train::__private::Layer>::RULE.infer(#name, &[#(#sources),*]) {
            ::core::result::Result::Ok(#shape) => #shape,
            ::core::result::Result::Err(#message) => ::core::panic!("{}", #message.as_str()),
        };
        if let ::core::result::Result::Err(#message) = <#ty as ::hls_train::__private::Layer>::RULE.hardware(
            #name,
            &#attributes,
            &<Self as ::hls_train::__private::HlsModel>::ATTRIBUTES,
        ) {
            ::core::panic!("{}", #message.as_str());
        }
    }
}

fn source(model: &Model, source: Source) -> TokenStream {
    let name = model.source_name(source);
    let shape = model.local(source);
    let (rule, readers) = match source {
        Source::Input => {
            let readers = model.layers.iter().filter(|layer| reads(layer, Source::Input)).count();
            (quote!(::core::option::Option::None), readers)
        }
        Source::Layer(index) => {
            let layer = &model.layers[index];
            let ty = &layer.ty;
            let rule = quote!(::core::option::Option::Some(<#ty as ::hls_train::__private::Layer>::RULE));
            (rule, layer.readers + usize::from(layer.output))
        }
    };
    let readers = Literal::usize_unsuffixed(readers);
    quote!(::hls_train::__private::Source { name: #name, shape: #shape, rule: #rule, readers: #readers })
}

fn reads(layer: &Layer, source: Source) -> bool {
    layer.inputs.iter().any(|input| input.source == source)
}

/// Makes the compiler evaluate the constant of a model without parameters even where nobody uses the model.
pub fn force(model: &Model) -> TokenStream {
    if model.is_generic() {
        return TokenStream::new();
    }
    let name = &model.item.ident;
    quote! {
        const _: () = {
            let _ = #name::__HLS_OUTPUT_SHAPES;
        };
    }
}
