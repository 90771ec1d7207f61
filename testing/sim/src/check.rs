//! What must hold: after every step (I4), after every crash (I1), and when everybody is online again (I2, I3, I6).

use crate::history::SavedValue;
use crate::people::POST;
use crate::server::now;
use crate::world::World;
use std::collections::{HashMap, HashSet};
use syncline_backend::{Row, Scope};
use syncline_core::predicate::Filter;
use syncline_core::record::{Conflict, ConflictKind, EntryState, Presence, fold};
use syncline_core::{Key, Meta, Predicate, Value};

/// The last thing a device knew of a record's version.
pub type Known = HashMap<(usize, Key), Meta>;

fn keys(world: &World) -> Vec<Key> {
    (0..world.settings.records).map(|place| Key::id(format!("post-{place}"))).collect()
}

/// A device has been cleared: it knows nothing.
pub fn forget(world: &mut World, device: usize) {
    world.history.known.retain(|(owner, _), _| *owner != device);
}

/// I4: a device never replaces a record with an older version, and nothing deleted comes back.
///
/// # Errors
/// What does not hold.
pub fn versions(world: &mut World, device: usize) -> Result<(), String> {
    for key in keys(world) {
        let local =
            world.devices[device].store()?.reads().local(POST, &key).map_err(|error| error.to_string())?;
        let meta = match &local.server {
            Presence::Live(versioned) => versioned.meta,
            Presence::Deleted(meta) => *meta,
            Presence::Unknown | Presence::Evicted(_) => continue,
        };
        let before = world.history.known.insert((device, key.clone()), meta);
        let Some(before) = before else { continue };
        let later_life = before.deleted && !meta.deleted && meta.last_changed_at > before.last_changed_at;
        if meta.version < before.version && !later_life {
            return Err(format!("I4: device {device} went back from {before:?} to {meta:?} of {key}"));
        }
    }
    Ok(())
}

/// I1: what is visible is the fold of what is stored, for every record.
///
/// # Errors
/// What does not hold.
pub fn whole(world: &mut World, device: usize) -> Result<(), String> {
    let model = world.schema.model(POST).clone();
    for key in keys(world) {
        let reads = world.devices[device].store()?.reads();
        let local = reads.local(POST, &key).map_err(|error| error.to_string())?;
        let visible = reads.get(POST, &key).map_err(|error| error.to_string())?.map(|stored| stored.record);
        let folded = fold(&model, &local.server, &local.entries);
        if visible != folded {
            return Err(format!("I1: device {device} shows {visible:?} of {key}, and holds {folded:?}"));
        }
    }
    Ok(())
}

/// Everything that must hold when everybody is online and nothing is under way.
///
/// # Errors
/// What does not hold.
pub fn at_rest(world: &mut World) -> Result<(), String> {
    let keys = keys(world);
    let scope = Scope::new(Filter::all(), Filter::all());
    let rows = now(world.server.backend.get(&scope, POST, &keys))?.map_err(|error| error.to_string())?;
    let mut conflicts = Vec::new();
    for device in 0..world.devices.len() {
        whole(world, device)?;
        converged(world, device, &keys, &rows)?;
        let listed = world.devices[device].store()?.reads().conflicts(10_000);
        conflicts.push(listed.map_err(|error| error.to_string())?);
    }
    once(world)?;
    seen(world)?;
    none_lost(world, &conflicts)?;
    last_edit_wins(world, &keys, &rows)
}

/// I3: the device holds the server's record, as far as its expression asks for it.
fn converged(world: &mut World, device: usize, keys: &[Key], rows: &[Option<Row>]) -> Result<(), String> {
    let model = world.schema.model(POST).clone();
    let filter = world.devices[device].expression.bind(&model).map_err(|error| error.to_string())?;
    for (key, row) in keys.iter().zip(rows) {
        let reads = world.devices[device].store()?.reads();
        let local = reads.local(POST, key).map_err(|error| error.to_string())?;
        if local.entries.iter().any(|entry| matches!(entry.state, EntryState::Parked(_))) {
            continue;
        }
        let shown = reads.get(POST, key).map_err(|error| error.to_string())?;
        let expected = row.as_ref().filter(|row| !row.meta.deleted && filter.matches(&row.record, false));
        match (expected, shown) {
            (Some(row), Some(shown)) if row.record == shown.record => {}
            (None, None) => {}
            // What left the expression while the device was away is not told by a sync with that expression, until
            // leaves are negotiated (SYNC 2.8).
            (None, Some(_)) if !filter.is_all() => {}
            (expected, shown) => {
                return Err(format!(
                    "I3: device {device} shows {shown:?} of {key}, and the server has {expected:?}"
                ));
            }
        }
    }
    Ok(())
}

fn deleted_keys(world: &World) -> HashSet<Key> {
    world.history.deletes.iter().map(|(_, key, _)| key.clone()).collect()
}

