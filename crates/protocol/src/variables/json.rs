//! Values as JSON.

use serde_json::{Number, Value as Json};
use syncline_core::Value;

/// The JSON of a value: text as a string (`AWSJSON` too, which travels as a string), `AWSTimestamp` as a number. A
/// number that is not finite, which no checked record holds, becomes null.
#[must_use]
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(bool) => Json::Bool(*bool),
        Value::Int(int) => Json::from(*int),
        Value::Float(float) => Number::from_f64(*float).map_or(Json::Null, Json::Number),
        Value::Text(text) => Json::from(text.as_str()),
        Value::List(items) => items.iter().map(to_json).collect(),
    }
}
