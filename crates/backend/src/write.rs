//! Writes.

use crate::{LoggedChange, Row};
use std::sync::Arc;
use syncline_core::record::MutationOp;
use syncline_core::{Key, ModelId, Record, Value};

/// The id a mutation is remembered by (SYNC 2.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MutationId {
    /// Who sends it.
    pub principal: String,
    /// The id the client gave it.
    pub id: String,
}

/// What a mutation is about; what it does is decided inside the transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Mutation {
    /// The model.
    pub model: ModelId,
    /// The record.
    pub key: Key,
    /// What kind of mutation it is.
    pub op: MutationOp,
    /// The id to remember it by, if the client sent one.
    pub id: Option<MutationId>,
    /// The version it is based on: the change log since then is handed to the decision.
    pub base_version: Option<i64>,
    /// The author session, for the change log (SYNC 3.4).
    pub session: Option<String>,
    /// Who sent it, for those who are told of the commit: it is not kept.
    pub origin: Option<Arc<str>>,
}

/// What a decision sees.
#[derive(Clone, Copy, Debug)]
pub struct Current<'a> {
    /// The row as it is inside the transaction, tombstones included.
    pub row: Option<&'a Row>,
    /// The changes after the mutation's base version, oldest first; empty if the row is at that version; `None` if
    /// the log does not reach back that far, or no base version was given.
    pub since_base: Option<&'a [LoggedChange]>,
    /// The answers to the mutations before this one in its batch, in order: what depends on one that failed may be
    /// held back.
    pub earlier: &'a [Applied],
}

impl Current<'_> {
    /// The value that `field` had at the base version; `None` if that is not known.
    #[must_use]
    pub fn base_value(&self, field: usize) -> Option<&Value> {
        let row = self.row?;
        let changes = self.since_base?;
        let before = changes.iter().flat_map(|change| &change.before).find(|(changed, _)| *changed == field);
        Some(before.map_or(&row.record[field], |(_, before)| before))
    }

    /// Whether every change of `field` since the base was made by `session`.
    #[must_use]
    pub fn changed_only_by(&self, field: usize, session: &str) -> bool {
        self.since_base.is_some_and(|changes| {
            changes
                .iter()
                .filter(|change| change.before.iter().any(|(changed, _)| *changed == field))
                .all(|change| change.session.as_deref() == Some(session))
        })
    }
}

/// Why a mutation is rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// `ConflictUnhandled`.
    Conflict,
    /// `ConditionalCheckFailedException`: the condition is false, the record is missing, or it exists already.
    Condition,
    /// `Unauthorized`, with the message.
    Unauthorized(String),
    /// A value that may not be written, with the message.
    Invalid(String),
    /// It cannot be decided inside a transaction: somebody outside has to be asked first (SYNC 3.3).
    Undecided,
    /// It was not tried, because of a mutation before it in its batch (SYNC 2.4).
    Held,
}

impl Rejection {
    /// The mutation's id was applied under the same principal, but to another record.
    #[must_use]
    pub fn reused_id() -> Rejection {
        Rejection::Invalid("the mutation id was already used for another record".to_owned())
    }
}

/// What a mutation does, decided inside the transaction.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Write this record: version + 1, alive. A merge that changes nothing still counts as a change.
    Write(Record),
    /// Turn the record into a tombstone: version + 1, its values stay. Without a row it is rejected as
    /// [`Rejection::Condition`].
    Delete,
    /// Leave everything and answer with the row as it is, as success. Without a row it is rejected as
    /// [`Rejection::Condition`].
    Keep,
    /// Leave everything and answer with an error.
    Reject(Rejection),
}

/// A pure, re-runnable decision (SYNC 3.3). It owns what it needs, since a backend may run it on its writer's thread,
/// and more than once if the transaction has to be repeated.
pub type Decide = Box<dyn Fn(Current<'_>) -> Decision + Send + Sync>;

/// A mutation and what decides it.
pub struct Write {
    /// What it is about.
    pub mutation: Mutation,
    /// What decides it.
    pub decide: Decide,
}

impl std::fmt::Debug for Write {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Write").field("mutation", &self.mutation).finish_non_exhaustive()
    }
}

/// What became of a mutation.
#[derive(Clone, Debug, PartialEq)]
pub enum Applied {
    /// It was written; this is the row now.
    Written(Arc<Row>),
    /// It changed nothing and is a success; this is the row.
    Kept(Row),
    /// It had been applied before, under the same principal and id: this is the row as it is now (SYNC 2.1). The
    /// decision was not asked.
    Repeated(Option<Row>),
    /// It was rejected; this is the row as it is, if there is one.
    Rejected {
        /// Why.
        rejection: Rejection,
        /// The row as it is.
        current: Option<Row>,
    },
    /// The id is known under another principal.
    ForeignId,
    /// An atomic batch failed elsewhere: nothing of this mutation is left.
    Aborted,
}

impl Applied {
    /// Whether it undoes an atomic batch.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        matches!(self, Applied::Rejected { .. } | Applied::ForeignId | Applied::Aborted)
    }

    /// The same with another current row, if it is a rejection: the row as it is once its batch is undone.
    #[must_use]
    pub fn with_current(self, current: Option<Row>) -> Applied {
        match self {
            Applied::Rejected { rejection, .. } => Applied::Rejected { rejection, current },
            other => other,
        }
    }
}
