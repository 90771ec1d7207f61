//! What is written down when two sides changed the same thing.

use super::{MutationOp, Patch};
use crate::{Key, ModelId, Value};

/// What met what.
#[derive(Clone, Debug, PartialEq)]
pub enum ConflictKind {
    /// Both sides changed one field.
    Field {
        /// The field's place in the model.
        field: usize,
        /// What it was before.
        base: Value,
        /// What this device made of it.
        local: Value,
        /// What the server has.
        remote: Value,
    },
    /// A local delete met a newer remote change.
    DeleteMeetsUpdate,
    /// A local change met a remote delete.
    UpdateMeetsDelete,
    /// A local create met a record that is already there.
    CreateMeetsRecord,
    /// The server refused a mutation for good, and the application wants the server's record to show again then.
    Refused {
        /// What it was to do.
        op: MutationOp,
        /// What it was to change.
        wanted: Patch,
        /// Why it was refused.
        reason: String,
    },
    /// Nobody can tell whether a mutation was applied: it had been sent, and the server's record says neither what it was to
    /// say nor what was before. What is left of it on that record is sent again (SYNC 2.2).
    Ambiguous,
}

/// Who won.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// The server's value stays; the local intent is listed.
    Remote,
    /// The local value is sent again, on the newer record.
    Local,
    /// What the application made of both is sent, on the newer record.
    Merged,
}

/// One conflict, as it is logged and listed.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The model.
    pub model: ModelId,
    /// The record.
    pub key: Key,
    /// The id of the mutation that met it.
    pub mutation: String,
    /// What met what.
    pub kind: ConflictKind,
    /// Who won.
    pub resolution: Resolution,
}
