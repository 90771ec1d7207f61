//! Moving pending entries onto a newer server record.

use super::fold::step;
use super::{
    Conflict, ConflictKind, Entry, EntryState, FieldChange, MutationOp, Patch, Presence, Resolution,
    merge_value,
};
use crate::faults::{Rule, is_broken};
use crate::{Model, Record};

/// Why a member of a group that meets a conflict is parked.
const REFUSED: &str =
    "somebody else changed the same, and half of a transaction is not applied; see the conflicts";

/// Pending entries on a newer record.
#[derive(Clone, Debug, PartialEq)]
pub struct Rebased {
    /// The entries that are left, based on the new record.
    pub entries: Vec<Entry>,
    /// Entries of which nothing is left: the newer record already says it, or took precedence (`Superseded`).
    pub superseded: Vec<Entry>,
    /// What both sides had changed.
    pub conflicts: Vec<Conflict>,
    /// What the application sees now.
    pub visible: Option<Record>,
}

/// Rebases `entries` on the server's record. None of them may be in flight: a sent entry is frozen (SYNC 1.2).
///
/// A field that only one side changed keeps that side's value; a field that both changed takes the server's, and the
/// conflict is listed (as `AUTOMERGE` does). A delete that meets a newer change gives way, and so does a change that
/// meets a delete (SYNC 1.5). A create that meets a record becomes a change of the fields the record leaves empty (2.3).
///
/// A member of a transaction group that meets any of this is left as it is and parked: half of a transaction must not
/// be applied, and the rest of its group has to be parked by the caller (SYNC 2.5).
#[must_use]
pub fn rebase(model: &Model, server: &Presence, entries: Vec<Entry>) -> Rebased {
    rebase_with(model, server, entries, false)
}

/// Like [`rebase`], for a person who has seen the conflicts and sends the changes once more: a member of a group is
/// settled field by field as any other entry is.
#[must_use]
pub fn rebase_merging(model: &Model, server: &Presence, entries: Vec<Entry>) -> Rebased {
    rebase_with(model, server, entries, true)
}

fn rebase_with(model: &Model, server: &Presence, entries: Vec<Entry>, merge_groups: bool) -> Rebased {
    let visible = server.live().map(|versioned| versioned.record.clone());
    let mut done = Rebased { entries: Vec::new(), superseded: Vec::new(), conflicts: Vec::new(), visible };
    // Whether somebody else's change was met so far.
    let mut met = false;
    for entry in entries {
        if entry.is_parked() {
            done.visible = step(model, done.visible.take(), &entry);
            done.entries.push(entry);
            continue;
        }
        met |= meets(server, &entry, &done);
        let whole = (entry.group.is_some() && !merge_groups && !is_broken(Rule::KeepBase))
            .then(|| (entry.clone(), done.clone()));
        match entry.op {
            MutationOp::Create => create(model, server, entry, &mut done),
            MutationOp::Update => update(model, server, entry, &mut done, false),
            MutationOp::Delete => delete(server, entry, &mut done, met),
        }
        if let Some((entry, before)) =
            whole.filter(|(_, before)| before.conflicts.len() < done.conflicts.len())
        {
            let conflicts = std::mem::take(&mut done.conflicts);
            done = park(model, entry, Rebased { conflicts, ..before });
        }
    }
    done
}

/// Parks a member of a group, with what it changes and on what it was made.
fn park(model: &Model, entry: Entry, mut done: Rebased) -> Rebased {
    let state = EntryState::Parked(REFUSED.to_owned());
    let entry = Entry { state, ..entry };
    done.visible = step(model, done.visible.take(), &entry);
    done.entries.push(entry);
    done
}

/// Whether the server's record holds a change that was not known when the entry was made: it is newer than the entry's
/// base, or it is there where the entry makes one. An entry behind it was made without knowing of that either.
fn meets(server: &Presence, entry: &Entry, done: &Rebased) -> bool {
    let Some(now) = server.live().map(|versioned| versioned.meta.version) else { return false };
    let newer = entry.base_version.is_some_and(|base| now > base);
    newer || (entry.op == MutationOp::Create && done.visible.is_some())
}

/// The base of an entry is its predecessor's result, so only the first one that is not parked names the server's
/// version.
fn base_version(server: &Presence, done: &Rebased) -> Option<i64> {
    if done.entries.iter().all(Entry::is_parked) { server.version() } else { None }
}

fn create(model: &Model, server: &Presence, mut entry: Entry, done: &mut Rebased) {
    if done.visible.is_some() {
        log(&entry, ConflictKind::CreateMeetsRecord, done);
        entry.op = MutationOp::Update;
        update(model, server, entry, done, true);
        return;
    }
    // Over a tombstone, the new life continues from its version.
    entry.base_version = match server {
        Presence::Deleted(meta) if done.entries.is_empty() => Some(meta.version),
        _ => None,
    };
    done.visible = step(model, None, &entry);
    done.entries.push(entry);
}

fn update(model: &Model, server: &Presence, mut entry: Entry, done: &mut Rebased, base_unknown: bool) {
    let version = base_version(server, done);
    let Some(record) = done.visible.as_mut() else {
        if matches!(server, Presence::Deleted(_)) {
            log(&entry, ConflictKind::UpdateMeetsDelete, done);
            done.superseded.push(entry);
        } else {
            done.entries.push(entry);
        }
        return;
    };
    let mut conflicts = Vec::new();
    let mut changes = Vec::new();
    for change in &entry.patch.0 {
        let remote = &record[change.field];
        let base = (!base_unknown).then_some(&change.base);
        let mut merged = merge_value(&model.fields[change.field], base, &change.value, remote);
        if is_broken(Rule::KeepBase) {
            merged.value = change.value.clone();
            merged.conflict = false;
        }
        if merged.conflict {
            conflicts.push(ConflictKind::Field {
                field: change.field,
                base: change.base.clone(),
                local: change.value.clone(),
                remote: remote.clone(),
            });
        }
        if merged.value != *remote {
            changes.push(FieldChange { field: change.field, base: remote.clone(), value: merged.value });
        }
    }
    let patch = Patch(changes);
    patch.write_to(record);
    for kind in conflicts {
        log(&entry, kind, done);
    }
    entry.base_version = version;
    // A conditional entry is sent even if it says nothing new: whether its condition holds is for the cloud to say.
    let settled = patch.is_empty() && entry.condition.is_none();
    entry.patch = patch;
    if settled { &mut done.superseded } else { &mut done.entries }.push(entry);
}

fn delete(server: &Presence, mut entry: Entry, done: &mut Rebased, met: bool) {
    let version = base_version(server, done);
    if done.visible.is_none() {
        done.superseded.push(entry);
        return;
    }
    if met && !is_broken(Rule::KeepBase) {
        log(&entry, ConflictKind::DeleteMeetsUpdate, done);
        done.superseded.push(entry);
        return;
    }
    entry.base_version = version;
    done.visible = None;
    done.entries.push(entry);
}

fn log(entry: &Entry, kind: ConflictKind, done: &mut Rebased) {
    done.conflicts.push(Conflict {
        model: entry.model,
        key: entry.key.clone(),
        mutation: entry.id.clone(),
        kind,
        resolution: Resolution::Remote,
    });
}
