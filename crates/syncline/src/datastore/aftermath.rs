//! What a commit did beside what was asked of it, told to whoever it concerns.

use super::{Verdict, Verdicts};
use crate::hub::{Hub, HubElement, HubEvent, HubKind, SyncError, SyncErrorKind, SyncProcess};
use std::sync::Arc;
use syncline_core::record::{Conflict, MutationOp, Rejection};
use syncline_core::{Key, ModelId, Schema};
use syncline_engine::Failure;
use syncline_store::ParkedWith;

/// Who is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Aftermath<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) hub: &'a Hub,
    pub(crate) verdicts: &'a Verdicts,
}

impl Aftermath<'_> {
    /// A commit left nothing of the mutations `superseded`, settled these conflicts, and parked those.
    pub(crate) fn tell(self, superseded: &[String], conflicts: &[Conflict], parked: &[ParkedWith]) {
        for conflict in conflicts {
            self.hub.tell(HubEvent::ConflictDetected(Arc::new(conflict.clone())));
        }
        for mutation in superseded {
            let met = conflicts.iter().any(|conflict| conflict.mutation == *mutation);
            self.verdicts
                .tell(mutation, if met { Verdict::Conflict { record: None } } else { Verdict::Superseded });
        }
        for ParkedWith { model, key, op, mutation, reason } in parked {
            self.refused(*model, key, *op, mutation, reason.as_str().into());
        }
    }

    /// A mutation is parked.
    pub(crate) fn refused(self, model: ModelId, key: &Key, op: MutationOp, mutation: &str, why: Rejection) {
        let ir = self.schema.model(model);
        let element = || HubElement::of_mutation(ir, key, op, mutation, None);
        self.hub.tell_with(HubKind::OutboxMutationFailed, || HubEvent::OutboxMutationFailed {
            element: element(),
            reason: why.to_string(),
        });
        self.hub.tell_with(HubKind::SyncError, || {
            HubEvent::SyncError(SyncError {
                process: SyncProcess::Mutate,
                kind: SyncErrorKind::of_refusal(Failure::Refused, &why),
                model: Some(ir.name.clone()),
                element: Some(element()),
                message: why.to_string(),
            })
        });
        self.verdicts.tell(mutation, Verdict::Rejected(why));
    }
}
