//! Moving pending entries onto a newer server record.

use super::cells::Standing;
use super::fold::step;
use super::{
    Answer, Answers, Conflict, ConflictKind, Entry, EntryState, FieldChange, MutationOp, Patch, Presence,
    Resolution, merge_value,
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
    match pass(model, server, entries, &Judge::Device { merge_groups }) {
        Pass::Done(done) => done,
        // The device leaves nothing open.
        Pass::Open(opened) => opened.before,
    }
}

/// Who says what becomes of an entry that meets a conflict.
pub(super) enum Judge<'a> {
    /// The rule of [`rebase`].
    Device {
        /// Whether a member of a group is settled as any other entry is.
        merge_groups: bool,
    },
    /// Whoever gave these answers.
    Handler {
        answers: &'a Answers,
        /// The record that the first entry was made on.
        base: Option<Record>,
    },
    /// The server, but of this entry, of which it has said that it is in conflict.
    Server { but: Option<&'a str> },
}

/// What becomes of it.
enum Say<'a> {
    /// The server's side stays where both sides changed.
    Remote,
    Park,
    Answer(&'a Answer),
    Open,
}

impl Judge<'_> {
    /// Whether the entry may have to be looked at once more.
    fn may_differ(&self, entry: &Entry) -> bool {
        match self {
            Judge::Device { merge_groups } => {
                entry.group.is_some() && !merge_groups && !is_broken(Rule::KeepBase)
            }
            Judge::Handler { .. } | Judge::Server { .. } => true,
        }
    }

    fn say(&self, entry: &Entry) -> Say<'_> {
        let rule = || if entry.group.is_some() { Say::Park } else { Say::Remote };
        match self {
            Judge::Device { merge_groups: true } => Say::Remote,
            Judge::Device { merge_groups: false } => rule(),
            Judge::Handler { answers, .. } => match answers.of(&entry.id) {
                Some(Answer::Remote) => rule(),
                Some(answer) => Say::Answer(answer),
                None => Say::Open,
            },
            // What a create meets the server settles by no handler.
            Judge::Server { but } if *but == Some(&*entry.id) || entry.op == MutationOp::Create => rule(),
            Judge::Server { .. } if entry.group.is_some() => Say::Park,
            Judge::Server { .. } => Say::Open,
        }
    }
}

/// What came of a pass over the entries.
pub(super) enum Pass {
    /// Each of them has its place.
    Done(Rebased),
    /// One is for somebody else to settle.
    Open(Box<Opened>),
}

/// Where a pass ends because of a conflict.
pub(super) struct Opened {
    /// What became of the entries before it.
    pub(super) before: Rebased,
    /// The entry that meets it.
    pub(super) entry: Entry,
    /// The entries behind that.
    pub(super) rest: Vec<Entry>,
    /// What both sides had changed.
    pub(super) conflicts: Vec<Conflict>,
    /// What the rule of [`rebase`] would leave.
    pub(super) merged: Option<Record>,
    /// The entry's own records.
    pub(super) sides: Sides,
}

/// The record that an entry was made on, and what it made of it, as far as they are known.
#[derive(Default)]
pub(super) struct Sides {
    pub(super) base: Option<Record>,
    pub(super) local: Option<Record>,
}

impl Sides {
    /// `made_on` is what the entries before it had made; what is not known of it is what the server has.
    fn of(model: &Model, entry: &Entry, made_on: Option<&Record>, remote: Option<&Record>) -> Sides {
        let base = match entry.op {
            MutationOp::Create => None,
            MutationOp::Delete => made_on.cloned(),
            MutationOp::Update => made_on.or(remote).cloned().map(|mut record| {
                entry.patch.0.iter().for_each(|change| record[change.field] = change.base.clone());
                record
            }),
        };
        let local = step(model, base.clone(), entry);
        Sides { base, local }
    }
}

/// Goes through the entries in order, until one meets a conflict that is for somebody else to settle.
pub(super) fn pass(model: &Model, server: &Presence, entries: Vec<Entry>, judge: &Judge<'_>) -> Pass {
    let visible = server.live().map(|versioned| versioned.record.clone());
    let mut done = Rebased { entries: Vec::new(), superseded: Vec::new(), conflicts: Vec::new(), visible };
    let mut made_on = match judge {
        Judge::Handler { base, .. } => base.clone(),
        _ => None,
    };
    // Whether somebody else's change was met so far.
    let mut met = false;
    let mut entries = entries.into_iter();
    while let Some(entry) = entries.next() {
        let mut sides = Sides::default();
        if let Judge::Handler { .. } = judge {
            sides = Sides::of(model, &entry, made_on.as_ref(), done.visible.as_ref());
            made_on = step(model, made_on, &entry);
        }
        if entry.is_parked() {
            done.visible = step(model, done.visible.take(), &entry);
            done.entries.push(entry);
            continue;
        }
        met |= meets(server, &entry, &done);
        let again = judge.may_differ(&entry).then(|| (entry.clone(), done.clone()));
        let standing = Standing::of(server, &entry, &done);
        match entry.op {
            MutationOp::Create => create(model, server, entry, &mut done),
            MutationOp::Update => update(model, server, entry, &mut done, Merge::default()),
            MutationOp::Delete => delete(server, entry, &mut done, met),
        }
        standing.rebased(&done);
        let conflict = |(_, before): &(Entry, Rebased)| before.conflicts.len() < done.conflicts.len();
        let Some((entry, before)) = again.filter(conflict) else { continue };
        match judge.say(&entry) {
            Say::Remote => {}
            Say::Park => {
                let conflicts = std::mem::take(&mut done.conflicts);
                done = park(model, entry, Rebased { conflicts, ..before });
            }
            Say::Answer(answer) => {
                let conflicts = done.conflicts.split_off(before.conflicts.len());
                done = before;
                answered(model, server, (entry, sides), answer, conflicts, &mut done);
            }
            Say::Open => {
                let conflicts = done.conflicts.split_off(before.conflicts.len());
                let (merged, rest) = (done.visible, entries.collect());
                return Pass::Open(Box::new(Opened { before, entry, rest, conflicts, merged, sides }));
            }
        }
    }
    Pass::Done(done)
}

