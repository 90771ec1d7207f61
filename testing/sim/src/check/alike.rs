//! I3 and I5: everybody holds what the server has, as far as they ask for it.

use super::model_at;
use crate::history::Id;
use crate::schemas::{SECRET, field_of, known_as, known_value};
use crate::world::World;
use std::collections::BTreeMap;
use syncline_backend::Row;
use syncline_core::{Model, Record, Value};

/// The fields of a record by their names, as far as `known` has them.
fn named(model: &Model, record: &Record, known: &Model) -> BTreeMap<String, Value> {
    let fields = model.fields.iter().zip(&record.0);
    let named = fields.map(|(field, value)| (known_as(&field.name), value));
    let known = named.filter(|(name, _)| field_of(known, name).is_some());
    known.map(|(name, value)| (name.to_owned(), known_value(value))).collect()
}

/// The device holds the server's records, but for those of which something is parked or waits for what is.
pub(super) fn converged(world: &mut World, device: usize, rows: &[(Id, Option<Row>)]) -> Result<(), String> {
    for (id, row) in rows {
        let model = model_at(world, device, id)?;
        let ir = world.devices[device].model(model);
        let (filter, _) = world.devices[device].filter(model)?;
        let theirs = world.server.schema().by_name(&id.0).cloned().ok_or("the server lacks a model")?;
        let shows_all = world.server.shows_all(device);
        let reads = world.devices[device].store()?.reads();
        let local = reads.local(model, &id.1).map_err(|error| error.to_string())?;
        if !local.entries.is_empty() {
            continue;
        }
        let shown = reads.get(model, &id.1).map_err(|error| error.to_string())?;
        let shown = shown.map(|shown| named(&ir, &shown.record, &ir));
        let alive = row.as_ref().filter(|row| !row.meta.deleted);
        let mut expected = alive.map(|row| named(&theirs, &row.record, &ir));
        if let Some(place) = field_of(&ir, SECRET).filter(|_| !shows_all)
            && let Some(expected) = &mut expected
        {
            expected.insert(SECRET.to_owned(), Value::unreadable(&ir.fields[place]));
        }
        let selected = match &expected {
            None => false,
            Some(fields) => {
                let values = ir.fields.iter().map(|field| fields.get(known_as(&field.name)).cloned());
                filter.matches(&Record(values.map(Option::unwrap_or_default).collect()), false)
            }
        };
        let good = match (&expected, &shown) {
            (Some(expected), Some(shown)) if selected => expected == shown,
            (_, None) => !selected,
            // What the device wrote itself stays here when it leaves the expression by that; what left it otherwise is
            // told by the next delta (SYNC 2.8).
            (_, Some(_)) => !filter.is_all(),
        };
        if !good {
            return Err(format!(
                "I3: device {device} shows {shown:?} of {}, and the server has {expected:?} ({selected})",
                id.1
            ));
        }
    }
    Ok(())
}
