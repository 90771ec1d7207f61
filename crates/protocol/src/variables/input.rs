//! The inputs of mutations, from the patches in the outbox.

use super::{condition, to_json};
use crate::document::{condition_variable, input_variable};
use serde_json::{Map, Value as Json};
use syncline_core::record::{Entry, MutationOp, Patch};
use syncline_core::{Key, Model};

/// The input of a create: the key and everything that is set. `version` is the `_version` of the tombstone that it
/// continues from, which only a Syncline server understands (SYNC 2.3).
#[must_use]
pub fn create_input(model: &Model, key: &Key, patch: &Patch, version: Option<i64>) -> Map<String, Json> {
    let mut input = keyed(model, key, version);
    for change in patch.0.iter().filter(|change| !change.value.is_null()) {
        set(model, &mut input, change.field, to_json(&change.value));
    }
    input
}

/// The input of an update: the key, the changed fields (null clears one), and the `_version` it is based on.
#[must_use]
pub fn update_input(model: &Model, key: &Key, patch: &Patch, version: Option<i64>) -> Map<String, Json> {
    let mut input = keyed(model, key, version);
    for change in &patch.0 {
        set(model, &mut input, change.field, to_json(&change.value));
    }
    input
}

/// The input of a delete: the key and the `_version` it is based on.
#[must_use]
pub fn delete_input(model: &Model, key: &Key, version: Option<i64>) -> Map<String, Json> {
    keyed(model, key, version)
}

fn keyed(model: &Model, key: &Key, version: Option<i64>) -> Map<String, Json> {
    let mut input = Map::new();
    for (&field, value) in model.key.iter().zip(&key.0) {
        set(model, &mut input, field, to_json(value));
    }
    if let Some(version) = version {
        input.insert("_version".to_owned(), Json::from(version));
    }
    input
}

fn set(model: &Model, input: &mut Map<String, Json>, field: usize, value: Json) {
    if let Some(field) = model.fields.get(field) {
        input.insert(field.name.clone(), value);
    }
}

/// The input of an outbox entry. A create names a `_version` only to a server that is `negotiated` (SYNC 2.3).
#[must_use]
pub fn input(model: &Model, entry: &Entry, negotiated: bool) -> Map<String, Json> {
    match entry.op {
        MutationOp::Create => {
            create_input(model, &entry.key, &entry.patch, entry.base_version.filter(|_| negotiated))
        }
        MutationOp::Update => update_input(model, &entry.key, &entry.patch, entry.base_version),
        MutationOp::Delete => delete_input(model, &entry.key, entry.base_version),
    }
}

/// The variables of a document of mutations, one entry per alias, in order. With `conditional` the document takes a
/// condition for each.
#[must_use]
pub fn mutation_variables(
    model: &Model,
    entries: &[Entry],
    conditional: bool,
    negotiated: bool,
) -> Map<String, Json> {
    let mut variables = Map::new();
    for (place, entry) in entries.iter().enumerate() {
        variables.insert(input_variable(place), Json::Object(input(model, entry, negotiated)));
        if conditional {
            let condition = condition(model, &entry.key, entry.condition.as_ref());
            variables.insert(condition_variable(place), condition);
        }
    }
    variables
}
