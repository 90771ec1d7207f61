//! Claiming entries, sending them as one document, and settling each by its answer.

use super::context::Context;
use super::original::resend;
use super::refused::restored;
use super::verdicts::{Told, Word, after_remote, after_settle, enqueued};
use crate::hub::HubKind;
use crate::id::new_id;
use crate::transport::failure_of;
use std::sync::Arc;
use syncline_core::record::{Entry, Outcome};
use syncline_core::{Key, ModelId};
use syncline_engine::{Event, Failure};
use syncline_protocol::ErrorClass;
use syncline_protocol::document::BATCH_SIZES;
use syncline_protocol::exchange::{
    Dialect, Reading, Together, Verdict, batch_request, get_request, is_stuck, is_undone, looked,
    probe_request, read_batch, refuse_whole, settle_whole, verify,
};
use syncline_protocol::response::{parse_extension, parse_get};
use syncline_store::{Batch, ClaimLimits, StoreError};

const SOON: Failure = Failure::Transient { retry_after_ms: None };

/// What became of a batch as a whole.
enum Sent {
    Nothing,
    /// Every entry has its outcome.
    Settled {
        /// Whether there may be more to send.
        more: bool,
    },
    /// Answered, but some of it without an outcome; those are put aside.
    Unsure(Failure),
    Failed {
        size: usize,
        failure: Failure,
        /// Whether somebody answered.
        answered: bool,
    },
}

impl Sent {
    /// Nothing was answered, and it is not the fault of what was to be sent.
    fn unanswered(failure: Failure) -> Sent {
        Sent::Failed { size: 1, failure, answered: false }
    }
}

/// What the engine wants sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    pub(super) batch: u32,
    pub(super) max: usize,
    pub(super) resend: bool,
    pub(super) skip: bool,
}

/// Sends one batch.
pub(super) async fn send(context: Context, wish: Wish) {
    let batch = wish.batch;
    let sent = attempt(&context, wish).await.unwrap_or_else(|error| {
        tracing::error!(%error, "the outbox cannot be read or written");
        Sent::unanswered(SOON)
    });
    context.event(match sent {
        Sent::Nothing => Event::NothingToSend { batch },
        Sent::Settled { more } => Event::BatchSettled { batch, unsent: usize::from(more) },
        Sent::Unsure(failure) => Event::BatchUnsure { batch, failure },
        Sent::Failed { size, failure, answered } => Event::BatchFailed { batch, size, failure, answered },
    });
}

async fn attempt(context: &Context, wish: Wish) -> Result<Sent, crate::Error> {
    let Wish { batch: number, max, resend, skip } = wish;
    let negotiated = match negotiated(context).await {
        Ok(negotiated) => negotiated,
        Err(failure) => return Ok(Sent::unanswered(failure)),
    };
    if skip {
        put_first_aside(context).await?;
    }
    if resend {
        // What was claimed ahead is marked as sent, and is found with what is in doubt.
        context.ahead.clear();
    }
    let claimed = match context.ahead.take() {
        Some(batch) => Some((batch, false)),
        None => claim(context, max, resend, context.aside.all()).await?,
    };
    let Some((batch, in_doubt)) = claimed else { return Ok(Sent::Nothing) };
    if !in_doubt {
        tell_enqueued(context, &batch.entries).await;
    }
    context.event(Event::BatchClaimed { batch: number, full: batch.more, in_doubt });
    let records = context.echoes.expect(&batch);
    let sent = deliver(context, batch, max, in_doubt, negotiated).await;
    for (model, row) in context.echoes.release(records) {
        super::frames::store(context, model, row).await;
    }
    sent
}

/// Tells that these are about to be sent, with their records, if anybody wants to know.
async fn tell_enqueued(context: &Context, entries: &[Entry]) {
    if !context.parts.hub.wants(HubKind::OutboxMutationEnqueued) {
        return;
    }
    let records: Vec<_> = entries.iter().map(|entry| (entry.model, entry.key.clone())).collect();
    let shown = context.parts.writer.run(move |tx| {
        let read =
            |(model, key): &(ModelId, Key)| Ok(tx.reads().get(*model, key)?.map(|stored| stored.record));
        records.iter().map(read).collect()
    });
    // A record that cannot be read is no reason not to send.
    enqueued(&context.parts, entries, shown.await.unwrap_or_default());
}

