//! From the IR to the API's SDL, as the Amplify transformer prints it with conflict resolution on.
//!
//! Compared with what the transformer itself makes of the same schemas. On purpose different: a foreign key is in the
//! subscription filter of the child, where it is useful, and not only of the parent; helper types of a model whose name
//! begins with a small letter exist in one spelling; a custom type that no model holds is left out; a non-null
//! list of an enum has the operators of a list of it, which take what the transformer's operators of a single value do;
//! and service directives are left to the server, which knows its default mode.

mod inputs;
mod keys;
mod objects;
mod operators;
mod roots;
pub(crate) mod type_names;
mod writer;

use syncline_core::Schema;
use writer::Writer;

/// The scalars and directives that AppSync builds in, for a parser that does not.
pub const AWS_PRELUDE: &str = include_str!("prelude.graphql");

/// The SDL of the API that serves `schema`. AppSync's own scalars and directives are not declared in it; they are in
/// [`AWS_PRELUDE`].
#[must_use]
pub fn api_sdl(schema: &Schema) -> String {
    let mut out = Writer::default();
    roots::roots(schema, &mut out);
    for ty in schema.enums() {
        out.block("enum", &ty.name, ty.values.iter().cloned());
    }
    for ty in schema.customs() {
        objects::custom(ty, &mut out);
        inputs::custom(ty, &mut out);
    }
    for model in schema.models() {
        objects::object(schema, model, &mut out);
        objects::connection(model, &mut out);
        inputs::mutation_inputs(model, &mut out);
        inputs::filters(schema, model, &mut out);
        keys::composites(schema, model, &mut out);
    }
    keys::conditions(schema, &mut out);
    operators::of_enums(schema, &mut out);
    operators::fixed(schema, &mut out);
    out.finish()
}
