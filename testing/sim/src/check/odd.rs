//! I7: a record that a device cannot read is kept and listed, and stops no other.

use super::model_at;
use crate::server::now;
use crate::story::odd_ids;
use crate::world::World;
use syncline_backend::Scope;
use syncline_core::Value;
use syncline_core::predicate::Filter;

/// Each device holds what it can read of the server's records, and lists the others.
pub(super) fn read_or_listed(world: &mut World) -> Result<(), String> {
    let scope = Scope::new(Filter::all(), Filter::all());
    for id in odd_ids(world) {
        let theirs = world.server.schema().by_name(&id.0).ok_or("the server lacks a model")?.clone();
        let rows = now(world.server.backend.get(&scope, theirs.id, std::slice::from_ref(&id.1)))?;
        let row = rows.map_err(|error| error.to_string())?.pop().flatten();
        let Some(row) = row.filter(|row| !row.meta.deleted) else { continue };
        let size = theirs.field("size").map(|place| row.record[place].clone());
        let readable = size == Some(Value::Null);
        for device in 0..world.devices.len() {
            let model = model_at(world, device, &id)?;
            let reads = world.devices[device].store()?.reads();
            let shown = reads.get(model, &id.1).map_err(|error| error.to_string())?;
            let listed = reads.quarantine(100).map_err(|error| error.to_string())?;
            let listed = listed.iter().any(|bad| bad.model == model && bad.key.as_ref() == Some(&id.1));
            let current = shown.is_some_and(|shown| shown.version == Some(row.meta.version));
            if readable != current || readable == listed {
                return Err(format!(
                    "I7: {} of v{} is {size:?}; device {device} shows it: {current}, lists it: {listed}",
                    id.1, row.meta.version
                ));
            }
        }
    }
    Ok(())
}
