//! The constants that fold the shape rules of all layers, so that a wrong shape or setting is a compile error.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{layer_attributes, variable};
use crate::model::{Layer, Model, Source};

/// The shapes of the outputs, or the index of the first layer that cannot be there and what is wrong with it.
///
/// The constant itself never fails: it is read in several places, and only [`checks`] should report.
pub fn output_shapes(model: &Model) -> TokenStream {
    let input = model.local(Source::Input);
    let layers = (0..model.layers.len()).map(|index| infer(model, index));
    let count = Literal::usize_unsuffixed(model.outputs().count());
    let outputs = model.outputs().map(|index| model.local(Source::Layer(index)));
    // `let`, not nested constants: those cannot name the parameters of a generic model.
    quote! {
        #[doc(hidden)]
        const __HLS_OUTPUT_SHAPES: ::core::result::Result<
            [::hls_train::__private::Shape; #count],
            (usize, ::hls_train::__private::Message),
        > = 'fold: {
            let #input = <Self as ::hls_train::__private::HlsModel>::INPUT_SHAPE;
            #(#layers)*
            ::core::result::Result::Ok([#(#outputs),*])
        };
    }
}

fn infer(model: &Model, index: usize) -> TokenStream {
    let layer = &model.layers[index];
    let (name, ty) = (layer.name.to_string(), &layer.ty);
    let local = model.local(Source::Layer(index));
    let (message, shape) = (variable("message"), variable("shape"));
    let sources = layer.inputs.iter().map(|input| source(model, input.source));
    let rule = quote_spanned!(ty.span()=> <#ty as ::hls_train::__private::Layer>::RULE);
    let places = layer.hardware.parallelization_factor.as_ref().map(|_| {
        let attributes = layer_attributes(layer);
        quote! {
            if let ::core::result::Result::Err(#message) = #rule.places_at_once(#name, &#attributes, &#local) {
                break 'fold ::core::result::Result::Err((#index, #message));
            }
        }
    });
    quote! {
        let #local = match #rule.infer(#name, &[#(#sources),*]) {
            ::core::result::Result::Ok(#shape) => #shape,
            ::core::result::Result::Err(#message) => break 'fold ::core::result::Result::Err((#index, #message)),
        };
        #places
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
            let rule = quote_spanned!(ty.span()=> <#ty as ::hls_train::__private::Layer>::RULE);
            let rule = quote!(::core::option::Option::Some(#rule));
            (rule, layer.readers + usize::from(layer.output))
        }
    };
    let readers = Literal::usize_unsuffixed(readers);
    quote!(::hls_train::__private::Source { name: #name, shape: #shape, rule: #rule, readers: #readers })
}

fn reads(layer: &Layer, source: Source) -> bool {
    layer.inputs.iter().any(|input| input.source == source)
}

/// The check of the input's precision, a block.
fn check_input(model: &Model) -> TokenStream {
    let ty = &model.settings.input_type;
    let message = variable("message");
    let value = quote_spanned!(ty.span()=> <#ty as ::hls_train::__private::Quantizer>::TYPE);
    let panic = quote_spanned!(ty.span()=> ::core::panic!("{}", #message.as_str()));
    quote! {
        {
            if let ::core::result::Result::Err(#message) = ::hls_train::__private::legal_types(&[("input", #value)]) {
                #panic
            }
        }
    }
}

/// The checks of all layers, a block each: it panics where a precision or setting is not legal or the shape does not fit.
///
/// The panic carries the span of the type itself: inside a function of the library rustc would show that function.
fn checks<'a>(model: &'a Model, this: &'a TokenStream) -> impl Iterator<Item = TokenStream> + 'a {
    model.layers.iter().enumerate().map(move |(index, layer)| {
        let (name, ty) = (layer.name.to_string(), &layer.ty);
        let message = variable("message");
        let attributes = layer_attributes(layer);
        let rule = quote_spanned!(ty.span()=> <#ty as ::hls_train::__private::Layer>::RULE);
        let legal = quote_spanned!(ty.span()=> <#ty as ::hls_train::__private::Layer>::LEGAL);
        let prefix = format!("layer `{name}`: ");
        let panic = quote_spanned!(ty.span()=> ::core::panic!("{}", #message.as_str()));
        let accepts = reads(layer, Source::Input).then(|| {
            quote! {
                if let ::core::result::Result::Err(#message) =
                    #rule.accepts(#name, &<#this as ::hls_train::__private::HlsModel>::INPUT)
                {
                    #panic
                }
            }
        });
        quote! {
            {
                if let ::core::result::Result::Err(#message) = #legal {
                    let #message = ::hls_train::__private::Message::new().text(#prefix).text(#message.as_str());
                    #panic
                }
                #accepts
                if let ::core::result::Result::Err((#index, #message)) = #this::__HLS_OUTPUT_SHAPES {
                    #panic
                }
                if let ::core::result::Result::Err(#message) = #rule.hardware(
                    #name,
                    &#attributes,
                    &<#this as ::hls_train::__private::HlsModel>::ATTRIBUTES,
                ) {
                    #panic
                }
            }
        }
    })
}

/// The checks of a model without parameters: a constant each, so that one wrong layer does not hide another.
pub fn check_items(model: &Model) -> TokenStream {
    if model.is_generic() {
        return TokenStream::new();
    }
    let name = model.item.ident.to_token_stream();
    let checks = std::iter::once(check_input(model)).chain(checks(model, &name));
    quote!(#(const _: () = #checks;)*)
}

/// The checks of a model with parameters, which has shapes only where it is used: a statement of `init`, as every model
/// in use was initialized.
pub fn check_statements(model: &Model) -> TokenStream {
    if !model.is_generic() {
        return TokenStream::new();
    }
    let this = quote!(Self);
    let checks = std::iter::once(check_input(model)).chain(checks(model, &this));
    quote!(const { #(#checks)* })
}