/// Sends what was claimed and settles it by the answer.
async fn deliver(
    context: &Context,
    batch: Batch,
    max: usize,
    in_doubt: bool,
    negotiated: bool,
) -> Result<Sent, crate::Error> {
    let Batch { model, mut entries, atomic, .. } = batch;
    let mut unsure = None;
    if let Some(most) = context.negotiated.atomic_max().filter(|most| atomic && entries.len() > *most) {
        // It was written before this was known. A part of it is not sent.
        let reason = StoreError::TransactionTooLarge { mutations: entries.len(), most }.to_string();
        settle(context, refuse_whole(entries, &reason, &mut new_id), None).await?;
        return Ok(Sent::Settled { more: true });
    }
    if in_doubt && !negotiated {
        match settle_known(context, entries, &mut unsure).await? {
            Ok(left) => entries = left,
            Err(failure) => return Ok(Sent::unanswered(failure)),
        }
    }
    if in_doubt {
        match resend(context, entries, (negotiated, atomic), &mut unsure).await? {
            Ok(left) => entries = left,
            Err(failure) => return Ok(Sent::unanswered(failure)),
        }
    }
    let size = entries.len();
    if size == 0 {
        return Ok(unsure.map_or(Sent::Settled { more: true }, Sent::Unsure));
    }
    let schema = &context.parts.schema;
    let dialect =
        if negotiated { Dialect::Syncline { session: &context.parts.session } } else { Dialect::AppSync };
    let together = match atomic {
        true => Together::Atomic,
        false if context.negotiated.stops_on_dependency() => Together::StopOnDependency,
        false => Together::Apart,
    };
    let request = batch_request(schema, &entries, dialect, together);
    let readings = match context.http.post(request.to_json()).await {
        Ok(answer) => read_batch(schema, &entries, &answer, &mut new_id)
            .map_err(|error| (failure_of(error.class()), error.to_string(), true)),
        Err(error) => Err((error.failure, error.reason, error.answered)),
    };
    match readings {
        Ok(readings) => {
            // What is in doubt goes alone: a batch claimed beside it would be taken for one of those.
            let ahead = (negotiated && !in_doubt).then_some(max);
            let how = How { negotiated, ahead, atomic };
            settle_all(context, entries, readings, how, unsure).await
        }
        // What refuses a document of one refuses its one mutation (SYNC 2.4), and a group is one.
        Err((Failure::Refused | Failure::TooLarge, reason, _)) if size == 1 || atomic => {
            settle(context, refuse_whole(entries, &reason, &mut new_id), None).await?;
            Ok(Sent::Settled { more: true })
        }
        Err((failure, reason, answered)) => {
            tracing::warn!(model = %schema.model(model).name, size, reason, "a batch is not accepted");
            // A group cannot be made smaller.
            let size = if atomic { 1 } else { size };
            Ok(Sent::Failed { size, failure, answered })
        }
    }
}

/// Whether the server speaks the extension. Ids may only be sent to one that has said so; ask before the first
/// mutation.
async fn negotiated(context: &Context) -> Result<bool, Failure> {
    if let Some(known) = context.negotiated.known() {
        return Ok(known);
    }
    let answer = context.http.post(probe_request().to_json()).await.map_err(|error| error.failure)?;
    let extension = parse_extension(&answer).map_err(|error| failure_of(error.class()))?;
    context.negotiated.learn(extension.as_ref());
    Ok(extension.is_some())
}

/// One writer transaction chooses entries, marks them sent and returns them (SYNC 1.2), and whether they had been sent
/// before: with `resend` those go first, without the ones that are put aside.
async fn claim(
    context: &Context,
    max: usize,
    resend: bool,
    aside: Vec<String>,
) -> Result<Option<(Batch, bool)>, crate::Error> {
    let generation = context.generation;
    let room = Room::of(context, max);
    let claimed = context.parts.writer.run(move |tx| {
        if tx.reads().generation()? != generation {
            return Ok(None);
        }
        if resend && let Some(batch) = tx.in_doubt(room.limits(), &aside)? {
            return Ok(Some((batch, true)));
        }
        Ok(tx.claim(room.limits())?.map(|batch| (batch, false)))
    });
    claimed.await
}

/// Puts the mutation aside that would be sent again first, so that it does not hold up the others (I7).
async fn put_first_aside(context: &Context) -> Result<(), crate::Error> {
    let (generation, aside) = (context.generation, context.aside.all());
    let room = Room::of(context, 1);
    let first = context.parts.writer.run(move |tx| {
        if tx.reads().generation()? != generation {
            return Ok(None);
        }
        tx.in_doubt(room.limits(), &aside)
    });
    for entry in first.await?.into_iter().flat_map(|batch| batch.entries) {
        tracing::warn!(mutation = %entry.id, "a mutation is answered badly again and again; others go first");
        context.aside.put(entry.id);
    }
    Ok(())
}

/// What a document may hold.
pub(super) struct Room {
    sizes: Vec<usize>,
    atomic_groups: bool,
    dependencies: bool,
    bytes: usize,
}

impl Room {
    /// With at most `max` mutations.
    fn of(context: &Context, max: usize) -> Room {
        let said = &context.negotiated;
        let most = max.min(said.batch()).max(1);
        Room {
            sizes: BATCH_SIZES.into_iter().filter(|size| *size <= most).collect(),
            atomic_groups: said.atomic_max().is_some(),
            dependencies: said.stops_on_dependency(),
            bytes: said.batch_bytes(),
        }
    }

    fn limits(&self) -> ClaimLimits<'_> {
        ClaimLimits {
            atomic_groups: self.atomic_groups,
            same_document_dependencies: self.dependencies,
            max_bytes: self.bytes,
            ..ClaimLimits::of(&self.sizes)
        }
    }
}

