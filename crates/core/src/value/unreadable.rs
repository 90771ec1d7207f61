//! What stands for a value that the server has and does not show (SYNC 1.8).

use super::{Record, Value};
use crate::Field;
use crate::scalar::Storage;

/// Text that no field can hold: U+0000 is refused wherever text comes in.
const TEXT: &str = "\0";

impl Value {
    /// Stands for a value of `field` that the server has and does not show to the caller. It is of the kind that the field's
    /// values are held in, and is none of them: no text holds U+0000, and the least 64-bit integer and the least double are
    /// no values that an application keeps. So it fits the field's column, and is equal to null nowhere.
    #[must_use]
    pub fn unreadable(field: &Field) -> Value {
        match field.kind.storage() {
            Storage::Bool | Storage::Int if !field.is_list() => Value::Int(i64::MIN),
            Storage::Float if !field.is_list() => Value::Float(f64::MIN),
            _ => Value::text(TEXT),
        }
    }

    /// Whether it stands for a value that the server does not show.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        match self {
            Value::Int(int) => *int == i64::MIN,
            Value::Float(float) => *float == f64::MIN,
            Value::Text(text) => text == TEXT,
            _ => false,
        }
    }
}

impl Record {
    /// The places of the fields that the server does not show.
    pub fn unreadable(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().filter(|(_, value)| value.is_unreadable()).map(|(place, _)| place)
    }
}
