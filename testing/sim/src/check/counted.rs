//! I2 for counters: every increment is applied once.

use crate::history::{Id, id_of};
use crate::story::COUNTER;
use crate::world::World;
use syncline_backend::Row;
use syncline_core::Value;
use syncline_core::record::ConflictKind;

/// The counter of each record is the sum of what it was raised by; but for records that were deleted, cleared, given up by
/// a person, or met a conflict that is listed. Plain AppSync merges numbers by taking the last.
pub(super) fn counted(world: &mut World, rows: &[(Id, Option<Row>)]) -> Result<(), String> {
    if world.settings.plain || world.history.restored {
        return Ok(());
    }
    let mut settled: Vec<Id> = Vec::new();
    for device in &mut world.devices {
        let schema = device.schema.clone();
        let conflicts = device.store()?.reads().conflicts(10_000).map_err(|error| error.to_string())?;
        for conflict in conflicts {
            let model = schema.model(conflict.model);
            let other = matches!(&conflict.kind, ConflictKind::Field { field, .. } if model.fields[*field].name != COUNTER);
            if !other {
                settled.push(id_of(&schema, conflict.model, &conflict.key));
            }
        }
    }
    let history = &world.history;
    for (id, row) in rows {
        let counts: Vec<_> = history.counted.iter().filter(|count| count.id == *id).collect();
        let cleared = |device: &usize, order: usize| {
            history.cleared.get(device).is_some_and(|cleared| *cleared > order)
        };
        let excused = history.was_deleted(id)
            || settled.contains(id)
            || history.parked.iter().chain(&history.dropped).any(|(_, other)| other == id)
            || counts.iter().any(|count| cleared(&count.device, count.order));
        if excused || counts.is_empty() {
            continue;
        }
        let sum: i64 = counts.iter().map(|count| count.by).sum();
        let place = world.server.schema().by_name(&id.0).and_then(|model| model.field(COUNTER));
        let shown = row.as_ref().zip(place).map(|(row, place)| row.record[place].clone());
        if shown != Some(Value::Int(sum)) {
            return Err(format!("I2: the counter of {} is {shown:?}, and was raised by {sum} in all", id.1));
        }
    }
    Ok(())
}
