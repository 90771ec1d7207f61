//! Transactions: several writes that belong together.

use super::edit::{note, shown, wanted};
use super::{condition, model_of, pick};
use crate::world::World;
use syncline_engine::Input;
use syncline_store::{Group, Save, StoreError};

pub(super) fn transact(world: &mut World, device: usize) -> Result<(), String> {
    world.history.order += 1;
    let number = world.history.order;
    let mut group = Group::default();
    let mut saves = Vec::new();
    let mut deletes = Vec::new();
    for _ in 0..2 + world.random.below(3) {
        let id = pick(world);
        world.history.order += 1;
        let order = world.history.order;
        let model_id = model_of(world, device, &id.0)?;
        let model = world.devices[device].model(model_id);
        let mutation = world.devices[device].random.uuid();
        let reads = world.devices[device].store()?.reads();
        let within = group.get(reads, model_id, &id.1).map_err(|error| error.to_string())?;
        let within = within.map(|stored| (stored.record, stored.version));
        let written = if within.is_some() && world.random.chance(15) {
            let reads = world.devices[device].store()?.reads();
            group.delete(reads, model_id, &id.1, None, mutation).map(|_| deletes.push((id.clone(), order)))
        } else {
            let Some(wanted) = wanted(world, device, &id, None, Some(within))? else { continue };
            let condition = if wanted.read.is_some() { condition(world) } else { None };
            let reads = world.devices[device].store()?.reads();
            let save = Save {
                model: model_id,
                value: &wanted.value,
                read_as: wanted.read_as(),
                condition: condition.as_ref(),
                mutation,
            };
            group.save(reads, save).map(|_| saves.push((id.clone(), model, wanted, order)))
        };
        match written {
            Ok(()) => {}
            // The person gives the whole transaction up.
            Err(StoreError::ConditionFailed { .. } | StoreError::RecordDeleted { .. }) => return Ok(()),
            Err(error) => return Err(format!("device {device} cannot write {} in a group: {error}", id.1)),
        }
    }
    let done = world.devices[device].store()?.write(|tx| tx.apply_group(&group));
    let (done, _) = done.map_err(|error| format!("device {device} cannot write a group: {error}"))?;
    world.tell(|| {
        let saves = saves.iter().map(|(id, model, wanted, _)| shown(id, model, wanted));
        let deletes = deletes.iter().map(|(id, _)| format!("{} deleted", id.1));
        let all: Vec<String> = saves.chain(deletes).collect();
        format!("device {device} writes together {}", all.join(" + "))
    });
    world.history.count("transactions");
    for (id, model, wanted, order) in &saves {
        note(world, device, id, model, wanted, (*order, Some(number)));
    }
    for (id, order) in deletes {
        world.history.deletes.push((device, id, order));
    }
    let (schema, last) = (world.devices[device].schema.clone(), world.history.order);
    for member in &done.members {
        let store = world.devices[device].store()?;
        let shown = store.reads().get(member.model, &member.key).map_err(|error| error.to_string())?;
        if shown.is_none() {
            // It went with what it belonged to, or by itself.
            let id = crate::history::id_of(&schema, member.model, &member.key);
            world.history.deletes.push((device, id, last));
        }
    }
    world.input(device, Input::OutboxGrew)
}