/// I2, at most once: no value is applied twice, and no item is in a list twice.
fn once(world: &World) -> Result<(), String> {
    let deleted = deleted_keys(world);
    let written = world.log.written();
    let mut count: HashMap<(&Key, usize, String), i64> = HashMap::new();
    for change in &written {
        if let Value::List(items) = &change.after {
            let mut unique: Vec<&Value> = Vec::new();
            for item in items {
                if unique.contains(&item) {
                    return Err(format!("I2: {} holds {item:?} twice since v{}", change.key, change.version));
                }
                unique.push(item);
            }
            continue;
        }
        if change.before.is_none() || deleted.contains(&change.key) || change.after.is_null() {
            continue;
        }
        let times = count.entry((&change.key, change.field, format!("{:?}", change.after))).or_default();
        *times += 1;
        if *times > 1 {
            return Err(format!(
                "I2: {:?} was applied twice to {}, the second time as v{}",
                change.after, change.key, change.version
            ));
        }
    }
    Ok(())
}

/// I2, the conflict rule: nobody overwrites what they never saw, unless it is their own.
fn seen(world: &World) -> Result<(), String> {
    let deleted = deleted_keys(world);
    let saved = &world.history.saved;
    let by_value = |key: &Key, field: usize, value: &Value| {
        saved.iter().find(|save| save.field == field && save.key == *key && save.value == *value)
    };
    for change in world.log.written() {
        let Some(before) = &change.before else { continue };
        if deleted.contains(&change.key) || before.is_null() || matches!(change.after, Value::List(_)) {
            continue;
        }
        let Some(save) = by_value(&change.key, change.field, &change.after) else { continue };
        let own =
            by_value(&change.key, change.field, before).is_some_and(|other| other.device == save.device);
        if !own && !save.seen.contains(before) {
            return Err(format!(
                "I2: device {} overwrote {before:?} of {} with {:?} and had never seen it",
                save.device, change.key, change.after
            ));
        }
    }
    Ok(())
}

/// I2, at least once: every saved value reached the server, or what became of it is known.
fn none_lost(world: &mut World, conflicts: &[Vec<Conflict>]) -> Result<(), String> {
    let written = world.log.written();
    let arrived = |save: &SavedValue| {
        written.iter().any(|change| {
            change.key == save.key
                && change.field == save.field
                && (change.after == save.value || holds(&change.after, &save.value))
        })
    };
    for save in world.history.saved.clone() {
        let device = save.device;
        let later = |other: &SavedValue| {
            other.device == device
                && other.key == save.key
                && other.field == save.field
                && other.order > save.order
        };
        let history = &world.history;
        let overwritten = history.saved.iter().any(later)
            || history
                .deletes
                .iter()
                .any(|(who, key, order)| *who == device && *key == save.key && *order > save.order);
        let cleared = history.cleared.get(&device).is_some_and(|order| *order > save.order);
        let refused = history.refused.contains(&(device, save.key.clone()));
        let listed = conflicts[device].iter().any(|conflict| {
            conflict.key == save.key
                && match &conflict.kind {
                    ConflictKind::Field { field, local, .. } => {
                        *field == save.field && (*local == save.value || holds(local, &save.value))
                    }
                    _ => true,
                }
        });
        if !(arrived(&save) || overwritten || cleared || refused || listed) {
            return Err(format!("I2: {save:?} is lost"));
        }
    }
    Ok(())
}

fn holds(list: &Value, item: &Value) -> bool {
    matches!(list, Value::List(items) if items.contains(item))
}

/// I6: a field that only one device writes ends with the last value it saved.
fn last_edit_wins(world: &World, keys: &[Key], rows: &[Option<Row>]) -> Result<(), String> {
    let deleted = deleted_keys(world);
    let mut writers: HashMap<(&Key, usize), HashSet<usize>> = HashMap::new();
    for save in &world.history.saved {
        writers.entry((&save.key, save.field)).or_default().insert(save.device);
    }
    for ((key, field), devices) in writers {
        let last = world.history.saved.iter().rfind(|save| save.key == *key && save.field == field);
        let Some(last) = last else { continue };
        // A device with an expression does not hold what it does not ask for, and may make anew what is there.
        let excused = devices.len() > 1
            || world.devices[last.device].expression != Predicate::All
            || deleted.contains(key)
            || world.history.cleared.contains_key(&last.device)
            || world.history.refused.contains(&(last.device, key.clone()));
        let row = keys.iter().position(|other| other == key).and_then(|place| rows[place].as_ref());
        if excused {
            continue;
        }
        let ends = row.map(|row| &row.record[field]);
        if !ends.is_some_and(|value| *value == last.value || holds(value, &last.value)) {
            return Err(format!("I6: {key} ends with {ends:?}, and the last edit was {last:?}"));
        }
    }
    Ok(())
}
