//! From a checked document to the model IR.

mod customs;
mod defaults;
mod document;
mod draft;
mod fields;
mod keys;
pub(crate) mod names;
mod relations;
mod roots;

pub(crate) use document::lower;
