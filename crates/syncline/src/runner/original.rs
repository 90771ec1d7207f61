//! Mutations that were sent under an earlier schema and whose outcome is not known (SYNC 1.13): each is sent once more as
//! it was sent. A server that does not know it any more has not applied it now, and gets it under the new schema.

use super::context::Context;
use super::settle::settle;
use super::verify::{Unread, get};
use crate::id::new_id;
use crate::transport::failure_of;
use std::collections::HashMap;
use syncline_core::record::{Entry, Outcome};
use syncline_engine::Failure;
use syncline_protocol::exchange::{
    Dialect, Look, Reading, Together, batch_request, is_stuck, looked, read_batch,
};
use syncline_store::Original;

/// What came of sending a mutation as it was.
enum Answer {
    /// Nobody answered.
    None(Failure),
    /// The answer does not tell.
    Unknown(Failure),
    /// The server has no place for it.
    Refused,
    /// Its outcome is to be found out from the server's record: whether it was applied, and how it was refused if not.
    Settled { applied: bool, look: Look },
}

/// What came of the last one of a record, for those that went behind it in its document.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Met {
    /// It was applied: what they stand on is known when it is settled, and they come next.
    Applied,
    /// It was not, so they were not either.
    NotApplied,
    /// It does not go now, and they wait for it.
    Unknown,
    /// It is the same under both schemas and goes before them.
    Goes,
    /// The server has no place for it, nor for them as they were: they go with it under the new schema.
    Refused,
}

/// Settles those that were sent under an earlier schema. Returns the others, and those that are to be sent under the
/// new one; what remains unknown is put aside. The inner error: nobody answers.
pub(super) async fn resend(
    context: &Context,
    entries: Vec<Entry>,
    (negotiated, atomic): (bool, bool),
    unsure: &mut Option<Failure>,
) -> Result<Result<Vec<Entry>, Failure>, crate::Error> {
    let ids: Vec<String> = entries.iter().map(|entry| entry.id.clone()).collect();
    let originals = context.parts.writer.run(move |tx| {
        ids.iter().map(|id| tx.reads().original(id)).collect::<Result<Vec<Option<Original>>, _>>()
    });
    let originals = originals.await?;
    if atomic && originals.iter().flatten().any(|original| original.problem.is_some()) {
        // It was not applied, as its records show, and as it is now something of it would be lost.
        let again = |entry| (entry, Outcome::NotApplied { fresh_id: new_id() });
        let (_, odd) = settle(context, entries.into_iter().map(again).collect(), None).await?;
        *unsure = unsure.or(odd);
        return Ok(Ok(Vec::new()));
    }
    let (mut left, mut outcomes, mut forgotten) = (Vec::new(), Vec::new(), Vec::new());
    let mut aside = |entry: Entry, failure| {
        *unsure = unsure.or(Some(failure));
        context.aside.put(entry.id);
        Met::Unknown
    };
    let mut met = HashMap::new();
    for (entry, original) in entries.into_iter().zip(originals) {
        let record = (entry.model, entry.key.clone());
        match met.get(&record) {
            Some(Met::NotApplied) => {
                match original.and_then(|original| original.problem) {
                    // While it is in flight: what becomes of the one before it makes it wait again.
                    Some(problem) => outcomes.insert(0, (entry, Outcome::Refused(problem.into()))),
                    None => outcomes.push((entry, Outcome::NotApplied { fresh_id: new_id() })),
                }
                continue;
            }
            Some(Met::Unknown) => {
                context.aside.put(entry.id);
                continue;
            }
            Some(Met::Applied) => continue,
            Some(Met::Goes) if original.is_some() && !atomic => continue,
            Some(Met::Goes | Met::Refused) | None => {}
        }
        let Some(original) = original else {
            met.entry(record).or_insert(Met::Goes);
            left.push(entry);
            continue;
        };
        // A group goes as a whole, which it is only under one schema.
        let refused = atomic || met.get(&record) == Some(&Met::Refused);
        let answer = if refused { Answer::Refused } else { send(context, &original, negotiated).await };
        let came = match answer {
            Answer::None(failure) => return Ok(Err(failure)),
            Answer::Unknown(failure) => aside(entry, failure),
            Answer::Refused => match original.problem {
                Some(problem) if !atomic => {
                    outcomes.push((entry, Outcome::Refused(problem.into())));
                    Met::NotApplied
                }
                _ => {
                    forgotten.push(entry.id.clone());
                    left.push(entry);
                    Met::Refused
                }
            },
            Answer::Settled { applied, look } => match get(context, &entry).await {
                Ok(row) => {
                    let outcome = match row {
                        Some(current) if applied => Outcome::Applied(current),
                        row => looked(&entry, &look, row, negotiated, &mut new_id),
                    };
                    let outcome = match (outcome, original.problem) {
                        // What is left of it must not go without what was lost.
                        (Outcome::Conflict { .. }, Some(problem)) => Outcome::Refused(problem.into()),
                        (outcome, _) => outcome,
                    };
                    if is_stuck(&entry, &outcome, negotiated) {
                        aside(entry, Failure::Transient { retry_after_ms: None })
                    } else {
                        let applied = matches!(outcome, Outcome::Applied(_));
                        outcomes.push((entry, outcome));
                        if applied { Met::Applied } else { Met::NotApplied }
                    }
                }
                Err(Unread::Unanswered(failure)) => return Ok(Err(failure)),
                Err(Unread::Answer(failure)) => aside(entry, failure),
            },
        };
        met.insert(record, came);
    }
    let (_, odd) = settle(context, outcomes, None).await?;
    *unsure = unsure.or(odd);
    if !forgotten.is_empty() {
        let forget = move |tx: &mut syncline_store::Tx<'_>| {
            forgotten.iter().try_for_each(|mutation| tx.forget_original(mutation))
        };
        context.parts.writer.run(forget).await?;
    }
    Ok(Ok(left))
}

