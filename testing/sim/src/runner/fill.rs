//! Asking for single records, because edits of them wait for what the server has in fields that are new here (SYNC 1.13).

use super::{failure_of, landed, send, settle};
use crate::world::{Address, Flight, Purpose, World};
use syncline_core::record::Entry;
use syncline_engine::{Event, Failure};
use syncline_protocol::ErrorClass;
use syncline_protocol::exchange::get_request;
use syncline_protocol::response::parse_get;

/// How many records are asked for before it is looked whether there is something to send.
const AT_ONCE: usize = 25;

/// There is nothing that could be sent: asks for the records of the first that wait.
pub(super) fn begin(world: &mut World, to: Address, batch: u32, max: usize) -> Result<(), String> {
    let it = &mut world.devices[to.device];
    let aside = it.volatile.aside.clone();
    let left = it.store()?.reads().unfilled(AT_ONCE, &aside).map_err(|error| error.to_string())?;
    if left.is_empty() {
        return world.event(to, Event::NothingToSend { batch });
    }
    let flight = Flight { batch, max, in_doubt: false, atomic: false, records: Vec::new(), unsure: None };
    next(world, to, flight, left)
}

fn next(world: &mut World, to: Address, flight: Flight, left: Vec<Entry>) -> Result<(), String> {
    let Some(entry) = left.first() else { return settle::done(world, to, flight, true) };
    let model = world.devices[to.device].model(entry.model);
    let body = get_request(&model, &entry.key).to_json();
    world.tell(|| format!("device {} asks for {}, of which an edit waits", to.device, entry.key));
    world.history.count("records asked for by themselves");
    world.request(to, body, Purpose::Fill { flight, left });
    Ok(())
}

/// The server has shown the record of the first, or has not answered.
pub(super) fn seen(
    world: &mut World,
    to: Address,
    mut flight: Flight,
    mut left: Vec<Entry>,
    body: Option<&[u8]>,
) -> Result<(), String> {
    let batch = flight.batch;
    let Some(body) = body else {
        let failure = Failure::Timeout;
        let event = Event::BatchFailed { batch, size: 1, failure, answered: false };
        return landed(world, to, flight, event);
    };
    let entry = left.remove(0);
    let it = &mut world.devices[to.device];
    let row = match parse_get(&it.model(entry.model), body) {
        Ok(answer) => answer.row,
        Err(error) if error.class() == ErrorClass::Permanent => None,
        Err(error) => {
            flight.unsure = flight.unsure.or(Some(failure_of(error.class())));
            send::aside(world, to, entry);
            return next(world, to, flight, left);
        }
    };
    let (filter, _) = it.filter(entry.model)?;
    let generation = it.volatile.generation;
    let filled = it.store()?.write(|tx| {
        if tx.reads().generation()? != generation {
            return Ok(());
        }
        tx.fill(entry.model, &entry.key, row, &filter).map(|_| ())
    });
    filled.map_err(|error| format!("a record that was asked for cannot be stored: {error}"))?;
    crate::check::versions(world, to.device)?;
    if world.may_crash(to.device)? {
        return Ok(());
    }
    next(world, to, flight, left)
}
