//! Asking a server without ids what became of a mutation before it is sent again (SYNC 2.2).

use super::{failure_of, landed, send, settle};
use crate::world::{Address, Flight, Purpose, World};
use syncline_core::record::{Entry, Outcome};
use syncline_engine::Event;
use syncline_protocol::ErrorClass;
use syncline_protocol::exchange::{Verdict, get_request, verify};
use syncline_protocol::response::parse_get;

/// Begins with the first of the entries.
pub(super) fn begin(world: &mut World, to: Address, flight: Flight, left: Vec<Entry>) -> Result<(), String> {
    world.history.count("outcomes verified");
    next(world, to, flight, left, Vec::new(), Vec::new())
}

/// Looks at the record of the first that is left, or goes on with what was found out.
fn next(
    world: &mut World,
    to: Address,
    flight: Flight,
    left: Vec<Entry>,
    again: Vec<Entry>,
    outcomes: Vec<(Entry, Outcome)>,
) -> Result<(), String> {
    if let Some(entry) = left.first() {
        let model = world.devices[to.device].model(entry.model);
        let body = get_request(&model, &entry.key).to_json();
        world.request(to, body, Purpose::Verify { flight, left, again, outcomes });
        return Ok(());
    }
    if settle::settle(world, to, outcomes, None)?.is_none() {
        return Ok(());
    }
    if again.is_empty() {
        return settle::done(world, to, flight, true);
    }
    send::deliver(world, to, flight, again)
}

/// The server has shown the record of the first.
pub(super) fn seen(
    world: &mut World,
    to: Address,
    mut flight: Flight,
    mut left: Vec<Entry>,
    mut again: Vec<Entry>,
    mut outcomes: Vec<(Entry, Outcome)>,
    body: &[u8],
) -> Result<(), String> {
    let entry = left.remove(0);
    let it = &mut world.devices[to.device];
    let model = it.model(entry.model);
    let row = match parse_get(&model, body) {
        Ok(answer) => answer.row,
        Err(error) if error.class() == ErrorClass::Permanent => None,
        Err(error) => {
            let failure = failure_of(error.class());
            if left.is_empty() && again.is_empty() && outcomes.is_empty() {
                let batch = flight.batch;
                return landed(world, to, flight, Event::BatchUnsure { batch, failure });
            }
            flight.unsure = flight.unsure.or(Some(failure));
            send::aside(world, to, entry);
            return next(world, to, flight, left, again, outcomes);
        }
    };
    let verdict = verify(&entry, row.as_ref());
    world.tell(|| format!("device {} looks at {}: {verdict:?}", to.device, entry.key));
    let fresh_id = world.devices[to.device].random.uuid();
    match (verdict, row) {
        (Verdict::Done, Some(row)) => outcomes.push((entry, Outcome::Applied(row))),
        (Verdict::Ambiguous, Some(current)) => {
            outcomes.push((entry, Outcome::Conflict { current, fresh_id }))
        }
        _ => again.push(entry),
    }
    next(world, to, flight, left, again, outcomes)
}
