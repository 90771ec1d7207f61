//! What a commit did beside what was asked of it, told to whoever it concerns.

use super::{Verdict, Verdicts};
use crate::hub::{Hub, HubEvent};
use std::sync::Arc;
use syncline_core::record::Conflict;
use syncline_core::{Key, ModelId, Schema};
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
            self.verdicts.tell(mutation, Verdict::Superseded);
        }
        for ParkedWith { model, key, mutation, reason } in parked {
            self.refused(*model, key, mutation, reason);
        }
    }

    /// A mutation is parked.
    pub(crate) fn refused(self, model: ModelId, key: &Key, mutation: &str, reason: &str) {
        self.hub.tell(HubEvent::OutboxMutationFailed {
            model: self.schema.model(model).name.clone(),
            key: key.clone(),
            mutation: mutation.to_owned(),
            reason: reason.to_owned(),
        });
        self.verdicts.tell(mutation, Verdict::Rejected { reason: reason.to_owned() });
    }
}
