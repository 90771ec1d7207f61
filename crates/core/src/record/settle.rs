//! What the answer to a mutation does.

use super::fold::step;
use super::handler::keep_base;
use super::merge::is_overridden;
use super::policy::adds_up;
use super::reconcile::{present, settle_on};
use super::{
    Conflict, ConflictKind, Entry, EntryState, FieldChange, Local, MutationOp, OwnRange, Patch, Presence,
    Rejection, Resolution, Settles, admits, merge_value,
};
use crate::{Model, Record, Value, Versioned};

/// Why a member of a group is parked of which nobody can tell whether it was applied.
const UNSEEN: &str = "nobody can tell whether it was applied, since the server does not show a field that it changes; see the conflicts";

/// What became of a sent entry.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The server applied it, maybe merged; this is its record now.
    Applied(Versioned),
    /// It met another version, or a record where it expected none; this is the server's record. What is left of the
    /// entry after a rebase is sent again, under the fresh id.
    Conflict {
        /// The server's record.
        current: Versioned,
        /// The id of what is left of the entry.
        fresh_id: String,
    },
    /// Nobody can tell whether it was applied; this is the server's record (SYNC 2.2). What is left of the entry after a rebase
    /// is sent again, under the fresh id, and that is listed.
    Ambiguous {
        /// The server's record.
        current: Versioned,
        /// The id of what is left of the entry.
        fresh_id: String,
    },
    /// It was not tried, since another mutation of its document failed (SYNC 2.4, 2.5): it is sent again, under the
    /// fresh id. A copy of the request that the network delivers late must not take the place of what it becomes.
    NotApplied {
        /// Its id from now on.
        fresh_id: String,
    },
    /// Its condition did not hold. It is dropped, and the server's record shows again, if the server sent it.
    ConditionFailed(Option<Versioned>),
    /// Refused for good, and the application wants the server's record, which is this, to show then: the entry is dropped, and
    /// what it wanted is listed.
    Restored {
        /// The server's record.
        current: Versioned,
        /// Why it was refused.
        reason: Rejection,
    },
    /// Refused for good: it is parked with the reason, and its values stay visible.
    Refused(Rejection),
}

/// What an outcome leaves behind.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// What the device knows now.
    pub local: Local,
    /// What the application sees now.
    pub visible: Option<Record>,
    /// Entries of which nothing is left besides the settled one.
    pub superseded: Vec<Entry>,
    /// What both sides had changed.
    pub conflicts: Vec<Conflict>,
}

/// Settles the entry with the id `mutation`. `None`: there is no such entry in flight, for example because the answer
/// arrived twice.
#[must_use]
pub fn settle(model: &Model, local: Local, mutation: &str, outcome: Outcome) -> Option<Settled> {
    settle_asking(model, local, mutation, outcome, None)
}

