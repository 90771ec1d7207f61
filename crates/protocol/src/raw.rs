//! JSON that is passed on as it is.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A JSON value as text, known to be valid JSON: passed on, compared and printed without being taken apart.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RawJson(Box<RawValue>);

impl RawJson {
    /// Takes a text that is one JSON value.
    ///
    /// # Errors
    /// If it is not.
    pub fn from_text(text: String) -> Result<RawJson, serde_json::Error> {
        // A RawValue keeps white space inside, but what surrounds the value would be refused.
        let trimmed = text.trim_matches([' ', '\n', '\r', '\t']);
        let text = if trimmed.len() == text.len() { text } else { trimmed.to_owned() };
        RawValue::from_string(text).map(RawJson)
    }

    /// Takes what was read as it is: it is known to be JSON.
    pub(crate) fn of_raw(raw: &RawValue) -> RawJson {
        RawJson(raw.to_owned())
    }

    /// The JSON of `value`.
    ///
    /// # Errors
    /// If `value` cannot be written as JSON, for example because a map's keys are not strings.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<RawJson, serde_json::Error> {
        serde_json::value::to_raw_value(value).map(RawJson)
    }

    /// Null.
    #[must_use]
    pub fn null() -> RawJson {
        RawJson(RawValue::NULL.to_owned())
    }

    /// An object without anything in it.
    pub(crate) fn empty() -> RawJson {
        RawJson(RawValue::from_string("{}".to_owned()).unwrap_or_else(|_| RawValue::NULL.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// Whether it is an object.
    #[must_use]
    pub fn is_object(&self) -> bool {
        self.as_str().starts_with('{')
    }

    /// Reads it as a `T`.
    ///
    /// # Errors
    /// If it is something else.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.as_str())
    }
}

impl PartialEq for RawJson {
    fn eq(&self, other: &RawJson) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for RawJson {}

impl std::fmt::Debug for RawJson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::fmt::Display for RawJson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What kind of JSON value `text` begins, for messages: `an object`, `a number` …
pub(crate) fn kind_of(text: &str) -> &'static str {
    match text.trim_start().as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        Some(b'-' | b'0'..=b'9') => "a number",
        Some(_) => "not JSON",
        None => "nothing",
    }
}

/// At most the first `limit` characters of `text`, with `…` where something is left out.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
