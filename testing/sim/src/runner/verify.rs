//! Asking a server without ids what became of a mutation before it is sent again (SYNC 2.2).

use super::{failure_of, landed, original, send, settle};
use crate::world::{Address, Flight, Purpose, World};
use syncline_core::record::Entry;
use syncline_engine::Event;
use syncline_protocol::ErrorClass;
use syncline_protocol::exchange::{Looked, get_request, judge, verify};
use syncline_protocol::response::parse_get;

/// Begins with the first of the entries.
pub(super) fn begin(world: &mut World, to: Address, flight: Flight, left: Vec<Entry>) -> Result<(), String> {
    world.history.count("outcomes verified");
    next(world, to, flight, left, Vec::new())
}

/// Looks at the record of the first that is left, or goes on with what was found out.
fn next(
    world: &mut World,
    to: Address,
    flight: Flight,
    left: Vec<Entry>,
    looked: Vec<Looked>,
) -> Result<(), String> {
    if let Some(entry) = left.first() {
        let model = world.devices[to.device].model(entry.model);
        let body = get_request(&model, &entry.key).to_json();
        world.request(to, body, Purpose::Verify { flight, left, looked });
        return Ok(());
    }
    let random = &mut world.devices[to.device].random;
    let (outcomes, again) = judge(looked, flight.atomic, &mut || random.uuid());
    if settle::settle(world, to, outcomes, None)?.is_none() {
        return Ok(());
    }
    if again.is_empty() {
        return settle::done(world, to, flight, true);
    }
    original::begin(world, to, flight, again)
}

/// The server has shown the record of the first.
pub(super) fn seen(
    world: &mut World,
    to: Address,
    mut flight: Flight,
    (mut left, mut looked): (Vec<Entry>, Vec<Looked>),
    body: &[u8],
) -> Result<(), String> {
    let entry = left.remove(0);
    let model = world.devices[to.device].model(entry.model);
    let row = match parse_get(&model, body) {
        Ok(answer) => answer.row,
        Err(error) if error.class() == ErrorClass::Permanent => None,
        Err(error) => {
            let failure = failure_of(error.class());
            // What stands on it does not go before it.
            let stands = |other: &Entry| (other.model, &other.key) == (entry.model, &entry.key);
            let (behind, left): (Vec<_>, Vec<_>) = left.into_iter().partition(stands);
            if left.is_empty() && looked.is_empty() {
                let batch = flight.batch;
                return landed(world, to, flight, Event::BatchUnsure { batch, failure });
            }
            flight.unsure = flight.unsure.or(Some(failure));
            std::iter::once(entry).chain(behind).for_each(|entry| send::aside(world, to, entry));
            return next(world, to, flight, left, looked);
        }
    };
    let verdict = verify(&entry, row.as_ref());
    world.tell(|| format!("device {} looks at {}: {verdict:?}", to.device, entry.key));
    looked.push((entry, verdict, row));
    next(world, to, flight, left, looked)
}
