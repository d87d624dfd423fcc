//! `impl HlsModel`: the declaration as constants, and how its layers become a graph.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::{arguments, bind_layers, layer_attributes, variable};
use crate::model::{Model, Source};

/// The constants of the declaration.
pub fn constants(model: &Model) -> TokenStream {
    let name = model.snake_case_name();
    let settings = &model.settings;
    let (ty, dims) = (&settings.input_type, &settings.input_dims);
    let io_type = settings.io_type.as_ref().map(|word| {
        let variant = &word.variant;
        quote!(io_type: ::hls_train::__private::IoType::#variant,)
    });
    let strategy = settings.strategy.as_ref().map(|word| {
        let variant = &word.variant;
        quote!(strategy: ::hls_train::__private::Strategy::#variant,)
    });
    let reuse_factor = settings.reuse_factor.as_ref().map(|number| quote!(reuse_factor: #number,));
    let input = quote_spanned!(ty.span()=> <#ty as ::hls_train::__private::Quantizer>::TYPE);
    let (shapes, last) = (variable("shapes"), variable("last"));
    quote! {
        const NAME: &'static str = #name;
        const INPUT: ::hls_train::__private::FixedType = #input;
        const INPUT_SHAPE: ::hls_train::__private::Shape = ::hls_train::__private::Shape::new([#(#dims),*]);
        const OUTPUT_SHAPES: &'static [::hls_train::__private::Shape] = match &Self::__HLS_OUTPUT_SHAPES {
            ::core::result::Result::Ok(#shapes) => #shapes,
            // The declaration does not compile: its check says why.
            ::core::result::Result::Err(_) => &[],
        };
        const OUTPUT_SHAPE: ::hls_train::__private::Shape = match Self::OUTPUT_SHAPES {
            [.., #last] => *#last,
            [] => <Self as ::hls_train::__private::HlsModel>::INPUT_SHAPE,
        };
        #[allow(clippy::needless_update)]
        const ATTRIBUTES: ::hls_train::__private::ModelAttributes = ::hls_train::__private::ModelAttributes {
            #io_type
            #strategy
            #reuse_factor
            ..::hls_train::__private::ModelAttributes::DEFAULT
        };
    }
}

/// `lower`: one call a layer, each with the field's place in the source.
pub fn lower(model: &Model) -> TokenStream {
    // A layer may be called `lowering`, and the variables of the layers live next to this one.
    let lowering = variable("__lowering");
    let input = model.local(Source::Input);
    let layers = bind_layers(model, |layer| {
        let (field, name, ty) = (&layer.name, layer.name.to_string(), &layer.ty);
        let line = quote_spanned!(field.span()=> ::core::line!());
        let file = quote_spanned!(field.span()=> ::core::file!());
        let (attributes, arguments) = (layer_attributes(layer), arguments(model, layer));
        let layer = quote_spanned!(ty.span()=> <#ty as ::hls_train::__private::Layer>::lower_into);
        quote! {
            #layer(
                &self.#field,
                #lowering,
                &::hls_train::__private::Site { name: #name, file: #file, line: #line, attributes: #attributes },
                &[#arguments],
            )
        }
    });
    let outputs = model.outputs().map(|index| model.local(Source::Layer(index)));
    quote! {
        fn lower(
            &self,
            #lowering: &mut ::hls_train::__private::Lowering,
        ) -> ::std::vec::Vec<::hls_train::__private::Lowered> {
            let #input = #lowering.input();
            #layers
            ::std::vec![#(#outputs),*]
        }
    }
}

/// `precisions`: those of the layers, each behind the layer's name.
pub fn precisions(model: &Model) -> TokenStream {
    let precisions = variable("precisions");
    let (name, precision) = (variable("name"), variable("precision"));
    let layers = model.layers.iter().map(|layer| {
        let (field, text, ty) = (&layer.name, layer.name.to_string(), &layer.ty);
        let layer = quote_spanned!(ty.span()=> <#ty as ::hls_train::__private::Layer>::precisions);
        quote! {
            for (#name, #precision) in #layer(&mut self.#field) {
                #precisions.push((::std::format!("{}.{}", #text, #name), #precision));
            }
        }
    });
    quote! {
        fn precisions(
            &mut self,
        ) -> ::std::vec::Vec<(::std::string::String, &mut ::hls_train::__private::Precision)> {
            let mut #precisions = ::std::vec::Vec::new();
            #(#layers)*
            #precisions
        }
    }
}
