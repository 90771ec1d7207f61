//! Primary keys.

use crate::value::Shown;
use crate::{Model, Record, Value};
use serde::Serializer;
use std::cmp::Ordering;
use std::fmt;

/// The values of a record's key fields, in declared order.
///
/// Keys order by their columns: text by bytes, numbers as numbers (SYNC 2.10).
#[derive(Clone, Debug, PartialEq)]
pub struct Key(pub Vec<Value>);

impl Key {
    /// The key of `record`.
    #[must_use]
    pub fn of(model: &Model, record: &Record) -> Key {
        Key(model.key.iter().map(|&field| record[field].clone()).collect())
    }

    /// A key of one text column.
    pub fn id(id: impl Into<String>) -> Key {
        Key(vec![Value::Text(id.into())])
    }

    /// The key as a JSON array: unambiguous for any number of columns and any text, and stable, so that it can be
    /// stored and compared for equality.
    #[must_use]
    pub fn to_text(&self) -> String {
        let scalar = |value| match value {
            &Value::List(_) | &Value::Object(_) => Shown(&Value::Null),
            value => Shown(value),
        };
        let mut text = Vec::with_capacity(48);
        // Scalars are always JSON, and a vector takes what is written.
        let written = serde_json::Serializer::new(&mut text).collect_seq(self.0.iter().map(scalar));
        debug_assert!(written.is_ok());
        String::from_utf8(text).unwrap_or_default()
    }

    /// Reads what [`Key::to_text`] wrote. `None` if it is not a JSON array of scalars.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Key> {
        let items: Vec<serde_json::Value> = serde_json::from_str(text).ok()?;
        items
            .into_iter()
            .map(|item| match item {
                serde_json::Value::String(text) => Some(Value::Text(text)),
                serde_json::Value::Bool(bool) => Some(Value::Bool(bool)),
                serde_json::Value::Number(number) => {
                    number.as_i64().map(Value::Int).or_else(|| number.as_f64().map(Value::Float))
                }
                _ => None,
            })
            .collect::<Option<_>>()
            .map(Key)
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        self.0
            .iter()
            .zip(&other.0)
            .map(|(a, b)| a.total_cmp(b))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| self.0.len().cmp(&other.0.len()))
    }
}

impl std::hash::Hash for Key {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        for value in &self.0 {
            match value {
                Value::Text(text) => text.hash(state),
                Value::Int(int) => int.hash(state),
                Value::Float(float) => float.to_bits().hash(state),
                Value::Bool(bool) => bool.hash(state),
                Value::Null | Value::List(_) | Value::Object(_) => 0_u8.hash(state),
            }
        }
    }
}

/// For people: the columns, joined by a comma.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, value) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(",")?;
            }
            match value {
                Value::Text(text) => f.write_str(text)?,
                Value::Int(int) => write!(f, "{int}")?,
                Value::Float(float) => write!(f, "{float}")?,
                Value::Bool(bool) => write!(f, "{bool}")?,
                Value::Null | Value::List(_) | Value::Object(_) => f.write_str("null")?,
            }
        }
        Ok(())
    }
}
