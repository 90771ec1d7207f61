//! Telling those who wait, and the hub, what became of mutations.

use super::handle::RunnerParts;
use crate::datastore::{Aftermath, Verdict, Verdicts};
use crate::hub::{Hub, HubElement, HubEvent, HubKind, SyncError, SyncErrorKind, SyncProcess};
use syncline_core::record::{Conflict, Entry, MutationOp, Outcome, Rejection};
use syncline_core::{ModelId, Record, Versioned};
use syncline_store::{ParkedWith, SettleDone};

/// A record that came from the cloud left nothing of these mutations, and parked those.
pub(super) fn after_remote(
    parts: &RunnerParts,
    superseded: &[String],
    conflicts: &[Conflict],
    parked: &[ParkedWith],
) {
    others(parts).tell(superseded, conflicts, parked);
}

fn others(parts: &RunnerParts) -> Aftermath<'_> {
    Aftermath { schema: &parts.schema, hub: &parts.hub, verdicts: &parts.verdicts }
}

/// What is told of an outcome.
#[derive(Debug)]
pub(super) struct Told {
    op: MutationOp,
    pub(super) word: Word,
    /// The server's record, if somebody wants it.
    row: Option<Versioned>,
}

/// The outcome in short.
#[derive(Debug)]
pub(super) enum Word {
    /// The server applied it, and this is the version.
    Applied(i64),
    ConditionFailed,
    Refused(Rejection),
    /// What is left of it goes on under this id.
    Renamed(String),
}

impl Told {
    pub(super) fn of(entry: &Entry, outcome: &Outcome, hub: &Hub, verdicts: &Verdicts) -> Told {
        let (kind, row, word) = match outcome {
            Outcome::Applied(row) => {
                (HubKind::OutboxMutationProcessed, Some(row), Word::Applied(row.meta.version))
            }
            Outcome::ConditionFailed(row) => {
                (HubKind::ConditionalSaveFailed, row.as_ref(), Word::ConditionFailed)
            }
            Outcome::Refused(reason) => (HubKind::OutboxMutationFailed, None, Word::Refused(reason.clone())),
            Outcome::Restored { current, reason } => {
                (HubKind::OutboxMutationFailed, Some(current), Word::Refused(reason.clone()))
            }
            Outcome::Ambiguous { current, fresh_id } | Outcome::Conflict { current, fresh_id } => {
                (HubKind::SyncReceived, Some(current), Word::Renamed(fresh_id.clone()))
            }
            Outcome::NotApplied { fresh_id } => {
                (HubKind::SyncReceived, None, Word::Renamed(fresh_id.clone()))
            }
        };
        let wanted = hub.wants(kind) || hub.wants(HubKind::SyncReceived) || verdicts.is_awaited(&entry.id);
        Told { op: entry.op, word, row: row.filter(|_| wanted).cloned() }
    }
}

/// A sent mutation has its outcome.
pub(super) fn after_settle(parts: &RunnerParts, done: &SettleDone, mutation: &str, told: &Told) {
    let (model, key) = (done.model, &done.key);
    let Told { op, word, row } = told;
    let ir = parts.schema.model(model);
    // One that a frame or a page has brought already was told of then.
    if let Some(row) = row.as_ref().filter(|_| done.news) {
        received(parts, model, row);
    }
    let element = || match row {
        Some(row) => HubElement::of_remote(ir, *op, Some(mutation), row.clone()),
        None => HubElement::of_mutation(ir, key, *op, mutation, None),
    };
    match word {
        Word::Applied(version) => {
            let event = || HubEvent::OutboxMutationProcessed(element());
            parts.hub.tell_with(HubKind::OutboxMutationProcessed, event);
            let record = row.clone();
            parts.verdicts.tell(mutation, Verdict::Applied { record, version: *version });
        }
        Word::ConditionFailed => {
            let event = || HubEvent::ConditionalSaveFailed(element());
            parts.hub.tell_with(HubKind::ConditionalSaveFailed, event);
            parts.hub.tell_with(HubKind::SyncError, || {
                HubEvent::SyncError(SyncError {
                    process: SyncProcess::Mutate,
                    kind: SyncErrorKind::ConditionFailed,
                    model: Some(ir.name.clone()),
                    element: Some(HubElement::of_mutation(ir, key, *op, mutation, None)),
                    message: "the condition does not hold at the cloud".to_owned(),
                })
            });
            parts.verdicts.tell(mutation, Verdict::ConditionFailed { record: row.clone() });
        }
        Word::Refused(why) => others(parts).refused(model, key, *op, mutation, why.clone()),
        Word::Renamed(fresh_id) => parts.verdicts.rename(mutation, fresh_id),
    }
}

/// A record of the server was stored.
pub(super) fn received(parts: &RunnerParts, model: ModelId, row: &Versioned) {
    parts.hub.tell_with(HubKind::SyncReceived, || {
        let op = match row.meta {
            meta if meta.deleted => MutationOp::Delete,
            meta if meta.version == 1 => MutationOp::Create,
            _ => MutationOp::Update,
        };
        HubEvent::SyncReceived(HubElement::of_remote(parts.schema.model(model), op, None, row.clone()))
    });
}

/// Mutations are about to be sent; with what this device shows of their records, if it could be read.
pub(super) fn enqueued(parts: &RunnerParts, entries: &[Entry], mut shown: Vec<Option<Record>>) {
    shown.resize(entries.len(), None);
    for (entry, shown) in entries.iter().zip(shown) {
        let ir = parts.schema.model(entry.model);
        parts.hub.tell_with(HubKind::OutboxMutationEnqueued, || {
            let element = HubElement::of_mutation(ir, &entry.key, entry.op, &entry.id, shown);
            HubEvent::OutboxMutationEnqueued(element)
        });
    }
}
