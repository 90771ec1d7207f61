//! What befalls a device: it starts, stops, is cleared, asks for something else, or is opened with another schema.

use super::edit::Copy;
use crate::device::Expression;
use crate::history::id_of;
use crate::schemas::Names;
use crate::world::World;
use std::sync::Arc;
use syncline_core::Schema;
use syncline_engine::Input;
use syncline_store::StoreError;

pub(super) fn start_or_stop(world: &mut World, device: usize) -> Result<(), String> {
    let wanted = !world.devices[device].wanted;
    world.devices[device].wanted = wanted;
    world.tell(|| format!("device {device} {}", if wanted { "starts" } else { "stops" }));
    if wanted { world.start(device) } else { world.stop(device) }
}

/// Stops and starts at once: what was under way still is when the next run begins. Sometimes what has just begun is under
/// way when the device is cleared, or starts with another sync expression.
pub(super) fn fidget(world: &mut World, device: usize) -> Result<(), String> {
    world.tell(|| format!("device {device} stops and starts"));
    world.stop(device)?;
    world.devices[device].wanted = true;
    world.start(device)?;
    if !world.random.chance(35) {
        return Ok(());
    }
    let until = world.now + world.random.next() % (8 * world.settings.slowest_ms);
    while world.step(until)? {}
    world.now = world.now.max(until);
    if world.random.chance(50) {
        // The next run asks at once then, because no connection can be had: it may take what is under way for its answer.
        world.set_online(device, false);
    }
    match world.random.below(4) {
        0 | 1 => overtaken(world, device),
        2 => clear(world, device),
        _ => outlived(world, device),
    }
}

/// What has changed is on its way when the device is cleared, and asks at once for everything, because no connection can be
/// had: what changed is not everything.
fn outlived(world: &mut World, device: usize) -> Result<(), String> {
    world.set_online(device, true);
    world.stop(device)?;
    world.start(device)?;
    let patience = world.now + 20_000;
    while !world.asks_for_page(device, true) && world.step(patience)? {}
    world.set_online(device, false);
    clear(world, device)?;
    let slowest = world.settings.slowest_ms;
    super::pass(world, 2 * slowest + 10)?;
    world.set_online(device, true);
    Ok(())
}

/// A page of a narrow expression is on its way when the device starts with a wide one, and asks at once, because no
/// connection can be had. It may be one of blogs: posts are asked for after them.
fn overtaken(world: &mut World, device: usize) -> Result<(), String> {
    world.set_online(device, true);
    start_with(world, device, Expression::Above(40_000))?;
    let patience = world.now + 20_000;
    while !world.asks_for_page(device, false) && world.step(patience)? {}
    world.set_online(device, false);
    start_with(world, device, Expression::All)?;
    let slowest = world.settings.slowest_ms;
    super::pass(world, 2 * slowest + 10)?;
    world.set_online(device, true);
    Ok(())
}

pub(super) fn clear(world: &mut World, device: usize) -> Result<(), String> {
    world.tell(|| format!("device {device} is cleared"));
    world.stop(device)?;
    world.devices[device].store()?.write(|tx| tx.clear()).map_err(|error| error.to_string())?;
    world.history.order += 1;
    let order = world.history.order;
    world.history.cleared.insert(device, order);
    crate::check::forget(world, device);
    go_on(world, device)
}

/// Starts with another sync expression: they are evaluated when a run begins.
pub(super) fn express(world: &mut World, device: usize) -> Result<(), String> {
    let expression = match world.random.below(4) {
        0 => Expression::All,
        1 => Expression::Above(20_000),
        2 => Expression::Below(40_000),
        _ => Expression::Bodies,
    };
    start_with(world, device, expression)
}

pub(super) fn start_with(world: &mut World, device: usize, expression: Expression) -> Result<(), String> {
    world.tell(|| format!("device {device} starts with the expression {expression:?}"));
    world.stop(device)?;
    let it = &mut world.devices[device];
    it.was_narrow |= expression != Expression::All;
    it.expression = expression;
    go_on(world, device)
}

/// Opens its file with a newer version of the schema, if there is one, perhaps while something is on its way. Sometimes all
/// devices do, one after the other. When none is left that speaks by the old names, the server may cease to know them.
pub(super) fn upgrade(world: &mut World, device: usize, copies: &mut Vec<Copy>) -> Result<(), String> {
    if world.random.chance(60) {
        super::edit::edit(world, device, copies)?;
        let slowest = world.settings.slowest_ms;
        let ms = world.random.next() % (2 * slowest);
        super::pass(world, ms)?;
    }
    let release = world.random.chance(25);
    for device in (0..world.devices.len()).filter(|other| release || *other == device) {
        open_newer(world, device)?;
        if world.settings.retypes {
            // What was read by an earlier version of the application is of other types.
            copies.retain(|copy| copy.device != device);
        }
    }
    let all = world.devices.iter().all(|device| device.names() == Names::New);
    if all && !world.server.retired && world.random.chance(70) {
        world.tell(|| "the server knows the old names no more".to_owned());
        world.history.count("names that are gone");
        world.server.retired = true;
    }
    Ok(())
}

fn open_newer(world: &mut World, device: usize) -> Result<(), String> {
    let versions = world.schemas.device.clone();
    let has = |version: &Arc<Schema>| Arc::ptr_eq(version, &world.devices[device].schema);
    let left = versions.len() - 1 - versions.iter().position(has).unwrap_or(0);
    if left == 0 {
        return Ok(());
    }
    world.stop(device)?;
    let newer = versions[versions.len() - 1 - world.random.below(left)].clone();
    let by = if Names::of(&newer) == Names::New { ", by other names" } else { "" };
    world.tell(|| format!("device {device} opens its file with a newer schema{by}"));
    world.history.count(if by.is_empty() { "schema changes" } else { "schema changes with other names" });
    world.devices[device].upgrade(&newer)?;
    crate::check::whole(world, device)?;
    go_on(world, device)
}

fn go_on(world: &mut World, device: usize) -> Result<(), String> {
    if world.devices[device].wanted { world.start(device) } else { Ok(()) }
}

/// A person looks at what is parked: it is sent again, or discarded.
pub(super) fn repair(world: &mut World, device: usize) -> Result<(), String> {
    let outbox = world.devices[device].store()?.reads().outbox().map_err(|error| error.to_string())?;
    let Some(entry) = outbox.iter().find(|entry| entry.is_parked()) else { return Ok(()) };
    let again = world.random.chance(50);
    let fresh_id = world.devices[device].random.uuid();
    let store = world.devices[device].store()?;
    let done = store.write(|tx| if again { tx.retry(&entry.id, &fresh_id) } else { tx.discard(&entry.id) });
    let (done, _) = match done {
        Ok(done) => done,
        // What stands on it is on its way: the person has to wait for the word on that.
        Err(StoreError::StillInFlight { .. }) => return Ok(()),
        Err(error) => return Err(format!("device {device} cannot repair {}: {error}", entry.key)),
    };
    let what = if again { "sends again" } else { "discards" };
    world.tell(|| format!("device {device} {what} what is parked of {}", entry.key));
    world.history.count("repairs");
    // Of a transaction it is all of it.
    let schema = world.devices[device].schema.clone();
    for entry in outbox.iter().filter(|entry| done.repaired.iter().any(|done| done.mutation == entry.id)) {
        let id = id_of(&schema, entry.model, &entry.key);
        let history = &mut world.history;
        if again { &mut history.repaired } else { &mut history.dropped }.insert((device, id));
    }
    world.input(device, Input::OutboxGrew)
}
