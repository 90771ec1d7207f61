//! Writing a transaction of the application: everything, or nothing.

use super::{Save, Tx, table, visible};
use crate::change::{Change, Source};
use crate::group::{Group, Write};
use crate::outbox::{STATE_PARKED, STATE_UNSENT};
use crate::sql::value;
use crate::{StoreError, local, outbox};
use rusqlite::params;
use std::collections::HashMap;
use syncline_core::record::{Conflict, Entry, EntryState, MutationOp, ReadAs};
use syncline_core::{Key, ModelId};

/// What writing a group did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroupDone {
    /// Its mutations, in the order in which they are sent.
    pub members: Vec<GroupMember>,
    /// Pending mutations from before that the group made unnecessary; they will not be sent.
    pub ended: Vec<String>,
    /// What somebody else had changed since it was read, and stays as they made it.
    pub conflicts: Vec<Conflict>,
}

/// One mutation of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupMember {
    /// The model.
    pub model: ModelId,
    /// The record.
    pub key: Key,
    /// The id of the mutation.
    pub mutation: String,
}

impl Tx<'_> {
    /// Writes the rows and outbox entries of a group, whose entries go to the server in their order. Several saves of
    /// one record become one entry where nothing forbids it, and one change for observers.
    ///
    /// If it fails, what it has written must be undone; [`Store::attempt`](crate::Store::attempt) does that.
    ///
    /// # Errors
    /// [`StoreError::TransactionConflict`] if a record that the group read is not what it was;
    /// [`StoreError::TransactionTooLarge`] if it has more mutations than [`Group::limit`] allows; what
    /// [`Tx::save`] and [`Tx::delete`] say.
    pub fn apply_group(&mut self, group: &Group) -> Result<GroupDone, StoreError> {
        group.check(self.reads)?;
        if group.is_empty() {
            return Ok(GroupDone::default());
        }
        let last: Option<Option<i64>> =
            value(self.conn(), "SELECT max(grp) FROM _outbox WHERE grp IS NOT NULL", [])?;
        let number = last.flatten().unwrap_or(0) + 1;
        let told = self.changes.list.len();
        let mut noted = Noted::default();
        for write in group.writes() {
            self.write(write, number, &mut noted)?;
        }
        let done = noted.done();
        group.check_size(done.members.len())?;
        outbox::group_written(self.conn(), number)?;
        net(&mut self.changes.list, told);
        Ok(done)
    }

    fn write(&mut self, write: &Write, number: i64, done: &mut Noted) -> Result<(), StoreError> {
        match write {
            Write::Save { model, value, read_as, condition, mutation } => {
                let read_as = read_as.as_ref().map(|(record, version)| ReadAs { record, version: *version });
                let (condition, mutation) = (condition.as_ref(), mutation.clone());
                let save = Save { model: *model, value, read_as, condition, mutation };
                let saved = self.save_in(save, Some(number))?;
                let key = Key::of(&self.reads.tables.get(*model)?.model, &saved.record);
                done.note(*model, &key, saved.mutation, saved.ended);
                done.conflicts.extend(saved.conflicts);
            }
            Write::Delete { model, key, condition, mutation } => {
                let deleted =
                    self.delete_in(*model, key, condition.as_ref(), mutation.clone(), Some(number))?;
                if let Some(deleted) = deleted {
                    for gone in deleted.cascaded {
                        done.note(gone.model, &gone.key, gone.mutation, gone.ended);
                    }
                    done.note(*model, key, deleted.mutation, deleted.ended);
                }
            }
        }
        Ok(())
    }
}

/// A mutation of a group that is parked because another one of it was refused, or met a conflict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParkedWith {
    /// The model.
    pub model: ModelId,
    /// The record.
    pub key: Key,
    /// What it was to do.
    pub op: MutationOp,
    /// The id of the mutation.
    pub mutation: String,
    /// Why.
    pub reason: String,
}