/// Gives an entry that met `conflicts` the place that a handler wants it to have.
fn answered(
    model: &Model,
    server: &Presence,
    (entry, sides): (Entry, Sides),
    answer: &Answer,
    conflicts: Vec<Conflict>,
    done: &mut Rebased,
) {
    let gone = done.visible.is_none();
    let resolution = match (answer, &sides.local) {
        (Answer::Merged(_), _) => Resolution::Merged,
        // Nobody knows what to make anew.
        (Answer::Local, None) if gone => Resolution::Remote,
        (Answer::Local, _) => Resolution::Local,
        (Answer::Remote, _) => Resolution::Remote,
    };
    done.conflicts.extend(conflicts.into_iter().map(|conflict| Conflict { resolution, ..conflict }));
    match (answer, sides.local, entry.op) {
        (Answer::Merged(record), ..) => become_record(model, server, entry, record, done),
        (Answer::Local, Some(record), MutationOp::Update) if gone => {
            become_record(model, server, entry, &record, done);
        }
        (Answer::Local, _, MutationOp::Create | MutationOp::Update) if !gone => {
            let base_unknown = entry.op == MutationOp::Create;
            let entry = Entry { op: MutationOp::Update, ..entry };
            update(model, server, entry, done, Merge { base_unknown, local_wins: true });
        }
        (Answer::Local, _, MutationOp::Delete) if !gone => {
            let base_version = base_version(server, done);
            done.visible = None;
            done.entries.push(Entry { base_version, ..entry });
        }
        _ => done.superseded.push(entry),
    }
}

/// The entry makes the record what `record` says.
fn become_record(model: &Model, server: &Presence, mut entry: Entry, record: &Record, done: &mut Rebased) {
    let Some(remote) = &mut done.visible else {
        // The next life of the record. A condition was about the one that ended.
        let patch = Patch::overlay(model, None, record);
        let entry = Entry { op: MutationOp::Create, patch, condition: None, ..entry };
        return create(model, server, entry, done);
    };
    entry.op = MutationOp::Update;
    entry.patch = Patch::diff(model, remote, record);
    entry.patch.write_to(remote);
    entry.base_version = base_version(server, done);
    keep(entry, done);
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
    // An older one is of a later life of the key.
    let another = entry.base_version.is_some_and(|base| now != base);
    another || (entry.op == MutationOp::Create && done.visible.is_some())
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
        update(model, server, entry, done, Merge { base_unknown: true, local_wins: false });
        return;
    }
    // Over a tombstone, the new life continues from its version.
    entry.base_version = match server {
        Presence::Deleted(meta) if done.entries.iter().all(Entry::is_parked) => Some(meta.version),
        _ => None,
    };
    done.visible = step(model, None, &entry);
    done.entries.push(entry);
}

/// How the fields of an update are merged.
#[derive(Clone, Copy, Default)]
struct Merge {
    /// Whether nothing is known of what the fields were.
    base_unknown: bool,
    /// Whether a field that both sides changed takes the local value.
    local_wins: bool,
}

fn update(model: &Model, server: &Presence, mut entry: Entry, done: &mut Rebased, how: Merge) {
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
        let base = (!how.base_unknown).then_some(&change.base);
        let field = &model.fields[change.field];
        let mut merged = merge_value(field, base, &change.value, remote);
        if is_broken(Rule::KeepBase) {
            merged.value = change.value.clone();
            merged.conflict = false;
        }
        if merged.conflict && how.local_wins {
            // The other way round, so that the parts of an object that do not conflict are merged as ever.
            merged.value = merge_value(field, base, remote, &change.value).value;
        } else if merged.conflict {
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
    entry.patch = patch;
    keep(entry, done);
}

/// Keeps an update, unless nothing of it is left. A conditional one is sent even if it says nothing new: whether its
/// condition holds is for the cloud to say.
fn keep(entry: Entry, done: &mut Rebased) {
    let settled = entry.patch.is_empty() && entry.condition.is_none();
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
