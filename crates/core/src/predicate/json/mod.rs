//! Predicates as AppSync filter JSON, both ways.

mod read;
mod write;

pub use read::{FilterJsonError, from_json, from_json_named};
pub use write::{to_json, to_query_json, to_sync_json};
