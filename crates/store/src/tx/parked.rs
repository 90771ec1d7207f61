//! What a person does with parked mutations (SYNC 1.7).

use super::group::grouped;
use super::{ParkedWith, Tx, table};
use crate::change::Source;
use crate::local::{self, Loaded};
use crate::read::Reads;
use crate::{StoreError, layout::Table};
use syncline_core::record::{Conflict, EntryState, Local, MutationOp, Outcome, fold, rebase_merging, settle};
use syncline_core::{Key, ModelId, Record};

/// What discarding or retrying a mutation did.
#[derive(Clone, Debug, PartialEq)]
pub struct DiscardDone {
    /// The model.
    pub model: ModelId,
    /// The record.
    pub key: Key,
    /// What the application sees of it now.
    pub visible: Option<Record>,
    /// The ids of other mutations that went with it.
    pub superseded: Vec<String>,
    /// What both sides had changed.
    pub conflicts: Vec<Conflict>,
    /// Mutations of transactions that are parked because one of them met a conflict (SYNC 2.5).
    pub parked: Vec<ParkedWith>,
}

impl Tx<'_> {
    /// Drops a parked mutation: the server's record shows again where nothing else is pending. The pending changes of
    /// a record whose create is dropped go with it.
    ///
    /// # Errors
    /// There is no such mutation, or it is not parked.
    pub fn discard(&mut self, mutation: &str) -> Result<DiscardDone, StoreError> {
        let (table, before, place) = parked(self.reads, mutation)?;
        let mut known = before.local.clone();
        let mut superseded = Vec::new();
        if known.entries[place].op == MutationOp::Create {
            superseded.extend(known.entries.split_off(place + 1).into_iter().map(|entry| entry.id));
        }
        // It goes as one whose condition failed goes: its successors take over its bases.
        known.entries[place].state = EntryState::Sent;
        let settled = settle(&table.model, known, mutation, Outcome::ConditionFailed(None));
        let Some(settled) = settled else { return Err(not_parked(mutation, "it is gone")) };
        superseded.extend(settled.superseded.into_iter().map(|entry| entry.id));
        self.finish(table, before, &settled.local, settled.visible, superseded, settled.conflicts)
    }

    /// Sends a parked mutation once more, on the server's record as it is known now, under `fresh_id`.
    ///
    /// # Errors
    /// There is no such mutation, or it is not parked.
    pub fn retry(&mut self, mutation: &str, fresh_id: String) -> Result<DiscardDone, StoreError> {
        let (table, before, place) = parked(self.reads, mutation)?;
        let mut known = before.local.clone();
        known.entries[place].state = EntryState::Unsent;
        known.entries[place].id = fresh_id;
        let model = &table.model;
        if known.in_flight() {
            let visible = fold(model, &known.server, &known.entries);
            return self.finish(table, before, &known, visible, Vec::new(), Vec::new());
        }
        let rebased = rebase_merging(model, &known.server, std::mem::take(&mut known.entries));
        known.entries = rebased.entries;
        let superseded = rebased.superseded.into_iter().map(|entry| entry.id).collect();
        self.finish(table, before, &known, rebased.visible, superseded, rebased.conflicts)
    }

    fn finish(
        &mut self,
        table: &Table,
        before: Loaded,
        after: &Local,
        visible: Option<Record>,
        superseded: Vec<String>,
        conflicts: Vec<Conflict>,
    ) -> Result<DiscardDone, StoreError> {
        self.log(table, &before.key_text, after.server.version(), &conflicts)?;
        let (model, key) = (table.model.id, before.key.clone());
        let mut done = DiscardDone { model, key, visible, superseded, conflicts, parked: Vec::new() };
        let entries = grouped(&before.local.entries);
        self.store(table, before, after, done.visible.as_ref(), Source::Local)?;
        done.parked = self.park_groups(&entries, &after.entries, None)?;
        Ok(done)
    }
}

/// The parked entry: its table, its record, and its place among the record's entries.
fn parked<'a>(reads: &'a Reads, mutation: &str) -> Result<(&'a Table, Loaded, usize), StoreError> {
    let Some(entry) = reads.entry(mutation)? else {
        return Err(not_parked(mutation, "the outbox does not hold it"));
    };
    match entry.state {
        EntryState::Parked(_) => {}
        EntryState::Sent => return Err(not_parked(mutation, "it has been sent and its outcome is unknown")),
        EntryState::Unsent => return Err(not_parked(mutation, "it waits to be sent")),
    }
    let table = table(reads, entry.model)?;
    let before = local::load(&reads.conn, table, &entry.key)?;
    let place = before.local.entries.iter().position(|known| known.id == mutation);
    let place = place.ok_or_else(|| not_parked(mutation, "the outbox does not hold it"))?;
    Ok((table, before, place))
}

fn not_parked(mutation: &str, found: &'static str) -> StoreError {
    StoreError::NotParked { mutation: mutation.to_owned(), found }
}
