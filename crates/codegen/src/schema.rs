//! The schema itself.

use crate::fields;
use proc_macro2::TokenStream;
use quote::quote;
use syncline_core::Schema;

pub(crate) fn tokens(schema: &Schema) -> TokenStream {
    let json = schema.to_json();
    let allow = fields::allowances();
    quote! {
        /// The schema that these models were made from.
        #[must_use]
        #allow
        pub fn schema() -> ::std::sync::Arc<::syncline::Schema> {
            static SCHEMA: ::std::sync::OnceLock<::std::sync::Arc<::syncline::Schema>> =
                ::std::sync::OnceLock::new();
            ::syncline::__private::schema(#json, &SCHEMA)
        }
    }
}
