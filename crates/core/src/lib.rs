//! The heart of Syncline, shared by the client and the server: what a schema means (the [`model`] IR), what a value
//! is, which records a [`predicate`] selects, and every pure decision about one record ([`mod@record`]).
//!
//! Nothing in here waits, reads a clock, draws a random number, speaks SQL to a driver or GraphQL to a wire.

pub mod faults;
pub mod key;
pub mod meta;
pub mod migrate;
pub mod model;
pub mod page;
pub mod predicate;
pub mod record;
pub mod scalar;
pub mod value;

pub use key::Key;
pub use meta::{Meta, Versioned};
pub use model::{Field, FieldKind, Model, ModelId, Schema};
pub use predicate::Predicate;
pub use scalar::Scalar;
pub use value::{Record, Value};
