//! Columns: booleans are 0 or 1, lists and objects are JSON text, everything else is what it is.

use super::json;
use crate::StoreError;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use syncline_core::scalar::Storage;
use syncline_core::{Field, Key, Model, Record, Value};

/// A value as a parameter of a statement.
pub(crate) struct Bind<'a>(pub(crate) &'a Value);

impl ToSql for Bind<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Bool(bool) => ToSqlOutput::Borrowed(ValueRef::Integer(i64::from(*bool))),
            Value::Int(int) => ToSqlOutput::Borrowed(ValueRef::Integer(*int)),
            Value::Float(float) => ToSqlOutput::Borrowed(ValueRef::Real(*float)),
            Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Value::List(_) | Value::Object(_) => ToSqlOutput::Owned(json::write_value(self.0).into()),
        })
    }
}

/// The record in the first columns of `row`, which are the model's fields in order.
pub(crate) fn read_record(model: &Model, row: &rusqlite::Row<'_>) -> Result<Record, StoreError> {
    let mut values = Vec::with_capacity(model.fields.len());
    for (place, field) in model.fields.iter().enumerate() {
        values.push(read_value(model, field, row, place)?);
    }
    Ok(Record(values))
}

/// The key in the first columns of `row`, which are the model's key fields in order.
pub(crate) fn read_key(model: &Model, row: &rusqlite::Row<'_>) -> Result<Key, StoreError> {
    let columns = model.key.iter().enumerate();
    let values = columns.map(|(place, &field)| read_value(model, &model.fields[field], row, place));
    Ok(Key(values.collect::<Result<_, _>>()?))
}

/// The value of `field` in the column at `place`.
#[inline]
fn read_value(
    model: &Model,
    field: &Field,
    row: &rusqlite::Row<'_>,
    place: usize,
) -> Result<Value, StoreError> {
    let value = row.get_ref(place)?;
    match read(field, value) {
        Some(value) => Ok(value),
        None => Err(misfit(model, field, value)),
    }
}

/// A value of `field`; `None` if the column holds none.
fn read(field: &Field, value: ValueRef<'_>) -> Option<Value> {
    match (value, field.kind.storage(), field.is_json()) {
        (ValueRef::Null, ..) => Some(Value::Null),
        (ValueRef::Text(text), _, true) if text == b"\0" => Some(Value::unreadable(field)),
        (ValueRef::Text(text), _, true) => json::read_value(field, text),
        (ValueRef::Integer(i64::MIN), Storage::Bool, false) => Some(Value::unreadable(field)),
        (ValueRef::Integer(int), Storage::Bool, false) => Some(Value::Bool(int != 0)),
        (ValueRef::Integer(int), Storage::Int, false) => Some(Value::Int(int)),
        (ValueRef::Real(float), Storage::Float, false) => Some(Value::Float(float)),
        (ValueRef::Text(text), Storage::Text, false) => {
            std::str::from_utf8(text).ok().map(|text| Value::Text(text.to_owned()))
        }
        _ => None,
    }
}

#[cold]
fn misfit(model: &Model, field: &Field, value: ValueRef<'_>) -> StoreError {
    let found = value.data_type();
    StoreError::damaged(
        format!("{}.{}", model.name, field.name),
        format!("a column holds {found} where {} belongs", field.type_name()),
    )
}
