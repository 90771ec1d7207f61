//! Mutations that were sent under an earlier schema and whose outcome is not known (SYNC 1.13): each is sent once more as
//! it was sent. A server that does not know it any more has not applied it now, and gets it under the new schema.

use super::{SOON, failure_of, send, settle};
use crate::schemas::Names;
use crate::world::{Address, Flight, Purpose, World};
use std::collections::{HashMap, VecDeque};
use syncline_core::record::{Entry, Outcome};
use syncline_core::{Key, ModelId};
use syncline_engine::Failure;
use syncline_protocol::ErrorClass;
use syncline_protocol::exchange::{
    Dialect, Look, Reading, Together, batch_request, get_request, is_stuck, looked, read_batch,
};
use syncline_protocol::response::parse_get;
use syncline_store::Original;

/// What came of the last one of a record, for those that went behind it in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Met {
    Applied,
    NotApplied,
    Unknown,
    /// It is the same under both schemas and goes before them.
    Goes,
    /// The server has no place for it, nor for them as they were.
    Refused,
}

/// What is left to do, and what was found out.
#[derive(Clone, Debug, Default)]
pub struct Resend {
    rest: VecDeque<Entry>,
    /// Those that are sent under the new schema.
    goes: Vec<Entry>,
    outcomes: Vec<(Entry, Outcome)>,
    /// Those of which is forgotten what they were.
    forgotten: Vec<String>,
    met: HashMap<(ModelId, Key), Met>,
}

/// A mutation whose outcome its record tells.
#[derive(Clone, Debug)]
pub struct Shown {
    entry: Entry,
    /// What of it cannot be said under the new schema.
    problem: Option<String>,
    applied: bool,
    look: Look,
}

/// Begins with the first of the entries.
pub(super) fn begin(
    world: &mut World,
    to: Address,
    flight: Flight,
    entries: Vec<Entry>,
) -> Result<(), String> {
    if flight.atomic && is_lossy(world, to, &entries)? {
        // It was not applied, as its records show, and as it is now something of it would be lost.
        let random = &mut world.devices[to.device].random;
        let again = |entry| (entry, Outcome::NotApplied { fresh_id: random.uuid() });
        let outcomes = entries.into_iter().map(again).collect();
        if settle::settle(world, to, outcomes, None)?.is_none() {
            return Ok(());
        }
        return settle::done(world, to, flight, true);
    }
    let rest = entries.into();
    next(world, to, flight, Resend { rest, ..Resend::default() })
}

/// Whether the schema has no place for something of one of the entries, which was written under an earlier one.
pub(super) fn is_lossy(world: &mut World, to: Address, entries: &[Entry]) -> Result<bool, String> {
    let reads = world.devices[to.device].store()?.reads();
    let mut losses = entries.iter().map(|entry| reads.loss(&entry.id));
    losses.try_fold(false, |any, loss| Ok(any || loss.map_err(|error| error.to_string())?.is_some()))
}

/// Sends the next one as it was, or goes on with what was found out.
fn next(world: &mut World, to: Address, flight: Flight, mut work: Resend) -> Result<(), String> {
    while let Some(entry) = work.rest.pop_front() {
        let it = &mut world.devices[to.device];
        let original = it.store()?.reads().original(&entry.id).map_err(|error| error.to_string())?;
        let record = (entry.model, entry.key.clone());
        match (work.met.get(&record), original) {
            (Some(Met::NotApplied), original) => match original.and_then(|original| original.problem) {
                Some(problem) => work.outcomes.insert(0, (entry, Outcome::Refused(problem.into()))),
                None => work.outcomes.push((entry, Outcome::NotApplied { fresh_id: it.random.uuid() })),
            },
            (Some(Met::Unknown), _) => send::aside(world, to, entry),
            (Some(Met::Applied), _) => {}
            (Some(Met::Goes), Some(_)) if !flight.atomic => {}
            (_, None) => {
                work.met.entry(record).or_insert(Met::Goes);
                work.goes.push(entry);
            }
            // A group goes as a whole, which it is only under one schema.
            (met, Some(original)) if flight.atomic || met == Some(&Met::Refused) => {
                refused(&mut work, entry, original.problem, flight.atomic);
            }
            (_, Some(original)) => return as_it_was(world, to, flight, work, (entry, original)),
        }
    }
    if settle::settle(world, to, std::mem::take(&mut work.outcomes), None)?.is_none() {
        return Ok(());
    }
    let forgotten = work.forgotten;
    let forget = world.devices[to.device]
        .store()?
        .write(|tx| forgotten.iter().try_for_each(|id| tx.forget_original(id)));
    forget.map_err(|error| error.to_string())?;
    if work.goes.is_empty() {
        settle::done(world, to, flight, true)
    } else {
        send::deliver(world, to, flight, work.goes)
    }
}

