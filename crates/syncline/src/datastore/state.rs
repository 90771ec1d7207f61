//! How far one record is in sync.

use super::{DataStore, ModelKey};
use crate::Error;
use crate::model::Model;
use syncline_core::record::{EntryState, Local, Presence};
use syncline_core::{Key, ModelId};

/// How far a record is in sync.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SyncState {
    /// This device knows no such record.
    Unknown,
    /// What is here is what the cloud last said, at this version.
    Synced {
        /// The record's `_version`.
        version: i64,
    },
    /// The cloud has deleted it, at this version.
    Deleted {
        /// The tombstone's `_version`.
        version: i64,
    },
    /// Changes of it wait to be sent, or to be answered.
    Pending {
        /// How many mutations there are.
        mutations: usize,
        /// Whether the first of them has been sent and is not answered yet.
        sending: bool,
    },
    /// A mutation of it was refused for good and is parked; see [`DataStore::outbox`].
    Rejected {
        /// The mutation's id.
        mutation: String,
        /// Why.
        reason: String,
    },
}

impl SyncState {
    fn of(local: &Local) -> SyncState {
        let parked = local.entries.iter().find_map(|entry| match &entry.state {
            EntryState::Parked(reason) => Some((entry.id.clone(), reason.clone())),
            EntryState::Unsent | EntryState::Sent => None,
        });
        match (parked, &local.server) {
            (Some((mutation, reason)), _) => SyncState::Rejected { mutation, reason },
            _ if !local.entries.is_empty() => {
                SyncState::Pending { mutations: local.entries.len(), sending: local.in_flight() }
            }
            (None, Presence::Live(row)) => SyncState::Synced { version: row.meta.version },
            (None, Presence::Deleted(meta)) => SyncState::Deleted { version: meta.version },
            (None, Presence::Unknown | Presence::Evicted(_)) => SyncState::Unknown,
        }
    }
}

impl DataStore {
    /// How far `model` is in sync.
    ///
    /// # Errors
    /// If the schema has no such model, or the file cannot be read.
    pub fn sync_state<M: Model>(&self, model: &M) -> Result<SyncState, Error> {
        let ir = self.shape::<M>()?.model;
        self.state_of(ir.id, &Key::of(&ir, &model.to_record()))
    }

    /// How far the record with this id is in sync, or `Key` where the key has several fields.
    ///
    /// # Errors
    /// If the schema has no such model, the key does not fit it, or the file cannot be read.
    pub fn sync_state_by_id<M: Model>(&self, id: impl Into<ModelKey>) -> Result<SyncState, Error> {
        self.state_of(self.shape::<M>()?.model.id, &id.into().0)
    }

    /// The names of the fields of `model` that the server has and does not show to this caller. They are null in the model, or
    /// empty where they must not be null; no predicate on them holds, nor its negation; and a save leaves them alone.
    ///
    /// # Errors
    /// If the schema has no such model, or the file cannot be read.
    pub fn unreadable<M: Model>(&self, model: &M) -> Result<Vec<String>, Error> {
        let ir = self.shape::<M>()?.model;
        let key = Key::of(&ir, &model.to_record());
        let stored = self.shared.readers.with(|reader| reader.get(ir.id, &key))?;
        let name = |place: usize| ir.fields.get(place).map(|field| field.name.clone());
        Ok(stored.iter().flat_map(|stored| stored.record.unreadable()).filter_map(name).collect())
    }

    pub(crate) fn state_of(&self, model: ModelId, key: &Key) -> Result<SyncState, Error> {
        self.shared.readers.with(|reader| reader.local(model, key)).map(|local| SyncState::of(&local))
    }
}
