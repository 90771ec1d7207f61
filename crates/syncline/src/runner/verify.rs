//! Looking at the server's record where an answer does not tell what became of a mutation.

use super::context::Context;
use super::settle::settle;
use crate::id::{new_id, now_ms};
use crate::transport::{TransportError, failure_of};
use std::collections::HashSet;
use syncline_core::Versioned;
use syncline_core::record::Entry;
use syncline_engine::Failure;
use syncline_protocol::ErrorClass;
use syncline_protocol::exchange::{Verdict, get_request, judge, probe_request, verify};
use syncline_protocol::response::{parse_extension, parse_get};

/// Against plain AppSync nothing with an unknown outcome is sent again blind (SYNC 2.2): the server's record says what
/// became of it; and so it does where the server remembers ids, of those that it may have forgotten (SYNC 2.1). Returns the
/// entries that can be sent again; those whose record cannot be read are put aside. `atomic`: they are a transaction, which
/// was applied as a whole or not at all.
pub(super) async fn settle_known(
    context: &Context,
    entries: Vec<Entry>,
    (negotiated, atomic): (bool, bool),
    unsure: &mut Option<Failure>,
) -> Result<Result<Vec<Entry>, Failure>, crate::Error> {
    let forgotten = if negotiated { forgotten(context, &entries).await? } else { Vec::new() };
    // A transaction that the new schema cannot say is not sent as it is now.
    let lossy = atomic && is_lossy(context, &entries).await?;
    let blind = |entry: &Entry| negotiated && !lossy && !forgotten.contains(&entry.id);
    if entries.iter().all(blind) {
        return Ok(Ok(entries));
    }
    let (mut looked, mut unread) = (Vec::new(), HashSet::new());
    for entry in entries {
        let record = (entry.model, entry.key.clone());
        if unread.contains(&record) {
            // It does not go before the one that it stands on.
            context.aside.put(entry.id);
            continue;
        }
        if blind(&entry) && !atomic {
            looked.push((entry, Verdict::SendAgain, None));
            continue;
        }
        match get(context, &entry).await {
            Ok(row) => looked.push((entry.clone(), verify(&entry, row.as_ref()), row)),
            Err(Unread::Unanswered(failure)) => return Ok(Err(failure)),
            Err(Unread::Answer(failure)) => {
                *unsure = unsure.or(Some(failure));
                unread.insert(record);
                context.aside.put(entry.id);
            }
        }
    }
    if atomic && !unread.is_empty() {
        // What became of one of them decides about all.
        looked.into_iter().for_each(|(entry, ..)| context.aside.put(entry.id));
        return Ok(Ok(Vec::new()));
    }
    let (outcomes, again) = judge(looked, atomic, &mut new_id);
    let (_, odd) = settle(context, outcomes, None).await?;
    *unsure = unsure.or(odd);
    Ok(Ok(again))
}

/// Whether the schema has no place for something of one of the entries, which was written under an earlier one.
async fn is_lossy(context: &Context, entries: &[Entry]) -> Result<bool, crate::Error> {
    let ids: Vec<String> = entries.iter().map(|entry| entry.id.clone()).collect();
    let losses = context
        .parts
        .writer
        .run(move |tx| ids.iter().map(|id| tx.reads().loss(id)).collect::<Result<Vec<_>, _>>());
    Ok(losses.await?.iter().any(Option::is_some))
}

/// Those of the entries whose ids the server may have forgotten.
async fn forgotten(context: &Context, entries: &[Entry]) -> Result<Vec<String>, crate::Error> {
    let Some(retention) = context.negotiated.id_retention_ms() else { return Ok(Vec::new()) };
    let now = now_ms();
    let ids: Vec<String> = entries.iter().map(|entry| entry.id.clone()).collect();
    let times = now.saturating_sub(retention)..=now;
    context.parts.writer.run(move |tx| tx.reads().sent_outside(&ids, times)).await
}

/// Why a record is not known.
pub(super) enum Unread {
    /// There was no answer.
    Unanswered(Failure),
    /// The answer does not say.
    Answer(Failure),
}

/// The server's record that an entry is about; `None` if there is none, or it is not shown.
pub(super) async fn get(context: &Context, entry: &Entry) -> Result<Option<Versioned>, Unread> {
    let model = context.model(entry.model);
    let answer = context.http.post(get_request(model, &entry.key).to_json()).await;
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            context.mutation_trouble(entry, error.failure, &error.reason);
            return Err(unread(context, &error).await);
        }
    };
    match parse_get(model, &answer) {
        Ok(answer) => Ok(answer.row),
        Err(error) => match error.class() {
            // Forbidden or unreadable: nothing is known of the record.
            ErrorClass::Permanent | ErrorClass::TooLarge => Ok(None),
            class => Err(Unread::Answer(failure_of(class))),
        },
    }
}

/// Whether it is this question that gets no answer, so that the other mutations need not wait for one (I7), or any.
async fn unread(context: &Context, error: &TransportError) -> Unread {
    let failure = error.failure;
    let alone = match failure {
        Failure::Refused | Failure::TooLarge => error.answered,
        // The server may be well and fail at this record: then it answers what is asked of no record.
        Failure::Transient { retry_after_ms: None } => error.answered && is_well(context).await,
        Failure::Timeout => is_well(context).await,
        Failure::Transient { .. } | Failure::Auth => false,
    };
    if alone { Unread::Answer(failure) } else { Unread::Unanswered(failure) }
}

/// Whether the server answers at all.
async fn is_well(context: &Context) -> bool {
    let answer = context.http.post(probe_request().to_json()).await;
    answer.is_ok_and(|answer| parse_extension(&answer).is_ok())
}
