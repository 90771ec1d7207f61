//! Claiming entries, sending them as one document, and reading the answer.

use super::{failure_of, landed, original, settle, verify};
use crate::world::{Address, Flight, Purpose, World};
use syncline_core::record::Entry;
use syncline_core::{Key, ModelId};
use syncline_engine::{Event, Failure};
use syncline_protocol::document::BATCH_SIZES;
use syncline_protocol::exchange::{
    Dialect, Reading, Together, batch_request, is_stuck, is_undone, read_batch, refuse_whole,
};
use syncline_store::ClaimLimits;

/// What the engine wants sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    pub(super) batch: u32,
    pub(super) max: usize,
    pub(super) resend: bool,
    pub(super) skip: bool,
}

/// What a document may hold.
pub(super) struct Room {
    sizes: Vec<usize>,
    /// Whether the server takes groups as a whole, and stops where something fails that others depend on.
    capable: bool,
    resting: Vec<(ModelId, Key)>,
}

impl Room {
    /// Of this device, with at most `max` mutations.
    pub(super) fn of(world: &World, device: usize, max: usize) -> Room {
        let sizes = BATCH_SIZES.into_iter().filter(|size| *size <= max.max(1)).collect();
        let resting = world.devices[device].volatile.resting.clone();
        Room { sizes, capable: !world.settings.plain, resting }
    }

    /// Besides what rests already.
    pub(super) fn rest(&mut self, records: &[(ModelId, Key)]) {
        self.resting.extend_from_slice(records);
    }

    pub(super) fn limits(&self) -> ClaimLimits<'_> {
        let (atomic_groups, same_document_dependencies) = (self.capable, self.capable);
        let resting = &self.resting;
        ClaimLimits { atomic_groups, same_document_dependencies, resting, ..ClaimLimits::of(&self.sizes) }
    }
}

/// Claims a batch and sends it.
pub(super) fn send(world: &mut World, to: Address, wish: Wish) -> Result<(), String> {
    let Wish { batch: number, max, resend, skip } = wish;
    let (room, first) = (Room::of(world, to.device, max), Room::of(world, to.device, 1));
    let it = &mut world.devices[to.device];
    let generation = it.volatile.generation;
    if skip {
        let aside = it.volatile.aside.clone();
        let first =
            it.store()?.write(|tx| tx.in_doubt(first.limits(), &aside)).map_err(|error| error.to_string())?;
        it.volatile.aside.extend(first.0.into_iter().flat_map(|batch| batch.entries).map(|entry| entry.id));
    }
    if resend {
        // What was claimed ahead is marked as sent, and is found with what is in doubt.
        it.volatile.ahead.clear();
    }
    let ahead = it.volatile.ahead.pop_front();
    let was_ahead = ahead.is_some();
    let claimed = match ahead {
        Some(batch) => Some((batch, false)),
        None => {
            let aside = it.volatile.aside.clone();
            let claimed = it.store()?.write(|tx| {
                if tx.reads().generation()? != generation {
                    return Ok(None);
                }
                if resend && let Some(batch) = tx.in_doubt(room.limits(), &aside)? {
                    return Ok(Some((batch, true)));
                }
                Ok(tx.claim(room.limits())?.map(|batch| (batch, false)))
            });
            claimed.map_err(|error| error.to_string())?.0
        }
    };
    let Some((batch, in_doubt)) = claimed else { return super::fill::begin(world, to, number, max) };
    if was_ahead {
        world.history.count("batches claimed ahead");
    }
    if world.may_crash(to.device)? {
        return Ok(());
    }
    let full = batch.more;
    let records = world.devices[to.device].volatile.echoes.expect(&batch.entries);
    let atomic = batch.atomic;
    let flight = Flight { batch: number, max, in_doubt, atomic, records, unsure: None };
    if atomic {
        world.history.count("groups sent as one");
    }
    // A transaction that the new schema cannot say is not sent as it is now.
    let lossy = in_doubt && atomic && original::is_lossy(world, to, &batch.entries)?;
    match (in_doubt, world.settings.plain || lossy) {
        (true, true) => verify::begin(world, to, flight, batch.entries)?,
        (true, false) => original::begin(world, to, flight, batch.entries)?,
        (false, _) => deliver(world, to, flight, batch.entries)?,
    }
    world.event(to, Event::BatchClaimed { batch: number, full, in_doubt })
}

