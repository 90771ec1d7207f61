//! Records, patches and conditions as JSON text: fields by name, so that they outlive an added field, and values read
//! back by the field's kind, so that they are exactly what was written.

use super::value::{Pair, PairSeed, Seed, Shown, text};
use crate::StoreError;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::Value as Json;
use std::borrow::Cow;
use std::fmt;
use syncline_core::predicate::{from_json_named, to_json as predicate_to_json};
use syncline_core::record::{FieldChange, Patch};
use syncline_core::{Field, Model, Predicate, Record, Value};

/// A value as JSON text.
pub(super) fn write_value(value: &Value) -> String {
    text(&Shown(value))
}

/// Reads what [`write_value`] wrote; `None` if it is not a value of `field`.
pub(super) fn read_value(field: &Field, json: &[u8]) -> Option<Value> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let value = Seed::of(field).deserialize(&mut reader).ok()?;
    reader.end().ok().and(value)
}

/// A record: what it has, by name.
pub(crate) fn write_record_json(model: &Model, record: &Record) -> String {
    struct Present<'a>(&'a Model, &'a Record);
    impl Serialize for Present<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let present = self.0.fields.iter().zip(&self.1.0).filter(|(_, value)| !value.is_null());
            serializer.collect_map(present.map(|(field, value)| (&field.name, Shown(value))))
        }
    }
    text(&Present(model, record))
}

/// Reads what [`write_record_json`] wrote.
pub(crate) fn read_record_json(model: &Model, text: &str) -> Result<Record, StoreError> {
    let mut record = Record::empty(model.fields.len());
    read_object(model, text, Seed::of, |place, value| record[place] = value)?;
    Ok(record)
}

/// A patch: `[base, value]` by field name, or `[value]` where the base is null.
pub(crate) fn write_patch(model: &Model, patch: &Patch) -> String {
    struct Changes<'a>(&'a Model, &'a Patch);
    impl Serialize for Changes<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let changes = self.1.0.iter().filter_map(|change| {
                let field = self.0.fields.get(change.field)?;
                Some((&field.name, Pair(&change.base, &change.value)))
            });
            serializer.collect_map(changes)
        }
    }
    text(&Changes(model, patch))
}

/// The patch of a create, as [`write_patch`] writes it: everything that `record` sets, over null. Its key is not in it, and its
/// read-only fields are null.
pub(crate) fn write_create(model: &Model, record: &Record) -> String {
    struct Sets<'a>(&'a Model, &'a Record);
    impl Serialize for Sets<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let fields = self.0.fields.iter().zip(&self.1.0).enumerate();
            let set = fields.filter(|(place, (_, value))| !value.is_null() && !self.0.is_key(*place));
            serializer.collect_map(set.map(|(_, (field, value))| (&field.name, Pair(&Value::Null, value))))
        }
    }
    text(&Sets(model, record))
}

/// Reads what [`write_patch`] wrote.
pub(crate) fn read_patch(model: &Model, text: &str) -> Result<Patch, StoreError> {
    let mut changes: Vec<FieldChange> = Vec::new();
    read_object(model, text, PairSeed, |field, (base, value)| {
        changes.push(FieldChange { field, base, value })
    })?;
    changes.sort_by_key(|change| change.field);
    Ok(Patch(changes))
}

/// A condition, as filter JSON.
pub(crate) fn write_condition(condition: &Predicate) -> String {
    predicate_to_json(condition).to_string()
}

/// Reads what [`write_condition`] wrote.
pub(crate) fn read_condition(model: &Model, text: &str) -> Result<Predicate, StoreError> {
    let damaged = |reason: String| StoreError::damaged(format!("a condition of {}", model.name), reason);
    let json: Json = serde_json::from_str(text).map_err(|error| damaged(error.to_string()))?;
    from_json_named("condition", &json).map_err(|error| damaged(error.to_string()))
}

/// Reads an object of the model's fields, each by the seed of its field, and hands what it finds to `take`.
fn read_object<'m, S, V>(
    model: &'m Model,
    text: &str,
    seed: impl Fn(&'m Field) -> S,
    take: impl FnMut(usize, V),
) -> Result<(), StoreError>
where
    S: for<'de> DeserializeSeed<'de, Value = Option<V>>,
{
    struct Fields<'m, F, T> {
        model: &'m Model,
        seed: F,
        take: T,
    }
    impl<'de, 'm, S, V, F: Fn(&'m Field) -> S, T: FnMut(usize, V)> Visitor<'de> for Fields<'m, F, T>
    where
        S: DeserializeSeed<'de, Value = Option<V>>,
    {
        type Value = Result<(), StoreError>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut fault = None;
            while let Some(name) = map.next_key::<Cow<'_, str>>()? {
                let Ok((place, field)) = named(self.model, &name) else {
                    map.next_value::<IgnoredAny>()?;
                    fault.get_or_insert_with(|| unreadable(self.model, &name));
                    continue;
                };
                match map.next_value_seed((self.seed)(field))? {
                    Some(value) => (self.take)(place, value),
                    None => drop(fault.get_or_insert_with(|| unreadable(self.model, &name))),
                }
            }
            Ok(fault.map_or(Ok(()), Err))
        }
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = reader.deserialize_map(Fields { model, seed, take });
    read.and_then(|read| reader.end().map(|()| read)).unwrap_or_else(|error| {
        Err(StoreError::damaged(format!("a stored record of {}", model.name), error.to_string()))
    })
}

fn named<'a>(model: &'a Model, name: &str) -> Result<(usize, &'a Field), StoreError> {
    let place = model.field(name).ok_or_else(|| unreadable(model, name))?;
    Ok((place, &model.fields[place]))
}

fn unreadable(model: &Model, name: &str) -> StoreError {
    StoreError::damaged(format!("{}.{name}", model.name), "it is not a value of that field")
}
