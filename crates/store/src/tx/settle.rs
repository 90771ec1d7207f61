//! Settling a mutation: what the server's answer does.

use super::group::grouped;
use super::{ParkedWith, Tx};
use crate::change::Source;
use crate::layout::Table;
use crate::local::Loaded;
use crate::{StoreError, local};
use syncline_core::faults::{Rule, is_broken};
use syncline_core::record::{
    Conflict, Entry, EntryState, MutationOp, Outcome, Presence, admits, asks_for_changes, settle_asking,
};
use syncline_core::{Key, ModelId, Record, Versioned};

/// What an answer did.
#[derive(Clone, Debug, PartialEq)]
pub struct SettleDone {
    /// The model.
    pub model: ModelId,
    /// The record.
    pub key: Key,
    /// What the application sees of it now.
    pub visible: Option<Record>,
    /// The ids of further mutations of which nothing is left.
    pub superseded: Vec<String>,
    /// What both sides had changed.
    pub conflicts: Vec<Conflict>,
    /// Whether the record was edited while the mutation was on its way, and that edit is next: one that waits for nothing,
    /// and that further edits become part of.
    pub edited: bool,
    /// Whether the server's record in the answer is one that the device did not know.
    pub news: bool,
    /// Whether the mutation is parked now.
    pub parked: bool,
    /// Other mutations of its transaction, or of others, that are parked now because of it (SYNC 2.5).
    pub parked_with: Vec<ParkedWith>,
}

