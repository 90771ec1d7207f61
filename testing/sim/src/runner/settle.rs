//! Settling mutations by their answers.

use super::{SOON, failure_of, landed, send};
use crate::history::id_of;
use crate::random::Random;
use crate::world::{Address, Flight, Purpose, World};
use syncline_core::faults::{Rule, is_broken};
use syncline_core::record::{Entry, Outcome};
use syncline_engine::Event;
use syncline_protocol::ErrorClass;
use syncline_protocol::exchange::{Look, get_request, is_stuck, looked, settle_whole};
use syncline_protocol::response::parse_get;
use syncline_store::StoreError;

/// What is known of a batch by its answer.
#[derive(Debug, Clone)]
pub struct Known {
    /// Whether the server undid it: it was to be applied as a whole, and something failed.
    pub undone: bool,
    /// Entries whose record has to be looked at.
    pub looks: Vec<(Entry, Look)>,
    /// The outcomes.
    pub outcomes: Vec<(Entry, Outcome)>,
    /// Entries without one.
    pub unknown: Vec<Entry>,
}

/// Looks at the first record that has to be looked at, or settles what is known.
pub(super) fn look_or_settle(
    world: &mut World,
    to: Address,
    flight: Flight,
    known: Known,
) -> Result<(), String> {
    if let Some((entry, _)) = known.looks.first() {
        let model = world.devices[to.device].model(entry.model);
        let body = get_request(&model, &entry.key).to_json();
        world.request(to, body, Purpose::Look { flight, known });
        return Ok(());
    }
    let Known { undone, outcomes, unknown, .. } = known;
    let random = &mut world.devices[to.device].random;
    let (outcomes, unknown) = settle_whole(undone, outcomes, unknown, &mut || random.uuid());
    unknown.into_iter().for_each(|entry| send::aside(world, to, entry));
    // The next batch is claimed in the same transaction. Against plain AppSync a batch that is claimed and then not sent
    // would have to be asked about (SYNC 2.2).
    let fresh = !world.settings.plain && !flight.in_doubt && flight.unsure.is_none();
    let ahead = fresh.then_some(flight.max);
    let Some(more) = settle(world, to, outcomes, ahead)? else { return Ok(()) };
    done(world, to, flight, more)
}

/// Everything of a batch that can be known is.
pub(super) fn done(world: &mut World, to: Address, flight: Flight, more: bool) -> Result<(), String> {
    if world.may_crash(to.device)? {
        return Ok(());
    }
    let batch = flight.batch;
    let event = match flight.unsure {
        None => Event::BatchSettled { batch, unsent: usize::from(more) },
        Some(failure) => Event::BatchUnsure { batch, failure },
    };
    landed(world, to, flight, event)
}

/// The server has shown the record of the first, or has not answered.
pub(super) fn looked_at(
    world: &mut World,
    to: Address,
    mut flight: Flight,
    mut known: Known,
    body: Option<&[u8]>,
) -> Result<(), String> {
    let (entry, look) = known.looks.remove(0);
    let model = world.devices[to.device].model(entry.model);
    let row = match body.map(|body| parse_get(&model, body)) {
        Some(Ok(answer)) => Ok(answer.row),
        Some(Err(error)) if error.class() == ErrorClass::Permanent => Ok(None),
        Some(Err(error)) => Err(failure_of(error.class())),
        None => Err(SOON),
    };
    let negotiated = !world.settings.plain;
    let random = &mut world.devices[to.device].random;
    let outcome = row.map(|row| looked(&entry, &look, row, negotiated, &mut || random.uuid()));
    match outcome {
        Ok(outcome) if !is_stuck(&entry, &outcome, negotiated) => known.outcomes.push((entry, outcome)),
        Ok(_) => {
            flight.unsure = flight.unsure.or(Some(SOON));
            known.unknown.push(entry);
        }
        Err(failure) => {
            flight.unsure = flight.unsure.or(Some(failure));
            known.unknown.push(entry);
        }
    }
    look_or_settle(world, to, flight, known)
}

/// Settles all in one transaction, and with `ahead` claims the next batch in it, of at most so many. Whether there may be
/// more to send; `None` if the store has been cleared since.
pub(super) fn settle(
    world: &mut World,
    to: Address,
    outcomes: Vec<(Entry, Outcome)>,
    ahead: Option<usize>,
) -> Result<Option<bool>, String> {
    if outcomes.is_empty() {
        return Ok(Some(true));
    }
    for (entry, outcome) in &outcomes {
        world.tell(|| format!("device {} settles {}: {outcome:?}", to.device, entry.key));
    }
    let room = ahead.map(|max| send::Room::of(world, to.device, max));
    let it = &mut world.devices[to.device];
    let (generation, schema) = (it.volatile.generation, it.schema.clone());
    let mut random = Random::new(it.random.next());
    let settled = it.store()?.write(|tx| {
        if tx.reads().generation()? != generation && !is_broken(Rule::RunNumbers) {
            return Ok(None);
        }
        let (mut settled, mut odd, mut resting) = (Vec::new(), Vec::new(), Vec::new());
        for (entry, outcome) in tx.reads().whole(outcomes)? {
            let applied = match &outcome {
                Outcome::Applied(row) => Some(row.meta.version),
                _ => None,
            };
            let dropped = matches!(outcome, Outcome::ConditionFailed(_));
            match tx.settle_asking(&entry, outcome, &mut || random.uuid()) {
                Ok(Some(done)) => {
                    // Of every second nobody waits for the word on what was edited meanwhile.
                    if done.edited && random.below(2) == 0 {
                        resting.push((done.model, done.key.clone()));
                    }
                    settled.push((done.model, done.key, applied, dropped));
                }
                Ok(None) => {}
                Err(error @ StoreError::InvalidRecord { .. }) => odd.push((entry.id, error.to_string())),
                Err(error) => return Err(error),
            }
        }
        let next = match room.filter(|_| odd.is_empty()) {
            Some(mut room) => {
                room.rest(&resting);
                tx.claim(room.limits())?
            }
            None => None,
        };
        Ok(Some((settled, odd, next, resting)))
    });
    let (settled, _) = settled.map_err(|error| format!("an answer cannot be stored: {error}"))?;
    let Some((settled, odd, next, resting)) = settled else { return Ok(None) };
    if let Some((_, reason)) = odd.first() {
        return Err(format!("an answer holds a record that cannot be stored: {reason}"));
    }
    let more = ahead.is_none() || next.is_some();
    let it = &mut world.devices[to.device];
    it.volatile.ahead.extend(next);
    for (model, key, applied, dropped) in settled {
        if let Some(version) = applied {
            it.volatile.echoes.settled(model, &key, version);
        }
        if dropped {
            world.history.dropped.insert((to.device, id_of(&schema, model, &key)));
        }
    }
    crate::check::versions(world, to.device)?;
    if !resting.is_empty() {
        world.history.count("records that rest");
        world.devices[to.device].volatile.resting.extend(resting);
        world.event(to, Event::Resting)?;
    }
    Ok(Some(more))
}
