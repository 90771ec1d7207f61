//! GraphQL: parsing, validating and planning documents, coercing their values, introspection.
//!
//! The only place that knows `apollo-compiler`; what leaves it speaks of models by their places.

mod api;
mod cache;
mod coerce;
mod complain;
mod document;
mod introspect;
mod plan;
mod reach;
mod select;
mod unique;
mod wrong;

pub(crate) use api::{Api, Root};
pub(crate) use cache::Plans;
pub(crate) use coerce::{Values, argument, arguments, variables};
pub(crate) use introspect::introspect;
pub(crate) use plan::{CustomItem, Item, OperationKind, Plan, RelationItem, RootField, Selection, What};

use apollo_compiler::parser::{SourceMap, SourceSpan};
use syncline_protocol::error::Location;

/// The place that a span begins at.
fn locate(span: Option<SourceSpan>, sources: &SourceMap) -> Option<Location> {
    let place = span?.line_column(sources)?;
    Some(Location { line: place.line as u64, column: place.column as u64 })
}
