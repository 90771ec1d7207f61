//! What a save or a delete takes the place of (SYNC 1.7).

use super::{Conflict, Entry, Local, MutationOp, rebase_merging};
use crate::Model;

/// A record without the parked entries that a new one makes unnecessary.
#[derive(Clone, Debug, PartialEq)]
pub struct Overtaken {
    /// What is known of the record without them.
    pub local: Local,
    /// The new entry, on what is left. `None`: it is not needed either, because the server has never seen the record.
    pub incoming: Option<Entry>,
    /// The entries of which nothing is left.
    pub ended: Vec<Entry>,
    /// What both sides had changed, found out because the entries behind the parked ones now stand on the server's record.
    pub conflicts: Vec<Conflict>,
}

/// Takes out what waits for a person and what `incoming` makes unnecessary. Nothing of a transaction group, and nothing for
/// a conditional entry, which may still fail (SYNC 1.4):
///
/// - Parked updates all of whose fields an update overwrites. What they were made on is what the next entry of the same field
///   was made on then, so that a change by somebody else since is met.
/// - Everything pending of a record whose create is parked, by a delete.
#[must_use]
pub fn supersede(model: &Model, local: &Local, incoming: Entry) -> Overtaken {
    let mut done =
        Overtaken { local: local.clone(), incoming: None, ended: Vec::new(), conflicts: Vec::new() };
    if !incoming.is_free() {
        done.incoming = Some(incoming);
        return done;
    }
    match incoming.op {
        MutationOp::Update => overwritten(model, incoming, &mut done),
        MutationOp::Delete => deleted(incoming, &mut done),
        MutationOp::Create => done.incoming = Some(incoming),
    }
    done
}

fn overwritten(model: &Model, mut incoming: Entry, done: &mut Overtaken) {
    let entries = &mut done.local.entries;
    let mut place = 0;
    while let Some(entry) = entries.get(place) {
        let gone = entry.is_parked()
            && entry.op == MutationOp::Update
            && entry.group.is_none()
            && entry.patch.0.iter().all(|change| incoming.patch.get(change.field).is_some());
        if !gone {
            place += 1;
            continue;
        }
        let parked = entries.remove(place);
        for change in &parked.patch.0 {
            let heir = entries[place..]
                .iter_mut()
                .chain(std::iter::once(&mut incoming))
                .find_map(|entry| entry.patch.0.iter_mut().find(|own| own.field == change.field));
            if let Some(heir) = heir {
                *heir = change.then(&model.fields[change.field], heir);
            }
        }
        done.ended.push(parked);
    }
    incoming.patch.0.retain(|change| change.base != change.value);
    let left = !incoming.patch.is_empty();
    if done.ended.is_empty() {
        done.incoming = Some(incoming);
        return;
    }
    // What stood on the parked entries stands on the server's record now; while an entry is in flight, that is for its
    // outcome to do.
    let id = incoming.id.clone();
    entries.extend(left.then_some(incoming));
    if !done.local.in_flight() {
        let rebased = rebase_merging(model, &done.local.server, std::mem::take(&mut done.local.entries));
        done.local.entries = rebased.entries;
        done.ended.extend(rebased.superseded.into_iter().filter(|entry| entry.id != id));
        done.conflicts = rebased.conflicts;
    }
    done.incoming = done.local.entries.pop_if(|last| last.id == id);
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
