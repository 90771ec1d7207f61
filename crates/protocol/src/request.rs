//! The body of an operation: `{"query", "variables", "operationName", "extensions"}`.

use crate::error::{ErrorType, GraphqlError};
use crate::extension::{Extensions, RequestExtension};
use crate::raw::{RawJson, kind_of};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The document.
    pub query: String,
    /// Which operation of the document, if it has several.
    pub operation_name: Option<String>,
    /// The variables: always a JSON object.
    pub variables: RawJson,
    /// Our extension, if it was sent.
    pub extension: Option<RequestExtension>,
}

/// A body that is not a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The body is not JSON.
    #[error("the request body is not valid JSON: {0}")]
    NotJson(String),
    /// The body is JSON, but no object.
    #[error(
        "the request body must be a JSON object such as {{\"query\":\"…\",\"variables\":{{…}}}}, but it is {0}"
    )]
    NotObject(&'static str),
    /// There is no document.
    #[error("the request body has no \"query\": put the GraphQL document there, as a string")]
    NoQuery,
    /// A key has a value of the wrong type.
    #[error("\"{key}\" of the request body must be {wanted}, but it is {found}")]
    WrongType {
        /// The key.
        key: &'static str,
        /// What it must be.
        wanted: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// Our extension cannot be read.
    #[error("\"extensions.syncline\" of the request body is not as it should be: {0}")]
    Extension(String),
}

impl RequestError {
    /// The error that an HTTP 400 carries.
    #[must_use]
    pub fn to_graphql(&self) -> GraphqlError {
        GraphqlError::of_type(ErrorType::MalformedHttpRequest, self.to_string())
    }
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    query: Option<&'a RawValue>,
    #[serde(borrow, rename = "operationName")]
    operation_name: Option<&'a RawValue>,
    #[serde(borrow)]
    variables: Option<&'a RawValue>,
    #[serde(borrow)]
    extensions: Option<&'a RawValue>,
}

impl Request {
    /// A request of `query` with `variables`.
    ///
    /// # Errors
    /// If `variables` cannot be written as JSON.
    pub fn new<V: Serialize + ?Sized>(
        query: impl Into<String>,
        variables: &V,
    ) -> Result<Request, serde_json::Error> {
        let variables = RawJson::of(variables)?;
        Ok(Request { query: query.into(), operation_name: None, variables, extension: None })
    }

    /// Reads a body. Its size is the caller's business; a depth that only the variables have is not looked at here.
    ///
    /// # Errors
    /// What is wrong with it, in words for whoever sent it.
    pub fn parse(body: &[u8]) -> Result<Request, RequestError> {
        let text = std::str::from_utf8(body)
            .map_err(|error| RequestError::NotJson(format!("byte {} is not UTF-8", error.valid_up_to())))?;
        let kind = kind_of(text);
        if kind != "an object" && kind != "not JSON" && kind != "nothing" {
            return Err(RequestError::NotObject(kind));
        }
        let body: Body<'_> =
            serde_json::from_str(text).map_err(|error| RequestError::NotJson(error.to_string()))?;
        let query = text_of("query", body.query)?.ok_or(RequestError::NoQuery)?;
        let operation_name = text_of("operationName", body.operation_name)?;
        let variables = match body.variables {
            None => RawJson::empty(),
            Some(raw) if raw.get().starts_with('{') => RawJson::of_raw(raw),
            Some(raw) => return Err(wrong_type("variables", "an object", raw)),
        };
        let extension = match body.extensions {
            None => None,
            Some(raw) if raw.get().starts_with('{') => {
                serde_json::from_str::<Extensions<RequestExtension>>(raw.get())
                    .map_err(|error| RequestError::Extension(error.to_string()))?
                    .syncline
            }
            Some(raw) => return Err(wrong_type("extensions", "an object", raw)),
        };
        Ok(Request { query, operation_name, variables, extension })
    }

    /// The body as text. What is not set is left out, so that AppSync sees only what it knows.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::with_capacity(self.query.len() + self.variables.as_str().len() + 64);
        out.push_str("{\"query\":");
        push_json(&mut out, &self.query);
        out.push_str(",\"variables\":");
        out.push_str(self.variables.as_str());
        if let Some(name) = &self.operation_name {
            out.push_str(",\"operationName\":");
            push_json(&mut out, name);
        }
        if let Some(extension) = &self.extension {
            out.push_str(",\"extensions\":");
            push_json(&mut out, &Extensions { syncline: Some(extension) });
        }
        out.push('}');
        out
    }
}

