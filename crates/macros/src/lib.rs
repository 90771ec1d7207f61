//! The `schema!` macro. Use it through the crate `syncline`, which its expansion refers to.

mod expand;

use proc_macro::TokenStream;

/// Rust models from a GraphQL schema: a struct for each model and each custom type, an enum for each enum, and
/// `fn schema()`.
///
/// The path is relative to the directory of the package's `Cargo.toml`. A change of the file rebuilds what uses it; a
/// mistake in it is a compile error that names file, line, column and the way out.
///
/// ```text
/// syncline::schema!("schema.graphql");
/// ```
///
/// A schema that comes from an Amplify project means what the project's feature flags say; its `amplify/cli.json` is the
/// second argument. Without it, all flags are on.
///
/// ```text
/// syncline::schema!("amplify/backend/api/blog/schema.graphql", "amplify/cli.json");
/// ```
#[proc_macro]
pub fn schema(input: TokenStream) -> TokenStream {
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    expand::expand(input.into(), root.as_ref()).into()
}
