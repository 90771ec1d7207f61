//! Queries: get, list, index and sync, and the relations below them.

mod ahead;
mod args;
mod get;
mod list;
mod relation;
mod sync;
mod terms;

pub(crate) use args::{check_key_text, filter, key_argument, predicate, stored_value};
pub(crate) use get::get;
pub(crate) use list::{index, list};
pub(crate) use relation::{Link, Page, Related, related, related_of_page};
pub(crate) use sync::sync;