fn as_it_was(
    world: &mut World,
    to: Address,
    flight: Flight,
    work: Resend,
    (entry, original): (Entry, Original),
) -> Result<(), String> {
    world.history.count("mutations of an earlier schema");
    world
        .tell(|| format!("device {} sends {} as it was: {:?}", to.device, entry.key, original.entry.patch.0));
    let plain = world.settings.plain;
    let session = world.devices[to.device].store()?.reads().session().map_err(|error| error.to_string())?;
    let origin = to.origin();
    let dialect = match plain {
        true => Dialect::AppSync,
        false => Dialect::Syncline { session: &session, origin: Some(&origin) },
    };
    let entries = std::slice::from_ref(&original.entry);
    let request = batch_request(&original.schema, entries, dialect, Together::Apart, usize::MAX);
    let names = Names::of(&original.schema);
    world.request_by(
        names,
        to,
        request.to_json(),
        Purpose::Original { flight, work, entry, original: Box::new(original) },
    );
    Ok(())
}

/// The server has no place for it.
fn refused(work: &mut Resend, entry: Entry, problem: Option<String>, atomic: bool) {
    let record = (entry.model, entry.key.clone());
    let met = match problem.filter(|_| !atomic) {
        Some(problem) => {
            work.outcomes.push((entry, Outcome::Refused(problem.into())));
            Met::NotApplied
        }
        None => {
            work.forgotten.push(entry.id.clone());
            work.goes.push(entry);
            Met::Refused
        }
    };
    work.met.insert(record, met);
}

/// Nobody can tell yet.
fn unknown(
    world: &mut World,
    to: Address,
    flight: &mut Flight,
    work: &mut Resend,
    entry: Entry,
    why: Failure,
) {
    flight.unsure = flight.unsure.or(Some(why));
    work.met.insert((entry.model, entry.key.clone()), Met::Unknown);
    send::aside(world, to, entry);
}

/// It was answered.
pub(super) fn answered(
    world: &mut World,
    to: Address,
    mut flight: Flight,
    mut work: Resend,
    (entry, original): (Entry, &Original),
    body: &[u8],
) -> Result<(), String> {
    let entries = std::slice::from_ref(&original.entry);
    let random = &mut world.devices[to.device].random;
    let reading = read_batch(&original.schema, entries, body, &mut || random.uuid());
    let look = |condition, reason: &str| Look { condition, reason: reason.to_owned() };
    let (applied, look) = match reading.map(|readings| readings.into_iter().next()) {
        Ok(Some(Reading::Settle(Outcome::Applied(_)))) => (true, look(false, "applied")),
        Ok(Some(Reading::Settle(Outcome::ConditionFailed(_)))) => {
            (false, look(true, "its condition does not hold"))
        }
        Ok(Some(Reading::Settle(Outcome::Conflict { .. }))) => (false, look(false, "it met another version")),
        Ok(Some(Reading::Look(look))) => (false, look),
        Ok(Some(Reading::Unknown { class, .. })) => {
            unknown(world, to, &mut flight, &mut work, entry, failure_of(class));
            return next(world, to, flight, work);
        }
        Ok(Some(Reading::Settle(_)) | None) => {
            refused(&mut work, entry, original.problem.clone(), flight.atomic);
            return next(world, to, flight, work);
        }
        Err(error) => {
            match failure_of(error.class()) {
                Failure::Refused | Failure::TooLarge => {
                    world.history.count("mutations by names that are gone");
                    refused(&mut work, entry, original.problem.clone(), flight.atomic);
                }
                failure => unknown(world, to, &mut flight, &mut work, entry, failure),
            }
            return next(world, to, flight, work);
        }
    };
    let body = get_request(&world.devices[to.device].model(entry.model), &entry.key).to_json();
    let shown = Shown { entry, problem: original.problem.clone(), applied, look };
    world.request(to, body, Purpose::Shown { flight, work, shown });
    Ok(())
}

/// The server has shown its record.
pub(super) fn looked_at(
    world: &mut World,
    to: Address,
    mut flight: Flight,
    mut work: Resend,
    shown: Shown,
    body: &[u8],
) -> Result<(), String> {
    let Shown { entry, problem, applied, look } = shown;
    let it = &mut world.devices[to.device];
    let row = match parse_get(&it.model(entry.model), body) {
        Ok(answer) => answer.row,
        Err(error) if error.class() == ErrorClass::Permanent => None,
        Err(error) => {
            unknown(world, to, &mut flight, &mut work, entry, failure_of(error.class()));
            return next(world, to, flight, work);
        }
    };
    let negotiated = !world.settings.plain;
    let random = &mut it.random;
    let outcome = match row {
        Some(current) if applied => Outcome::Applied(current),
        row => looked(&entry, &look, row, negotiated, &mut || random.uuid()),
    };
    let outcome = match (outcome, problem) {
        // What is left of it must not go without what was lost.
        (Outcome::Conflict { .. }, Some(problem)) => Outcome::Refused(problem.into()),
        (outcome, _) => outcome,
    };
    if is_stuck(&entry, &outcome, negotiated) {
        unknown(world, to, &mut flight, &mut work, entry, SOON);
    } else {
        let met = if matches!(outcome, Outcome::Applied(_)) { Met::Applied } else { Met::NotApplied };
        work.met.insert((entry.model, entry.key.clone()), met);
        work.outcomes.push((entry, outcome));
    }
    next(world, to, flight, work)
}
