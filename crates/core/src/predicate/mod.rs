//! Predicates: one syntax tree, evaluated in Rust, as SQL and as GraphQL filter JSON, always with the same answer (I8).
//!
//! A [`Predicate`] names its fields; it is an immutable value that an application builds and keeps. [`Predicate::bind`]
//! checks it against a model once and gives a [`Filter`], which is what everything else works with.

mod ast;
mod bind;
mod build;
mod error;
mod eval;
mod filter;
mod fit;
mod json;
mod limits;
mod names;
mod sql;

pub use ast::{AttributeType, Comparison, Op, Predicate, SizeOp};
pub use build::{
    AnyField, Comparable, Containing, EnumValue, Equatable, FieldValue, Measurable, Misfit, MisfitProblem,
    Prefixed, SizeField, SortTerm, Sortable, TypedField,
};
pub use error::{PredicateError, PredicateProblem};
pub use filter::{Column, FieldRef, Filter, Term};
pub use json::{FilterJsonError, from_json, from_json_named, to_json, to_query_json, to_sync_json};
pub use limits::{MAX_DEPTH, MAX_LIST_OPERAND, MAX_TERMS, MAX_VALUES};
pub use names::DELETED;
pub use sql::{Sql, to_sql};
