//! Sending what was claimed as one document.

use super::claim::{claim, put_first_aside};
use super::context::Context;
use super::fill::{Filled, fill};
use super::original::resend;
use super::settle::{How, settle, settle_all};
use super::verdicts::enqueued;
use super::verify::settle_known;
use crate::hub::{HubKind, SyncErrorKind, SyncProcess};
use crate::id::new_id;
use crate::transport::failure_of;
use syncline_core::record::{Entry, Outcome, Rejection, RejectionClass};
use syncline_core::{Key, ModelId};
use syncline_engine::{Event, Failure};
use syncline_protocol::exchange::{Dialect, Together, batch_request, read_batch, refuse_whole};
use syncline_store::{Batch, StoreError};

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
        context.trouble(SyncProcess::Mutate, SyncErrorKind::Local, None, &error);
        Sent::unanswered(Failure::Transient { retry_after_ms: None })
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
    let before = context.aside.all();
    let claimed = match context.ahead.take() {
        Some(batch) => Some((batch, false)),
        None => claim(context, max, resend, before.clone()).await?,
    };
    let Some((batch, in_doubt)) = claimed else { return filled(context).await };
    if !in_doubt {
        tell_enqueued(context, &batch.entries).await;
    }
    context.event(Event::BatchClaimed { batch: number, full: batch.more, in_doubt });
    let records = context.echoes.expect(&batch);
    let sent = deliver(context, batch, max, in_doubt, negotiated).await;
    for (model, row) in context.echoes.release(records) {
        super::frames::store(context, model, row).await;
    }
    if !matches!(sent, Ok(Sent::Settled { .. } | Sent::Unsure(_))) {
        // All of it is sent again when the engine's time for that has come, which knows of nothing that is aside.
        context.aside.keep(&before);
    }
    sent
}

/// There is nothing that could be sent: then it is asked for what some wait for.
async fn filled(context: &Context) -> Result<Sent, crate::Error> {
    Ok(match fill(context).await? {
        Filled::Nothing => Sent::Nothing,
        Filled::Done(None) => Sent::Settled { more: true },
        Filled::Done(Some(failure)) => Sent::Unsure(failure),
        Filled::Unanswered(failure) => Sent::unanswered(failure),
    })
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
        return refuse(context, refuse_whole(entries, &reason.into(), &mut new_id), None).await;
    }
    if in_doubt {
        match settle_known(context, entries, (negotiated, atomic), &mut unsure).await? {
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
    let dialect = if negotiated { context.syncline() } else { Dialect::AppSync };
    let together = match atomic {
        true => Together::Atomic,
        false if context.negotiated.stops_on_dependency() => Together::StopOnDependency,
        false => Together::Apart,
    };
    let request = batch_request(schema, &entries, dialect, together, context.negotiated.batch_bytes());
    let readings = match context.http.post(request.to_json()).await {
        Ok(answer) => read_batch(schema, &entries, &answer, &mut new_id)
            .map_err(|error| (failure_of(error.class()), error.rejection(), true)),
        Err(error) => {
            let class = match error.failure {
                Failure::TooLarge => RejectionClass::TooLarge,
                _ => RejectionClass::Invalid,
            };
            Err((error.failure, Rejection::new(class, None, error.reason), error.answered))
        }
    };
    match readings {
        Ok(readings) => {
            // What is in doubt goes alone: a batch claimed beside it would be taken for one of those.
            let ahead = (negotiated && !in_doubt).then_some(max);
            let how = How { negotiated, ahead, atomic };
            let (more, unsure) = settle_all(context, entries, readings, how, unsure).await?;
            Ok(unsure.map_or(Sent::Settled { more }, Sent::Unsure))
        }
        // What refuses a document of one refuses its one mutation (SYNC 2.4), and a group is one.
        Err((Failure::Refused | Failure::TooLarge, why, _)) if size == 1 || atomic => {
            refuse(context, refuse_whole(entries, &why, &mut new_id), unsure).await
        }
        Err((failure, why, answered)) => {
            tracing::warn!(model = %schema.model(model).name, size, reason = %why, "a batch is not accepted");
            let kind = SyncErrorKind::of_refusal(failure, &why);
            context.trouble(SyncProcess::Mutate, kind, Some(model), &why);
            // A group cannot be made smaller.
            let size = if atomic { 1 } else { size };
            Ok(Sent::Failed { size, failure, answered })
        }
    }
}

/// Settles what was refused as a whole.
async fn refuse(
    context: &Context,
    outcomes: Vec<(Entry, Outcome)>,
    unsure: Option<Failure>,
) -> Result<Sent, crate::Error> {
    let (more, odd) = settle(context, outcomes, None).await?;
    Ok(unsure.or(odd).map_or(Sent::Settled { more }, Sent::Unsure))
}

/// Whether the server speaks the extension. Ids may only be sent to one that has said so; ask before the first
/// mutation.
async fn negotiated(context: &Context) -> Result<bool, Failure> {
    super::hello::negotiated(context).await.map_err(|unknown| {
        let failure = unknown.failure();
        context.trouble(SyncProcess::Mutate, SyncErrorKind::of(failure), None, &unknown);
        failure
    })
}
