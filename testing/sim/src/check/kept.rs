//! I2 and I6 for those who wrote: what was saved has arrived, was settled and is listed, or is parked and visible; and the
//! last edit of a field that only one device writes is what it ends with.

use crate::history::{Id, SavedValue, id_of};
use crate::schemas::{SECRET, known_as, known_value};
use crate::server::is_guest;
use crate::story::RETYPED;
use crate::world::World;
use std::collections::{HashMap, HashSet};
use syncline_backend::Row;
use syncline_core::record::{ConflictKind, Entry, MutationOp};
use syncline_core::{Key, ModelId, Value};

/// What a device can say of the writes that are not at the server.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// Conflicts about a field: what the device wanted.
    fields: Vec<(Id, String, Value)>,
    /// Conflicts about a whole record.
    records: HashSet<Id>,
    /// What is parked, or waits for what is: of which record, in which field.
    parked: Vec<(Id, String, Value)>,
}

impl Ledger {
    pub(super) fn of(world: &mut World, device: usize) -> Result<Ledger, String> {
        let schema = world.devices[device].schema.clone();
        let belonged = &world.history.belonged;
        let reads = world.devices[device].store()?.reads();
        let conflicts = reads.conflicts(10_000).map_err(|error| error.to_string())?;
        let outbox = reads.outbox().map_err(|error| error.to_string())?;
        let mut ledger = Ledger::default();
        for conflict in conflicts {
            let id = id_of(&schema, conflict.model, &conflict.key);
            match &conflict.kind {
                ConflictKind::Field { field, local, .. } => {
                    let name = known_as(&schema.model(conflict.model).fields[*field].name).to_owned();
                    ledger.fields.push((id, name, known_value(local)));
                }
                _ => {
                    ledger.records.insert(id);
                }
            }
        }
        let of = |owner: &Entry, child: &Entry| {
            let [owner, child] = [owner, child].map(|entry| id_of(&schema, entry.model, &entry.key));
            belonged.contains(&(device, owner, child))
        };
        let held_up = held_up(&outbox, &of);
        let free =
            |entry: &&Entry| !entry.is_parked() && !held_up.contains(&(entry.model, entry.key.clone()));
        if let Some(entry) = outbox.iter().find(free) {
            return Err(format!(
                "I7: device {device} is at rest, and nothing holds {entry:?} up, of {outbox:?}"
            ));
        }
        for entry in outbox {
            // What the schema has no place for any more is shown as it was.
            let reads = world.devices[device].store()?.reads();
            if let Some(was) = reads.original(&entry.id).map_err(|error| error.to_string())? {
                let id = id_of(&schema, entry.model, &entry.key);
                let model = was.schema.model(was.entry.model);
                let changes = was.entry.patch.0.iter().map(|change| {
                    let name = known_as(&model.fields[change.field].name).to_owned();
                    (id.clone(), name, known_value(&change.value))
                });
                ledger.parked.extend(changes);
            }
            for change in entry.patch.0 {
                let name = known_as(&schema.model(entry.model).fields[change.field].name).to_owned();
                let id = id_of(&schema, entry.model, &entry.key);
                ledger.parked.push((id, name, known_value(&change.value)));
            }
        }
        Ok(ledger)
    }

    /// Whether it lists a value as one that met a conflict.
    pub(super) fn lists(&self, id: &Id, field: &str, value: &Value) -> bool {
        let about = |(other, name, wanted): &(Id, String, Value)| {
            other == id && name == field && (wanted == value || holds(wanted, value))
        };
        self.records.contains(id) || self.fields.iter().any(about)
    }

    /// Whether it lists the save as a conflict, or shows what became of it in the outbox.
    fn tells_of(&self, save: &SavedValue) -> bool {
        let about = |(id, field, value): &(Id, String, Value)| {
            *id == save.id && *field == save.field && (*value == save.value || holds(value, &save.value))
        };
        self.records.contains(&save.id) || self.fields.iter().chain(&self.parked).any(about)
    }
}

