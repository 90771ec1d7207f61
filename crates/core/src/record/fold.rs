//! What the application sees: the last server record, then each entry in order (SYNC 1.1).

use super::{Entry, EntryState, MutationOp, Presence, merge_value};
use crate::{Model, Record};

/// Replays `entries` on the server's record. `None`: there is no such record.
///
/// An entry that was made on another record than the one it meets is merged as the server will merge it, so that what
/// is shown is the best prediction of the outcome.
#[must_use]
pub fn fold(model: &Model, server: &Presence, entries: &[Entry]) -> Option<Record> {
    entries.iter().fold(server.live().map(|versioned| versioned.record.clone()), |record, entry| {
        step(model, record, entry)
    })
}

/// One term of the fold.
pub(super) fn step(model: &Model, record: Option<Record>, entry: &Entry) -> Option<Record> {
    match entry.op {
        MutationOp::Delete => None,
        MutationOp::Update => record.map(|record| merged(model, record, entry, false)),
        MutationOp::Create => Some(match record {
            // Somebody made it first, or this is the echo of the entry itself: nothing is known of a common base.
            Some(record) => merged(model, record, entry, true),
            None => {
                let mut record = Record::empty(model.fields.len());
                for (&place, value) in model.key.iter().zip(&entry.key.0) {
                    record[place] = value.clone();
                }
                entry.patch.write_to(&mut record);
                record
            }
        }),
    }
}

fn merged(model: &Model, mut record: Record, entry: &Entry, base_unknown: bool) -> Record {
    // A record that already says what is in flight is most likely its echo: a counter must not count it again.
    let in_flight = entry.state == EntryState::Sent;
    for change in &entry.patch.0 {
        let remote = &record[change.field];
        if in_flight && *remote == change.value {
            continue;
        }
        let base = (!base_unknown).then_some(&change.base);
        let merged = merge_value(&model.fields[change.field], base, &change.value, remote);
        record[change.field] = merged.value;
    }
    record
}
