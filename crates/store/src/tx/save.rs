//! Saving a record.

use super::{NewSave, Tx, table, visible};
use crate::change::Source;
use crate::layout::Table;
use crate::local::{self, Loaded};
use crate::{StoreError, outbox, validate};
use std::borrow::Cow;
use syncline_core::predicate::Filter;
use syncline_core::record::{
    Coalesced, Conflict, Entry, EntryState, Local, MutationOp, Overtaken, Patch, PlannedSave, ReadAs,
    coalesce, plan_save, supersede,
};
use syncline_core::{Key, ModelId, Predicate, Record};

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
    /// Pending mutations that this save made unnecessary or took the place of; they will not be sent.
    pub ended: Vec<String>,
    /// What somebody else had changed since the value was read, and stays as they made it.
    pub conflicts: Vec<Conflict>,
}

impl Tx<'_> {
    /// Saves a record: the row and the outbox entry.
    ///
    /// # Errors
    /// A value that does not fit the model, a condition that does not hold, a record that the server deleted since it
    /// was read. All of it is found out before anything is written.
    pub fn save(&mut self, save: Save<'_>) -> Result<SaveDone, StoreError> {
        self.save_in(save, None)
    }

    /// A save outside a transaction group or in this one.
    pub(crate) fn save_in(&mut self, save: Save<'_>, group: Option<i64>) -> Result<SaveDone, StoreError> {
        let table = table(self.reads, save.model)?;
        let (key, value) = checked(table, &save)?;
        if save.read_as.is_none() && save.condition.is_none() {
            let mut new = NewSave::of(table, (value.into_owned(), key), save.mutation);
            return self.save_new_in(&mut new, group);
        }
        self.save_known(table, &key, save, value, group)
    }

    /// A save of a record that was new to the store, whose row is there, and that others may wait for or it for them.
    pub(super) fn created_related(
        &mut self,
        table: &Table,
        before: Loaded,
        save: Save<'_>,
        value: Cow<'_, Record>,
        group: Option<i64>,
    ) -> Result<SaveDone, StoreError> {
        let Planned { after, done } = plan(table, &before, save, value, group)?;
        if let Some((after, shown)) = after {
            outbox::replace(&self.reads.conn, table, &before, &after, shown.as_ref())?;
            local::note(self.changes, table, before, &after, shown.as_ref(), Source::Local);
        }
        Ok(done)
    }

    /// A save of a record of which something may be known.
    pub(super) fn save_known(
        &mut self,
        table: &Table,
        key: &Key,
        save: Save<'_>,
        value: Cow<'_, Record>,
        group: Option<i64>,
    ) -> Result<SaveDone, StoreError> {
        let before = local::load(self.conn(), table, key)?;
        let Planned { after, done } = plan(table, &before, save, value, group)?;
        self.log(table, &before.key_text, before.local.server.version(), &done.conflicts)?;
        if let Some((after, shown)) = after {
            self.store(table, before, &after, shown.as_ref(), Source::Local)?;
        }
        Ok(done)
    }
}

/// What a save is going to do.
pub(crate) struct Planned {
    /// What is known of the record then, and what is visible of it; `None` if nothing is written.
    pub(crate) after: Option<(Local, Option<Record>)>,
    pub(crate) done: SaveDone,
}

/// The key and the values of a save, checked.
pub(crate) fn checked<'s>(table: &Table, save: &Save<'s>) -> Result<(Key, Cow<'s, Record>), StoreError> {
    let (value, key) = validate::local(table, save.value, save.read_as.map(|read_as| read_as.record))?;
    Ok((key, value))
}

