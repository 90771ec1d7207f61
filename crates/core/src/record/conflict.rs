//! What is written down when two sides changed the same thing.

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
