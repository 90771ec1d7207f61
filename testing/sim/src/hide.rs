//! Fields that the server has and does not show to everybody (SYNC 1.8): null in the answer, with an error about their place,
//! as the resolvers of a field with rules of its own have it.

use crate::schemas::SECRET;
use serde_json::{Value, json};

/// An answer without what is not shown.
///
/// # Errors
/// An answer that cannot be read.
pub fn in_answer(body: &[u8]) -> Result<Vec<u8>, String> {
    let mut answer: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    envelope(&mut answer);
    Ok(answer.to_string().into_bytes())
}

/// The same of a frame.
///
/// # Errors
/// A frame that cannot be read.
pub fn in_frame(text: &str) -> Result<String, String> {
    let mut frame: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if let Some(payload) = frame.get_mut("payload") {
        envelope(payload);
    }
    Ok(frame.to_string())
}

fn envelope(answer: &mut Value) {
    let mut hidden = Vec::new();
    let roots = answer.get_mut("data").and_then(Value::as_object_mut);
    for (name, value) in roots.into_iter().flatten() {
        match value.get_mut("items").and_then(Value::as_array_mut) {
            Some(items) => {
                for (place, item) in items.iter_mut().enumerate() {
                    record(item, &json!([name, "items", place, SECRET]), &mut hidden);
                }
            }
            None => record(value, &json!([name, SECRET]), &mut hidden),
        }
    }
    if let Some(errors) = answer.get_mut("errors").and_then(Value::as_array_mut) {
        // An error does not say what of its record is not shown, so that none of it is.
        for data in errors.iter_mut().filter_map(|error| error.get_mut("data")) {
            if data.get(SECRET).is_some() {
                *data = Value::Null;
            }
        }
        errors.append(&mut hidden);
    } else if let Some(answer) = answer.as_object_mut().filter(|_| !hidden.is_empty()) {
        answer.insert("errors".to_owned(), Value::Array(hidden));
    }
}

fn record(record: &mut Value, path: &Value, hidden: &mut Vec<Value>) {
    let Some(secret) = record.get_mut(SECRET) else { return };
    *secret = Value::Null;
    let message = format!("Not Authorized to access {SECRET}");
    hidden.push(json!({"path": path, "data": null, "errorType": "Unauthorized", "message": message}));
}
