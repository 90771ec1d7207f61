//! The checks, and when each is made.

use crate::history::Id;
use crate::server::now;
use crate::story::ids;
use crate::world::World;
use std::collections::HashMap;
use syncline_backend::{Row, Scope};
use syncline_core::predicate::Filter;
use syncline_core::record::{Entry, Presence, fold};
use syncline_core::{Meta, ModelId};

/// The last thing a device knew of a record's version.
pub type Known = HashMap<(usize, Id), Meta>;

/// A device has been cleared: it knows nothing.
pub fn forget(world: &mut World, device: usize) {
    world.history.known.retain(|(owner, _), _| *owner != device);
}

pub(super) fn model_at(world: &World, device: usize, id: &Id) -> Result<ModelId, String> {
    let model = crate::schemas::model_of(&world.devices[device].schema, &id.0);
    model.map(|model| model.id).ok_or_else(|| format!("device {device} has no model {}", id.0))
}

/// I4: a device never replaces a record with an older version, and nothing deleted comes back. And a transaction waits, or
/// is parked, as one.
///
/// # Errors
/// What does not hold.
pub fn versions(world: &mut World, device: usize) -> Result<(), String> {
    let mut pending = Vec::new();
    for id in ids(world) {
        let model = model_at(world, device, &id)?;
        let local = world.devices[device].store()?.reads().local(model, &id.1);
        let local = local.map_err(|error| error.to_string())?;
        if local.entries.iter().any(Entry::is_parked) {
            world.history.parked.insert((device, id.clone()));
        }
        pending.extend(local.entries);
        let meta = match local.server {
            Presence::Live(versioned) => versioned.meta,
            Presence::Deleted(meta) => meta,
            Presence::Unknown | Presence::Evicted(_) => continue,
        };
        let before = world.history.known.insert((device, id.clone()), meta);
        let Some(before) = before else { continue };
        // A later life begins at version 1: over a tombstone, or where the server has forgotten the earlier one.
        let forgotten = world.history.restored || world.history.forgot;
        let later_life =
            (forgotten || before.deleted && !meta.deleted) && meta.last_changed_at > before.last_changed_at;
        if meta.version < before.version && !later_life {
            return Err(format!("I4: device {device} went back from {before:?} to {meta:?} of {}", id.1));
        }
    }
    super::together::as_one(device, &pending)
}

/// I1: what is visible is the fold of what is stored, for every record.
///
/// # Errors
/// What does not hold.
pub fn whole(world: &mut World, device: usize) -> Result<(), String> {
    for id in ids(world) {
        let model = model_at(world, device, &id)?;
        let ir = world.devices[device].model(model);
        let reads = world.devices[device].store()?.reads();
        let local = reads.local(model, &id.1).map_err(|error| error.to_string())?;
        let visible = reads.get(model, &id.1).map_err(|error| error.to_string())?.map(|stored| stored.record);
        let folded = fold(&ir, &local.server, &local.entries);
        if visible != folded {
            return Err(format!("I1: device {device} shows {visible:?} of {}, and holds {folded:?}", id.1));
        }
    }
    Ok(())
}

/// Everything that must hold when everybody is online and nothing is under way. That it came to rest at all is I7: what
/// is refused has stopped nothing else.
///
/// # Errors
/// What does not hold.
pub fn at_rest(world: &mut World) -> Result<(), String> {
    let ids = ids(world);
    let rows = rows(world, &ids)?;
    let mut devices = Vec::new();
    for device in 0..world.devices.len() {
        whole(world, device)?;
        versions(world, device)?;
        super::alike::converged(world, device, &rows)?;
        for id in &ids {
            let model = model_at(world, device, id)?;
            let local = world.devices[device].store()?.reads().local(model, &id.1);
            if !local.map_err(|error| error.to_string())?.entries.is_empty() {
                world.history.parked.insert((device, id.clone()));
            }
        }
        devices.push(super::kept::Ledger::of(world, device)?);
    }
    super::applied::once(world)?;
    super::applied::seen(world)?;
    super::applied::unseen(world)?;
    super::applied::refused(&rows)?;
    let pairs = super::together::in_order(world, &devices)?;
    *world.history.told.entry("members of transactions compared").or_default() += pairs;
    super::together::all_or_none(world)?;
    super::counted::counted(world, &rows)?;
    super::odd::read_or_listed(world)?;
    super::kept::none_lost(world, &devices)?;
    super::kept::last_edit_wins(world, &rows)
}

/// What the server has.
fn rows(world: &World, ids: &[Id]) -> Result<Vec<(Id, Option<Row>)>, String> {
    let scope = Scope::new(Filter::all(), Filter::all());
    let row = |id: &Id| {
        let model = world.server.schema().by_name(&id.0).ok_or("the server lacks a model")?.id;
        let rows = now(world.server.backend.get(&scope, model, std::slice::from_ref(&id.1)))?;
        let row = rows.map_err(|error| error.to_string())?.pop().flatten();
        Ok((id.clone(), row))
    };
    ids.iter().map(row).collect()
}
