//! From the model IR to Rust: a struct for each model and each custom type, an enum for each enum, and the schema itself.
//!
//! The macro `syncline::schema!` and `syncline codegen models --target rust` write the same code: [`rust_tokens`] is
//! what the macro expands to, `rust` (the feature `text`, on by default) is its text. All of it refers to `::syncline` by full paths, so that no name of
//! a schema can get in its way.

mod customs;
mod defaults;
mod enums;
mod fields;
mod models;
mod names;
mod relations;
mod schema;
mod types;

use proc_macro2::TokenStream;
use quote::quote;
use syncline_core::Schema;

/// The first lines of a generated file.
#[cfg(feature = "text")]
const HEADER: &str = "// @generated from the GraphQL schema by `syncline codegen models --target rust`: change the\n\
                      // schema and run it again.\n\n";

/// The Rust code for `schema`, as the text of a module.
#[cfg(feature = "text")]
#[must_use]
pub fn rust(schema: &Schema) -> String {
    let tokens = rust_tokens(schema);
    // What is generated is always a file; the tokens alone would be one too, only without line breaks.
    let code = match syn::parse2(tokens.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(_) => tokens.to_string(),
    };
    format!("{HEADER}{code}")
}

/// The same code as tokens: enums, custom types, models, and `fn schema()`.
#[must_use]
pub fn rust_tokens(schema: &Schema) -> TokenStream {
    let types = names::TypeNames::new(schema);
    let enums = schema.enums().iter().map(|ty| enums::tokens(ty, &types));
    let customs = schema.customs().iter().map(|ty| customs::tokens(ty, &types));
    let models = schema.models().iter().map(|model| models::tokens(schema, model, &types));
    let function = schema::tokens(schema);
    quote! { #(#enums)* #(#customs)* #(#models)* #function }
}
