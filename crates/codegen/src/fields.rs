//! What models and custom types do alike with their fields.

use crate::names::TypeNames;
use crate::{defaults, types};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syncline_core::model::{Field, FieldKind};
use syncline_core::scalar::Scalar;

/// More parameters than this make clippy doubt.
const MANY_PARAMETERS: usize = 7;
/// More parameters of type `bool` than this too.
const MANY_BOOLS: usize = 3;

/// How a constructor sets a field.
pub(crate) struct Init {
    /// The parameter that it needs, if any.
    pub(crate) parameter: Option<TokenStream>,
    /// The field with its value, as a struct expression has it.
    pub(crate) set: TokenStream,
    is_bool: bool,
}

impl Init {
    /// Set to a value that needs no parameter.
    pub(crate) fn made(ident: &Ident, value: &TokenStream) -> Init {
        Init { parameter: None, set: quote!(#ident: #value), is_bool: false }
    }
}

/// A required field is a parameter; what has a default gets it, and all else is null.
pub(crate) fn init(field: &Field, ident: &Ident, types: &TypeNames) -> Init {
    let required = types::is_required(field);
    if let Some(default) = defaults::tokens(field, types) {
        let value = if required { default } else { quote!(::std::option::Option::Some(#default)) };
        return Init::made(ident, &value);
    }
    if !required {
        return Init::made(ident, &quote!(::std::option::Option::None));
    }
    let ty = types::parameter(field, types);
    let set = if types::is_string(field) { quote!(#ident: #ident.into()) } else { quote!(#ident) };
    let is_bool = !field.is_list() && field.kind == FieldKind::Scalar(Scalar::Boolean);
    Init { parameter: Some(quote!(#ident: #ty)), set, is_bool }
}

/// What clippy may doubt about a constructor, with the reason that it is so.
pub(crate) fn doubts(inits: &[Init]) -> TokenStream {
    let parameters = inits.iter().filter(|init| init.parameter.is_some()).count();
    let without_default = (parameters == 0).then(|| {
        quote!(#[allow(clippy::new_without_default, reason = "a default value would not be new each time")])
    });
    let many = (parameters > MANY_PARAMETERS)
        .then(|| quote!(#[allow(clippy::too_many_arguments, reason = "the schema requires as many fields")]));
    let bools = (inits.iter().filter(|init| init.is_bool).count() > MANY_BOOLS).then(
        || quote!(#[allow(clippy::fn_params_excessive_bools, reason = "the schema requires as many fields")]),
    );
    quote!(#without_default #many #bools)
}

/// What a lint may doubt about a type whose names and fields the schema has chosen, and about its methods: an
/// application need not use all of them.
pub(crate) fn allowances() -> TokenStream {
    quote! {
        #[allow(
            dead_code,
            unreachable_pub,
            clippy::enum_variant_names,
            clippy::struct_excessive_bools,
            clippy::struct_field_names,
            clippy::too_many_lines,
            clippy::upper_case_acronyms,
            reason = "the schema says what there is and how it is called, the application what of it is used"
        )]
    }
}