/// Appends `value`, which is of a type that JSON can always hold.
pub(crate) fn push_json<T: Serialize + ?Sized>(out: &mut String, value: &T) {
    match serde_json::to_string(value) {
        Ok(text) => out.push_str(&text),
        Err(_) => out.push_str("null"),
    }
}

fn text_of(key: &'static str, raw: Option<&RawValue>) -> Result<Option<String>, RequestError> {
    let Some(raw) = raw else { return Ok(None) };
    if !raw.get().starts_with('"') {
        return Err(wrong_type(key, "a string", raw));
    }
    serde_json::from_str(raw.get()).map(Some).map_err(|error| RequestError::NotJson(error.to_string()))
}

fn wrong_type(key: &'static str, wanted: &'static str, raw: &RawValue) -> RequestError {
    RequestError::WrongType { key, wanted, found: kind_of(raw.get()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn bodies_are_read_as_they_are_written() {
        let plain = Request::new("query { a }", &serde_json::json!({ "n": 1 })).unwrap();
        assert_eq!(plain.to_json(), r#"{"query":"query { a }","variables":{"n":1}}"#);
        let full = Request {
            operation_name: Some("A".to_owned()),
            extension: Some(RequestExtension {
                session: Some("s".to_owned()),
                mutations: BTreeMap::from([("m0".to_owned(), "x".to_owned())]),
                ..RequestExtension::default()
            }),
            ..plain.clone()
        };
        assert_eq!(
            full.to_json(),
            concat!(
                r#"{"query":"query { a }","variables":{"n":1},"operationName":"A","#,
                r#""extensions":{"syncline":{"session":"s","mutations":{"m0":"x"}}}}"#
            )
        );
        for request in [plain, full] {
            assert_eq!(Request::parse(request.to_json().as_bytes()), Ok(request));
        }
    }

    #[test]
    fn what_other_clients_send_is_accepted() {
        let check = |body: &str, variables: &str| {
            let request = Request::parse(body.as_bytes()).unwrap();
            assert_eq!(request.query, "{ a }");
            assert_eq!(request.variables.as_str(), variables);
            assert_eq!(request.extension, None);
        };
        check(r#"{"query":"{ a }"}"#, "{}");
        check(r#" {"query":"{ a }","variables":null,"operationName":null,"extensions":null} "#, "{}");
        check(r#"{"variables": {"a" : 1} ,"query":"{ a }","more":[1]}"#, r#"{"a" : 1}"#);
        check(r#"{"query":"{ a }","extensions":{"persistedQuery":{"version":1}}}"#, "{}");
    }

    #[test]
    fn each_fault_is_named() {
        for (body, part) in [
            (&b""[..], "not valid JSON"),
            (b"query { a }", "not valid JSON"),
            (b"{\"query\":", "not valid JSON"),
            (b"{\"query\":\"\xff\"}", "byte 10 is not UTF-8"),
            (b"[{\"query\":\"a\"}]", "but it is an array"),
            (b"\"query\"", "but it is a string"),
            (b"{}", "has no \"query\""),
            (b"{\"query\":null}", "has no \"query\""),
            (b"{\"query\":7}", "\"query\" of the request body must be a string, but it is a number"),
            (b"{\"query\":\"a\",\"query\":\"b\"}", "duplicate field `query`"),
            (b"{\"query\":\"a\",\"variables\":[]}", "\"variables\" of the request body must be an object"),
            (b"{\"query\":\"a\",\"variables\":\"{}\"}", "but it is a string"),
            (b"{\"query\":\"a\",\"operationName\":1}", "\"operationName\""),
            (b"{\"query\":\"a\",\"extensions\":1}", "\"extensions\""),
            (b"{\"query\":\"a\",\"extensions\":{\"syncline\":{\"session\":1}}}", "extensions.syncline"),
            (b"{\"query\":\"\\ud800\"}", "not valid JSON"),
        ] {
            let error = Request::parse(body).unwrap_err();
            assert!(error.to_string().contains(part), "{error}");
            assert_eq!(error.to_graphql().error_type, Some(ErrorType::MalformedHttpRequest));
        }
    }
}
