//! Deleting, with what belongs to the record.

use super::{condition, model_of, pick};
use crate::history::id_of;
use crate::world::World;
use syncline_engine::Input;
use syncline_store::StoreError;

pub(super) fn delete(world: &mut World, device: usize) -> Result<(), String> {
    let id = pick(world);
    let model = model_of(world, device, &id.0)?;
    let ir = world.devices[device].model(model);
    let condition = condition(world, &ir);
    let mutation = world.devices[device].random.uuid();
    let done =
        world.devices[device].store()?.write(|tx| tx.delete(model, &id.1, condition.as_ref(), mutation));
    world.history.order += 1;
    let order = world.history.order;
    let done = match done {
        Ok((Some(done), _)) => done,
        Ok((None, _)) | Err(StoreError::ConditionFailed { .. }) => return Ok(()),
        Err(error) => return Err(format!("device {device} cannot delete {}: {error}", id.1)),
    };
    let schema = world.devices[device].schema.clone();
    for gone in &done.cascaded {
        world.history.count("deletes that cascade");
        let child = id_of(&schema, gone.model, &gone.key);
        world.history.belonged.insert((device, id.clone(), child.clone()));
        world.history.deletes.push((device, child, order));
    }
    world.tell(|| {
        let with: Vec<String> = done.cascaded.iter().map(|gone| gone.key.to_string()).collect();
        let when = condition.as_ref().map_or_else(String::new, |when| format!(", if {when:?}"));
        format!("device {device} deletes {}{when}, with [{}]", id.1, with.join(", "))
    });
    world.history.count("deletes");
    world.history.deletes.push((device, id, order));
    world.input(device, Input::OutboxGrew)
}
