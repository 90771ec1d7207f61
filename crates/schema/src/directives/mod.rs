//! The directives: which there are, where they may stand and what they may say.

pub(crate) mod arguments;
pub(crate) mod auth;
pub(crate) mod keys;
mod known;
pub(crate) mod merge;
pub(crate) mod model;
pub(crate) mod operations;
pub(crate) mod relations;
pub(crate) mod renames;

pub(crate) use known::{Place, check, check_names, stands_on_fields};
