//! What befalls a device: it starts, stops, is cleared, asks for something else, or is opened with another schema.

use crate::history::id_of;
use crate::world::World;
use syncline_core::predicate::Op;
use syncline_core::{Predicate, Value};
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
    start_with(world, device, Predicate::compare("rating", Op::Gt(Value::Int(40_000))))?;
    let patience = world.now + 20_000;
    while !world.asks_for_page(device, false) && world.step(patience)? {}
    world.set_online(device, false);
    start_with(world, device, Predicate::All)?;
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
        0 => Predicate::All,
        1 => Predicate::compare("rating", Op::Gt(Value::Int(20_000))),
        2 => Predicate::compare("rating", Op::Lt(Value::Int(40_000))),
        _ => Predicate::compare("body", Op::Exists(true)),
    };
    start_with(world, device, expression)
}

fn start_with(world: &mut World, device: usize, expression: Predicate) -> Result<(), String> {
    world.tell(|| format!("device {device} starts with the expression {expression:?}"));
    world.stop(device)?;
    let it = &mut world.devices[device];
    it.was_narrow |= expression != Predicate::All;
    it.expression = expression;
    go_on(world, device)
}

/// Opens its file with the other version of the schema, if that adds to its own.
pub(super) fn upgrade(world: &mut World, device: usize) -> Result<(), String> {
    let [_, newer] = world.schemas.device.clone();
    world.stop(device)?;
    if !std::sync::Arc::ptr_eq(&world.devices[device].schema, &newer) {
        world.tell(|| format!("device {device} opens its file with the newer schema"));
        world.history.count("schema changes");
        world.devices[device].upgrade(&newer)?;
        crate::check::whole(world, device)?;
    }
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
    if !again {
        // Of a transaction all of it goes.
        let schema = world.devices[device].schema.clone();
        for gone in outbox.iter().filter(|entry| done.repaired.iter().any(|done| done.mutation == entry.id)) {
            world.history.dropped.insert((device, id_of(&schema, gone.model, &gone.key)));
        }
    }
    world.input(device, Input::OutboxGrew)
}
