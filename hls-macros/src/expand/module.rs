//! The struct and what makes it a module of burn.
//!
//! burn's derive asks every type parameter that a field names to be a module, and a precision is none; so the
//! implementation is written out here, for all models in one way.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::variable;
use crate::model::Model;

/// The struct, unchanged.
pub fn item(model: &Model) -> TokenStream {
    let item = &model.item;
    quote! {
        #[derive(::core::clone::Clone, ::core::fmt::Debug)]
        #item
    }
}

/// `init`: the layers with fresh weights.
pub fn init(model: &Model) -> TokenStream {
    let device = variable("device");
    let fields = model.layers.iter().map(|layer| {
        let (name, ty) = (&layer.name, &layer.ty);
        quote_spanned!(ty.span()=> #name: <#ty as ::hls_train::__private::Layer>::init(#device),)
    });
    // A generic declaration has shapes only where it is used, and every model in use was initialized.
    let check = model.is_generic().then(|| {
        quote! {
            const {
                let _ = Self::__HLS_OUTPUT_SHAPES;
            }
        }
    });
    quote! {
        /// The model with fresh weights on `device`.
        pub fn init(#device: &::hls_train::__private::Device) -> Self {
            #check
            Self { #(#fields)* }
        }
    }
}

/// `impl Module`: each method visits the layers in order.
pub fn module(model: &Model) -> TokenStream {
    let (visitor, mapper) = (variable("visitor"), variable("mapper"));
    let (device, devices) = (variable("device"), variable("devices"));
    let name = &model.item.ident;
    let container = format!("Struct:{name}");
    let layers = || model.layers.iter().map(|layer| (&layer.name, layer.name.to_string(), layer.ty.span()));
    let visit = layers().map(|(field, text, span)| {
        quote_spanned! {span=>
            #visitor.enter_module(#text, #container);
            ::hls_train::burn::module::Module::visit(&self.#field, #visitor);
            #visitor.exit_module(#text, #container);
        }
    });
    let map = layers().map(|(field, text, span)| {
        quote_spanned! {span=>
            #mapper.enter_module(#text, #container);
            let #field = ::hls_train::burn::module::Module::map(self.#field, #mapper);
            #mapper.exit_module(#text, #container);
        }
    });
    let collect_devices = layers().map(|(field, _, span)| {
        quote_spanned!(span=> let #devices = ::hls_train::burn::module::Module::collect_devices(&self.#field, #devices);)
    });
    let by_value = |method: &str, arguments: TokenStream| {
        let method = format_ident!("{method}");
        let fields = layers().map(|(field, _, span)| {
            quote_spanned!(span=> #field: ::hls_train::burn::module::Module::#method(self.#field, #arguments),)
        });
        quote!(Self { #(#fields)* })
    };
    let to_device = by_value("to_device", quote!(#device));
    let fork = by_value("fork", quote!(#device));
    let train = by_value("train", TokenStream::new());
    let materialize = by_value("materialize", TokenStream::new());
    let valid = layers()
        .map(|(field, _, span)| quote_spanned!(span=> #field: ::hls_train::burn::module::Module::valid(&self.#field),));
    let fields = model.layers.iter().map(|layer| &layer.name);
    let (impl_generics, type_generics, where_clause) = model.item.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics ::hls_train::burn::module::Module for #name #type_generics #where_clause {
            fn visit<Visitor: ::hls_train::burn::module::ModuleVisitor>(&self, #visitor: &mut Visitor) {
                #(#visit)*
            }
            fn map<Mapper: ::hls_train::burn::module::ModuleMapper>(self, #mapper: &mut Mapper) -> Self {
                #(#map)*
                Self { #(#fields),* }
            }
            fn collect_devices(
                &self,
                #devices: ::hls_train::burn::module::Devices,
            ) -> ::hls_train::burn::module::Devices {
                #(#collect_devices)*
                #devices
            }
            fn to_device(self, #device: &::hls_train::__private::Device) -> Self {
                #to_device
            }
            fn fork(self, #device: &::hls_train::__private::Device) -> Self {
                #fork
            }
            fn valid(&self) -> Self {
                Self { #(#valid)* }
            }
            fn train(self) -> Self {
                #train
            }
            fn materialize(self) -> Self {
                #materialize
            }
        }
    }
}

/// How the model prints: its layers by name, as burn's modules do.
pub fn display(model: &Model) -> TokenStream {
    let (content, formatter) = (variable("content"), variable("formatter"));
    let name = &model.item.ident;
    let name_text = name.to_string();
    let layers = model.layers.iter().map(|layer| {
        let (field, text) = (&layer.name, layer.name.to_string());
        quote_spanned!(layer.ty.span()=> let #content = #content.add(#text, &self.#field);)
    });
    let (impl_generics, type_generics, where_clause) = model.item.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics ::hls_train::burn::module::ModuleDisplayDefault for #name #type_generics #where_clause {
            fn content(
                &self,
                #content: ::hls_train::burn::module::Content,
            ) -> ::core::option::Option<::hls_train::burn::module::Content> {
                let #content = #content.set_top_level_type(#name_text);
                #(#layers)*
                #content.optional()
            }
            fn num_params(&self) -> usize {
                ::hls_train::burn::module::Module::num_params(self)
            }
        }

        #[automatically_derived]
        impl #impl_generics ::hls_train::burn::module::ModuleDisplay for #name #type_generics #where_clause {}

        #[automatically_derived]
        impl #impl_generics ::core::fmt::Display for #name #type_generics #where_clause {
            fn fmt(&self, #formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let text = ::hls_train::burn::module::ModuleDisplay::format(self, ::core::default::Default::default());
                #formatter.write_str(&text)
            }
        }
    }
}