/// Against plain AppSync nothing with an unknown outcome is sent again blind (SYNC 2.2): the server's record says what
/// became of it. Returns the entries that can be sent again; those whose record cannot be read are put aside.
async fn settle_known(
    context: &Context,
    entries: Vec<Entry>,
    unsure: &mut Option<Failure>,
) -> Result<Result<Vec<Entry>, Failure>, crate::Error> {
    let mut again = Vec::new();
    let mut outcomes = Vec::new();
    for entry in entries {
        let row = match get(context, &entry).await {
            Ok(row) => row,
            Err(Unread::Unanswered(failure)) => return Ok(Err(failure)),
            Err(Unread::Answer(failure)) => {
                *unsure = unsure.or(Some(failure));
                context.aside.put(entry.id);
                continue;
            }
        };
        match (verify(&entry, row.as_ref()), row) {
            (Verdict::Done, Some(row)) => outcomes.push((entry, Outcome::Applied(row))),
            (Verdict::Ambiguous, Some(current)) => {
                outcomes.push((entry, Outcome::Ambiguous { current, fresh_id: new_id() }));
            }
            _ => again.push(entry),
        }
    }
    let (_, odd) = settle(context, outcomes, None).await?;
    *unsure = unsure.or(odd);
    Ok(Ok(again))
}

/// Why a record is not known.
pub(super) enum Unread {
    /// There was no answer.
    Unanswered(Failure),
    /// The answer does not say.
    Answer(Failure),
}

pub(super) async fn get(
    context: &Context,
    entry: &Entry,
) -> Result<Option<syncline_core::Versioned>, Unread> {
    let model = context.model(entry.model);
    let answer = context.http.post(get_request(model, &entry.key).to_json()).await;
    let answer = answer.map_err(|error| Unread::Unanswered(error.failure))?;
    match parse_get(model, &answer) {
        Ok(answer) => Ok(answer.row),
        Err(error) => match error.class() {
            // Forbidden or unreadable: nothing is known of the record.
            ErrorClass::Permanent | ErrorClass::TooLarge => Ok(None),
            class => Err(Unread::Answer(failure_of(class))),
        },
    }
}

/// What is to be known to settle a batch by its answer.
struct How {
    negotiated: bool,
    /// The most mutations of the batch that is claimed in the same transaction.
    ahead: Option<usize>,
    atomic: bool,
}

async fn settle_all(
    context: &Context,
    entries: Vec<Entry>,
    readings: Vec<Reading>,
    how: How,
    mut unsure: Option<Failure>,
) -> Result<Sent, crate::Error> {
    let How { negotiated, ahead, atomic } = how;
    let undone = atomic && is_undone(&readings);
    let mut outcomes = Vec::new();
    let mut unknown = Vec::new();
    let mut aside = |entry: Entry, reason: &str, failure| {
        tracing::debug!(mutation = %entry.id, reason, "the outcome of a mutation is unknown");
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
        if is_stuck(&entry, &outcome) {
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
    Ok(unsure.or(odd).map_or(Sent::Settled { more }, Sent::Unsure))
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
    let unknown = ahead.is_none();
    let echoes = Arc::clone(&context.echoes);
    let settled = context.parts.writer.run_then(
        move |tx| {
            let (mut settled, mut odd) = (Vec::with_capacity(outcomes.len()), Vec::new());
            if tx.reads().generation()? != generation {
                return Ok((settled, odd, None));
            }
            for (entry, outcome) in outcomes {
                let told = Told::of(&entry, &outcome, &hub);
                match tx.settle_asking(&entry.id, outcome, &mut new_id) {
                    Ok(Some(done)) => settled.push((entry.id, told, done)),
                    Ok(None) => {}
                    // It says nothing of this mutation, and must not undo what is known of the others (I7).
                    Err(error @ StoreError::InvalidRecord { .. }) => odd.push((entry.id, error.to_string())),
                    Err(error) => return Err(error),
                }
            }
            let next = match ahead.filter(|_| odd.is_empty()) {
                Some(room) => tx.claim(room.limits())?,
                None => None,
            };
            Ok((settled, odd, next))
        },
        move |(settled, _, _)| {
            for (mutation, told, done) in settled {
                if let Word::Applied(version) = told.word {
                    echoes.settled(done.model, &done.key, version);
                }
                after_settle(&parts, done.model, &done.key, mutation, told);
                after_remote(&parts, &done.superseded, &done.conflicts, &done.parked_with);
            }
        },
    );
    let (_, odd, next) = settled.await?;
    let failure = unread.or((!odd.is_empty()).then_some(SOON));
    let more = unknown || failure.is_some() || next.is_some();
    if let Some(next) = next {
        context.ahead.put(next);
    }
    for (mutation, reason) in odd {
        tracing::warn!(mutation, reason, "the answer to a mutation cannot be used");
        context.aside.put(mutation);
    }
    Ok((more, failure))
}
