//! Saving a record.

use super::{Tx, table, visible};
use crate::change::Source;
use crate::layout::Table;
use crate::local::{self, Loaded};
use crate::{StoreError, validate};
use syncline_core::record::{
    Coalesced, Entry, EntryState, Local, MutationOp, Patch, PlannedSave, ReadAs, coalesce, plan_save,
};
use syncline_core::{ModelId, Predicate, Record};

/// A save.
#[derive(Clone, Debug)]
pub struct Save<'a> {
    /// The model.
    pub model: ModelId,
    /// The values to save. Read-only fields are ignored.
    pub value: &'a Record,
    /// The record that the value was read as; `None` for a new value.
    pub read_as: Option<ReadAs<'a>>,
    /// What must hold for the stored record, here and at the cloud.
    pub condition: Option<&'a Predicate>,
    /// The id of the mutation, a new UUID.
    pub mutation: String,
}

/// What a save did.
#[derive(Clone, Debug, PartialEq)]
pub struct SaveDone {
    /// The record as it is now.
    pub record: Record,
    /// The server's version of it that is known.
    pub version: Option<i64>,
    /// The mutation that carries the save: its own, or an unsent one that it became part of. `None`: there is nothing
    /// to send.
    pub mutation: Option<String>,
    /// A pending mutation that this save made unnecessary or took the place of; it will not be sent.
    pub ended: Option<String>,
}

impl Tx<'_> {
    /// Saves a record: the row and the outbox entry.
    ///
    /// # Errors
    /// A value that does not fit the model, a condition that does not hold, a record that the server deleted since it
    /// was read, a mutation id that was used before.
    pub fn save(&mut self, save: Save<'_>) -> Result<SaveDone, StoreError> {
        let table = table(self.reads, save.model)?;
        let mut value = save.value.clone();
        let key = validate::local(table, &mut value, save.read_as.map(|read_as| read_as.record))?;
        let before = local::load(self.conn(), table, &key)?;
        let condition = check_condition(table, &before, save.condition)?;
        let planned = plan_save(&table.model, &before.local, before.visible.as_ref(), save.read_as, &value);
        let (op, patch, mut conflicts) = match planned {
            PlannedSave::Write { op, patch, conflicts, .. } => (op, patch, conflicts),
            PlannedSave::Nothing => return Ok(unchanged(before, value)),
            PlannedSave::Deleted => {
                let (model, key) = (table.model.name.clone(), key.to_string());
                return Err(StoreError::RecordDeleted { model, key });
            }
        };
        for conflict in &mut conflicts {
            conflict.mutation.clone_from(&save.mutation);
        }
        local::log(self.conn(), table, &before.key_text, &conflicts)?;
        if op == MutationOp::Update && patch.is_empty() && condition.is_none() {
            // Everything it changed had been changed by somebody else, whose values stay.
            return Ok(unchanged(before, value));
        }
        let entry = entry(table, &before, save.mutation, op, patch, condition);
        let (after, mutation, ended) = with(table, &before.local, entry);
        let record = visible(table, &after);
        let done = SaveDone {
            record: record.clone().unwrap_or(value),
            version: after.server.version(),
            mutation,
            ended,
        };
        self.store(table, before, &after, record.as_ref(), Source::Local)?;
        Ok(done)
    }
}

fn unchanged(before: Loaded, value: Record) -> SaveDone {
    let version = before.local.server.version();
    SaveDone { record: before.visible.unwrap_or(value), version, mutation: None, ended: None }
}

/// Whether the condition holds; a record that is not there satisfies none. The condition that selects everything is
/// no condition.
pub(super) fn check_condition(
    table: &Table,
    before: &Loaded,
    condition: Option<&Predicate>,
) -> Result<Option<Predicate>, StoreError> {
    let Some(condition) = condition else { return Ok(None) };
    let model = &table.model;
    let filter = condition.bind(model).map_err(|source| StoreError::InvalidPredicate {
        model: model.name.clone(),
        source: Box::new(source),
    })?;
    if filter.is_all() {
        return Ok(None);
    }
    if before.visible.as_ref().is_some_and(|record| filter.matches(record, false)) {
        return Ok(Some(condition.clone()));
    }
    Err(StoreError::ConditionFailed { model: model.name.clone(), key: before.key.to_string() })
}

pub(super) fn entry(
    table: &Table,
    before: &Loaded,
    id: String,
    op: MutationOp,
    patch: Patch,
    condition: Option<Predicate>,
) -> Entry {
    Entry {
        seq: 0,
        id,
        model: table.model.id,
        key: before.key.clone(),
        op,
        patch,
        base_version: None,
        condition,
        group: None,
        state: EntryState::Unsent,
    }
}

/// The record with one more mutation, the id of the entry that carries it, and of one that ended by it.
pub(super) fn with(table: &Table, local: &Local, entry: Entry) -> (Local, Option<String>, Option<String>) {
    let mut after = local.clone();
    let at = |after: &Local, seq: i64| after.entries.iter().position(|entry| entry.seq == seq);
    match coalesce(&table.model, local, entry) {
        Coalesced::Append(entry) => {
            let id = entry.id.clone();
            after.entries.push(entry);
            (after, Some(id), None)
        }
        Coalesced::Replace { seq, entry } => {
            let id = entry.id.clone();
            let mut ended = None;
            if let Some(place) = at(&after, seq) {
                let old = std::mem::replace(&mut after.entries[place], entry);
                ended = (old.id != id).then_some(old.id);
            }
            (after, Some(id), ended)
        }
        Coalesced::Cancel { seq } => {
            let ended = at(&after, seq).map(|place| after.entries.remove(place).id);
            (after, None, ended)
        }
    }
}
