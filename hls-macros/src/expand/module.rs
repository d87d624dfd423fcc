//! The struct and what makes it a module of burn.
//!
//! burn's derive asks every type parameter that a field names to be a module, and a precision is none; so the
//! implementation is written out here, for all models in one way.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{shapes, variable};
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
    let checks = shapes::check_statements(model);
    quote! {
        /// The model with fresh weights on `device`.
        pub fn init(#device: &::hls_train::__private::Device) -> Self {
            #checks
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
    // A layer with the path of one of its methods, which stands at the field's type.
    let layers = |method: &str| {
        let method = format_ident!("{method}");
        model.layers.iter().map(move |layer| {
            let ty = &layer.ty;
            let path = quote_spanned!(ty.span()=> <#ty as ::hls_train::burn::module::Module>::#method);
            (&layer.name, layer.name.to_string(), path)
        })
    };
    let visit = layers("visit").map(|(field, text, path)| {
        quote! {
            #visitor.enter_module(#text, #container);
            #path(&self.#field, #visitor);
            #visitor.exit_module(#text, #container);
        }
    });
    let map = layers("map").map(|(field, text, path)| {
        quote! {
            #mapper.enter_module(#text, #container);
            let #field = #path(self.#field, #mapper);
            #mapper.exit_module(#text, #container);
        }
    });
    let collect_devices =
        layers("collect_devices").map(|(field, _, path)| quote!(let #devices = #path(&self.#field, #devices);));
    let to_device = layers("to_device").map(|(field, _, path)| quote!(#field: #path(self.#field, #device),));
    let fork = layers("fork").map(|(field, _, path)| quote!(#field: #path(self.#field, #device),));
    let valid = layers("valid").map(|(field, _, path)| quote!(#field: #path(&self.#field),));
    let train = layers("train").map(|(field, _, path)| quote!(#field: #path(self.#field),));
    let materialize = layers("materialize").map(|(field, _, path)| quote!(#field: #path(self.#field),));
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
                Self { #(#to_device)* }
            }
            fn fork(self, #device: &::hls_train::__private::Device) -> Self {
                Self { #(#fork)* }
            }
            fn valid(&self) -> Self {
                Self { #(#valid)* }
            }
            fn train(self) -> Self {
                Self { #(#train)* }
            }
            fn materialize(self) -> Self {
                Self { #(#materialize)* }
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
        // The place of the type, but names of this expansion: a declaration may come out of a macro, whose `self` is another.
        let span = layer.ty.span().resolved_at(Span::call_site());
        quote_spanned!(span=> let #content = #content.add(#text, &self.#field);)
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
