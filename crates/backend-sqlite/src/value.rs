//! Values in columns.

use std::fmt;

use rusqlite::ToSql;
use rusqlite::types::{FromSqlError, ToSqlOutput, ValueRef};
use serde::Deserializer;
use serde::de::{SeqAccess, Visitor};
use syncline_core::scalar::Storage;
use syncline_core::value::{Shown, from_json};
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
            Value::List(_) | Value::Object(_) => ToSqlOutput::from(json_text(self.0)),
        })
    }
}

/// A value as JSON.
pub(crate) fn json_text(value: &Value) -> String {
    // Every value has a form in JSON.
    serde_json::to_string(&Shown(value)).unwrap_or_default()
}

/// The SQL type of a field's column.
pub(crate) fn column_type(field: &Field) -> &'static str {
    match field.kind.storage() {
        _ if field.is_list() => "TEXT",
        Storage::Bool | Storage::Int => "INTEGER",
        Storage::Float => "REAL",
        Storage::Text | Storage::Object => "TEXT",
    }
}

/// Reads a list of texts, each straight into its value.
struct Texts;

impl<'de> Visitor<'de> for Texts {
    type Value = Vec<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of texts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<Value>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element::<Option<String>>()? {
            items.push(item.map_or(Value::Null, Value::Text));
        }
        Ok(items)
    }
}

/// The value that a column of `field` holds.
///
/// # Errors
/// If the column holds something else than this crate writes.
pub(crate) fn from_column(field: &Field, column: ValueRef<'_>) -> Result<Value, FromSqlError> {
    match (column, field.kind.storage()) {
        (ValueRef::Null, _) => Ok(Value::Null),
        // The most common list, without a JSON value in between.
        (ValueRef::Text(text), Storage::Text) if field.is_list() => {
            let mut json = serde_json::Deserializer::from_slice(text);
            let items = json.deserialize_seq(Texts).map_err(FromSqlError::other)?;
            json.end().map_err(FromSqlError::other)?;
            Ok(Value::List(items))
        }
        (ValueRef::Text(text), _) if field.is_json() => {
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
