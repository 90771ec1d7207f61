//! What a person does about pending mutations (SYNC 1.7). What is done to a parked member of a transaction group is done to
//! all of the group that is parked: half of a transaction is neither sent nor dropped (SYNC 2.5).

use super::group::grouped;
use super::{ParkedWith, Tx, table};
use crate::change::Source;
use crate::local::{self, Loaded};
use crate::outbox::{STATE_PARKED, STATE_SENT};
use crate::read::Reads;
use crate::sql::value;
use crate::{StoreError, layout::Table, outbox, validate};
use rusqlite::params;
use syncline_core::record::{
    self, Conflict, Entry, EntryState, Local, MutationOp, Outcome, fold, settle, shown_by,
};
use syncline_core::{Key, ModelId, Record};

/// What a repair did.
#[derive(Clone, Debug, PartialEq)]
pub struct RepairDone {
    /// The model of the mutation that was named.
    pub model: ModelId,
    /// Its record.
    pub key: Key,
    /// What the application sees of that now.
    pub visible: Option<Record>,
    /// What it was done to: the mutation that was named, then the others of its transaction, and what stood on a create that
    /// was dropped.
    pub repaired: Vec<Repaired>,
    /// The ids of mutations that go on and of which nothing is left.
    pub superseded: Vec<String>,
    /// What both sides had changed.
    pub conflicts: Vec<Conflict>,
    /// Mutations of other transactions that are parked because one of them met a conflict (SYNC 2.5).
    pub parked: Vec<ParkedWith>,
}

/// A mutation that was repaired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repaired {
    /// Its id.
    pub mutation: String,
    /// The id under which it is sent; `None` if it is dropped.
    pub fresh: Option<String>,
}

/// A pending mutation that is written anew.
#[derive(Clone, Debug)]
pub struct Edit<'a> {
    /// It, as it was read.
    pub entry: &'a Entry,
    /// What [`Reads::left_by`] said of it.
    pub shown: &'a Record,
    /// What it is to leave instead.
    pub value: &'a Record,
    /// The id under which it is sent, a new UUID.
    pub fresh_id: String,
}

impl Reads {
    /// The mutation with this id, and the record as it leaves it: what an application edits. `None`: there is no such
    /// mutation, or it leaves no record.
    ///
    /// # Errors
    /// A damaged or unreadable file.
    pub fn left_by(&self, mutation: &str) -> Result<Option<(Entry, Record)>, StoreError> {
        let Some(entry) = self.entry(mutation)? else { return Ok(None) };
        let table = table(self, entry.model)?;
        let local = local::load(&self.conn, table, &entry.key)?.local;
        let place = local.entries.iter().position(|known| known.id == mutation);
        let shown = place.and_then(|place| shown_by(&table.model, &local, place));
        Ok(shown.map(|shown| (entry, shown)))
    }
}

