//! Settling mutations by what was answered.

use super::claim::Room;
use super::context::Context;
use super::refused::restored;
use super::verdicts::{Told, Word, after_remote, after_settle};
use super::verify::{Unread, get};
use crate::id::new_id;
use crate::transport::failure_of;
use std::sync::Arc;
use syncline_core::record::{Entry, Left, MutationOp, Outcome};
use syncline_core::{Key, ModelId};
use syncline_engine::{Event, Failure};
use syncline_protocol::exchange::{Reading, is_stuck, is_undone, looked, settle_whole};
use syncline_store::{StoreError, Tx};

/// There is an answer, but none that can be used.
const SOON: Failure = Failure::Transient { retry_after_ms: None };

/// What is to be known to settle a batch by its answer.
pub(super) struct How {
    pub(super) negotiated: bool,
    /// The most mutations of the batch that is claimed in the same transaction.
    pub(super) ahead: Option<usize>,
    /// Whether it was to be applied as a whole or not at all.
    pub(super) atomic: bool,
}

/// Settles what an answer says, and puts aside what it does not tell of. Whether there may be more to send, and a failure
/// if something is put aside.
pub(super) async fn settle_all(
    context: &Context,
    entries: Vec<Entry>,
    readings: Vec<Reading>,
    how: How,
    mut unsure: Option<Failure>,
) -> Result<(bool, Option<Failure>), crate::Error> {
    let How { negotiated, ahead, atomic } = how;
    let undone = atomic && is_undone(&readings);
    let mut outcomes = Vec::new();
    let mut unknown = Vec::new();
    let mut aside = |entry: Entry, reason: &str, failure| {
        tracing::debug!(mutation = %entry.id, reason, "the outcome of a mutation is unknown");
        context.mutation_trouble(&entry, failure, reason);
        unsure = unsure.or(Some(failure));
        unknown.push(entry);
    };
    for (entry, reading) in entries.into_iter().zip(readings) {
        let outcome = match reading {
            Reading::Settle(outcome) => outcome,
            Reading::Look(look) => match get(context, &entry).await {
                Ok(row) => looked(&entry, &look, row, negotiated, &mut new_id),
                Err(Unread::Unanswered(failure) | Unread::Answer(failure)) => {
                    aside(entry, &look.reason, failure);
                    continue;
                }
            },
            Reading::Unknown { reason, class } => {
                aside(entry, &reason, failure_of(class));
                continue;
            }
        };
        if is_stuck(&entry, &outcome, negotiated) {
            aside(entry, "the server names no newer version than the one it says is in conflict", SOON);
        } else {
            outcomes.push((entry, outcome));
        }
    }
    let (outcomes, unknown) = settle_whole(undone, outcomes, unknown, &mut new_id);
    unknown.into_iter().for_each(|entry| context.aside.put(entry.id));
    // The next batch is claimed in the same transaction: one commit less on the way of each. Against plain AppSync a
    // batch that is claimed and then not sent would have to be asked about (SYNC 2.2).
    let ahead = ahead.filter(|_| unsure.is_none()).map(|max| Room::of(context, max));
    let (more, odd) = settle(context, outcomes, ahead).await?;
    Ok((more, unsure.or(odd)))
}

/// Settles all in one transaction, and tells those who wait. With `ahead` it also claims the next batch, of one of these
/// sizes. Whether there may be more to send, and a failure if some answers hold a record that cannot be stored: those
/// mutations are put aside.
pub(super) async fn settle(
    context: &Context,
    outcomes: Vec<(Entry, Outcome)>,
    ahead: Option<Room>,
) -> Result<(bool, Option<Failure>), crate::Error> {
    let (outcomes, unread) = restored(context, outcomes).await;
    if outcomes.is_empty() {
        return Ok((true, unread));
    }
    // What is put aside goes alone, as what is in doubt does.
    let ahead = ahead.filter(|_| unread.is_none());
    let generation = context.generation;
    let (parts, hub) = (context.parts.clone(), context.parts.hub.clone());
    let verdicts = Arc::clone(&context.parts.verdicts);
    let unknown = ahead.is_none();
    let expressions = Arc::clone(&context.expressions);
    let echoes = Arc::clone(&context.echoes);
    let settled = context.parts.writer.run_then(
        move |tx| {
            let (mut settled, mut odd) = (Vec::with_capacity(outcomes.len()), Vec::new());
            let mut resting = Vec::new();
            if tx.reads().generation()? != generation {
                return Ok((settled, odd, (None, resting), false));
            }
            for (entry, outcome) in tx.reads().whole(outcomes)? {
                let told = Told::of(&entry, &outcome, &hub, &verdicts);
                match tx.settle_asking(&entry, outcome, &mut new_id) {
                    Ok(Some(done)) => {
                        let goes = |record| !expressions[&done.model].filter.matches(record, false);
                        let applied = matches!(told.word, Word::Applied(_)) && entry.op == MutationOp::Update;
                        if applied && done.visible.as_ref().is_some_and(goes) {
                            left_by_itself(tx, done.model, &done.key)?;
                        }
                        if done.edited && !verdicts.rests.is_waited() {
                            resting.push((done.model, done.key.clone()));
                        }
                        settled.push((entry.id, told, done));
                    }
                    Ok(None) => {}
                    // It says nothing of this mutation, and must not undo what is known of the others (I7).
                    Err(error @ StoreError::InvalidRecord { .. }) => odd.push((entry.id, error.to_string())),
                    Err(error) => return Err(error),
                }
            }
            let next = match ahead.filter(|_| odd.is_empty()) {
                Some(mut room) => {
                    room.rest(&resting);
                    tx.claim(room.limits())?
                }
                None => None,
            };
            let waits = next.is_none() && !tx.reads().unfilled(1, &[])?.is_empty();
            Ok((settled, odd, (next, resting), waits))
        },
        move |(settled, _, _, _)| {
            for (mutation, told, done) in settled {
                if let Word::Applied(version) = told.word {
                    echoes.settled(done.model, &done.key, version);
                }
                after_settle(&parts, done, mutation, told);
                after_remote(&parts, &done.superseded, &done.conflicts, &done.parked_with);
            }
        },
    );
    let (_, odd, (next, resting), waits) = settled.await?;
    rest(context, resting);
    let failure = unread.or((!odd.is_empty()).then_some(SOON));
    let more = unknown || failure.is_some() || next.is_some() || waits;
    if let Some(next) = next {
        context.ahead.put(next);
    }
    for (mutation, reason) in odd {
        tracing::warn!(mutation, reason, "the answer to a mutation cannot be used");
        context.aside.put(mutation);
    }
    Ok((more, failure))
}

/// Lets these records rest.
fn rest(context: &Context, records: Vec<(ModelId, Key)>) {
    if !records.is_empty() {
        context.parts.verdicts.rests.put(records, || context.event(Event::Resting));
    }
}

/// The sync expression does not select what this device's own update has made of the record. While that was on its way the
/// record could not go, whoever said that it left (SYNC 2.8); it goes now, unless more is pending.
fn left_by_itself(tx: &mut Tx<'_>, model: ModelId, key: &Key) -> Result<(), StoreError> {
    if let Some(version) = tx.reads().local(model, key)?.server.version() {
        tx.apply_leave(model, key, Left { version, changed_at: None })?;
    }
    Ok(())
}
