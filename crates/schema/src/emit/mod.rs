//! From the IR to the API's SDL.
//!
//! [`api_sdl`] is what the Amplify transformer makes of the same schema with conflict resolution on, oddities included:
//! `testing/conformance-transformer` compares the two. [`served_sdl`] has the same and more, for clients that build
//! names by another rule than the transformer.

mod filters;
mod inputs;
mod keys;
mod late;
mod objects;
mod operators;
mod roots;
mod stems;
pub(crate) mod type_names;
mod writer;

use syncline_core::Schema;
use writer::Writer;

pub use stems::served_roots;

/// The scalars and directives that AppSync builds in, for a parser that does not.
pub const AWS_PRELUDE: &str = include_str!("prelude.graphql");

/// Which of the two an SDL is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// What the transformer makes.
    Exact,
    /// That and what is accepted beyond it.
    Served,
}

/// What is written down.
struct Api<'a> {
    schema: &'a Schema,
    extent: Extent,
}

/// The SDL of the API for `schema`, equal to what the Amplify transformer makes of it but for the order. AppSync's own
/// scalars and directives are not declared in it; they are in [`AWS_PRELUDE`].
#[must_use]
pub fn api_sdl(schema: &Schema) -> String {
    sdl(&Api { schema, extent: Extent::Exact })
}

/// The SDL that a server serves: [`api_sdl`] and what existing clients need beyond it.
///
/// - A foreign key that a has-many brings along is in the subscription filter of the child, too; the transformer puts it
///   into the parent's only.
/// - A subscription whose name the transformer shortens is there under its full name, too.
/// - Everything of a model whose name begins with a small letter is there in the declared spelling, too, as the
///   JavaScript client writes it: `onCreatetodo`, `ModelSubscriptiontodoFilterInput`.
/// - A non-null list of an enum has the operators of a list, which take a single value, too; the transformer gives it those
///   of a single value, by which no list can be searched.
///
/// The names of the root fields are those of [`served_roots`].
#[must_use]
pub fn served_sdl(schema: &Schema) -> String {
    sdl(&Api { schema, extent: Extent::Served })
}

fn sdl(api: &Api<'_>) -> String {
    let schema = api.schema;
    let mut out = Writer::default();
    roots::roots(api, &mut out);
    for ty in schema.enums() {
        out.block("enum", &ty.name, ty.values.iter().cloned());
    }
    for ty in schema.customs() {
        objects::custom(ty, &mut out);
        inputs::custom(ty, &mut out);
    }
    for ty in schema.unused() {
        objects::custom(ty, &mut out);
    }
    for model in schema.models() {
        objects::object(schema, model, &mut out);
        objects::connections(schema, model, &mut out);
        inputs::mutation_inputs(model, api.extent, &mut out);
        filters::filters(api, model, &mut out);
        keys::composites(schema, model, &mut out);
    }
    keys::conditions(schema, &mut out);
    operators::of_enums(api, &mut out);
    operators::fixed(&mut out);
    out.finish()
}
