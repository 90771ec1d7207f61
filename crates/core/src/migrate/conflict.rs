//! What becomes of a conflict that is listed.

use super::entry::MovedEntry;
use super::loss::Discards;
use super::model::ModelPlan;
use crate::record::{ConflictKind, MutationOp, Patch};

impl ModelPlan {
    /// A listed conflict under the new names and types. `None`: the field that it is about is gone, or holds other values
    /// now.
    #[must_use]
    pub fn conflict(&self, kind: &ConflictKind) -> Option<ConflictKind> {
        match kind {
            ConflictKind::Field { field, base, local, remote } => {
                let value = |value| self.value(*field, value);
                let (place, base) = value(base)?;
                let ((_, local), (_, remote)) = (value(local)?, value(remote)?);
                Some(ConflictKind::Field { field: place, base, local, remote })
            }
            ConflictKind::Refused { op, wanted, reason } => Some(self.refused(*op, wanted, reason)),
            other => Some(other.clone()),
        }
    }

    /// What of it cannot be said any more is said in words.
    fn refused(&self, op: MutationOp, wanted: &Patch, reason: &str) -> ConflictKind {
        let mut moved = MovedEntry::default();
        for change in &wanted.0 {
            self.change(op, change, &Discards::default(), &mut moved);
        }
        moved.patch.0.sort_by_key(|change| change.field);
        moved.problems.insert(0, reason.to_owned());
        ConflictKind::Refused { op, wanted: moved.patch, reason: moved.problems.join("; ") }
    }
}
