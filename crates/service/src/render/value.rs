//! Whole values.

use crate::answer::write_text;
use std::fmt::Write;
use syncline_core::Value;

/// Writes a whole number as JSON.
pub(super) fn write_int(out: &mut String, int: i64) {
    out.push_str(itoa::Buffer::new().format(int));
}

/// Writes a value as JSON. Floats are finite: nothing else is stored.
pub(super) fn write_value(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Int(value) => write_int(out, *value),
        Value::Float(value) => match serde_json::Number::from_f64(*value) {
            Some(number) => {
                let _ = write!(out, "{number}");
            }
            None => out.push_str("null"),
        },
        Value::Text(text) => write_text(out, text),
        Value::List(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write_value(out, item);
            }
            out.push(']');
        }
        Value::Object(object) => {
            out.push('{');
            for (place, (name, value)) in object.0.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write_text(out, name);
                out.push(':');
                write_value(out, value);
            }
            out.push('}');
        }
    }
}
