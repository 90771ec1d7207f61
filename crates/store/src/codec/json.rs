//! Records, patches and conditions as JSON text: fields by name, so that they outlive an added field, and values read
//! back by the field's kind, so that they are exactly what was written.

use crate::StoreError;
use serde_json::{Map, Value as Json};
use syncline_core::predicate::{from_json_named, to_json as predicate_to_json};
use syncline_core::record::{FieldChange, Patch};
use syncline_core::scalar::Storage;
use syncline_core::{Field, Model, Predicate, Record, Value};

/// A value as JSON.
pub(crate) fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(bool) => Json::from(*bool),
        Value::Int(int) => Json::from(*int),
        Value::Float(float) => Json::from(*float),
        Value::Text(text) => Json::from(text.as_str()),
        Value::List(items) => items.iter().map(to_json).collect(),
    }
}

/// A value of `field` from JSON; `None` if it is not one.
pub(crate) fn from_json(field: &Field, json: &Json) -> Option<Value> {
    match json {
        Json::Null => Some(Value::Null),
        Json::Array(items) if field.is_list() => {
            items.iter().map(|item| scalar(field, item)).collect::<Option<_>>().map(Value::List)
        }
        _ if field.is_list() => None,
        scalar_json => scalar(field, scalar_json),
    }
}

fn scalar(field: &Field, json: &Json) -> Option<Value> {
    match (json, field.kind.storage()) {
        (Json::Null, _) => Some(Value::Null),
        (Json::Bool(bool), Storage::Bool) => Some(Value::Bool(*bool)),
        (Json::Number(number), Storage::Int) => number.as_i64().map(Value::Int),
        (Json::Number(number), Storage::Float) => number.as_f64().map(Value::Float),
        (Json::String(text), Storage::Text) => Some(Value::Text(text.clone())),
        _ => None,
    }
}

/// A record: what it has, by name.
pub(crate) fn write_record_json(model: &Model, record: &Record) -> String {
    let present = model.fields.iter().zip(&record.0).filter(|(_, value)| !value.is_null());
    Json::Object(present.map(|(field, value)| (field.name.clone(), to_json(value))).collect()).to_string()
}

/// Reads what [`write_record_json`] wrote.
pub(crate) fn read_record_json(model: &Model, text: &str) -> Result<Record, StoreError> {
    let mut record = Record::empty(model.fields.len());
    for (name, json) in object(model, text)? {
        let (place, field) = named(model, &name)?;
        record[place] = from_json(field, &json).ok_or_else(|| unreadable(model, &name))?;
    }
    Ok(record)
}

/// A patch: `[base, value]` by field name.
pub(crate) fn write_patch(model: &Model, patch: &Patch) -> String {
    let changes = patch.0.iter().filter_map(|change| {
        let field = model.fields.get(change.field)?;
        Some((field.name.clone(), Json::Array(vec![to_json(&change.base), to_json(&change.value)])))
    });
    Json::Object(changes.collect()).to_string()
}

/// Reads what [`write_patch`] wrote.
pub(crate) fn read_patch(model: &Model, text: &str) -> Result<Patch, StoreError> {
    let read = |(name, json): (String, Json)| {
        let (place, field) = named(model, &name)?;
        let pair = json.as_array().map(Vec::as_slice);
        let Some([base, value]) = pair else { return Err(unreadable(model, &name)) };
        match (from_json(field, base), from_json(field, value)) {
            (Some(base), Some(value)) => Ok(FieldChange { field: place, base, value }),
            _ => Err(unreadable(model, &name)),
        }
    };
    let mut changes: Vec<FieldChange> =
        object(model, text)?.into_iter().map(read).collect::<Result<_, _>>()?;
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

fn object(model: &Model, text: &str) -> Result<Map<String, Json>, StoreError> {
    serde_json::from_str(text)
        .map_err(|error| StoreError::damaged(format!("a stored record of {}", model.name), error.to_string()))
}

fn named<'a>(model: &'a Model, name: &str) -> Result<(usize, &'a Field), StoreError> {
    let place = model.field(name).ok_or_else(|| unreadable(model, name))?;
    Ok((place, &model.fields[place]))
}

fn unreadable(model: &Model, name: &str) -> StoreError {
    StoreError::damaged(format!("{}.{name}", model.name), "it is not a value of that field")
}