impl Tx<'_> {
    /// Settles the mutation with the id `mutation`. `None`: no such mutation is in flight, for example because its
    /// answer arrived twice.
    ///
    /// # Errors
    /// A record in the answer that does not fit the model.
    pub fn settle(&mut self, mutation: &str, outcome: Outcome) -> Result<Option<SettleDone>, StoreError> {
        let Some(entry) = self.reads.entry(mutation)? else { return Ok(None) };
        self.settle_with(&entry, outcome, None)
    }

    /// As [`Tx::settle`], of an entry as it was claimed, where conflicts may be for the application's handler to settle:
    /// what the server settled against the mutation then becomes one more mutation, under the id that `fresh_id` makes,
    /// which waits for the handler.
    ///
    /// # Errors
    /// As [`Tx::settle`].
    pub fn settle_asking(
        &mut self,
        entry: &Entry,
        outcome: Outcome,
        fresh_id: &mut dyn FnMut() -> String,
    ) -> Result<Option<SettleDone>, StoreError> {
        self.settle_with(entry, outcome, Some(fresh_id))
    }

    fn settle_with(
        &mut self,
        entry: &Entry,
        outcome: Outcome,
        fresh_id: Option<&mut dyn FnMut() -> String>,
    ) -> Result<Option<SettleDone>, StoreError> {
        let table = self.reads.tables.get(entry.model)?;
        let (key, mutation) = (&entry.key, entry.id.as_str());
        let before = match self.lightly(table, key, mutation, &outcome)? {
            Some(before) => before,
            None => local::load(self.conn(), table, key)?,
        };
        if before.local.entries.iter().all(|entry| entry.id != mutation) {
            return Ok(None);
        }
        let outcome = checked(table, key, outcome)?;
        if let Some(current) = current(&outcome) {
            self.note_unreadable(table, &current.record)?;
            if self.has_quarantine(table)? {
                self.readable_again(table, key, current.meta.version)?;
            }
        }
        self.settle_loaded(table, before, (mutation, outcome), fresh_id)
    }

    /// What is known of a record whose only entry was applied, without what is of no consequence then: what the entry
    /// changes, and the row that is about to be replaced. `None`: there is more to it.
    fn lightly(
        &self,
        table: &Table,
        key: &Key,
        mutation: &str,
        outcome: &Outcome,
    ) -> Result<Option<Loaded>, StoreError> {
        let Outcome::Applied(current) = outcome else { return Ok(None) };
        // Observers are told what was there before, and a row that goes has to be there.
        let observed = self.changes.wants(table.model.id);
        let stays = |server: &Presence| {
            if admits(server, current.meta, false) { !current.meta.deleted } else { server.live().is_some() }
        };
        local::load_only(self.conn(), table, key, |entry, server| {
            let simple = entry.id == mutation && entry.state == EntryState::Sent;
            (simple && !asks_for_changes(entry, current)).then(|| observed || !stays(server))
        })
    }

    pub(crate) fn settle_loaded(
        &mut self,
        table: &Table,
        before: Loaded,
        (mutation, outcome): (&str, Outcome),
        fresh_id: Option<&mut dyn FnMut() -> String>,
    ) -> Result<Option<SettleDone>, StoreError> {
        let mut known = before.local.clone();
        if is_broken(Rule::MarkBeforeSend) {
            // The broken client knew only in memory that it had sent the entry.
            let sent = known.entries.iter_mut().filter(|entry| entry.id == mutation);
            sent.for_each(|entry| entry.state = EntryState::Sent);
        }
        let parked = matches!(outcome, Outcome::Refused(_));
        let news = current(&outcome).is_some_and(|current| admits(&known.server, current.meta, false));
        let entries = grouped(&before.local.entries);
        let failed = matches!(outcome, Outcome::ConditionFailed(_));
        let dropped = entries.iter().find(|entry| failed && entry.id == mutation).cloned();
        let applied = matches!(outcome, Outcome::Applied(_));
        let meanwhile = |next: &Entry| {
            let is_edit = next.op == MutationOp::Update && next.is_free();
            applied && is_edit && before.local.entries.iter().any(|known| known.id == next.id)
        };
        let settled = settle_asking(&table.model, known, mutation, outcome, fresh_id);
        let Some(settled) = settled else { return Ok(None) };
        self.log(table, &before.key_text, settled.local.server.version(), &settled.conflicts)?;
        let mut done = SettleDone {
            model: table.model.id,
            key: before.key.clone(),
            visible: None,
            superseded: settled.superseded.into_iter().map(|entry| entry.id).collect(),
            conflicts: settled.conflicts,
            edited: settled.local.entries.first().is_some_and(meanwhile),
            news,
            parked,
            parked_with: Vec::new(),
        };
        self.store(table, before, &settled.local, settled.visible.as_ref(), Source::Remote)?;
        done.visible = settled.visible;
        done.parked_with = self.park_groups(&entries, &settled.local.entries, dropped.as_ref())?;
        done.parked_with.retain(|parked| parked.mutation != mutation);
        Ok(Some(done))
    }
}

/// The server's record in an outcome.
fn current(outcome: &Outcome) -> Option<&Versioned> {
    match outcome {
        Outcome::Applied(current)
        | Outcome::Conflict { current, .. }
        | Outcome::Ambiguous { current, .. }
        | Outcome::Restored { current, .. } => Some(current),
        Outcome::ConditionFailed(current) => current.as_ref(),
        Outcome::NotApplied { .. } | Outcome::Refused(_) => None,
    }
}

/// The outcome, with its record checked: that it can be stored, and is the one that was asked about.
fn checked(table: &Table, key: &Key, mut outcome: Outcome) -> Result<Outcome, StoreError> {
    let record = match &mut outcome {
        Outcome::Applied(current)
        | Outcome::Conflict { current, .. }
        | Outcome::Ambiguous { current, .. }
        | Outcome::Restored { current, .. } => Some(&mut current.record),
        Outcome::ConditionFailed(current) => current.as_mut().map(|current| &mut current.record),
        Outcome::NotApplied { .. } | Outcome::Refused(_) => None,
    };
    if let Some(record) = record
        && crate::validate::remote(table, record)? != *key
    {
        return Err(StoreError::InvalidRecord {
            place: table.model.name.clone(),
            reason: format!("the answer to a mutation of {key} holds another record"),
        });
    }
    Ok(outcome)
}
