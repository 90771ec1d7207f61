//! From an annotated GraphQL schema to Syncline's model IR, and from the IR to the SDL of the API that serves it.
//!
//! ```
//! let source = "type Todo @model @auth(rules: [{allow: public}]) { title: String! }";
//! let schema = syncline_schema::compile(source, "schema.graphql")?;
//! assert_eq!(schema.models()[0].names.list, "listTodos");
//! assert!(syncline_schema::api_sdl(&schema).contains("type ModelTodoConnection {"));
//! # Ok::<(), syncline_schema::Diagnostics>(())
//! ```
//!
//! A schema that is wrong gives [`Diagnostics`]: each says what, where and the way out.

mod ast;
mod check;
mod compile;
mod directives;
mod emit;
mod features;
mod join;
mod lower;
mod md5;
mod parse;
mod plural;
mod report;
mod suggest;

pub use compile::{Compiled, compile, compile_with};
pub use emit::{AWS_PRELUDE, api_sdl, served_roots, served_sdl};
pub use features::{Features, FeaturesError};
pub use report::{Diagnostic, Diagnostics, Span};
pub use syncline_core::model::{Change, diff};
