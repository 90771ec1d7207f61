//! Custom types.

use crate::names::{Names, TypeNames, snake};
use crate::{fields, types};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syncline_core::model::CustomType;

pub(crate) fn tokens(ty: &CustomType, types: &TypeNames) -> TokenStream {
    let name = types.get(&ty.name);
    let mut names = Names::default();
    let idents: Vec<Ident> = ty.fields.iter().map(|field| names.take(&snake(&field.name))).collect();
    let definition = definition(ty, types, &name, &idents);
    let new = constructor(ty, types, &idents);
    let value = value(ty, &name, &idents);
    let allow = fields::allowances();
    quote! {
        #definition
        #allow
        impl #name { #new }
        #value
    }
}

/// Whether nothing has to be there, so that a value of nulls is one.
fn may_be_empty(ty: &CustomType) -> bool {
    ty.fields.iter().all(|field| !types::is_required(field) && field.default.is_none())
}

fn definition(ty: &CustomType, types: &TypeNames, name: &Ident, idents: &[Ident]) -> TokenStream {
    let doc = format!(" The type `{}` of the schema.", ty.name);
    let graphql = ty.fields.iter().map(|field| &field.name);
    let docs = ty.fields.iter().map(|field| format!(" `{}: {}`", field.name, field.type_name()));
    let stored = ty.fields.iter().map(|field| types::stored(field, types));
    let default = may_be_empty(ty).then(|| quote!(Default,));
    let allow = fields::allowances();
    quote! {
        #[doc = #doc]
        #[derive(
            Clone,
            Debug,
            #default
            PartialEq,
            ::syncline::__private::serde::Serialize,
            ::syncline::__private::serde::Deserialize,
        )]
        #[serde(crate = "::syncline::__private::serde")]
        #allow
        pub struct #name {
            #(
                #[doc = #docs]
                #[serde(rename = #graphql)]
                pub #idents: #stored,
            )*
        }
    }
}

/// `new` takes what must be there; all else is null.
fn constructor(ty: &CustomType, types: &TypeNames, idents: &[Ident]) -> TokenStream {
    let doc = format!(" A `{}`; what may be null is null.", ty.name);
    let inits: Vec<_> =
        ty.fields.iter().zip(idents).map(|(field, ident)| fields::init(field, ident, types)).collect();
    let allow = (!may_be_empty(ty)).then(|| fields::doubts(&inits));
    let parameters = inits.iter().filter_map(|init| init.parameter.as_ref());
    let values = inits.iter().map(|init| &init.set);
    quote! {
        #[doc = #doc]
        #[must_use]
        #allow
        pub fn new(#(#parameters),*) -> Self {
            Self { #(#values),* }
        }
    }
}

/// How it is held inside a record.
fn value(ty: &CustomType, name: &Ident, idents: &[Ident]) -> TokenStream {
    let graphql: Vec<&String> = ty.fields.iter().map(|field| &field.name).collect();
    let (count, places) = (idents.len(), 0..idents.len());
    let allow = fields::allowances();
    quote! {
        #allow
        impl ::syncline::predicate::FieldValue for #name {
            fn into_value(self) -> ::syncline::Value {
                static NAMES: ::syncline::__private::PartNames<#count> =
                    ::syncline::__private::PartNames::new(|| ::syncline::__private::names([#(#graphql),*]));
                ::syncline::__private::object(
                    &NAMES,
                    [#(::syncline::predicate::FieldValue::into_value(self.#idents)),*],
                )
            }

            fn from_value(value: &::syncline::Value) -> ::std::option::Option<Self> {
                <Self as ::syncline::predicate::FieldValue>::read(value).ok()
            }

            fn read(
                value: &::syncline::Value,
            ) -> ::std::result::Result<Self, ::syncline::predicate::Misfit> {
                let object = ::syncline::__private::parts(value)?;
                ::std::result::Result::Ok(Self {
                    #(#idents: ::syncline::__private::part(object, #places, #graphql)?,)*
                })
            }
        }

        impl ::std::convert::From<#name> for ::syncline::Value {
            fn from(value: #name) -> Self {
                ::syncline::predicate::FieldValue::into_value(value)
            }
        }
    }
}
