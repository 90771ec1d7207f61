//! Outbox entries.

use super::Patch;
use crate::{Key, ModelId, Predicate};

/// What a mutation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MutationOp {
    /// Creates the record.
    Create,
    /// Changes fields of it.
    Update,
    /// Deletes it.
    Delete,
}

/// How far an entry has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryState {
    /// Not sent; it may still be coalesced and rebased.
    Unsent,
    /// Marked as sent before its bytes left; frozen until its outcome is known (SYNC 1.2).
    Sent,
    /// Refused for good; it waits for a person. The text says why.
    Parked(String),
}

/// One mutation that waits in the outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its place in the outbox; grows.
    pub seq: i64,
    /// Its id, a UUID: what the server remembers it by (SYNC 2.1).
    pub id: String,
    /// The model.
    pub model: ModelId,
    /// The record.
    pub key: Key,
    /// What it does.
    pub op: MutationOp,
    /// What it changes. A create carries what it sets, over null; a delete carries nothing.
    pub patch: Patch,
    /// The `_version` of the server record that the change was made on; `None` for a create over nothing, and while a
    /// predecessor's outcome is unknown. A create over a tombstone names the tombstone's.
    pub base_version: Option<i64>,
    /// The condition that must hold at the cloud. Never merged, never inherited (SYNC 1.4).
    pub condition: Option<Predicate>,
    /// The transaction group it belongs to.
    pub group: Option<i64>,
    /// How far it has come.
    pub state: EntryState,
}

impl Entry {
    /// Whether it may be merged with another: unsent, unconditional, in no group.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.state == EntryState::Unsent && self.condition.is_none() && self.group.is_none()
    }

    /// Whether it and `later`, of the same record, may become one entry: both unsent and unconditional, and both of one
    /// transaction group or both of none (SYNC 1.4).
    #[must_use]
    pub fn joins(&self, later: &Entry) -> bool {
        let open = |entry: &Entry| entry.state == EntryState::Unsent && entry.condition.is_none();
        open(self) && open(later) && self.group == later.group
    }

    /// Whether it was refused for good and waits for a person.
    #[must_use]
    pub fn is_parked(&self) -> bool {
        matches!(self.state, EntryState::Parked(_))
    }
}
