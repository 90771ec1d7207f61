//! One error of an answer.
//!
//! AppSync puts `errorType`, `errorInfo` and `data` beside `message`, not into `extensions` where the GraphQL
//! specification would have them; readers accept both places.

use super::ErrorType;
use crate::raw::{RawJson, shorten};
use serde::de::{DeserializeOwned, Deserializer};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;

/// One error of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GraphqlError {
    /// What happened, for people.
    pub message: String,
    /// What happened, for programs.
    pub error_type: Option<ErrorType>,
    /// More about it; AppSync writes null.
    pub error_info: Option<RawJson>,
    /// The server's record, where an error carries one.
    pub data: Option<RawJson>,
    /// Which field of the answer it is about; `None` if it is about the whole request.
    pub path: Option<Vec<PathItem>>,
    /// Where in the document.
    pub locations: Option<Vec<Location>>,
    /// An HTTP-like code, on the realtime socket.
    pub error_code: Option<i64>,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PathItem {
    /// The place in a list, from 0.
    Index(u64),
    /// A field, by its alias.
    Field(String),
}

/// A place in a document; line and column count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Location {
    /// The line.
    pub line: u64,
    /// The column.
    pub column: u64,
}

impl GraphqlError {
    /// An error that says `message`, about the whole request.
    pub fn new(message: impl Into<String>) -> GraphqlError {
        GraphqlError { message: message.into(), ..GraphqlError::default() }
    }

    /// An error of a type.
    pub fn of_type(error_type: ErrorType, message: impl Into<String>) -> GraphqlError {
        GraphqlError { message: message.into(), error_type: Some(error_type), ..GraphqlError::default() }
    }

    /// The same, about the field whose alias is `alias`.
    #[must_use]
    pub fn at(mut self, alias: &str) -> GraphqlError {
        self.path = Some(vec![PathItem::Field(alias.to_owned())]);
        self
    }

    /// The same, with a record.
    #[must_use]
    pub fn with_data(mut self, data: Option<RawJson>) -> GraphqlError {
        self.data = data;
        self
    }

    /// The alias of the root field it is about.
    #[must_use]
    pub fn root(&self) -> Option<&str> {
        match self.path.as_deref()?.first()? {
            PathItem::Field(alias) => Some(alias),
            PathItem::Index(_) => None,
        }
    }
}

impl fmt::Display for GraphqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.error_type {
            Some(error_type) => write!(f, "{error_type}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// About a field: all six keys, null where there is nothing, as AppSync's resolvers write it. About the request: only
/// what there is; validation errors, which have locations, also carry the null `path`.
impl Serialize for GraphqlError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let field = self.path.is_some();
        let mut map = serializer.serialize_map(None)?;
        if field || self.locations.is_some() {
            map.serialize_entry("path", &self.path)?;
        }
        if field || self.data.is_some() {
            map.serialize_entry("data", &self.data)?;
        }
        if field || self.error_type.is_some() {
            map.serialize_entry("errorType", &self.error_type)?;
        }
        if field || self.error_info.is_some() {
            map.serialize_entry("errorInfo", &self.error_info)?;
        }
        if let Some(code) = self.error_code {
            map.serialize_entry("errorCode", &code)?;
        }
        if field || self.locations.is_some() {
            map.serialize_entry("locations", &self.locations)?;
        }
        map.serialize_entry("message", &self.message)?;
        map.end()
    }
}

impl Serialize for Location {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("line", &self.line)?;
        map.serialize_entry("column", &self.column)?;
        map.serialize_entry("sourceName", &None::<&str>)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for GraphqlError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<GraphqlError, D::Error> {
        RawJson::deserialize(deserializer).map(|raw| read_error(&raw))
    }
}

/// Reads one error. Never fails: an error that cannot be read must not hide that there was one.
fn read_error(raw: &RawJson) -> GraphqlError {
    let Ok(top) = raw.parse::<HashMap<String, RawJson>>() else {
        let message = raw.parse::<String>().unwrap_or_else(|_| shorten(raw.as_str(), 200));
        return GraphqlError::new(message);
    };
    let nested: HashMap<String, RawJson> = field(&top, "extensions").unwrap_or_default();
    let raw_at = |name: &str| {
        let present =
            |map: &HashMap<String, RawJson>| map.get(name).filter(|raw| raw.as_str() != "null").cloned();
        present(&top).or_else(|| present(&nested))
    };
    GraphqlError {
        message: field::<String>(&top, "message").unwrap_or_else(|| "no message".to_owned()),
        error_type: field(&top, "errorType").or_else(|| field(&nested, "errorType")),
        error_info: raw_at("errorInfo"),
        data: raw_at("data"),
        path: field(&top, "path"),
        locations: field(&top, "locations"),
        error_code: field(&top, "errorCode").or_else(|| field(&nested, "errorCode")),
    }
}