/// Records of which something waits for a person: it is parked, or comes after something of the same record or the same
/// transaction that does, belongs to a record that does, or is deleted with one that does (SYNC 1.7, 2.5). `of` says
/// whether the second ever belonged to the first.
fn held_up(outbox: &[Entry], of: &dyn Fn(&Entry, &Entry) -> bool) -> HashSet<(ModelId, Key)> {
    let mut records: HashSet<(ModelId, Key)> = HashSet::new();
    let mut groups: HashSet<i64> = HashSet::new();
    loop {
        let before = (records.len(), groups.len());
        for entry in outbox {
            let of_group = entry.group.is_some_and(|group| groups.contains(&group));
            let belongs = |child: &Entry, owner: &Key| {
                child.patch.0.iter().any(|change| owner.0.len() == 1 && change.value == owner.0[0])
            };
            let names = |(_, key): &(ModelId, Key)| belongs(entry, key);
            let record = (entry.model, entry.key.clone());
            // What is deleted goes after what belonged to it.
            let owned = |child: &Entry| {
                let waits = records.contains(&(child.model, child.key.clone()));
                waits && (belongs(child, &entry.key) || of(entry, child))
            };
            let owner = entry.op == MutationOp::Delete && outbox.iter().any(owned);
            let waits = of_group || owner || records.contains(&record) || records.iter().any(names);
            if entry.is_parked() || waits {
                records.insert(record);
                groups.extend(entry.group);
            }
        }
        if before == (records.len(), groups.len()) {
            return records;
        }
    }
}

/// At least once: every saved value reached the server, or what became of it is known.
pub(super) fn none_lost(world: &World, devices: &[Ledger]) -> Result<(), String> {
    let written = world.log.ever_written(world.server.schema());
    let history = &world.history;
    // Who sends once more what is left of something parked gives up what the schema has no place for.
    let given_up = |save: &SavedValue| {
        let record = (save.device, save.id.clone());
        RETYPED.contains(&save.field.as_str()) && history.repaired.contains(&record)
    };
    for save in &history.saved {
        let arrived = || {
            written.iter().any(|change| {
                change.id == save.id
                    && change.field == save.field
                    && (change.after == save.value || holds(&change.after, &save.value))
            })
        };
        let (device, id) = (save.device, &save.id);
        let later = |other: &SavedValue| {
            let same = other.device == device && other.id == *id && other.field == save.field;
            // A later save of a list holds what was added to it before.
            same && other.order > save.order && save.field != "tags"
        };
        let gone = |(who, deleted, order): &(usize, Id, usize)| {
            *who == device && deleted == id && *order >= save.order
        };
        let known = history.saved.iter().any(later)
            || history.deletes.iter().any(gone)
            || history.cleared.get(&device).is_some_and(|order| *order > save.order)
            || history.dropped.contains(&(device, id.clone()))
            || given_up(save)
            || devices[device].tells_of(save);
        if !known && !arrived() {
            return Err(format!("I2: {save:?} is lost"));
        }
    }
    Ok(())
}

fn holds(list: &Value, item: &Value) -> bool {
    matches!(list, Value::List(items) if items.contains(item))
}

/// I6: a field that only one device writes ends with the last value it saved.
pub(super) fn last_edit_wins(world: &World, rows: &[(Id, Option<Row>)]) -> Result<(), String> {
    let mut writers: HashMap<(&Id, &str), HashSet<usize>> = HashMap::new();
    for save in &world.history.saved {
        writers.entry((&save.id, &save.field)).or_default().insert(save.device);
    }
    for ((id, field), devices) in writers {
        let last = world.history.saved.iter().rfind(|save| save.id == *id && save.field == field);
        let Some(last) = last else { continue };
        // A device with an expression does not hold what it does not ask for, and may make anew what is there. Of what is
        // parked, the last edit waits for a person.
        // Who makes a record that is there leaves alone what they do not see of it.
        let unseen = field == SECRET && is_guest(last.device);
        let excused = devices.len() > 1
            || unseen
            || world.devices[last.device].was_narrow
            || world.history.restored
            || world.history.was_deleted(id)
            || world.history.visited.contains(id)
            || world.history.cleared.contains_key(&last.device)
            || world.history.dropped.contains(&(last.device, id.clone()))
            || world.history.parked.contains(&(last.device, id.clone()));
        if excused {
            continue;
        }
        let model = world.server.schema().by_name(&id.0);
        let place = model.and_then(|model| model.field(field));
        let row = rows.iter().find(|(other, _)| other == id).and_then(|(_, row)| row.as_ref());
        let ends = row.zip(place).map(|(row, place)| known_value(&row.record[place]));
        if !ends.as_ref().is_some_and(|value| *value == last.value || holds(value, &last.value)) {
            return Err(format!("I6: {} ends with {ends:?}, and the last edit was {last:?}", id.1));
        }
    }
    Ok(())
}
