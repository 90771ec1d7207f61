//! I2 at the server: nothing is applied twice, nobody overwrites what they never saw, and what is forbidden is not done.

use crate::history::{Id, SavedValue};
use crate::schemas::{SECRET, VAULT};
use crate::server::is_guest;
use crate::story::{FIELDS, RETYPED};
use crate::world::World;
use std::collections::HashMap;
use syncline_backend::Row;
use syncline_core::Value;

/// Whether every value that is saved of a field is another.
fn told_apart(field: &str) -> bool {
    FIELDS.contains(&field) || RETYPED.contains(&field)
}

/// No value is applied twice, and no item is in a list twice. A conflict handler may say that a value is to be written once
/// more, over the one that it was shown.
pub(super) fn once(world: &World) -> Result<(), String> {
    let written = world.log.written(world.server.schema());
    let mut count: HashMap<(&Id, &str, String), i64> = HashMap::new();
    for change in written.iter().filter(|change| told_apart(&change.field)) {
        if let Value::List(items) = &change.after {
            let mut unique: Vec<&Value> = Vec::new();
            for item in items {
                if unique.contains(&item) {
                    return Err(format!(
                        "I2: {} holds {item:?} twice since v{}",
                        change.id.1, change.version
                    ));
                }
                unique.push(item);
            }
            continue;
        }
        let handled = || world.history.handled.iter().any(|(_, id)| *id == change.id);
        let anew = change.before.is_none() || world.history.was_deleted(&change.id) || handled();
        if anew || change.after.is_null() {
            continue;
        }
        let times = count.entry((&change.id, &change.field, format!("{:?}", change.after))).or_default();
        *times += 1;
        if *times > 1 {
            return Err(format!(
                "I2: {:?} was applied twice to {}, the second time as v{}",
                change.after, change.id.1, change.version
            ));
        }
    }
    Ok(())
}

/// The conflict rule: nobody overwrites what they never saw, unless it is their own.
pub(super) fn seen(world: &World) -> Result<(), String> {
    let saved = &world.history.saved;
    let by_value = |id: &Id, field: &str, value: &Value| {
        saved.iter().find(|save| save.field == field && save.id == *id && save.value == *value)
    };
    for change in world.log.written(world.server.schema()) {
        let Some(before) = &change.before else { continue };
        let list = matches!(change.after, Value::List(_)) || matches!(before, Value::List(_));
        if world.history.was_deleted(&change.id) || before.is_null() || list {
            continue;
        }
        let Some(save) = by_value(&change.id, &change.field, &change.after) else { continue };
        let Some(was) = by_value(&change.id, &change.field, before) else { continue };
        // A field that the schema has just got may be written before its values have been fetched. After a restore a device
        // may say again what it knew.
        let excused = save.blind && save.field == "note" || world.history.restored;
        // Who may not read a field may write it.
        let excused = excused || save.field == SECRET && is_guest(save.device);
        // What it saved before on what it had seen goes out with this, or was left out for it.
        let has_seen = |other: &SavedValue| {
            let same = other.device == save.device && other.id == save.id && other.field == save.field;
            same && other.order <= save.order && other.seen.contains(before)
        };
        if was.device != save.device && !saved.iter().any(has_seen) && !excused {
            return Err(format!(
                "I2: v{} of {}: device {} put {:?} over {before:?} of device {}, which it had not seen",
                change.version, change.id.1, save.device, change.after, was.device
            ));
        }
    }
    Ok(())
}

/// Nobody clears what they cannot see (SYNC 1.8), nor writes what stands for it.
pub(super) fn unseen(world: &World) -> Result<(), String> {
    for change in world.log.ever_written(world.server.schema()) {
        let cleared = change.field == SECRET
            && change.after.is_null()
            && change.before.as_ref().is_some_and(|before| !before.is_null())
            && !world.history.was_deleted(&change.id);
        if cleared || change.after.is_unreadable() {
            return Err(format!(
                "I2: v{} of {} puts {:?} over {:?}, which nobody wanted",
                change.version, change.id.1, change.after, change.before
            ));
        }
    }
    Ok(())
}

/// What nobody may write is not there.
pub(super) fn refused(rows: &[(Id, Option<Row>)]) -> Result<(), String> {
    match rows.iter().find(|(id, row)| id.0 == VAULT && row.is_some()) {
        Some((id, _)) => Err(format!("I9: {} is at the server, and nobody may write it", id.1)),
        None => Ok(()),
    }
}
