//! Predicates as SQL text with parameters.
//!
//! Every expression made here is 0 or 1 and never null, so that `NOT` means what it means in Rust. A comparison is
//! written as `(c IS NOT NULL AND c > ?)`, which an index on `c` still serves. `AND` and `OR` are nested in halves,
//! because a chain of a thousand terms would be an expression a thousand deep.

mod sqlite;
mod write;

pub use write::{Sql, to_sql};