/// Decides what a save of `value` does to a record; nothing is written here.
pub(crate) fn plan(
    table: &Table,
    before: &Loaded,
    save: Save<'_>,
    value: Cow<'_, Record>,
    group: Option<i64>,
) -> Result<Planned, StoreError> {
    let condition = check_condition(table, before, save.condition)?;
    let planned = plan_save(&table.model, &before.local, before.visible.as_ref(), save.read_as, &value);
    let (op, patch, planned, mut conflicts) = match planned {
        PlannedSave::Write { op, patch, record, conflicts } => (op, patch, record, conflicts),
        PlannedSave::Nothing => return Ok(unchanged(before, value.into_owned(), Vec::new())),
        PlannedSave::Deleted => {
            let (model, key) = (table.model.name.clone(), before.key.to_string());
            return Err(StoreError::RecordDeleted { model, key });
        }
    };
    for conflict in &mut conflicts {
        conflict.mutation.clone_from(&save.mutation);
    }
    if op == MutationOp::Update && patch.is_empty() && condition.is_none() {
        // Everything it changed had been changed by somebody else, whose values stay.
        return Ok(unchanged(before, value.into_owned(), conflicts));
    }
    let entry = Entry { group, ..entry(table, before, save.mutation, op, patch, condition) };
    let id = entry.id.clone();
    let With { local: after, mutation, ended } = with(table, &before.local, entry, &before.more);
    let shown = if after.entries.last().is_some_and(|last| last.seq == 0 && last.id == id) {
        // An entry behind all others shows what was planned over what they show.
        debug_assert_eq!(visible(table, &after).as_ref(), Some(&planned));
        Some(planned)
    } else {
        visible(table, &after)
    };
    let done = SaveDone {
        record: shown.clone().unwrap_or_else(|| value.into_owned()),
        version: after.server.version(),
        mutation,
        ended,
        conflicts,
    };
    Ok(Planned { after: Some((after, shown)), done })
}

fn unchanged(before: &Loaded, value: Record, conflicts: Vec<Conflict>) -> Planned {
    let version = before.local.server.version();
    let record = before.visible.clone().unwrap_or(value);
    let done = SaveDone { record, version, mutation: None, ended: Vec::new(), conflicts };
    Planned { after: None, done }
}

/// Whether the condition holds; a record that is not there satisfies none. The condition that selects everything is
/// no condition.
pub(crate) fn check_condition(
    table: &Table,
    before: &Loaded,
    condition: Option<&Predicate>,
) -> Result<Option<Predicate>, StoreError> {
    let Some(condition) = condition else { return Ok(None) };
    let filter = bind_condition(table, condition)?;
    if filter.is_all() {
        return Ok(None);
    }
    let filter = filter.readable();
    if before.visible.as_ref().is_some_and(|record| filter.matches(record, false)) {
        return Ok(Some(condition.clone()));
    }
    Err(StoreError::ConditionFailed { model: table.model.name.clone(), key: before.key.to_string() })
}

/// Whether the condition fits the model, whatever is stored.
pub(crate) fn bind_condition(table: &Table, condition: &Predicate) -> Result<Filter, StoreError> {
    let model = &table.model;
    condition.bind(model).map_err(|source| StoreError::InvalidPredicate {
        model: model.name.clone(),
        source: Box::new(source),
    })
}

pub(crate) fn entry(
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

/// A record with one more mutation.
pub(crate) struct With {
    pub(crate) local: Local,
    /// The id of the entry that carries the mutation; `None` if there is nothing to send.
    pub(crate) mutation: Option<String>,
    /// The ids of entries that ended by it.
    pub(crate) ended: Vec<String>,
}

/// Adds a mutation to a record. `more` are the parked ones that wanted more than they say ([`supersede`]).
pub(crate) fn with(table: &Table, local: &Local, entry: Entry, more: &[String]) -> With {
    let Overtaken { local, incoming, ended } = supersede(&table.model, local, entry, more);
    let ended = ended.into_iter().map(|entry| entry.id).collect();
    let mut done = With { local, mutation: None, ended };
    let Some(entry) = incoming else { return done };
    let coalesced = coalesce(&table.model, &done.local, entry);
    let at = |entries: &[Entry], seq: i64| entries.iter().position(|entry| entry.seq == seq);
    let entries = &mut done.local.entries;
    match coalesced {
        Coalesced::Append(entry) => {
            done.mutation = Some(entry.id.clone());
            entries.push(entry);
        }
        Coalesced::Replace { seq, entry } => {
            done.mutation = Some(entry.id.clone());
            if let Some(place) = at(entries, seq) {
                let id = entry.id.clone();
                let old = std::mem::replace(&mut entries[place], entry);
                done.ended.extend((old.id != id).then_some(old.id));
            }
        }
        Coalesced::Cancel { seq } => {
            done.ended.extend(at(entries, seq).map(|place| entries.remove(place).id));
        }
    }
    done
}
