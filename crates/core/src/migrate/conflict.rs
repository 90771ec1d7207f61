//! What becomes of a conflict that is listed.

use super::entry::MovedEntry;
use super::loss::Discards;
use super::model::ModelPlan;
use crate::record::{ConflictKind, FieldChange, MutationOp, Patch};

impl ModelPlan {
    /// A listed conflict under the new names and types. What cannot be said any more is said in words: the field is gone, or
    /// holds other values now.
    #[must_use]
    pub fn conflict(&self, kind: &ConflictKind) -> ConflictKind {
        match kind {
            ConflictKind::Field { field, base, local, remote } => {
                let value = |value| self.value(*field, value);
                match (value(base), value(local), value(remote)) {
                    (Some((field, base)), Some((_, local)), Some((_, remote))) => {
                        ConflictKind::Field { field, base, local, remote }
                    }
                    _ => {
                        let change = FieldChange { field: *field, base: base.clone(), value: local.clone() };
                        let reason = "somebody else had changed the same, which stays";
                        self.refused(MutationOp::Update, &Patch(vec![change]), reason)
                    }
                }
            }
            ConflictKind::Refused { op, wanted, reason } => self.refused(*op, wanted, reason),
            other => other.clone(),
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