impl Tx<'_> {
    /// Drops a parked mutation, and all others of its transaction that are parked: the server's record shows again where
    /// nothing else is pending. The pending changes of a record whose create is dropped go with it.
    ///
    /// # Errors
    /// There is no such mutation, or it is not parked; or one that stands on it, or another one of its transaction, is in
    /// flight ([`StoreError::StillInFlight`]).
    pub fn discard(&mut self, mutation: &str) -> Result<RepairDone, StoreError> {
        // → if it turns out not to be applied, it would be all that is left of its transaction, and go alone.
        if let Some(behind) = self.in_flight_with(mutation)? {
            return Err(StoreError::StillInFlight { mutation: mutation.to_owned(), behind });
        }
        self.repair(mutation, &mut |table, local, own, done| {
            let mut visible = fold(&table.model, &local.server, &local.entries);
            while let Some(place) = local.entries.iter().position(|entry| own.holds(entry)) {
                let (parked, behind) = (&local.entries[place], &local.entries[place + 1..]);
                let on_its_way =
                    |entry: &&Entry| entry.state == EntryState::Sent && !outbox::goes_past(entry, parked);
                // → its answer, and the record that it may have changed, would belong to nothing any more.
                if let Some(behind) = behind.iter().find(on_its_way) {
                    let (mutation, behind) = (parked.id.clone(), behind.id.clone());
                    return Err(StoreError::StillInFlight { mutation, behind });
                }
                let entry = &mut local.entries[place];
                // It goes as one whose condition failed goes: its successors take over its bases.
                entry.state = EntryState::Sent;
                let (id, create) = (entry.id.clone(), entry.op == MutationOp::Create);
                done.repaired.push(dropped(id.clone()));
                if create {
                    // It stood on what is dropped.
                    let behind = local.entries.split_off(place + 1).into_iter();
                    done.repaired.extend(behind.map(|entry| dropped(entry.id)));
                }
                let settled = settle(&table.model, local.clone(), &id, Outcome::ConditionFailed(None));
                let Some(settled) = settled else { return Err(not_parked(&id, "it is gone")) };
                done.superseded.extend(settled.superseded.into_iter().map(|entry| entry.id));
                done.conflicts.extend(settled.conflicts);
                (*local, visible) = (settled.local, settled.visible);
            }
            Ok(visible)
        })
    }

    /// Sends a parked mutation once more, on the server's record as it is known now, under `fresh_id`; and all others of its
    /// transaction that are parked, under that id with a number behind it.
    ///
    /// # Errors
    /// There is no such mutation, or it is not parked.
    pub fn retry(&mut self, mutation: &str, fresh_id: &str) -> Result<RepairDone, StoreError> {
        self.resume(mutation, fresh_id)
    }

    /// Writes a mutation anew that is parked or was not sent: it leaves another record than before, and is sent under a new
    /// id. What is parked of its transaction is sent once more with it. `None`: it is not what it was any more; read it again.
    ///
    /// # Errors
    /// There is no such mutation, it has been sent and its outcome is unknown, or it is a delete; the new values do not fit
    /// the model.
    pub fn edit(&mut self, edit: Edit<'_>) -> Result<Option<RepairDone>, StoreError> {
        let Edit { entry, shown, value, fresh_id } = edit;
        let (table, before, place) = pending(self.reads, &entry.id)?;
        let found = &before.local.entries[place];
        if found.op == MutationOp::Delete {
            return Err(not_parked(&entry.id, "it is a delete, of which there is nothing to edit"));
        }
        if found != entry || shown_by(&table.model, &before.local, place).as_ref() != Some(shown) {
            return Ok(None);
        }
        let (value, _) = validate::local(table, value, Some(shown))?;
        let mut after = before.local.clone();
        record::edit(&table.model, &mut after, place, shown, &value);
        if found.is_parked() {
            let visible = fold(&table.model, &after.server, &after.entries);
            self.store(table, before, &after, visible.as_ref(), Source::Local)?;
            return self.resume(&entry.id, &fresh_id).map(Some);
        }
        after.entries[place].id.clone_from(&fresh_id);
        let repaired = vec![Repaired { mutation: entry.id.clone(), fresh: Some(fresh_id) }];
        let mut done = empty(table, &before.key);
        done.repaired = repaired;
        let visible = in_line(table, &mut after, &mut done);
        self.finish(table, before, &after, visible, &mut done)?;
        Ok(Some(done))
    }

    /// Makes parked mutations ones that wait to be sent.
    fn resume(&mut self, mutation: &str, fresh_id: &str) -> Result<RepairDone, StoreError> {
        let mut others = 0;
        self.repair(mutation, &mut |table, local, own, done| {
            for entry in local.entries.iter_mut().filter(|entry| own.holds(entry)) {
                let mut fresh = fresh_id.to_owned();
                if entry.id != mutation {
                    others += 1;
                    fresh = format!("{fresh_id}.{others}");
                }
                entry.state = EntryState::Unsent;
                let old = std::mem::replace(&mut entry.id, fresh.clone());
                done.repaired.push(Repaired { mutation: old, fresh: Some(fresh) });
            }
            Ok(in_line(table, local, done))
        })
    }

    /// Does `what` to the record of a parked mutation, and to those of what is parked of its transaction.
    fn repair(&mut self, mutation: &str, what: Repair<'_>) -> Result<RepairDone, StoreError> {
        let (table, before, place) = pending(self.reads, mutation)?;
        let entry = &before.local.entries[place];
        if !entry.is_parked() {
            return Err(not_parked(mutation, "it waits to be sent"));
        }
        let own = Own { group: entry.group, mutation: mutation.to_owned() };
        let mut done = empty(table, &before.key);
        self.repair_one(table, before, &own, what, &mut done)?;
        if let Some(group) = own.group {
            for (model, key) in self.records_of(group, STATE_PARKED)? {
                let table = super::table(self.reads, model)?;
                let before = local::load(self.conn(), table, &key)?;
                if !before.local.entries.iter().any(|entry| own.holds(entry)) {
                    // What was done to one before it has taken it along.
                    continue;
                }
                let visible = done.visible.take();
                self.repair_one(table, before, &own, what, &mut done)?;
                done.visible = visible;
            }
            // The one that was named comes first, whatever was before it in the transaction.
            if let Some(named) = done.repaired.iter().position(|repaired| repaired.mutation == mutation) {
                done.repaired[..=named].rotate_right(1);
            }
        }
        Ok(done)
    }

    /// A member in flight of the transaction of a parked mutation.
    fn in_flight_with(&self, mutation: &str) -> Result<Option<String>, StoreError> {
        let Some(group) = self.reads.entry(mutation)?.filter(Entry::is_parked).and_then(|entry| entry.group)
        else {
            return Ok(None);
        };
        let sql = "SELECT id FROM _outbox WHERE grp = ?1 AND state = ?2 ORDER BY seq LIMIT 1";
        value(self.conn(), sql, params![group, STATE_SENT])
    }

    fn repair_one(
        &mut self,
        table: &Table,
        before: Loaded,
        own: &Own,
        what: Repair<'_>,
        done: &mut RepairDone,
    ) -> Result<(), StoreError> {
        let mut after = before.local.clone();
        let visible = what(table, &mut after, own, done)?;
        self.finish(table, before, &after, visible, done)
    }

    fn finish(
        &mut self,
        table: &Table,
        before: Loaded,
        after: &Local,
        visible: Option<Record>,
        done: &mut RepairDone,
    ) -> Result<(), StoreError> {
        let mine = |conflict: &&Conflict| conflict.model == table.model.id && conflict.key == before.key;
        let conflicts: Vec<Conflict> = done.conflicts.iter().filter(mine).cloned().collect();
        self.log(table, &before.key_text, after.server.version(), &conflicts)?;
        let entries = grouped(&before.local.entries);
        self.store(table, before, after, visible.as_ref(), Source::Local)?;
        done.visible = visible;
        done.parked.extend(self.park_groups(&entries, &after.entries, None)?);
        Ok(())
    }
}

