//! Telling those who wait, and the hub, what became of mutations.

use super::handle::RunnerParts;
use crate::datastore::{Aftermath, Verdict};
use crate::hub::HubEvent;
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
    others(parts).tell(superseded, conflicts, parked);
}

fn others(parts: &RunnerParts) -> Aftermath<'_> {
    Aftermath { schema: &parts.schema, hub: &parts.hub, verdicts: &parts.verdicts }
}

/// What is told of an outcome.
#[derive(Debug)]
pub(super) enum Told {
    /// The server applied it, and this is the version.
    Applied(i64),
    ConditionFailed,
    Refused(String),
    /// What is left of it goes on under this id.
    Renamed(String),
}

impl From<&Outcome> for Told {
    fn from(outcome: &Outcome) -> Told {
        match outcome {
            Outcome::Applied(row) => Told::Applied(row.meta.version),
            Outcome::ConditionFailed(_) => Told::ConditionFailed,
            Outcome::Refused(reason) => Told::Refused(reason.clone()),
            Outcome::Conflict { fresh_id, .. } => Told::Renamed(fresh_id.clone()),
        }
    }
}

/// A sent mutation has its outcome.
pub(super) fn after_settle(parts: &RunnerParts, model: ModelId, key: &Key, mutation: &str, outcome: &Told) {
    let about = || (parts.schema.model(model).name.clone(), key.clone(), mutation.to_owned());
    match outcome {
        Told::Applied(version) => {
            let ((model, key, id), version) = (about(), *version);
            parts.hub.tell(HubEvent::OutboxMutationProcessed { model, key, mutation: id, version });
            parts.verdicts.tell(mutation, Verdict::Applied { version });
        }
        Told::ConditionFailed => {
            let (model, key, id) = about();
            parts.hub.tell(HubEvent::ConditionalSaveFailed { model, key, mutation: id });
            parts.verdicts.tell(mutation, Verdict::ConditionFailed);
        }
        Told::Refused(reason) => others(parts).refused(model, key, mutation, reason),
        Told::Renamed(fresh_id) => parts.verdicts.rename(mutation, fresh_id),
    }
}
