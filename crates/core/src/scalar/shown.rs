//! Values and names in messages: short, and without anything that would break a line.

use crate::Value;

/// The most characters of a value that a message shows.
const MOST: usize = 60;

/// `text`, cut if it is long.
pub(crate) fn shorten(text: &str) -> String {
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// `value` for a message.
pub(crate) fn show(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(bool) => bool.to_string(),
        Value::Int(int) => int.to_string(),
        Value::Float(float) => float.to_string(),
        Value::Text(text) => format!("{:?}", shorten(text)),
        Value::List(items) => format!("a list of {}", items.len()),
        Value::Object(fields) => format!("an object of {}", fields.len()),
    }
}
