//! Transactions: several writes that belong together.

use super::edit::{note, shown, wanted};
use super::{condition, ids, model_of, pick};
use crate::history::{Id, Together};
use crate::schemas::known_as;
use crate::world::World;
use syncline_engine::Input;
use syncline_store::{Group, Save, StoreError};

pub(super) fn transact(world: &mut World, device: usize) -> Result<(), String> {
    let first = pick(world);
    transact_with(world, device, first)
}

/// A transaction whose first write is of this record.
pub(super) fn transact_with(world: &mut World, device: usize, first: Id) -> Result<(), String> {
    world.history.order += 1;
    let mut first = Some(first);
    let mut group = Group::default();
    let mut saves = Vec::new();
    let mut deletes = Vec::new();
    let mut apart = Vec::new();
    for _ in 0..2 + world.random.below(3) {
        let id = first.take().unwrap_or_else(|| pick(world));
        world.history.order += 1;
        let order = world.history.order;
        let model_id = model_of(world, device, &id.0)?;
        let model = world.devices[device].model(model_id);
        let mutation = world.devices[device].random.uuid();
        let reads = world.devices[device].store()?.reads();
        let within = group.get(reads, model_id, &id.1).map_err(|error| error.to_string())?;
        let within = within.map(|stored| (stored.record, stored.version));
        let written = if within.is_some() && world.random.chance(15) {
            delete(world, device, &mut group, &id, mutation)?.map(|gone| {
                deletes.extend(gone.into_iter().map(|id| (id, order)));
            })
        } else {
            let Some(wanted) = wanted(world, device, &id, None, Some(within))? else { continue };
            let condition = if wanted.read.is_some() { condition(world, &model) } else { None };
            let nothing = wanted.changes.is_empty() && wanted.counts == 0;
            apart.extend((condition.is_some() || nothing).then(|| id.clone()));
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
    done.map_err(|error| format!("device {device} cannot write a group: {error}"))?;
    world.tell(|| {
        let saves = saves.iter().map(|(id, model, wanted, _)| shown(id, model, wanted));
        let deletes = deletes.iter().map(|(id, _)| format!("{} deleted", id.1));
        let all: Vec<String> = saves.chain(deletes).collect();
        format!("device {device} writes together {}", all.join(" + "))
    });
    world.history.count("transactions");
    let at = world.history.order;
    let mut together = Together { device, at, order: Vec::new(), apart, values: Vec::new() };
    for (id, model, wanted, order) in &saves {
        note(world, device, id, model, wanted, *order);
        if !together.order.contains(id) {
            together.order.push(id.clone());
        }
        for (field, value, _) in &wanted.changes {
            let name = known_as(&model.fields[*field].name).to_owned();
            // A later save of the transaction takes the place of an earlier one.
            together.values.retain(|(other, field, _)| other != id || *field != name);
            together.values.push((id.clone(), name, value.clone()));
        }
    }
    together.values.retain(|(id, ..)| deletes.iter().all(|(gone, _)| gone != id));
    world.history.together.push(together);
    for (id, order) in deletes {
        world.history.deletes.push((device, id, order));
    }
    world.input(device, Input::OutboxGrew)
}

/// Deletes a record in a transaction. Which are gone with it.
fn delete(
    world: &mut World,
    device: usize,
    group: &mut Group,
    id: &Id,
    mutation: String,
) -> Result<Result<Vec<Id>, StoreError>, String> {
    let shown = |world: &mut World, group: &mut Group| {
        let mut shown = Vec::new();
        for id in ids(world) {
            let model = model_of(world, device, &id.0)?;
            let reads = world.devices[device].store()?.reads();
            let found = group.get(reads, model, &id.1).map_err(|error| error.to_string())?;
            shown.extend(found.map(|_| id));
        }
        Ok::<Vec<Id>, String>(shown)
    };
    let before = shown(world, group)?;
    let model = model_of(world, device, &id.0)?;
    let reads = world.devices[device].store()?.reads();
    if let Err(error) = group.delete(reads, model, &id.1, None, mutation) {
        return Ok(Err(error));
    }
    let after = shown(world, group)?;
    Ok(Ok(before.into_iter().filter(|id| !after.contains(id)).collect()))
}
