//! Telling those who wait, and the hub, what became of mutations.

use super::handle::RunnerParts;
use crate::datastore::Verdict;
use crate::hub::HubEvent;
use std::sync::Arc;
use syncline_core::record::{Conflict, Outcome};
use syncline_core::{Key, ModelId};
use syncline_store::ParkedWith;

/// A record that came from the cloud left nothing of these mutations, and parked those.
pub(super) fn after_remote(
    parts: &RunnerParts,
    superseded: &[String],
    conflicts: &[Conflict],
    parked: &[ParkedWith],
) {
    for conflict in conflicts {
        parts.hub.tell(HubEvent::ConflictDetected(Arc::new(conflict.clone())));
    }
    for mutation in superseded {
        parts.verdicts.tell(mutation, Verdict::Superseded);
    }
    for ParkedWith { model, key, mutation, reason } in parked {
        refused(parts, *model, key, mutation, reason);
    }
}

fn refused(parts: &RunnerParts, model: ModelId, key: &Key, mutation: &str, reason: &str) {
    parts.hub.tell(HubEvent::OutboxMutationFailed {
        model: parts.schema.model(model).name.clone(),
        key: key.clone(),
        mutation: mutation.to_owned(),
        reason: reason.to_owned(),
    });
    parts.verdicts.tell(mutation, Verdict::Rejected { reason: reason.to_owned() });
}

/// A sent mutation has its outcome.
pub(super) fn after_settle(
    parts: &RunnerParts,
    model: ModelId,
    key: &Key,
    mutation: &str,
    outcome: &Outcome,
) {
    let name = parts.schema.model(model).name.clone();
    let (key, id) = (key.clone(), mutation.to_owned());
    match outcome {
        Outcome::Applied(row) => {
            let version = row.meta.version;
            parts.hub.tell(HubEvent::OutboxMutationProcessed { model: name, key, mutation: id, version });
            parts.verdicts.tell(mutation, Verdict::Applied { version });
        }
        Outcome::ConditionFailed(_) => {
            parts.hub.tell(HubEvent::ConditionalSaveFailed { model: name, key, mutation: id });
            parts.verdicts.tell(mutation, Verdict::ConditionFailed);
        }
        Outcome::Refused(reason) => refused(parts, model, &key, mutation, reason),
        // What is left of it goes on under a fresh id.
        Outcome::Conflict { fresh_id, .. } => parts.verdicts.rename(mutation, fresh_id),
    }
}
