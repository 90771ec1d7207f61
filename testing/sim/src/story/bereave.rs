//! Somebody saves a record that somebody else deletes meanwhile, does not hear what became of it, and makes it anew.

use super::edit::{Copy, save};
use super::transact::transact_with;
use super::{model_of, pass, pick};
use crate::history::Id;
use crate::script::Mix;
use crate::world::World;
use syncline_engine::Input;

/// How long the device may take to hear that the record is gone, in ms: less than it waits for the answer to its save.
const PATIENCE_MS: u64 = 30_000;

pub(super) fn bereave(world: &mut World, device: usize, copies: &mut Vec<Copy>) -> Result<(), String> {
    let id = pick(world);
    let other = (device + 1) % world.devices.len();
    if device == other || !shows(world, device, &id)? || !shows(world, other, &id)? {
        return super::edit::edit(world, device, copies);
    }
    // The request goes out, and its answer finds nobody. What is saved after it waits, perhaps with a condition.
    save(world, device, &id, copies)?;
    pass(world, 2)?;
    world.set_online(device, false);
    for _ in 0..world.random.below(3) {
        if world.settings.mix == Mix::Bereaved && world.random.chance(50) {
            transact_with(world, device, id.clone())?;
        } else {
            save(world, device, &id, copies)?;
        }
    }
    remove(world, other, &id)?;
    let slowest = world.settings.slowest_ms;
    pass(world, 4 * slowest)?;
    world.set_online(device, true);
    let patience = world.now + PATIENCE_MS;
    while shows(world, device, &id)? && world.now < patience {
        pass(world, 100)?;
    }
    if world.random.chance(70) { transact_with(world, device, id) } else { save(world, device, &id, copies) }
}

/// Whether the device shows the record.
fn shows(world: &mut World, device: usize, id: &Id) -> Result<bool, String> {
    let model = model_of(world, device, &id.0)?;
    let shown = world.devices[device].store()?.reads().get(model, &id.1);
    Ok(shown.map_err(|error| error.to_string())?.is_some())
}

/// A device that is online deletes the record.
fn remove(world: &mut World, device: usize, id: &Id) -> Result<(), String> {
    let model = model_of(world, device, &id.0)?;
    let mutation = world.devices[device].random.uuid();
    world.history.order += 1;
    let order = world.history.order;
    let done = world.devices[device].store()?.write(|tx| tx.delete(model, &id.1, None, mutation));
    let (Some(done), _) = done.map_err(|error| format!("device {device} cannot delete {}: {error}", id.1))?
    else {
        return Ok(());
    };
    world.tell(|| format!("device {device} deletes {} while another saves it", id.1));
    let schema = world.devices[device].schema.clone();
    for gone in &done.cascaded {
        let child = crate::history::id_of(&schema, gone.model, &gone.key);
        world.history.belonged.insert((device, id.clone(), child.clone()));
        world.history.deletes.push((device, child, order));
    }
    world.history.deletes.push((device, id.clone(), order));
    world.history.count("deletes of what is being saved");
    world.input(device, Input::OutboxGrew)
}
