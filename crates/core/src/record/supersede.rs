//! What a save or a delete takes the place of (SYNC 1.7).

use super::fold::step;
use super::{Entry, EntryState, FieldChange, Local, MutationOp, merge_value};
use crate::{Model, Record};

/// A record without the parked entries that a new one makes unnecessary.
#[derive(Clone, Debug, PartialEq)]
pub struct Overtaken {
    /// What is known of the record without them.
    pub local: Local,
    /// The new entry, on what is left. `None`: it is not needed either, because the server has never seen the record, or
    /// because it only takes back what was parked.
    pub incoming: Option<Entry>,
    /// The entries of which nothing is left.
    pub ended: Vec<Entry>,
}

/// Takes out what waits for a person and what `incoming` makes unnecessary. Nothing of a transaction group, and nothing for
/// a conditional entry, which may still fail (SYNC 1.4):
///
/// - Parked updates all of whose fields an update overwrites, but for those in `more`: by their ids, those that wanted more
///   than their patches say, because the schema has no place for it any more. What stood on them stands on what they were
///   made on.
/// - Everything pending of a record whose create is parked, by a delete.
#[must_use]
pub fn supersede(model: &Model, local: &Local, incoming: Entry, more: &[String]) -> Overtaken {
    let mut done = Overtaken { local: local.clone(), incoming: None, ended: Vec::new() };
    if !incoming.is_free() {
        done.incoming = Some(incoming);
        return done;
    }
    match incoming.op {
        MutationOp::Update => overwritten(model, incoming, more, &mut done),
        MutationOp::Delete => deleted(incoming, &mut done),
        MutationOp::Create => done.incoming = Some(incoming),
    }
    done
}

fn overwritten(model: &Model, mut incoming: Entry, more: &[String], done: &mut Overtaken) {
    let gone = |entry: &Entry| {
        entry.is_parked()
            && entry.op == MutationOp::Update
            && entry.group.is_none()
            && !more.contains(&entry.id)
            && entry.patch.0.iter().all(|change| incoming.patch.get(change.field).is_some())
    };
    if !done.local.entries.iter().any(gone) {
        done.incoming = Some(incoming);
        return;
    }
    let in_flight = done.local.in_flight();
    let mut record = done.local.server.live().map(|server| server.record.clone());
    let mut kept = Vec::new();
    for mut entry in std::mem::take(&mut done.local.entries) {
        if gone(&entry) {
            done.ended.push(entry);
            continue;
        }
        // Behind one in flight nothing has been brought in line with the server's record: its outcome does that.
        let in_line = entry.state == EntryState::Unsent && !in_flight;
        match entry.state {
            EntryState::Sent => {}
            EntryState::Unsent | EntryState::Parked(_) => {
                for change in &mut entry.patch.0 {
                    stand(model, change, &done.ended, record.as_ref().filter(|_| in_line));
                }
            }
        }
        record = step(model, record, &entry);
        kept.push(entry);
    }
    done.local.entries = kept;
    // The save says what the application saw, which is what is shown now.
    if let Some(record) = record {
        for change in &mut incoming.patch.0 {
            change.base = record[change.field].clone();
        }
        incoming.patch.0.retain(|change| change.base != change.value);
    }
    done.incoming = (!incoming.patch.is_empty()).then_some(incoming);
}

/// Puts a change that may stand on one that is gone on what is below that: the record as it is without, if the change was in
/// line with it.
fn stand(model: &Model, change: &mut FieldChange, gone: &[Entry], below: Option<&Record>) {
    let below_it = gone.iter().rev().find_map(|entry| entry.patch.get(change.field));
    let Some(below_it) = below_it else { return };
    let base = match below {
        Some(record) => record[change.field].clone(),
        None if change.base == below_it.value => below_it.base.clone(),
        None => return,
    };
    // Where it is the difference that counts, the change's own stays what it is.
    let merged = merge_value(&model.fields[change.field], Some(&change.base), &change.value, &base);
    if !merged.conflict {
        change.value = merged.value;
    }
    change.base = base;
}

fn deleted(incoming: Entry, done: &mut Overtaken) {
    let parked = |entry: &Entry| entry.is_parked() && entry.op == MutationOp::Create;
    let entries = &mut done.local.entries;
    if !entries.first().is_some_and(parked) || entries.iter().any(|entry| entry.group.is_some()) {
        done.incoming = Some(incoming);
        return;
    }
    done.ended = std::mem::take(entries);
    // Somebody else may have made a record of that key meanwhile: that one is deleted.
    done.incoming = done.local.server.live().is_some().then_some(incoming);
}
