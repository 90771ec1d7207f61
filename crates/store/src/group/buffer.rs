//! The buffer.

use crate::layout::{Owned, Table};
use crate::local::{self, Loaded};
use crate::read::{Query, Reads, Stored};
use crate::tx::{Save, bind_condition, check_condition, checked, entry, plan, visible, with};
use crate::{StoreError, validate};
use std::collections::BTreeMap;
use syncline_core::predicate::{Column, FieldRef, Filter, Op, Term};
use syncline_core::record::{Entry, Local, MutationOp, Patch, ReadAs};
use syncline_core::{Key, ModelId, Predicate, Record};

/// Stands for the number that the group gets when it is written.
const THIS: i64 = -1;

/// A transaction of the application that collects its writes: its reads see one snapshot with these writes over it.
/// [`Tx::apply_group`](crate::Tx::apply_group) writes them all, as one group of the outbox (SYNC 2.5).
///
/// Every call must be given the same snapshot. Everything that it hands out counts as read: what it returned of a
/// record, also of one that it saved or deleted, and that there was none. It keeps what it has read in memory.
#[derive(Default)]
pub struct Group {
    /// What the snapshot holds of the records that were read.
    pub(super) read: BTreeMap<ModelId, BTreeMap<Key, Option<Record>>>,
    /// What the records are that were written.
    pub(super) written: BTreeMap<ModelId, BTreeMap<Key, Loaded>>,
    writes: Vec<Write>,
    /// Provisional places of entries.
    entries: i64,
    /// The most mutations that it may have.
    most: Option<usize>,
}

/// One write.
pub(crate) enum Write {
    Save {
        model: ModelId,
        value: Record,
        read_as: Option<(Record, Option<i64>)>,
        condition: Option<Predicate>,
        mutation: String,
    },
    Delete {
        model: ModelId,
        key: Key,
        condition: Option<Predicate>,
        mutation: String,
    },
}

impl std::fmt::Debug for Group {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let read: usize = self.read.values().map(BTreeMap::len).sum();
        f.debug_struct("Group")
            .field("read", &read)
            .field("writes", &self.writes.len())
            .finish_non_exhaustive()
    }
}

impl Group {
    /// The most mutations that it may have: what the server applies as a whole or not at all, if that is known.
    pub fn limit(&mut self, most: Option<usize>) {
        self.most = most;
    }

    /// Whether it has more mutations than it may have.
    pub(crate) fn check_size(&self, mutations: usize) -> Result<(), StoreError> {
        match self.most.filter(|most| mutations > *most) {
            Some(most) => Err(StoreError::TransactionTooLarge { mutations, most }),
            None => Ok(()),
        }
    }

    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// Saves a record; it as it is then. The checks are those of [`Tx::save`](crate::Tx::save), which are made again
    /// when the group is written.
    ///
    /// # Errors
    /// As [`Tx::save`](crate::Tx::save); then nothing is added.
    pub fn save(&mut self, reads: &Reads, save: Save<'_>) -> Result<Stored, StoreError> {
        let table = reads.tables.get(save.model)?;
        let (key, value) = checked(table, &save)?;
        let write = Write::Save {
            model: save.model,
            value: save.value.clone(),
            read_as: save.read_as.map(|ReadAs { record, version }| (record.clone(), version)),
            condition: save.condition.cloned(),
            mutation: save.mutation.clone(),
        };
        let planned = plan(table, self.record(reads, table, &key)?, save, value, Some(THIS))?;
        let writes = planned.after.is_some() || !planned.done.conflicts.is_empty();
        if let Some((after, shown)) = planned.after {
            self.put(table, &key, after, shown);
        }
        if writes {
            self.writes.push(write);
        }
        Ok(Stored { record: planned.done.record, version: planned.done.version })
    }

