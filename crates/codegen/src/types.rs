//! The Rust types of fields.

use crate::names::TypeNames;
use proc_macro2::TokenStream;
use quote::quote;
use syncline_core::Scalar;
use syncline_core::model::{Field, FieldKind};

/// The type of a value, or of an item of a list.
pub(crate) fn item(kind: &FieldKind, types: &TypeNames) -> TokenStream {
    match kind {
        FieldKind::Enum(ty) => {
            let name = types.get(&ty.name);
            quote!(#name)
        }
        FieldKind::Custom(ty) => {
            let name = types.get(&ty.name);
            quote!(#name)
        }
        FieldKind::Scalar(scalar) => match scalar {
            Scalar::Id | Scalar::String => quote!(::std::string::String),
            Scalar::Int => quote!(i32),
            Scalar::Float => quote!(f64),
            Scalar::Boolean => quote!(bool),
            Scalar::AwsDate => quote!(::syncline::scalar::AwsDate),
            Scalar::AwsTime => quote!(::syncline::scalar::AwsTime),
            Scalar::AwsDateTime => quote!(::syncline::scalar::AwsDateTime),
            Scalar::AwsTimestamp => quote!(::syncline::scalar::AwsTimestamp),
            Scalar::AwsEmail => quote!(::syncline::scalar::AwsEmail),
            Scalar::AwsJson => quote!(::syncline::scalar::AwsJson),
            Scalar::AwsUrl => quote!(::syncline::scalar::AwsUrl),
            Scalar::AwsPhone => quote!(::syncline::scalar::AwsPhone),
            Scalar::AwsIpAddress => quote!(::syncline::scalar::AwsIpAddress),
        },
    }
}

/// The type of the struct's field: with what may be null.
pub(crate) fn stored(field: &Field, types: &TypeNames) -> TokenStream {
    let item = item(&field.kind, types);
    let value = match field.list {
        None => item,
        Some(list) if list.item_required => quote!(::std::vec::Vec<#item>),
        Some(_) => quote!(::std::vec::Vec<::std::option::Option<#item>>),
    };
    if is_required(field) { value } else { quote!(::std::option::Option<#value>) }
}

/// The type that predicates see: without what may be null.
pub(crate) fn asked(field: &Field, types: &TypeNames) -> TokenStream {
    let item = item(&field.kind, types);
    if field.is_list() { quote!(::std::vec::Vec<#item>) } else { item }
}

/// The type of a constructor's parameter for a required field.
pub(crate) fn parameter(field: &Field, types: &TypeNames) -> TokenStream {
    if is_string(field) {
        quote!(impl ::std::convert::Into<::std::string::String>)
    } else {
        stored(field, types)
    }
}

/// Whether there is always a value. What only the server writes is null until it has answered.
pub(crate) fn is_required(field: &Field) -> bool {
    field.required && !field.read_only
}

/// Whether the struct holds a `String`.
pub(crate) fn is_string(field: &Field) -> bool {
    !field.is_list() && matches!(field.kind, FieldKind::Scalar(Scalar::Id | Scalar::String))
}
