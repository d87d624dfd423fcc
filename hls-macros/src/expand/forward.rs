//! `forward` and `evaluate`: the layers in order, each on the values that it reads.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::{arguments, bind_layers, variable};
use crate::model::{Layer, Model, Source};

/// The layers, each value in a variable; the outputs are returned as an array.
pub fn outputs(model: &Model) -> TokenStream {
    let input = model.local(Source::Input);
    let layers = layer_values(model);
    let names = references(model);
    let count = Literal::usize_unsuffixed(model.outputs().count());
    let outputs = model.outputs().map(|index| model.local(Source::Layer(index)));
    quote! {
        fn __hls_outputs(
            &self,
            #input: ::hls_train::__private::Value,
        ) -> [::hls_train::__private::Value; #count] {
            #names
            #layers
            [#(#outputs),*]
        }
    }
}

/// The value of each layer in the layer's variable.
fn layer_values(model: &Model) -> TokenStream {
    bind_layers(model, |layer| {
        let (name, ty) = (&layer.name, &layer.ty);
        let arguments = arguments(model, layer);
        let layer = quote_spanned!(ty.span()=> <#ty as ::hls_train::__private::Layer>::forward);
        quote!(#layer(&self.#name, &[#arguments]))
    })
}

/// One use of each name in `input(..)` at its place, so that an editor's go-to-definition and rename work there.
fn references(model: &Model) -> TokenStream {
    let names = model.layers.iter().flat_map(Layer::named_layers);
    quote!(#(let _ = &self.#names;)*)
}

/// `forward`: tensors in, tensors out.
pub fn forward(model: &Model) -> TokenStream {
    let input = model.local(Source::Input);
    // The batch is the first dimension of every tensor.
    let rank = Literal::usize_unsuffixed(model.settings.input_dims.len() + 1);
    let outputs: Vec<_> = model.outputs().map(|index| model.local(Source::Layer(index))).collect();
    let (result, value) = match outputs.as_slice() {
        [output] => (quote!(::hls_train::__private::Tensor<2>), quote!(#output.into_tensor())),
        outputs => {
            let tensors = outputs.iter().map(|_| quote!(::hls_train::__private::Tensor<2>));
            (quote!((#(#tensors),*)), quote!((#(#outputs.into_tensor()),*)))
        }
    };
    let names: Vec<String> = model.outputs().map(|index| format!("`{}`", model.layers[index].name)).collect();
    let doc = format!(
        " The quantized forward pass: from `[batch, input dimensions..]`, channels last, to `[batch, features]` of {}.",
        names.join(", "),
    );
    quote! {
        #[doc = #doc]
        pub fn forward(&self, #input: ::hls_train::__private::Tensor<#rank>) -> #result {
            let #input = ::hls_train::__private::Value::input(
                #input,
                <Self as ::hls_train::__private::HlsModel>::INPUT_SHAPE,
                <Self as ::hls_train::__private::HlsModel>::INPUT,
            );
            let [#(#outputs),*] = self.__hls_outputs(#input);
            #value
        }
    }
}

/// `evaluate`: one value an output, in the order of the fields.
pub fn evaluate() -> TokenStream {
    let input = variable("input");
    quote! {
        fn evaluate(
            &self,
            #input: ::hls_train::__private::Value,
        ) -> ::std::vec::Vec<::hls_train::__private::Value> {
            ::std::vec::Vec::from(self.__hls_outputs(#input))
        }
    }
}

/// `trace`: the value of every layer behind its name.
pub fn trace(model: &Model) -> TokenStream {
    let input = model.local(Source::Input);
    let layers = layer_values(model);
    let values = model.layers.iter().enumerate().map(|(index, layer)| {
        let (name, local) = (layer.name.to_string(), model.local(Source::Layer(index)));
        quote!((#name, #local))
    });
    quote! {
        fn trace(
            &self,
            #input: ::hls_train::__private::Value,
        ) -> ::std::vec::Vec<(&'static str, ::hls_train::__private::Value)> {
            #layers
            ::std::vec![#(#values),*]
        }
    }
}
