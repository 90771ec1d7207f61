//! SYNC 2.5: a transaction is never half applied.

use super::kept::Ledger;
use crate::history::{Id, Written};
use crate::story::LIST;
use crate::world::World;
use syncline_core::Value;
use syncline_core::record::{Entry, EntryState};

/// A server that applies a group of `size` mutations as a whole has made all of its changes in one commit, or none: that is
/// what any reader and any subscriber can see. `before` is how many commits there were.
///
/// # Errors
/// What does not hold.
pub fn at_once(world: &World, before: usize, size: usize) -> Result<(), String> {
    match world.log.sizes(before)[..] {
        [] => Ok(()),
        [changes] if changes == size => Ok(()),
        ref changes => Err(format!("I2: of a transaction of {size} mutations {changes:?} were committed")),
    }
}

/// What is left of a transaction on a device is parked as one: nothing of it waits for its turn beside what is parked, to be
/// sent alone or never. What is in flight has its outcome still before it.
pub(super) fn as_one(device: usize, entries: &[Entry]) -> Result<(), String> {
    for parked in entries.iter().filter(|entry| entry.group.is_some() && entry.is_parked()) {
        let waits = |entry: &&Entry| entry.group == parked.group && entry.state == EntryState::Unsent;
        if let Some(alone) = entries.iter().find(waits) {
            let (one, other) = (&parked.key, &alone.key);
            return Err(format!(
                "I2: on device {device} the mutation of {one} is parked, and that of {other}, of the same transaction, is not"
            ));
        }
    }
    Ok(())
}

/// A server that applies nothing as a whole gets a transaction in its order, and nothing of it behind what it has refused:
/// what has arrived of it are its first records, one after the other. But for what met a conflict that is listed, what a
/// person has repaired, a conflict handler settled, or the device lost when it was cleared. How many pairs were compared.
pub(super) fn in_order(world: &World, devices: &[Ledger]) -> Result<u64, String> {
    let mut compared = 0;
    if !world.settings.plain {
        return Ok(compared);
    }
    let written = world.log.ever_written(world.server.schema());
    let history = &world.history;
    for together in &history.together {
        let touched = |(device, id): &(usize, Id)| *device == together.device && together.order.contains(id);
        let mut settled = history.repaired.iter().chain(&history.dropped).chain(&history.handled);
        let cleared = history.cleared.get(&together.device).is_some_and(|order| *order > together.at);
        if cleared || settled.any(touched) {
            continue;
        }
        let arrived = |(id, field, value): &(Id, String, Value)| {
            let is = |change: &Written| change.id == *id && change.field == *field && change.after == *value;
            written.iter().position(is)
        };
        let mut last: Option<(&Id, Option<usize>)> = None;
        for id in together.order.iter().filter(|id| !together.apart.contains(id)) {
            // An item of a list comes again with any later save of a copy of it.
            let values = together.values.iter().filter(|(other, field, _)| other == id && field != LIST);
            let told =
                |(id, field, value): &&(Id, String, Value)| devices[together.device].lists(id, field, value);
            let values: Vec<_> = values.filter(|value| !told(value)).collect();
            if values.is_empty() {
                continue;
            }
            let missing = values.iter().any(|value| arrived(value).is_none());
            let first = values.iter().filter_map(|value| arrived(value)).min();
            if let (Some((before, when)), Some(now)) = (last, first)
                && when.is_none_or(|when| when > now)
            {
                return Err(format!(
                    "I2: of {together:?} that of {} has arrived, and before it, that of {} has not",
                    id.1, before.1
                ));
            }
            compared += u64::from(last.is_some());
            last = Some((id, first.filter(|_| !missing)));
        }
    }
    Ok(compared)
}

/// Of what was saved together all has arrived at a server that applies it as a whole, or nothing; but for what a person has
/// repaired, or a conflict handler settled. A transaction about one record is one mutation, which is merged as any other.
pub(super) fn all_or_none(world: &World) -> Result<(), String> {
    if world.settings.plain {
        return Ok(());
    }
    let written = world.log.ever_written(world.server.schema());
    let history = &world.history;
    for together in &history.together {
        let touched = |(device, id): &(usize, Id)| {
            *device == together.device && together.values.iter().any(|(other, ..)| other == id)
        };
        let one = together.values.iter().all(|(id, ..)| *id == together.values[0].0);
        let settled = history.parked.iter().chain(&history.dropped).chain(&history.handled);
        if one || settled.into_iter().any(touched) {
            continue;
        }
        let arrived = |(id, field, value): &&(Id, String, Value)| {
            written.iter().any(|change| {
                let holds = matches!(&change.after, Value::List(items) if items.contains(value));
                change.id == *id && change.field == *field && (change.after == *value || holds)
            })
        };
        // What was added to a list comes again with any later save of a copy of it, whatever became of the transaction; and
        // all that a record was comes with a copy that was read before the device was cleared.
        let cleared = history.cleared.contains_key(&together.device);
        let revived = |id: &Id| history.revived.contains(&(together.device, id.clone()));
        let counts = |(id, field, _): &&(Id, String, Value)| !(cleared && field == LIST || revived(id));
        let values: Vec<_> = together.values.iter().filter(counts).collect();
        let count = values.iter().copied().filter(arrived).count();
        if count != 0 && count != values.len() {
            return Err(format!("I2: {count} values of {together:?} have arrived, and the others have not"));
        }
    }
    Ok(())
}