impl Tx<'_> {
    /// Parks what is left of the groups that a decision about one record broke (SYNC 2.5). `before` and `after` are the
    /// record's entries; `dropped` is one that went because its condition did not hold. Returns what is parked now,
    /// the record's own first.
    ///
    /// A member that was in flight while the others were parked, and was not applied, is parked as they are: it is neither
    /// sent alone nor left to wait for nobody. One that a person sends once more was not in flight, and waits for the others
    /// that are sent with it.
    pub(super) fn park_groups(
        &mut self,
        before: &[Entry],
        after: &[Entry],
        dropped: Option<&Entry>,
    ) -> Result<Vec<ParkedWith>, StoreError> {
        let was = |seq| before.iter().find(|entry| entry.seq == seq);
        let mut parked = Vec::new();
        for entry in after.iter().filter(|entry| entry.group.is_some()) {
            match (&entry.state, was(entry.seq)) {
                (EntryState::Parked(reason), was) if !was.is_some_and(Entry::is_parked) => {
                    parked.push(with_reason(entry, reason.clone()));
                    self.park_rest(entry, &format!("is parked: {reason}"), &mut parked)?;
                }
                (EntryState::Unsent, Some(was)) if was.state == EntryState::Sent => {
                    if let Some(reason) = self.why_parked(entry)? {
                        self.park_unsent(entry.group, &reason, &mut parked)?;
                    }
                }
                _ => {}
            }
        }
        if let Some(entry) = dropped {
            self.park_rest(entry, "was refused, since its condition did not hold", &mut parked)?;
        }
        Ok(parked)
    }

    fn park_rest(&mut self, of: &Entry, what: &str, parked: &mut Vec<ParkedWith>) -> Result<(), StoreError> {
        let reason = self.because_of(of.model, &of.key, what)?;
        self.park_unsent(of.group, &reason, parked)
    }

    fn because_of(&self, model: ModelId, key: &Key, what: &str) -> Result<String, StoreError> {
        let name = &self.reads.tables.get(model)?.model.name;
        Ok(format!("{BECAUSE_OF}, of {name} {key}, {what}"))
    }

    fn park_unsent(
        &mut self,
        group: Option<i64>,
        reason: &str,
        parked: &mut Vec<ParkedWith>,
    ) -> Result<(), StoreError> {
        let Some(group) = group else { return Ok(()) };
        for (model, key) in self.records_of(group, STATE_UNSENT)? {
            let table = table(self.reads, model)?;
            let before = local::load(self.conn(), table, &key)?;
            let mut after = before.local.clone();
            let mine = |entry: &&mut Entry| entry.group == Some(group) && entry.state == EntryState::Unsent;
            for entry in after.entries.iter_mut().filter(mine) {
                entry.state = EntryState::Parked(reason.to_owned());
                parked.push(with_reason(entry, reason.to_owned()));
            }
            let shown = visible(table, &after);
            self.store(table, before, &after, shown.as_ref(), Source::Local)?;
        }
        Ok(())
    }

    /// Why the other members of the entry's group are parked; `None` if none is. The one that all began with says it.
    fn why_parked(&self, entry: &Entry) -> Result<Option<String>, StoreError> {
        let mut statement = self.reads.conn.prepare_cached(
            "SELECT model, key, coalesce(error, '') FROM _outbox WHERE grp = ?1 AND state = ?2 ORDER BY seq",
        )?;
        let mut rows = statement.query(params![entry.group, STATE_PARKED])?;
        let mut told = None;
        while let Some(row) = rows.next()? {
            let reason: String = row.get(2)?;
            if !reason.starts_with(BECAUSE_OF) {
                let table = self.reads.tables.named(&row.get::<_, String>(0)?)?;
                let key = local::read_key(table, &row.get::<_, String>(1)?)?;
                return self.because_of(table.model.id, &key, &format!("is parked: {reason}")).map(Some);
            }
            told.get_or_insert(reason);
        }
        Ok(told)
    }

    /// The records with an entry of the group in this state, in the order of the entries.
    pub(super) fn records_of(&self, group: i64, state: i64) -> Result<Vec<(ModelId, Key)>, StoreError> {
        let mut statement = self.reads.conn.prepare_cached(
            "SELECT model, key FROM _outbox WHERE grp = ?1 AND state = ?2 GROUP BY model, key ORDER BY min(seq)",
        )?;
        let mut rows = statement.query(params![group, state])?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            let table = self.reads.tables.named(&row.get::<_, String>(0)?)?;
            records.push((table.model.id, local::read_key(table, &row.get::<_, String>(1)?)?));
        }
        Ok(records)
    }
}

/// How the reason begins with which a mutation is parked because of another one.
const BECAUSE_OF: &str = "another mutation of its transaction";

/// The entries that belong to groups.
pub(super) fn grouped(entries: &[Entry]) -> Vec<Entry> {
    entries.iter().filter(|entry| entry.group.is_some()).cloned().collect()
}

fn with_reason(entry: &Entry, reason: String) -> ParkedWith {
    let (key, mutation) = (entry.key.clone(), entry.id.clone());
    ParkedWith { model: entry.model, key, op: entry.op, mutation, reason }
}

/// The mutations of a group while it is written.
#[derive(Default)]
struct Noted {
    members: Vec<Option<GroupMember>>,
    places: HashMap<String, usize>,
    ended: Vec<String>,
    conflicts: Vec<Conflict>,
}

impl Noted {
    fn note(&mut self, model: ModelId, key: &Key, mutation: Option<String>, ended: Vec<String>) {
        for ended in ended {
            match self.places.remove(&ended) {
                Some(place) => self.members[place] = None,
                None => self.ended.push(ended),
            }
        }
        if let Some(mutation) = mutation
            && !self.places.contains_key(&mutation)
        {
            self.places.insert(mutation.clone(), self.members.len());
            self.members.push(Some(GroupMember { model, key: key.clone(), mutation }));
        }
    }

    fn done(self) -> GroupDone {
        let members = self.members.into_iter().flatten().collect();
        GroupDone { members, ended: self.ended, conflicts: self.conflicts }
    }
}

/// Makes one change of all of a record, from the place `start` on: the states between are nobody's business.
fn net(changes: &mut Vec<Change>, start: usize) {
    let mut places: HashMap<(ModelId, Key), usize> = HashMap::new();
    let mut kept: Vec<Change> = Vec::new();
    for change in changes.drain(start..) {
        match places.get(&(change.model, change.key.clone())) {
            Some(&place) => {
                let first = &mut kept[place];
                (first.after, first.version) = (change.after, change.version);
            }
            None => {
                places.insert((change.model, change.key.clone()), kept.len());
                kept.push(change);
            }
        }
    }
    changes.extend(kept.into_iter().filter(|change| change.before != change.after));
}