    /// Deletes a record; it as it was. `None`: there is no such record.
    ///
    /// # Errors
    /// As [`Tx::delete`](crate::Tx::delete); then nothing is added.
    pub fn delete(
        &mut self,
        reads: &Reads,
        model: ModelId,
        key: &Key,
        condition: Option<&Predicate>,
        mutation: String,
    ) -> Result<Option<Record>, StoreError> {
        let table = reads.tables.get(model)?;
        validate::key(table, key)?;
        let before = self.record(reads, table, key)?;
        let Some(record) = before.visible.clone() else {
            condition.map(|condition| bind_condition(table, condition)).transpose()?;
            return Ok(None);
        };
        check_condition(table, before, condition)?;
        self.remove_all(reads, table, key, &mutation)?;
        let condition = condition.cloned();
        self.writes.push(Write::Delete { model, key: key.clone(), condition, mutation });
        Ok(Some(record))
    }

    /// Removes a record and what belongs to it.
    fn remove_all(
        &mut self,
        reads: &Reads,
        table: &Table,
        key: &Key,
        mutation: &str,
    ) -> Result<(), StoreError> {
        let mut open = vec![(table.model.id, key.clone())];
        while let Some((model, key)) = open.pop() {
            let table = reads.tables.get(model)?;
            let Some(record) = self.record(reads, table, &key)?.visible.clone() else { continue };
            for owned in &table.owns {
                let child = reads.tables.get(owned.child)?;
                let Some(filter) = belonging(owned, child, &record) else { continue };
                let found = self.query(reads, &Query { filter, ..Query::all(owned.child) })?;
                let keys = found.iter().map(|found| Key::of(&child.model, &found.record));
                open.extend(keys.map(|key| (owned.child, key)));
            }
            self.remove(reads, table, &key, mutation)?;
        }
        Ok(())
    }

    fn remove(&mut self, reads: &Reads, table: &Table, key: &Key, mutation: &str) -> Result<(), StoreError> {
        let before = self.record(reads, table, key)?;
        let entry = entry(table, before, mutation.to_owned(), MutationOp::Delete, Patch::default(), None);
        let after = with(table, &before.local, Entry { group: Some(THIS), ..entry }, &before.more).local;
        let shown = visible(table, &after);
        self.put(table, key, after, shown);
        Ok(())
    }

    /// What is known of a record that is about to be written.
    fn record(&mut self, reads: &Reads, table: &Table, key: &Key) -> Result<&Loaded, StoreError> {
        let written = self.written.entry(table.model.id).or_default();
        match written.entry(key.clone()) {
            std::collections::btree_map::Entry::Occupied(known) => Ok(known.into_mut()),
            std::collections::btree_map::Entry::Vacant(place) => {
                let loaded = local::load(&reads.conn, table, key)?;
                let read = self.read.entry(table.model.id).or_default();
                read.entry(key.clone()).or_insert_with(|| loaded.visible.clone());
                Ok(place.insert(loaded))
            }
        }
    }

    fn put(&mut self, table: &Table, key: &Key, mut after: Local, shown: Option<Record>) {
        for entry in after.entries.iter_mut().filter(|entry| entry.seq == 0) {
            // Its place only tells it from the others of the record.
            self.entries -= 1;
            entry.seq = self.entries;
        }
        if let Some(known) = self.written.get_mut(&table.model.id).and_then(|known| known.get_mut(key)) {
            (known.local, known.visible) = (after, shown);
        }
    }

    /// What is to be written, in order.
    pub(crate) fn writes(&self) -> &[Write] {
        &self.writes
    }
}

/// Selects what belongs to `owner`; `None` if nothing can.
fn belonging(owned: &Owned, child: &Table, owner: &Record) -> Option<Filter> {
    let pairs = owned.child_fields.iter().zip(&owned.fields);
    let terms = pairs.map(|(&field, &of_owner)| {
        let value = &owner[of_owner];
        let column = Column { storage: child.model.fields[field].kind.storage(), list: false };
        (!value.is_null())
            .then(|| Filter::Term(Term { field: FieldRef::Stored(field), column, op: Op::Eq(value.clone()) }))
    });
    terms.collect::<Option<Vec<_>>>().map(Filter::conjunction)
}