/// What is done to the entries of one record; it returns what is visible of the record then.
type Repair<'r> =
    &'r mut dyn FnMut(&Table, &mut Local, &Own, &mut RepairDone) -> Result<Option<Record>, StoreError>;

/// What a repair is about: one mutation, or what is parked of a transaction.
struct Own {
    group: Option<i64>,
    mutation: String,
}

impl Own {
    fn holds(&self, entry: &Entry) -> bool {
        let wanted = match self.group {
            Some(_) => entry.group == self.group,
            None => entry.id == self.mutation,
        };
        wanted && entry.is_parked()
    }
}

fn empty(table: &Table, key: &Key) -> RepairDone {
    RepairDone {
        model: table.model.id,
        key: key.clone(),
        visible: None,
        repaired: Vec::new(),
        superseded: Vec::new(),
        conflicts: Vec::new(),
        parked: Vec::new(),
    }
}

fn dropped(mutation: String) -> Repaired {
    Repaired { mutation, fresh: None }
}

/// Brings a record's entries in line with the server's record. What is visible of it.
fn in_line(table: &Table, local: &mut Local, done: &mut RepairDone) -> Option<Record> {
    let resumed = record::resume(&table.model, local.clone());
    *local = resumed.local;
    done.superseded.extend(resumed.superseded.into_iter().map(|entry| entry.id));
    done.conflicts.extend(resumed.conflicts);
    resumed.visible
}

/// A mutation that is not in flight: its table, its record, and its place among the record's entries.
fn pending<'a>(reads: &'a Reads, mutation: &str) -> Result<(&'a Table, Loaded, usize), StoreError> {
    let Some(entry) = reads.entry(mutation)? else {
        return Err(not_parked(mutation, "the outbox does not hold it"));
    };
    if entry.state == EntryState::Sent {
        return Err(not_parked(mutation, "it has been sent and its outcome is unknown"));
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
