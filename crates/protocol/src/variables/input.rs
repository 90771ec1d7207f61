//! The inputs of mutations, from the patches in the outbox: written straight as text.

use super::condition;
use crate::document::{condition_variable, input_variable};
use serde::ser::{Serialize, SerializeMap, Serializer};
use syncline_core::record::{Entry, FieldChange, MutationOp, Patch};
use syncline_core::value::Shown;
use syncline_core::{Key, Model, Schema};

/// The input of one mutation.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    model: &'a Model,
    key: &'a Key,
    changes: &'a [FieldChange],
    /// Whether a null is said: it clears a field, and sets none.
    nulls: bool,
    version: Option<i64>,
}

impl Serialize for Input<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut input = serializer.serialize_map(None)?;
        let fields = &self.model.fields;
        for (&field, value) in self.model.key.iter().zip(&self.key.0) {
            input.serialize_entry(&fields[field].name, &Shown(value))?;
        }
        for FieldChange { field, value, .. } in self.changes {
            // The key is there already.
            let said = (self.nulls || !value.is_null()) && !self.model.is_key(*field);
            if let Some(field) = fields.get(*field).filter(|_| said) {
                input.serialize_entry(&field.name, &Shown(value))?;
            }
        }
        if let Some(version) = self.version {
            input.serialize_entry("_version", &version)?;
        }
        input.end()
    }
}

/// The input of a create: the key and everything that is set. `version` is the `_version` of the tombstone that it
/// continues from, which only a Syncline server understands (SYNC 2.3).
#[must_use]
pub fn create_input<'a>(model: &'a Model, key: &'a Key, patch: &'a Patch, version: Option<i64>) -> Input<'a> {
    Input { model, key, changes: &patch.0, nulls: false, version }
}

/// The input of an update: the key, the changed fields (null clears one), and the `_version` it is based on.
#[must_use]
pub fn update_input<'a>(model: &'a Model, key: &'a Key, patch: &'a Patch, version: Option<i64>) -> Input<'a> {
    Input { model, key, changes: &patch.0, nulls: true, version }
}

/// The input of a delete: the key and the `_version` it is based on.
#[must_use]
pub fn delete_input<'a>(model: &'a Model, key: &'a Key, version: Option<i64>) -> Input<'a> {
    Input { model, key, changes: &[], nulls: false, version }
}

/// The input of an outbox entry. A create names a `_version` only to a server that is `negotiated` (SYNC 2.3).
#[must_use]
pub fn input<'a>(model: &'a Model, entry: &'a Entry, negotiated: bool) -> Input<'a> {
    match entry.op {
        MutationOp::Create => {
            create_input(model, &entry.key, &entry.patch, entry.base_version.filter(|_| negotiated))
        }
        MutationOp::Update => update_input(model, &entry.key, &entry.patch, entry.base_version),
        MutationOp::Delete => delete_input(model, &entry.key, entry.base_version),
    }
}

/// The variables of a document of mutations.
#[derive(Clone, Copy, Debug)]
pub struct MutationVariables<'a> {
    schema: &'a Schema,
    entries: &'a [Entry],
    negotiated: bool,
}

impl Serialize for MutationVariables<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut variables = serializer.serialize_map(None)?;
        for (place, entry) in self.entries.iter().enumerate() {
            let model = self.schema.model(entry.model);
            variables.serialize_entry(&input_variable(place), &input(model, entry, self.negotiated))?;
            if takes_condition(entry) {
                let condition = condition(model, &entry.key, entry.condition.as_ref());
                variables.serialize_entry(&condition_variable(place), &condition)?;
            }
        }
        variables.end()
    }
}

/// Whether the mutation of an entry takes a condition in its document. That a create meets no record needs none.
#[must_use]
pub fn takes_condition(entry: &Entry) -> bool {
    entry.op != MutationOp::Create && entry.condition.is_some()
}

/// The variables of a document of mutations, one entry per alias, in order; those that [take a
/// condition](takes_condition) with theirs.
#[must_use]
pub fn mutation_variables<'a>(
    schema: &'a Schema,
    entries: &'a [Entry],
    negotiated: bool,
) -> MutationVariables<'a> {
    MutationVariables { schema, entries, negotiated }
}