/// As [`settle`], for a record whose conflicts a handler of the application may settle: what the server settled against
/// an applied update, because somebody else had changed the same, is for the handler as well. It is left pending under
/// the id that `fresh_id` makes; the mutation itself is applied and gone.
#[must_use]
pub fn settle_asking(
    model: &Model,
    mut local: Local,
    mutation: &str,
    outcome: Outcome,
    fresh_id: Option<&mut dyn FnMut() -> String>,
) -> Option<Settled> {
    // What became of the one before it may have made it wait again already; its own outcome says under which id.
    let known = matches!(outcome, Outcome::NotApplied { .. } | Outcome::Ambiguous { .. });
    let in_flight = |entry: &Entry| match entry.state {
        EntryState::Sent => true,
        EntryState::Unsent => known,
        EntryState::Parked(_) => false,
    };
    let place = local.entries.iter().position(|entry| entry.id == mutation && in_flight(entry))?;
    let mut overridden = Vec::new();
    let mut refused = None;
    keep_base(&mut local);
    match outcome {
        Outcome::Applied(current) => {
            let mut entry = local.entries.remove(place);
            overridden = settled_by_server(model, &entry, &local.entries[place..], &current);
            note_own(&mut local, &entry, current.meta.version);
            let asker = fresh_id.filter(|_| local.settles == Settles::Handler);
            let contested = asker.and_then(|fresh_id| {
                let patch = contested(model, &mut entry, &mut overridden, &current)?;
                let (state, condition, group) = (EntryState::Unsent, None, None);
                Some(Entry { id: fresh_id(), patch, state, condition, group, ..entry.clone() })
            });
            if let Some(held) = &mut local.held {
                held.base = step(model, held.base.take(), &entry);
            }
            stand(&mut local.entries[place..], &entry, current.meta.version);
            if let Some(contested) = contested {
                local.entries.insert(place, contested);
            }
            admit(&mut local, current);
        }
        Outcome::Ambiguous { current, fresh_id } => {
            overridden.push(listed(&local.entries[place], ConflictKind::Ambiguous, Resolution::Local));
            refused = Some(fresh_id.clone());
            send_again(&mut local.entries, place, fresh_id);
            overridden.extend(leave_unseen(&mut local.entries[place], &current));
            admit(&mut local, current);
        }
        Outcome::Conflict { current, fresh_id } => {
            refused = Some(fresh_id.clone());
            send_again(&mut local.entries, place, fresh_id);
            meet(&mut local, current);
        }
        Outcome::NotApplied { fresh_id } => send_again(&mut local.entries, place, fresh_id),
        Outcome::ConditionFailed(current) => {
            let entry = local.entries.remove(place);
            // Without a condition it was parked and is dropped by a person: nothing goes with it.
            inherit_base(model, &mut local.entries[place..], &entry, entry.condition.is_some());
            if let Some(current) = current {
                admit(&mut local, current);
            }
        }
        Outcome::Restored { current, reason } => {
            let entry = local.entries.remove(place);
            inherit_base(model, &mut local.entries[place..], &entry, true);
            let kind = ConflictKind::Refused {
                op: entry.op,
                wanted: entry.patch.clone(),
                reason: reason.to_string(),
            };
            overridden.push(listed(&entry, kind, Resolution::Remote));
            admit(&mut local, current);
        }
        Outcome::Refused(reason) => {
            let (before, behind) = local.entries.split_at_mut(place + 1);
            if let Some(entry) = before.last_mut() {
                inherit_version(behind, entry, true);
                entry.state = EntryState::Parked(reason.to_string());
            }
        }
    }
    let (visible, superseded, conflicts) = settle_on(model, &mut local, refused.as_deref());
    overridden.extend(conflicts);
    Some(Settled { local, visible, superseded, conflicts: overridden })
}

fn listed(entry: &Entry, kind: ConflictKind, resolution: Resolution) -> Conflict {
    Conflict { model: entry.model, key: entry.key.clone(), mutation: entry.id.clone(), kind, resolution }
}

/// Takes out of an applied update, and of what the server settled against it, what neither side's values settle.
fn contested(
    model: &Model,
    entry: &mut Entry,
    overridden: &mut Vec<Conflict>,
    current: &Versioned,
) -> Option<Patch> {
    let listed = |conflict: &Conflict, change: &FieldChange| matches!(&conflict.kind, ConflictKind::Field { field, .. } if *field == change.field);
    let open = |change: &FieldChange| {
        let (field, remote) = (&model.fields[change.field], &current.record[change.field]);
        overridden.iter().any(|conflict| listed(conflict, change))
            && merge_value(field, Some(&change.base), &change.value, remote).conflict
    };
    let (taken, left): (Vec<_>, Vec<_>) = std::mem::take(&mut entry.patch.0).into_iter().partition(open);
    entry.patch.0 = left;
    overridden.retain(|conflict| !taken.iter().any(|change| listed(conflict, change)));
    (!taken.is_empty()).then_some(Patch(taken))
}

/// Whether [`settle`] asks what a record's only entry changes, if `current` is the answer to it. It does only where the
/// server applied an update to another version than the entry knew.
#[must_use]
pub fn asks_for_changes(entry: &Entry, current: &Versioned) -> bool {
    somebody_between(entry, current) && !current.meta.deleted
}

/// Whether the answer to an applied update shows that somebody else has changed the record since the version it knew.
fn somebody_between(entry: &Entry, current: &Versioned) -> bool {
    // An older version is of a later life of the key, which the entry was not made on.
    let between = entry.base_version.is_some_and(|base| current.meta.version != base.saturating_add(1));
    entry.op == MutationOp::Update && between
}

