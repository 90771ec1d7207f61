//! From a checked document to the model IR.

mod document;
mod draft;
mod fields;
mod keys;
mod names;
mod relations;

pub(crate) use document::lower;