/// Sends a mutation as it was, under its schema.
async fn send(context: &Context, original: &Original, negotiated: bool) -> Answer {
    let Original { schema, entry, .. } = original;
    let entries = std::slice::from_ref(entry);
    let dialect = if negotiated { context.syncline() } else { Dialect::AppSync };
    let request = batch_request(schema, entries, dialect, Together::Apart, context.negotiated.batch_bytes());
    let answer = match context.http.post(request.to_json()).await {
        Ok(answer) => answer,
        Err(error) if error.answered && matches!(error.failure, Failure::Refused | Failure::TooLarge) => {
            return Answer::Refused;
        }
        Err(error) => return Answer::None(error.failure),
    };
    let reading = match read_batch(schema, entries, &answer, &mut new_id) {
        Ok(readings) => readings.into_iter().next(),
        Err(error) => {
            return match failure_of(error.class()) {
                Failure::Refused | Failure::TooLarge => Answer::Refused,
                failure => Answer::Unknown(failure),
            };
        }
    };
    let look = |condition, reason: &str| Look { condition, reason: reason.to_owned() };
    match reading {
        Some(Reading::Settle(Outcome::Applied(_))) => {
            Answer::Settled { applied: true, look: look(false, "it was applied under an earlier schema") }
        }
        Some(Reading::Settle(Outcome::ConditionFailed(_))) => {
            Answer::Settled { applied: false, look: look(true, "its condition does not hold") }
        }
        Some(Reading::Settle(Outcome::Conflict { .. })) => {
            Answer::Settled { applied: false, look: look(false, "it met another version") }
        }
        Some(Reading::Look(look)) => Answer::Settled { applied: false, look },
        Some(Reading::Unknown { class, .. }) => Answer::Unknown(failure_of(class)),
        Some(Reading::Settle(_)) | None => Answer::Refused,
    }
}