/// Sends what was claimed.
pub(super) fn deliver(
    world: &mut World,
    to: Address,
    flight: Flight,
    entries: Vec<Entry>,
) -> Result<(), String> {
    if entries.is_empty() {
        return Err("an empty batch was to be sent".to_owned());
    }
    let plain = world.settings.plain;
    let it = &mut world.devices[to.device];
    let session = it.store()?.reads().session().map_err(|error| error.to_string())?;
    let together = match flight.atomic {
        true => Together::Atomic,
        false if plain => Together::Apart,
        false => Together::StopOnDependency,
    };
    let origin = to.origin();
    let dialect = match plain {
        true => Dialect::AppSync,
        false => Dialect::Syncline { session: &session, origin: Some(&origin) },
    };
    let request = batch_request(&it.schema, &entries, dialect, together, usize::MAX);
    world.tell(|| {
        let shown: Vec<String> = entries
            .iter()
            .map(|entry| {
                format!("{:?} {} v{:?} {:?}", entry.op, entry.key, entry.base_version, entry.patch.0)
            })
            .collect();
        let again = if flight.in_doubt { " again" } else { "" };
        let (device, batch) = (to.device, flight.batch);
        format!("device {device} sends batch {batch}{again} {together:?}: {}", shown.join(" | "))
    });
    world.request(to, request.to_json(), Purpose::Batch { flight, entries });
    Ok(())
}

/// A batch was answered.
pub(super) fn answered(
    world: &mut World,
    to: Address,
    mut flight: Flight,
    entries: Vec<Entry>,
    body: &[u8],
) -> Result<(), String> {
    let it = &mut world.devices[to.device];
    let random = &mut it.random;
    let readings = match read_batch(&it.schema, &entries, body, &mut || random.uuid()) {
        Ok(readings) => readings,
        Err(error) => return not_accepted(world, to, flight, entries, &error),
    };
    let negotiated = !world.settings.plain;
    let undone = flight.atomic && is_undone(&readings);
    let (mut outcomes, mut looks, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for (entry, reading) in entries.into_iter().zip(readings) {
        match reading {
            Reading::Settle(outcome) if is_stuck(&entry, &outcome, negotiated) => {
                flight.unsure = flight.unsure.or(Some(super::SOON));
                unknown.push(entry);
            }
            Reading::Settle(outcome) => outcomes.push((entry, outcome)),
            Reading::Look(look) => looks.push((entry, look)),
            Reading::Unknown { class, .. } => {
                flight.unsure = flight.unsure.or(Some(failure_of(class)));
                unknown.push(entry);
            }
        }
    }
    let known = settle::Known { undone, looks, outcomes, unknown };
    settle::look_or_settle(world, to, flight, known)
}

/// The server did not accept a document as such: that belongs to no entry, unless there is only one (SYNC 2.4).
fn not_accepted(
    world: &mut World,
    to: Address,
    flight: Flight,
    entries: Vec<Entry>,
    error: &syncline_protocol::response::ResponseError,
) -> Result<(), String> {
    world.history.count("documents refused");
    let (failure, size, batch) = (failure_of(error.class()), entries.len(), flight.batch);
    if matches!(failure, Failure::Refused | Failure::TooLarge) && (size == 1 || flight.atomic) {
        let random = &mut world.devices[to.device].random;
        let outcomes = refuse_whole(entries, &error.rejection(), &mut || random.uuid());
        settle::settle(world, to, outcomes, None)?;
        return landed(world, to, flight, Event::BatchSettled { batch, unsent: 1 });
    }
    // A group cannot be made smaller.
    let size = if flight.atomic { 1 } else { size };
    landed(world, to, flight, Event::BatchFailed { batch, size, failure, answered: true })
}

/// An entry was answered without an outcome: it waits for its turn.
pub(super) fn aside(world: &mut World, to: Address, entry: Entry) {
    world.history.count("mutations put aside");
    world.devices[to.device].volatile.aside.push(entry.id);
}
