//! The model IR: what a schema means, independent of how it was written.

mod auth;
mod diff;
mod field;
mod index;
mod json;
mod relation;
mod root;
mod schema;

pub use auth::{Allow, AuthRule, Operation, Provider};
pub use diff::{Change, diff};
pub use field::{CustomType, EnumType, Field, FieldKind, FieldSource, ListKind, MergePolicy};
pub use index::{Index, KeyCondition};
pub use relation::{Relation, RelationKind};
pub use root::{RootField, RootKind};
pub use schema::{Model, ModelId, Names, Schema, SchemaError, Timestamps};