/// The fields of an applied update that the server left as somebody else had made them: its `AUTOMERGE` settled a
/// conflict that this device did not know of, and nothing is settled without being listed (I2).
///
/// A tombstone tells nothing of its fields, but that the change is not to be seen any more.
/// → an update is merged behind somebody else's of the same field, which stays; its answer is lost, and the record deleted:
/// sent again, the update is answered with the tombstone, and what it wanted was never to be seen anywhere.
///
/// What an entry that went out `behind` it has made of a field is this device's own (I6).
/// → two updates of one field are applied, and their answers lost: sent again, both are answered with what the second has
/// made, which is no conflict of the first.
fn settled_by_server(model: &Model, entry: &Entry, behind: &[Entry], current: &Versioned) -> Vec<Conflict> {
    if !somebody_between(entry, current) {
        return Vec::new();
    }
    if current.meta.deleted {
        return vec![listed(entry, ConflictKind::UpdateMeetsDelete, Resolution::Remote)];
    }
    let overridden = |change: &&FieldChange| {
        let (field, remote) = (&model.fields[change.field], &current.record[change.field]);
        let explains = |value: &Value| {
            value == remote || value != &change.base && !is_overridden(field, &change.base, value, remote)
        };
        let sent = behind.iter().filter(|next| next.state == EntryState::Sent);
        let mut own = sent.filter_map(|next| next.patch.get(change.field));
        is_overridden(field, &change.base, &change.value, remote) && !own.any(|own| explains(&own.value))
    };
    let theirs = entry.patch.0.iter().filter(overridden);
    theirs.map(|change| remote_stays(entry, change, current)).collect()
}

/// What a change wanted of a field of which the server's value stays.
fn remote_stays(entry: &Entry, change: &FieldChange, current: &Versioned) -> Conflict {
    let (base, local) = (change.base.clone(), change.value.clone());
    let remote = current.record[change.field].clone();
    listed(entry, ConflictKind::Field { field: change.field, base, local, remote }, Resolution::Remote)
}

/// Takes out of an update of which nobody can tell whether it was applied what the server does not show: nothing would say
/// that it is there already, or that somebody else has put another value in its place (SYNC 2.2). It is listed as what the
/// server keeps. Of a transaction nothing goes without the rest: it is parked as it is (SYNC 2.5).
/// → an update of a field that is not shown is applied and its answer lost, and somebody else changes the field: sent once
/// more, it is applied twice, over what nobody here has seen.
fn leave_unseen(entry: &mut Entry, current: &Versioned) -> Vec<Conflict> {
    let hidden = |change: &FieldChange| current.record[change.field].is_unreadable();
    if entry.op != MutationOp::Update || current.meta.deleted || !entry.patch.0.iter().any(hidden) {
        return Vec::new();
    }
    let unseen = entry.patch.0.iter().filter(|change| hidden(change));
    let conflicts = unseen.map(|change| remote_stays(entry, change, current)).collect();
    if entry.group.is_some() {
        entry.state = EntryState::Parked(UNSEEN.to_owned());
    } else {
        entry.patch.0.retain(|change| !hidden(change));
    }
    conflicts
}

fn admit(local: &mut Local, current: Versioned) {
    if admits(&local.server, current.meta, false) {
        local.server = present(current);
    }
}

/// Takes the record that the entry has met. Of one that left the scope nothing is held here that an older version could undo,
/// and without it the entry would go out as it was.
/// → it left at v6, and the server's store was lost and filled anew; a create of its key is refused with the record that is
/// there, at v2: passed over as older, it would be sent and refused for ever.
fn meet(local: &mut Local, current: Versioned) {
    match local.server {
        Presence::Evicted(_) => local.server = present(current),
        _ => admit(local, current),
    }
}

/// The version up to which the application had seen the record when it went on from the applied entry. If the server
/// is further, somebody else's change lies between: a delete behind the entry was made without knowing it (SYNC 1.5).
fn result_of(entry: &Entry, version: i64) -> i64 {
    match (entry.base_version, entry.op) {
        (Some(base), _) => version.min(base.saturating_add(1)),
        (None, MutationOp::Create) => version.min(1),
        (None, _) => version,
    }
}

/// The version that `next`, behind the applied `entry`, stands on: the one that the entry made. If the server is further,
/// that one may be somebody else's; if it has not come so far, its record is of a later life of the key, and what went in one
/// document with the entry was made on nothing of it. What names an earlier version already is left to the server with it.
/// → updates E1 of v2 and E2 behind it are lost on their way; v3 is somebody else's, and changes what E2 does; E1, sent again
/// alone, is merged to v4. On v3, E2 would be applied over what nobody saw.
fn stands_on(next: &Entry, entry: &Entry, version: i64) -> Option<i64> {
    let stands = match entry.base_version.filter(|_| entry.op == MutationOp::Update) {
        Some(base) if version > base.saturating_add(1) => base,
        Some(base) if version <= base && next.state == EntryState::Sent => return next.base_version,
        _ => result_of(entry, version),
    };
    Some(next.base_version.map_or(stands, |named| named.min(stands)))
}