fn field<T: DeserializeOwned>(map: &HashMap<String, RawJson>, name: &str) -> Option<T> {
    map.get(name)?.parse::<Option<T>>().ok().flatten()
}

/// Reads the value of `errors`: a list, or the single object that older services send; null is no error. Never fails.
#[must_use]
pub fn read_errors(raw: &RawJson) -> Vec<GraphqlError> {
    if raw.as_str() == "null" {
        return Vec::new();
    }
    raw.parse::<Vec<GraphqlError>>().unwrap_or_else(|_| vec![read_error(raw)])
}

/// The body that carries only errors: `{"errors":[…]}` with an HTTP error status, and with `"data":null` before it
/// when the request was understood (status 200).
#[must_use]
pub fn error_body(errors: &[GraphqlError], with_data: bool) -> String {
    let data = if with_data { "\"data\":null," } else { "" };
    let errors = serde_json::to_string(errors).unwrap_or_else(|_| "[]".to_owned());
    format!("{{{data}\"errors\":{errors}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<GraphqlError> {
        read_errors(&RawJson::from_text(text.to_owned()).unwrap())
    }

    #[test]
    fn a_field_error_has_the_shape_that_appsync_gives_it() {
        let error = GraphqlError {
            locations: Some(vec![Location { line: 2, column: 3 }]),
            ..GraphqlError::of_type(ErrorType::ConflictUnhandled, "Conflict resolver rejects mutation.")
                .at("updateNote")
                .with_data(Some(RawJson::from_text(r#"{"id":"n1","_version":7}"#.to_owned()).unwrap()))
        };
        let text = serde_json::to_string(&error).unwrap();
        assert_eq!(
            text,
            concat!(
                r#"{"path":["updateNote"],"data":{"id":"n1","_version":7},"errorType":"ConflictUnhandled","#,
                r#""errorInfo":null,"locations":[{"line":2,"column":3,"sourceName":null}],"#,
                r#""message":"Conflict resolver rejects mutation."}"#
            )
        );
        assert_eq!(read(&text), vec![error.clone()]);
        assert_eq!(read(&format!("[{text},{text}]")), vec![error.clone(), error]);
    }

    #[test]
    fn a_request_error_has_only_what_it_needs() {
        let error = GraphqlError::of_type(ErrorType::UnauthorizedException, "no");
        assert_eq!(
            error_body(&[error], false),
            r#"{"errors":[{"errorType":"UnauthorizedException","message":"no"}]}"#
        );
        assert_eq!(
            error_body(&[GraphqlError { locations: Some(vec![]), ..GraphqlError::new("bad") }], true),
            r#"{"data":null,"errors":[{"path":null,"locations":[],"message":"bad"}]}"#
        );
    }

    #[test]
    fn whatever_comes_as_an_error_is_read_as_one() {
        let check = |text: &str, error_type: Option<&str>, message: &str| {
            let errors = read(text);
            assert_eq!(errors.len(), 1, "{text}");
            assert_eq!(errors[0].error_type.as_ref().map(ErrorType::as_str), error_type, "{text}");
            assert_eq!(errors[0].message, message, "{text}");
        };
        check(r#"[{"message":"m","extensions":{"errorType":"X"}}]"#, Some("X"), "m");
        check(r#"[{"message":"m","errorType":"Y","extensions":{"errorType":"X"}}]"#, Some("Y"), "m");
        check(r#"[{"message":"m","errorType":null,"extensions":{"errorType":"X"}}]"#, Some("X"), "m");
        check(
            r#"[{"message":7,"errorType":8,"path":"p","locations":{},"extensions":[]}]"#,
            None,
            "no message",
        );
        check(r#"{"errorType":"Z","message":"older services"}"#, Some("Z"), "older services");
        check(r#"["text"]"#, None, "text");
        check(r#""text""#, None, "text");
        check("[7]", None, "7");
        assert_eq!(read("null"), vec![]);
        assert_eq!(read("[]"), vec![]);
        let nested = r#"[{"message":"m","path":["a",3,"b"],"extensions":{"data":{"a":1},"errorCode":401}}]"#;
        let error = &read(nested)[0];
        assert_eq!(error.data.as_ref().map(RawJson::as_str), Some(r#"{"a":1}"#));
        assert_eq!(error.error_code, Some(401));
        assert_eq!(error.root(), Some("a"));
    }
}
