//! Values in columns, and in the JSON of lists and of the change log.

use rusqlite::ToSql;
use rusqlite::types::{FromSqlError, ToSqlOutput, ValueRef};
use syncline_core::scalar::Storage;
use syncline_core::{Field, Value};

/// A value as a parameter.
pub(crate) struct Bound<'a>(pub(crate) &'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Bool(bool) => ToSqlOutput::from(i64::from(*bool)),
            Value::Int(int) => ToSqlOutput::from(*int),
            Value::Float(float) => ToSqlOutput::from(*float),
            Value::Text(text) => ToSqlOutput::from(text.as_str()),
            Value::List(_) => ToSqlOutput::from(to_json(self.0).to_string()),
        })
    }
}

/// The SQL type of a field's column.
pub(crate) fn column_type(field: &Field) -> &'static str {
    match field.kind.storage() {
        _ if field.is_list() => "TEXT",
        Storage::Bool | Storage::Int => "INTEGER",
        Storage::Float => "REAL",
        Storage::Text => "TEXT",
    }
}

/// The value that a column of `field` holds.
///
/// # Errors
/// If the column holds something else than this crate writes.
pub(crate) fn from_column(field: &Field, column: ValueRef<'_>) -> Result<Value, FromSqlError> {
    match (column, field.kind.storage()) {
        (ValueRef::Null, _) => Ok(Value::Null),
        (ValueRef::Text(text), _) if field.is_list() => {
            let json = serde_json::from_slice(text).map_err(FromSqlError::other)?;
            from_json(field, &json).ok_or(FromSqlError::InvalidType)
        }
        (ValueRef::Integer(int), Storage::Bool) => Ok(Value::Bool(int != 0)),
        (ValueRef::Integer(int), Storage::Int) => Ok(Value::Int(int)),
        (ValueRef::Real(float), Storage::Float) => Ok(Value::Float(float)),
        (ValueRef::Text(_), Storage::Text) => Ok(Value::text(column.as_str()?)),
        _ => Err(FromSqlError::InvalidType),
    }
}

/// A value as JSON.
pub(crate) fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(bool) => (*bool).into(),
        Value::Int(int) => (*int).into(),
        Value::Float(float) => (*float).into(),
        Value::Text(text) => text.as_str().into(),
        Value::List(items) => items.iter().map(to_json).collect(),
    }
}

/// The value of `field` that [`to_json`] wrote. `None` if it is not one of the field's.
pub(crate) fn from_json(field: &Field, json: &serde_json::Value) -> Option<Value> {
    match json {
        serde_json::Value::Array(items) if field.is_list() => {
            items.iter().map(|item| scalar_from_json(field, item)).collect::<Option<_>>().map(Value::List)
        }
        serde_json::Value::Null => Some(Value::Null),
        _ if field.is_list() => None,
        scalar => scalar_from_json(field, scalar),
    }
}

fn scalar_from_json(field: &Field, json: &serde_json::Value) -> Option<Value> {
    if json.is_null() {
        return Some(Value::Null);
    }
    match field.kind.storage() {
        Storage::Bool => json.as_bool().map(Value::Bool),
        Storage::Int => json.as_i64().map(Value::Int),
        Storage::Float => json.as_f64().map(Value::Float),
        Storage::Text => json.as_str().map(Value::text),
    }
}
