//! What a new mutation adds to the outbox (SYNC 1.4).

use super::{Entry, FieldChange, Local, MutationOp, Patch, Presence, cells, fold};
use crate::{Model, Record, Value};

/// What to do with a new mutation.
#[derive(Clone, Debug, PartialEq)]
pub enum Coalesced {
    /// It is a new entry.
    Append(Entry),
    /// It and the entry at `seq` become this one, in that entry's place.
    Replace {
        /// The entry to replace.
        seq: i64,
        /// What replaces it.
        entry: Entry,
    },
    /// It and the entry at `seq` cancel each other.
    Cancel {
        /// The entry to remove.
        seq: i64,
    },
}

/// Merges `incoming` with the last entry of its record where that is allowed: only among unsent entries without
/// conditions, all outside groups or all of one group, which is one transaction. `server` and the patches are on the
/// same record, so that nothing is lost by it. What it takes the place of among the parked ones has gone before
/// ([`supersede`](super::supersede())).
///
/// | last \ incoming | create | update | delete |
/// |---|---|---|---|
/// | create | create, overlaid | create, overlaid | both vanish |
/// | update | two entries | update, later values on earlier bases | delete |
/// | delete | update of every field | (cannot be) | delete |
///
/// A create behind an update is of a record that is gone at the server while the update waits for what is in flight: it is
/// an entry of its own.
/// → the record is deleted there, or a restored server has lost it; joined with the update, the new one would give way to
/// the tombstone with it (SYNC 1.5), or put its values over what was changed before, which nobody was shown.
#[must_use]
pub fn coalesce(model: &Model, local: &Local, mut incoming: Entry) -> Coalesced {
    cells::coalesced(local, &incoming);
    // The base of the first entry is the server's record; of a later one, its predecessor's result. What is parked is
    // not going to happen by itself.
    if local.entries.iter().all(Entry::is_parked) {
        incoming.base_version = match (&local.server, incoming.op) {
            // A create names a tombstone and nothing else: what was evicted is there, and is met as such (SYNC 2.3).
            (Presence::Deleted(_), _) | (_, MutationOp::Update | MutationOp::Delete) => {
                local.server.version()
            }
            (_, MutationOp::Create) => None,
        };
    }
    let Some(last) = local.entries.last() else { return Coalesced::Append(incoming) };
    if !last.joins(&incoming) {
        return Coalesced::Append(incoming);
    }
    match (last.op, incoming.op) {
        (MutationOp::Create, MutationOp::Delete) => Coalesced::Cancel { seq: last.seq },
        (MutationOp::Update, MutationOp::Create) => Coalesced::Append(incoming),
        (MutationOp::Create, MutationOp::Create | MutationOp::Update)
        | (MutationOp::Update, MutationOp::Update) => {
            let patch = last.patch.then(model, &incoming.patch);
            if patch.is_empty() && last.op == MutationOp::Update {
                return Coalesced::Cancel { seq: last.seq };
            }
            replace(last, Entry { patch, ..last.clone() })
        }
        (MutationOp::Update | MutationOp::Delete, MutationOp::Delete) => {
            replace(last, Entry { op: MutationOp::Delete, patch: Patch::default(), ..last.clone() })
        }
        (MutationOp::Delete, MutationOp::Create | MutationOp::Update) => {
            let before = &local.entries[..local.entries.len() - 1];
            let patch = every_field(model, fold(model, &local.server, before).as_ref(), &incoming.patch);
            if patch.is_empty() {
                return Coalesced::Cancel { seq: last.seq };
            }
            replace(last, Entry { op: MutationOp::Update, patch, ..last.clone() })
        }
    }
}

fn replace(last: &Entry, entry: Entry) -> Coalesced {
    Coalesced::Replace { seq: last.seq, entry: Entry { seq: last.seq, ..entry } }
}

/// Deleted and made anew before the delete was sent: the record stays, and every field becomes what the new one says.
/// `base` is the record that was deleted: the server's, with what was pending before the delete.
fn every_field(model: &Model, base: Option<&Record>, patch: &Patch) -> Patch {
    let Some(record) = base else { return patch.clone() };
    let changes = model.fields.iter().enumerate().filter_map(|(place, field)| {
        let base = record[place].clone();
        let value = patch.get(place).map_or(Value::Null, |change| change.value.clone());
        let changed = !field.read_only && !model.is_key(place) && base != value;
        changed.then_some(FieldChange { field: place, base, value })
    });
    Patch(changes.collect())
}
