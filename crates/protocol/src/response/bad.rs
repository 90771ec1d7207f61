//! Records that could not be read, as they came.

use super::ResponseError;
use super::envelope::{RootField, read_envelope};
use super::value::FieldSeed;
use crate::raw::RawJson;
use serde::de::DeserializeSeed;
use serde_json::Value as Json;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::marker::PhantomData;
use syncline_core::{Key, Model, Value};

/// The most bytes of a record that are kept.
const MOST_BYTES: usize = 64 * 1024;

/// A record that could not be read; others are not touched by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadItem {
    /// Its place in the page, from 0.
    pub index: usize,
    /// Its key, if that can be read.
    pub key: Option<Key>,
    /// Its version, if that can be read.
    pub version: Option<i64>,
    /// Why, naming the record and the field where they are known.
    pub reason: String,
    /// The record as it came, at most its first 64 KiB.
    pub json: String,
}

impl BadItem {
    /// The record whose JSON is `json`.
    pub(super) fn new(model: &Model, json: &str, reason: String) -> BadItem {
        let fields: HashMap<String, Json> = serde_json::from_str(json).unwrap_or_default();
        BadItem {
            index: 0,
            key: key_of(model, &fields),
            version: fields.get("_version").and_then(Json::as_i64),
            reason,
            json: beginning(json).to_owned(),
        }
    }

    /// One of which nothing is kept, as it will be read once more.
    pub(super) fn unread(reason: String) -> BadItem {
        BadItem { index: 0, key: None, version: None, reason, json: String::new() }
    }
}

/// The record of an event that [`parse_event`](super::parse_event) cannot read because of `error`; `None` if there is
/// none in it, so that nothing is known of what was lost.
#[must_use]
pub fn bad_event(model: &Model, field: &str, payload: &RawJson, error: &ResponseError) -> Option<BadItem> {
    let seed = RootField { name: field, seed: PhantomData::<&RawValue> };
    let envelope = read_envelope(payload.as_str(), seed).ok()?;
    let raw = envelope.data.flatten().flatten()?;
    Some(BadItem::new(model, raw.get(), error.to_string()))
}

/// As much of it as is kept.
fn beginning(json: &str) -> &str {
    let mut end = json.len().min(MOST_BYTES);
    while !json.is_char_boundary(end) {
        end -= 1;
    }
    &json[..end]
}

/// The key, if every column of it can be read.
fn key_of(model: &Model, fields: &HashMap<String, Json>) -> Option<Key> {
    let column = |&place: &usize| {
        let field = &model.fields[place];
        let value = FieldSeed(field).deserialize(fields.get(&field.name)?.clone()).ok()?.ok()?;
        (value != Value::Null && value != Value::Text(String::new())).then_some(value)
    };
    model.key.iter().map(column).collect::<Option<Vec<Value>>>().map(Key)
}
