//! SYNC 2.5: a transaction is never half applied.

use crate::world::World;
use syncline_core::Value;

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

/// Of what was saved together all has arrived at a server that applies it as a whole, or nothing; but for what a person has
/// repaired. A transaction about one record is one mutation, which is merged as any other.
pub(super) fn all_or_none(world: &World) -> Result<(), String> {
    if world.settings.plain {
        return Ok(());
    }
    let written = world.log.ever_written(world.server.schema());
    let history = &world.history;
    for together in &history.together {
        let touched = |(device, id): &(usize, crate::history::Id)| {
            *device == together.device && together.values.iter().any(|(other, ..)| other == id)
        };
        let one = together.values.iter().all(|(id, ..)| *id == together.values[0].0);
        if one || history.parked.iter().chain(&history.dropped).any(touched) {
            continue;
        }
        let arrived = |(id, field, value): &&(crate::history::Id, String, Value)| {
            written.iter().any(|change| {
                let holds = matches!(&change.after, Value::List(items) if items.contains(value));
                change.id == *id && change.field == *field && (change.after == *value || holds)
            })
        };
        let count = together.values.iter().filter(arrived).count();
        if count != 0 && count != together.values.len() {
            return Err(format!("I2: {count} values of {together:?} have arrived, and the others have not"));
        }
    }
    Ok(())
}
