//! What a server sends.

use super::fault::{FrameError, Parts};
use crate::error::{GraphqlError, read_errors};
use crate::extension::{Extensions, FrameExtension};
use crate::raw::RawJson;
use crate::request::push_json;
use serde::Deserialize;
use std::collections::HashMap;

/// How long a client waits for a sign of life if `connection_ack` does not say, in ms.
pub const DEFAULT_TIMEOUT_MS: u64 = 300_000;

/// A frame of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerFrame {
    /// `connection_ack`: the socket is open.
    ConnectionAck {
        /// After so many ms without a frame the client considers the socket dead.
        connection_timeout_ms: u64,
    },
    /// `ka`: a sign of life.
    KeepAlive,
    /// `start_ack`: a subscription runs.
    StartAck {
        /// Its id.
        id: String,
    },
    /// `data`: an event.
    Data {
        /// The subscription's id.
        id: String,
        /// `{"data": …, "errors": …, "extensions": …}`, not yet looked into.
        payload: RawJson,
    },
    /// `complete`: a subscription has ended.
    Complete {
        /// Its id.
        id: String,
    },
    /// `error`: a subscription failed, or, without an id, a frame could not be read.
    Error {
        /// The subscription's id.
        id: Option<String>,
        /// Why.
        errors: Vec<GraphqlError>,
    },
    /// `connection_error`: the socket is refused; it closes.
    ConnectionError {
        /// Why.
        errors: Vec<GraphqlError>,
    },
}

impl ServerFrame {
    /// Reads a frame.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<ServerFrame, FrameError> {
        let parts = Parts::split(text)?;
        match parts.kind().as_str() {
            "connection_ack" => Ok(ServerFrame::ConnectionAck { connection_timeout_ms: timeout(&parts) }),
            "ka" => Ok(ServerFrame::KeepAlive),
            "start_ack" => parts.needs_id("start_ack").map(|id| ServerFrame::StartAck { id }),
            "data" => {
                let id = parts.needs_id("data")?;
                let payload = parts
                    .payload
                    .filter(|raw| raw.get().starts_with('{'))
                    .map(RawJson::of_raw)
                    .ok_or_else(|| parts.wrong("data", "a \"payload\" that is an object"))?;
                Ok(ServerFrame::Data { id, payload })
            }
            "complete" => parts.needs_id("complete").map(|id| ServerFrame::Complete { id }),
            "error" => Ok(ServerFrame::Error { id: parts.id(), errors: errors(&parts) }),
            "connection_error" => Ok(ServerFrame::ConnectionError { errors: errors(&parts) }),
            _ => Err(parts.unknown()),
        }
    }

    /// The frame as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            ServerFrame::ConnectionAck { connection_timeout_ms } => format!(
                "{{\"type\":\"connection_ack\",\"payload\":{{\"connectionTimeoutMs\":{connection_timeout_ms}}}}}"
            ),
            ServerFrame::KeepAlive => "{\"type\":\"ka\"}".to_owned(),
            ServerFrame::StartAck { id } => frame("start_ack", Some(id), None),
            ServerFrame::Data { id, payload } => frame("data", Some(id), Some(payload.as_str())),
            ServerFrame::Complete { id } => frame("complete", Some(id), None),
            ServerFrame::Error { id, errors } => {
                frame("error", id.as_deref(), Some(&crate::error::error_body(errors, false)))
            }
            ServerFrame::ConnectionError { errors } => {
                frame("connection_error", None, Some(&crate::error::error_body(errors, false)))
            }
        }
    }
}

fn frame(kind: &str, id: Option<&str>, payload: Option<&str>) -> String {
    let mut out = String::with_capacity(64 + payload.map_or(0, str::len));
    out.push('{');
    if let Some(id) = id {
        out.push_str("\"id\":");
        push_json(&mut out, id);
        out.push(',');
    }
    out.push_str("\"type\":\"");
    out.push_str(kind);
    out.push('"');
    if let Some(payload) = payload {
        out.push_str(",\"payload\":");
        out.push_str(payload);
    }
    out.push('}');
    out
}

