//! A record leaves what a device asks for, and more befalls it there: it is deleted, made anew, or forgotten and made anew.

use super::edit::{Wanted, note};
use super::stranger::{delete, forget};
use super::{befall, ids, model_of, pass};
use crate::device::Expression;
use crate::history::Id;
use crate::schemas::{POST, field_of};
use crate::world::World;
use syncline_core::Value;
use syncline_core::record::ReadAs;
use syncline_engine::Input;
use syncline_store::Save;

/// Above what anybody rates by themselves.
const FAR: usize = 1_000_000_000;

pub(super) fn exile(world: &mut World, device: usize) -> Result<(), String> {
    let all: Vec<Id> = ids(world).into_iter().filter(|id| id.0 == POST).collect();
    let place = world.random.below(all.len());
    let id = all[place].clone();
    world.history.count("records that leave what is asked for");
    let narrow = Expression::Below(40_000);
    if world.devices[device].expression != narrow && world.random.chance(80) {
        befall::start_with(world, device, narrow)?;
    }
    world.set_online(device, true);
    put(world, &id, near)?;
    wait(world, 4)?;
    if world.random.chance(20) {
        world.set_online(device, false);
    }
    if !world.random.chance(50) || !send_away(world, device, &id)? {
        put(world, &id, far)?;
    }
    wait(world, 4)?;
    if world.random.chance(30) {
        world.set_online(device, false);
    }
    match world.random.below(6) {
        0 => {}
        1 => delete(world, &id)?,
        2 => {
            delete(world, &id)?;
            put(world, &id, near)?;
            wait(world, 1)?;
            put(world, &id, far)?;
        }
        3 => {
            delete(world, &id)?;
            wait(world, 2)?;
            super::operate::rules(world)?;
        }
        then => {
            forget(world, &id)?;
            put(world, &id, near)?;
            if then == 5 {
                wait(world, 1)?;
                delete(world, &id)?;
            }
        }
    }
    wait(world, 2)?;
    world.set_online(device, true);
    Ok(())
}

/// A stranger gives the record this rating.
fn put(world: &mut World, id: &Id, rating: fn(&mut World) -> i64) -> Result<(), String> {
    let rating = rating(world);
    super::stranger::put(world, id, rating)
}

/// A rating that the device asks for, which nobody ever gave.
fn near(world: &mut World) -> i64 {
    world.history.order += 1;
    -i64::try_from(world.history.order).unwrap_or(0)
}

/// A rating that it does not ask for, which nobody ever gave.
fn far(world: &mut World) -> i64 {
    world.history.order += 1;
    i64::try_from(FAR + 10 * world.history.order).unwrap_or(0)
}

/// Lets some time pass, often enough for `messages` messages.
fn wait(world: &mut World, messages: u64) -> Result<(), String> {
    let most = messages * world.settings.slowest_ms;
    let ms = world.random.next() % most;
    pass(world, ms)
}

/// The device itself saves the record out of what it asks for. False if it does not show it.
fn send_away(world: &mut World, device: usize, id: &Id) -> Result<bool, String> {
    let model = model_of(world, device, &id.0)?;
    let ir = world.devices[device].model(model);
    let shown =
        world.devices[device].store()?.reads().get(model, &id.1).map_err(|error| error.to_string())?;
    let (Some(shown), Some(field)) = (shown, field_of(&ir, "rating")) else { return Ok(false) };
    let rating = Value::Int(far(world) + 1);
    let (order, mut value) = (world.history.order, shown.record.clone());
    let seen = vec![value[field].clone()];
    value[field] = rating.clone();
    let mutation = world.devices[device].random.uuid();
    let read_as = Some(ReadAs { record: &shown.record, version: shown.version });
    let save = Save { model, value: &value, read_as, condition: None, mutation };
    let done = world.devices[device].store()?.write(|tx| tx.save(save));
    done.map_err(|error| format!("device {device} cannot save {}: {error}", id.1))?;
    world.tell(|| format!("device {device} saves {} out of what it asks for: {rating:?}", id.1));
    let read = Some((shown.record, shown.version));
    let changes = vec![(field, rating, seen)];
    let wanted = Wanted { model, read, value, blind: false, changes, counts: 0 };
    note(world, device, id, &ir, &wanted, order);
    world.input(device, Input::OutboxGrew)?;
    Ok(true)
}
