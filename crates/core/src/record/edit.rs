//! What becomes of a pending mutation that the application writes anew (SYNC 1.7).

use super::fold::step;
use super::{EntryState, FieldChange, Local, MutationOp, Patch, merge_value};
use crate::{Model, Record, Value};

/// The record as the entry at `place` leaves it: what an application edits. `None`: there is no such entry, or none of that
/// record is there behind it.
#[must_use]
pub fn shown_by(model: &Model, local: &Local, place: usize) -> Option<Record> {
    let entries = local.entries.get(..=place)?;
    let server = local.server.live().map(|server| server.record.clone());
    entries.iter().fold(server, |record, entry| step(model, record, entry))
}

/// Makes the entry at `place` leave `value` where it leaves `shown`. What stands on it stands on its new values; one that is
/// in flight is frozen, and stands on the server's record.
pub fn edit(model: &Model, local: &mut Local, place: usize, shown: &Record, value: &Record) {
    let Some(entry) = local.entries.get_mut(place) else { return };
    let mut changes = Patch::diff(model, shown, value);
    if entry.op == MutationOp::Create {
        // It is made on nothing, whatever the server shows by now.
        for change in changes.0.iter_mut().filter(|change| entry.patch.get(change.field).is_none()) {
            change.base = Value::Null;
        }
    }
    let before = std::mem::take(&mut entry.patch);
    entry.patch = before.then(model, &changes);
    let after = entry.patch.clone();
    for FieldChange { field, base, .. } in changes.0 {
        let old = before.get(field).map_or(base.clone(), |change| change.value.clone());
        let new = after.get(field).map_or(base, |change| change.value.clone());
        let behind = local.entries[place + 1..].iter_mut().filter(|entry| entry.state != EntryState::Sent);
        let heir = behind.flat_map(|entry| entry.patch.0.iter_mut()).find(|change| change.field == field);
        if let Some(heir) = heir.filter(|heir| heir.base == old) {
            // Where it is the difference that counts, the heir's own stays what it is.
            let merged = merge_value(&model.fields[field], Some(&heir.base), &heir.value, &new);
            if !merged.conflict {
                heir.value = merged.value;
            }
            heir.base = new;
        }
    }
}