/// The text of a `data` frame of an event without errors; see [`event_frame`].
#[must_use]
pub fn data_frame(id: &str, data: &str, extension: Option<&FrameExtension>) -> String {
    event_frame(id, data, None, extension)
}

/// The text of a `data` frame, made from the JSON of its `data` object and of its list of errors, which are serialized
/// once for all subscriptions that select the same, and from what is this subscription's own. `data` and `errors` must be
/// valid JSON.
#[must_use]
pub fn event_frame(id: &str, data: &str, errors: Option<&str>, extension: Option<&FrameExtension>) -> String {
    let mut out = String::with_capacity(data.len() + errors.map_or(0, str::len) + id.len() + 128);
    out.push_str("{\"id\":");
    push_json(&mut out, id);
    out.push_str(",\"type\":\"data\",\"payload\":{\"data\":");
    out.push_str(data);
    if let Some(errors) = errors {
        out.push_str(",\"errors\":");
        out.push_str(errors);
    }
    if let Some(extension) = extension {
        out.push_str(",\"extensions\":");
        push_json(&mut out, &Extensions { syncline: Some(extension) });
    }
    out.push_str("}}");
    out
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AckPayload {
    connection_timeout_ms: Option<RawJson>,
}

/// The timeout may be a number or, as Android reads it, a string of one; nothing sensible means the default.
fn timeout(parts: &Parts<'_>) -> u64 {
    parts
        .payload
        .and_then(|raw| serde_json::from_str::<AckPayload>(raw.get()).ok()?.connection_timeout_ms)
        .and_then(|raw| raw.as_str().trim_matches('"').parse().ok())
        .filter(|&ms| ms > 0)
        .unwrap_or(DEFAULT_TIMEOUT_MS)
}

/// The errors of a payload; at least one.
fn errors(parts: &Parts<'_>) -> Vec<GraphqlError> {
    let payload = parts.payload.and_then(|raw| RawJson::from_text(raw.get().to_owned()).ok());
    let listed = payload.as_ref().and_then(|raw| {
        let mut keys: HashMap<String, RawJson> = raw.parse().ok()?;
        keys.remove("errors")
    });
    let errors = match (&listed, &payload) {
        (Some(raw), _) | (None, Some(raw)) => read_errors(raw),
        (None, None) => Vec::new(),
    };
    if errors.is_empty() { vec![GraphqlError::new("the server gave no reason")] } else { errors }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorType;

    fn raw(text: &str) -> RawJson {
        RawJson::from_text(text.to_owned()).unwrap()
    }

    #[test]
    fn frames_have_the_exact_text_of_the_protocol() {
        let id = || "s1".to_owned();
        let unauthorized = GraphqlError {
            error_code: Some(401),
            ..GraphqlError::of_type(ErrorType::UnauthorizedException, "no")
        };
        for (frame, text) in [
            (
                ServerFrame::ConnectionAck { connection_timeout_ms: 300_000 },
                r#"{"type":"connection_ack","payload":{"connectionTimeoutMs":300000}}"#,
            ),
            (ServerFrame::KeepAlive, r#"{"type":"ka"}"#),
            (ServerFrame::StartAck { id: id() }, r#"{"id":"s1","type":"start_ack"}"#),
            (
                ServerFrame::Data { id: id(), payload: raw(r#"{"data":{"onCreatePost":{"id":"1"}}}"#) },
                r#"{"id":"s1","type":"data","payload":{"data":{"onCreatePost":{"id":"1"}}}}"#,
            ),
            (ServerFrame::Complete { id: id() }, r#"{"id":"s1","type":"complete"}"#),
            (
                ServerFrame::Error {
                    id: Some(id()),
                    errors: vec![GraphqlError::of_type(ErrorType::Unauthorized, "m")],
                },
                r#"{"id":"s1","type":"error","payload":{"errors":[{"errorType":"Unauthorized","message":"m"}]}}"#,
            ),
            (
                ServerFrame::ConnectionError { errors: vec![unauthorized] },
                concat!(
                    r#"{"type":"connection_error","payload":{"errors":[{"errorType":"UnauthorizedException","#,
                    r#""errorCode":401,"message":"no"}]}}"#
                ),
            ),
        ] {
            assert_eq!(frame.to_text(), text);
            assert_eq!(ServerFrame::parse(text), Ok(frame));
        }
    }

    #[test]
    fn a_data_frame_is_put_together_from_shared_data_and_its_own_extension() {
        let data = r#"{"onCreatePost":null}"#;
        assert_eq!(
            data_frame("a\"b", data, None),
            r#"{"id":"a\"b","type":"data","payload":{"data":{"onCreatePost":null}}}"#
        );
        let extension = FrameExtension { seq: 3, prev: Some(1), leave: None };
        let text = data_frame("s", data, Some(&extension));
        assert_eq!(
            text,
            concat!(
                r#"{"id":"s","type":"data","payload":{"data":{"onCreatePost":null},"#,
                r#""extensions":{"syncline":{"seq":3,"prev":1}}}}"#
            )
        );
        assert!(matches!(ServerFrame::parse(&text), Ok(ServerFrame::Data { .. })));
        assert_eq!(
            event_frame("s", data, Some(r#"[{"message":"m"}]"#), None),
            r#"{"id":"s","type":"data","payload":{"data":{"onCreatePost":null},"errors":[{"message":"m"}]}}"#
        );
    }

    #[test]
    fn variations_of_other_servers_are_accepted() {
        let ack = |text: &str| match ServerFrame::parse(text) {
            Ok(ServerFrame::ConnectionAck { connection_timeout_ms }) => connection_timeout_ms,
            other => panic!("{other:?}"),
        };
        assert_eq!(ack(r#"{"type":"connection_ack"}"#), DEFAULT_TIMEOUT_MS);
        assert_eq!(ack(r#"{"type":"connection_ack","payload":{"connectionTimeoutMs":"60000"}}"#), 60_000);
        assert_eq!(
            ack(r#"{"type":"connection_ack","payload":{"connectionTimeoutMs":0}}"#),
            DEFAULT_TIMEOUT_MS
        );
        assert_eq!(ack(r#"{"type":"connection_ack","payload":7}"#), DEFAULT_TIMEOUT_MS);
        let reason = |text: &str| match ServerFrame::parse(text) {
            Ok(ServerFrame::Error { errors, .. } | ServerFrame::ConnectionError { errors }) => {
                errors[0].to_string()
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(
            reason(r#"{"type":"error","id":"s","payload":{"errors":{"errorType":"E","message":"m"}}}"#),
            "E: m"
        );
        assert_eq!(
            reason(r#"{"type":"connection_error","payload":{"errorType":"E","message":"m"}}"#),
            "E: m"
        );
        assert_eq!(reason(r#"{"type":"connection_error"}"#), "the server gave no reason");
        assert_eq!(reason(r#"{"type":"error","payload":{"errors":[]}}"#), "the server gave no reason");
    }

    #[test]
    fn each_fault_is_named() {
        for (text, part) in [
            ("7", "this is a number"),
            (r#"{"type":"hello"}"#, "hello not supported"),
            (r#"{"type":"start_ack"}"#, "start_ack needs an \"id\""),
            (r#"{"type":"data","id":"s"}"#, "data needs a \"payload\""),
            (r#"{"type":"data","id":"s","payload":"x"}"#, "data needs a \"payload\""),
        ] {
            let error = ServerFrame::parse(text).unwrap_err();
            assert!(error.to_string().contains(part), "{text}: {error}");
        }
    }
}