/// Brings the entries `behind` the applied `entry` to the versions that they stand on. Those that went in one document with
/// the next stay each on the version that the one before it was to make.
/// → updates E1 of v2, E2 and E3 are sent at once; v3 is somebody else's, E1 is merged to v4, and the condition of E2 does not
/// hold. E3, which names v4, would be applied over v3, which nobody saw.
fn stand(behind: &mut [Entry], entry: &Entry, version: i64) {
    let Some((next, rest)) = behind.split_first_mut() else { return };
    let named = next.base_version;
    next.base_version = stands_on(next, entry, version);
    let (Some(mut named), Some(mut stands)) = (named, next.base_version) else { return };
    let together = next.state == EntryState::Sent;
    for next in rest.iter_mut().filter(|_| together) {
        (named, stands) = (named.saturating_add(1), stands.saturating_add(1));
        if next.state != EntryState::Sent || next.base_version != Some(named) {
            break;
        }
        next.base_version = Some(stands);
    }
}

/// The change from the entry's base version to `version` is this device's if nothing lies between.
fn note_own(local: &mut Local, entry: &Entry, version: i64) {
    let base = entry.base_version.unwrap_or(0);
    if entry.op != MutationOp::Delete && version == base.saturating_add(1) {
        local.own = Some(match local.own {
            Some(own) if own.to == base => OwnRange { from: own.from, to: version },
            _ => OwnRange { from: base, to: version },
        });
    }
}

/// If a predecessor is refused, its successors take over its bases (SYNC 1.1). One that went past it while it was
/// parked, and is in flight, is frozen: it was made on the server's record. Where it is the difference that counts, the
/// successor's own stays what it is: the refused one is not made through it.
fn inherit_base(model: &Model, successors: &mut [Entry], refused: &Entry, went: bool) {
    for change in &refused.patch.0 {
        let heir = successors
            .iter_mut()
            .find_map(|entry| entry.patch.0.iter_mut().find(|own| own.field == change.field));
        if let Some(heir) = heir {
            let field = &model.fields[change.field];
            if adds_up(field) {
                let merged = merge_value(field, Some(&heir.base), &heir.value, &change.base);
                heir.value = if merged.conflict { heir.value.clone() } else { merged.value };
            }
            heir.base = change.base.clone();
        }
    }
    let inherits = inherit_version(successors, refused, went);
    if let Some(next) = successors.first_mut().filter(|next| inherits && next.op == MutationOp::Update)
        && refused.op == MutationOp::Create
    {
        next.op = MutationOp::Create;
    }
}

/// What stood on what `refused` was to leave stands on what that one was made on: the next entry that was not sent, unless it
/// stands on the server's record already, and, if it `went` to the server just now, those that went in one document with it,
/// each on the version that the one before it was to make. Whether the next one did.
fn inherit_version(successors: &mut [Entry], refused: &Entry, went: bool) -> bool {
    let base = refused.base_version;
    let mut made = base.unwrap_or(0);
    for (place, next) in successors.iter_mut().enumerate() {
        if next.state != EntryState::Sent {
            if place == 0 {
                next.base_version = next.base_version.or(base);
            }
            return true;
        }
        let stands_on = if place == 0 { base } else { Some(made) };
        made = made.saturating_add(1);
        if !went || next.base_version != Some(made) {
            return place > 0;
        }
        next.base_version = stands_on;
    }
    !successors.is_empty()
}

/// The entry at `place` was not applied, and is to be sent again. One that went in one document with the entry before it
/// stands on what that one leaves, whatever version it was to make.
///
/// Those that went in one document with it, each on the version that the one before it was to make, were not applied either.
/// → the answer to a create and the update behind it is lost; the create, sent again alone, meets somebody else's record of
/// the version that the update was to be made on: sent as it was, the update would be applied over what nobody saw.
fn send_again(entries: &mut [Entry], place: usize, fresh_id: String) {
    let mut made = entries[place].base_version.unwrap_or(0);
    for next in &mut entries[place + 1..] {
        made = made.saturating_add(1);
        // Of a transaction each has an outcome of its own, all at once.
        if next.state != EntryState::Sent || next.group.is_some() || next.base_version != Some(made) {
            break;
        }
        next.state = EntryState::Unsent;
        next.base_version = None;
    }
    let follows = entries[..place].iter().any(|before| !before.is_parked());
    let entry = &mut entries[place];
    // What became of the one before it may have said that already, and on what it stands.
    if follows && entry.state == EntryState::Sent {
        entry.base_version = None;
    }
    entry.state = EntryState::Unsent;
    entry.id = fresh_id;
}
