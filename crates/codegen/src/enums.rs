//! Enums.

use crate::fields;
use crate::names::{Names, TypeNames, pascal};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syncline_core::model::EnumType;

pub(crate) fn tokens(ty: &EnumType, types: &TypeNames) -> TokenStream {
    let name = types.get(&ty.name);
    let doc = format!(" The enum `{}` of the schema.", ty.name);
    let values = &ty.values;
    let (unknown, variants) = variants(ty);
    let allow = fields::allowances();
    let docs = values.iter().map(|value| format!(" `{value}`"));
    quote! {
        #[doc = #doc]
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #allow
        pub enum #name {
            #(#[doc = #docs] #variants,)*
            /// A value that this schema does not have; a newer version of the application may have written it.
            #unknown(::std::string::String),
        }

        impl ::syncline::predicate::EnumValue for #name {
            fn as_str(&self) -> &str {
                match self {
                    #(#name::#variants => #values,)*
                    #name::#unknown(name) => name,
                }
            }

            fn from_name(name: &str) -> ::std::option::Option<Self> {
                ::std::option::Option::Some(match name {
                    #(#values => #name::#variants,)*
                    _ => #name::#unknown(::std::string::String::from(name)),
                })
            }
        }

        impl ::syncline::predicate::FieldValue for #name {
            fn into_value(self) -> ::syncline::Value {
                ::syncline::predicate::EnumValue::to_value(&self)
            }

            fn from_value(value: &::syncline::Value) -> ::std::option::Option<Self> {
                ::syncline::predicate::EnumValue::of_value(value)
            }
        }

        impl ::syncline::predicate::Equatable for #name {}
        impl ::syncline::predicate::Sortable for #name {}

        impl ::std::convert::From<#name> for ::syncline::Value {
            fn from(value: #name) -> Self {
                ::syncline::predicate::EnumValue::to_value(&value)
            }
        }

        impl ::std::fmt::Display for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(::syncline::predicate::EnumValue::as_str(self))
            }
        }

        impl ::syncline::__private::serde::Serialize for #name {
            fn serialize<S>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error>
            where
                S: ::syncline::__private::serde::Serializer,
            {
                serializer.serialize_str(::syncline::predicate::EnumValue::as_str(self))
            }
        }

        impl<'de> ::syncline::__private::serde::Deserialize<'de> for #name {
            fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
            where
                D: ::syncline::__private::serde::Deserializer<'de>,
            {
                let name: ::std::string::String =
                    ::syncline::__private::serde::Deserialize::deserialize(deserializer)?;
                ::std::result::Result::Ok(match name.as_str() {
                    #(#values => Self::#variants,)*
                    _ => Self::#unknown(name),
                })
            }
        }
    }
}

/// The variant for what is not known, which keeps its name whatever the schema says, and those of the values.
fn variants(ty: &EnumType) -> (Ident, Vec<Ident>) {
    let mut names = Names::default();
    let unknown = names.take("Unknown");
    (unknown, ty.values.iter().map(|value| names.take(&pascal(value))).collect())
}

/// A value of the enum as an expression.
pub(crate) fn value(ty: &EnumType, value: &str, types: &TypeNames) -> TokenStream {
    let name = types.get(&ty.name);
    let (unknown, variants) = variants(ty);
    match ty.values.iter().zip(variants).find(|(known, _)| *known == value) {
        Some((_, variant)) => quote!(#name::#variant),
        None => quote!(#name::#unknown(::std::string::String::from(#value))),
    }
}
