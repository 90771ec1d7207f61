//! Rows and the changes that made them.

use std::sync::Arc;
use syncline_core::record::MutationOp;
use syncline_core::{Key, Meta, ModelId, Record, Value};

/// A stored record.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its values; a tombstone keeps them all.
    pub record: Record,
    /// Its metadata.
    pub meta: Meta,
    /// The sequence number of its last change.
    pub seq: i64,
}

/// One line of the change log (SYNC 3.2), as a decision sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct LoggedChange {
    /// The version this change made.
    pub version: i64,
    /// The fields whose value changed, with their values before.
    pub before: Vec<(usize, Value)>,
    /// The author session, if there is one (SYNC 3.4).
    pub session: Option<String>,
}

/// A change that has committed.
#[derive(Clone, Debug, PartialEq)]
pub struct Committed {
    /// The model.
    pub model: ModelId,
    /// The record.
    pub key: Key,
    /// Whether it was created, updated or deleted.
    pub op: MutationOp,
    /// The row before; `None` for a create over nothing.
    pub before: Option<Row>,
    /// The row after; the answer to who wrote it holds the same.
    pub after: Arc<Row>,
    /// Who sent the mutation, if that was said.
    pub origin: Option<Arc<str>>,
}
