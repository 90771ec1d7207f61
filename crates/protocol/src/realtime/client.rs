//! What a client sends.

use super::Authorization;
use super::fault::{FrameError, Parts};
use crate::extension;
use crate::raw::{RawJson, kind_of};
use crate::request::{Request, RequestError, push_json};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::HashMap;

/// A frame of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientFrame {
    /// `connection_init`: the first frame.
    ConnectionInit {
        /// Whether the client asks for Syncline's extension ([`extension::HEADER`] in the payload).
        syncline: bool,
        /// Whose socket it is ([`extension::ORIGIN`] in the payload), if it says so.
        origin: Option<String>,
    },
    /// `start`: begins a subscription.
    Start(Start),
    /// `stop`: ends a subscription.
    Stop {
        /// Its id.
        id: String,
    },
}

/// A `start` frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// The id that the client gives the subscription.
    pub id: String,
    /// The operation: the body of a [`Request`], as text inside the JSON.
    pub data: String,
    /// Who asks; every subscription carries its own. Empty if there was none.
    pub authorization: Authorization,
}

impl Start {
    /// A `start` of `request`.
    #[must_use]
    pub fn new(id: impl Into<String>, request: &Request, authorization: Authorization) -> Start {
        Start { id: id.into(), data: request.to_json(), authorization }
    }

    /// The operation.
    ///
    /// # Errors
    /// If `data` is not a request.
    pub fn request(&self) -> Result<Request, RequestError> {
        Request::parse(self.data.as_bytes())
    }
}

#[derive(Deserialize)]
struct StartPayload<'a> {
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    extensions: Option<&'a RawValue>,
}

impl ClientFrame {
    /// Reads a frame.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<ClientFrame, FrameError> {
        let parts = Parts::split(text)?;
        match parts.kind().as_str() {
            "connection_init" => Ok(init(parts.payload)),
            "start" => start(&parts).map(ClientFrame::Start),
            "stop" => parts.needs_id("stop").map(|id| ClientFrame::Stop { id }),
            _ => Err(parts.unknown()),
        }
    }

    /// The frame as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        match self {
            ClientFrame::ConnectionInit { syncline: false, .. } => {
                out.push_str("{\"type\":\"connection_init\"}");
            }
            ClientFrame::ConnectionInit { syncline: true, origin } => {
                let (header, version) = (extension::HEADER, extension::VERSION);
                out.push_str("{\"type\":\"connection_init\",\"payload\":{\"");
                out.push_str(&format!("{header}\":\"{version}\""));
                if let Some(origin) = origin {
                    out.push_str(&format!(",\"{}\":", extension::ORIGIN));
                    push_json(&mut out, origin);
                }
                out.push_str("}}");
            }
            ClientFrame::Start(start) => {
                out.push_str("{\"id\":");
                push_json(&mut out, &start.id);
                out.push_str(",\"type\":\"start\",\"payload\":{\"data\":");
                push_json(&mut out, &start.data);
                out.push_str(",\"extensions\":{\"authorization\":");
                out.push_str(&start.authorization.to_json());
                out.push_str("}}}");
            }
            ClientFrame::Stop { id } => {
                out.push_str("{\"id\":");
                push_json(&mut out, id);
                out.push_str(",\"type\":\"stop\"}");
            }
        }
        out
    }
}

/// What the payload of `connection_init` says. It asks for the extension with any value of the key but null and false;
/// an origin that is no name counts as none.
fn init(payload: Option<&RawValue>) -> ClientFrame {
    let keys: HashMap<String, RawJson> =
        payload.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
    let values = |name: &'static str| {
        keys.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    };
    let syncline = values(extension::HEADER).any(|value| !matches!(value, "null" | "false" | "0" | "\"0\""));
    let name = |value| serde_json::from_str::<String>(value).ok().filter(|name| extension::is_name(name));
    ClientFrame::ConnectionInit { syncline, origin: values(extension::ORIGIN).find_map(name) }
}

fn start(parts: &Parts<'_>) -> Result<Start, FrameError> {
    let id = parts.needs_id("start")?;
    let wanted = "a \"payload\" with \"data\": the JSON of {\"query\",\"variables\"}, as a string";
    let payload: StartPayload<'_> = parts
        .payload
        .filter(|raw| kind_of(raw.get()) == "an object")
        .and_then(|raw| serde_json::from_str(raw.get()).ok())
        .ok_or_else(|| parts.wrong("start", wanted))?;
    let data: String = payload
        .data
        .and_then(|raw| serde_json::from_str(raw.get()).ok())
        .ok_or_else(|| parts.wrong("start", wanted))?;
    let authorization = match payload.extensions {
        None => Authorization::default(),
        Some(raw) => serde_json::from_str::<HashMap<String, RawJson>>(raw.get())
            .ok()
            .map(|mut extensions| extensions.remove("authorization"))
            .and_then(|found| match found {
                Some(found) => Authorization::from_json(found.as_str()).ok(),
                None => Some(Authorization::default()),
            })
            .ok_or_else(|| parts.wrong("start", "\"extensions.authorization\" to be an object of strings"))?,
    };
    Ok(Start { id, data, authorization })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_have_the_exact_text_of_the_protocol() {
        let request = Request::new("subscription { a }", &serde_json::json!({})).unwrap();
        let start = Start::new("s1", &request, Authorization::api_key("h:1", "k", None));
        for (frame, text) in [
            (ClientFrame::ConnectionInit { syncline: false, origin: None }, r#"{"type":"connection_init"}"#),
            (
                ClientFrame::ConnectionInit { syncline: true, origin: None },
                r#"{"type":"connection_init","payload":{"x-syncline":"1"}}"#,
            ),
            (
                ClientFrame::ConnectionInit { syncline: true, origin: Some("o\"".to_owned()) },
                r#"{"type":"connection_init","payload":{"x-syncline":"1","x-syncline-origin":"o\""}}"#,
            ),
            (
                ClientFrame::Start(start),
                concat!(
                    r#"{"id":"s1","type":"start","payload":{"data":"{\"query\":\"subscription { a }\",\"variables\":{}}","#,
                    r#""extensions":{"authorization":{"host":"h:1","x-api-key":"k"}}}}"#
                ),
            ),
            (ClientFrame::Stop { id: "s1".to_owned() }, r#"{"id":"s1","type":"stop"}"#),
        ] {
            assert_eq!(frame.to_text(), text);
            assert_eq!(ClientFrame::parse(text), Ok(frame));
        }
    }

    #[test]
    fn variations_of_other_clients_are_accepted() {
        let init = |text: &str| ClientFrame::parse(text).unwrap();
        assert_eq!(
            init(r#"{"type":"connection_init","payload":{}}"#),
            ClientFrame::ConnectionInit { syncline: false, origin: None }
        );
        for origin in [
            "",
            r#","x-syncline-origin":7"#,
            r#","x-syncline-origin":"""#,
            r#","x-syncline-origin":"\u0000""#,
        ] {
            assert_eq!(
                init(&format!(r#"{{"type":"connection_init","payload":{{"X-Syncline":1,"a":[]{origin}}}}}"#)),
                ClientFrame::ConnectionInit { syncline: true, origin: None }
            );
        }
        let bare = r#"{"type":"start","payload":{"data":"{}"},"id":"x"}"#;
        let ClientFrame::Start(start) = init(bare) else { panic!("{bare}") };
        assert_eq!(start.authorization, Authorization::default());
        assert_eq!(start.request(), Err(RequestError::NoQuery));
        let more = r#"{"id":"x","type":"start","payload":{"data":"{}","extensions":{"authorization":{"Host":"h","n":7,"x-amz-user-agent":"a"}}}}"#;
        let ClientFrame::Start(start) = init(more) else { panic!("{more}") };
        assert_eq!(start.authorization.get("host"), Some("h"));
    }

    #[test]
    fn each_fault_is_named() {
        for (text, part, id) in [
            ("", "this is nothing", None),
            ("[]", "this is an array", None),
            ("{", "EOF", None),
            ("{}", "unknown not supported", None),
            (r#"{"type":7,"id":"x"}"#, "unknown not supported", Some("x")),
            (r#"{"type":"pong","id":"x"}"#, "pong not supported through the realtime channel", Some("x")),
            (r#"{"type":"stop"}"#, "stop needs an \"id\"", None),
            (r#"{"type":"stop","id":7}"#, "stop needs an \"id\"", None),
            (r#"{"type":"start","id":"","payload":{}}"#, "start needs an \"id\"", None),
            (r#"{"type":"start","id":"x"}"#, "a \"payload\" with \"data\"", Some("x")),
            (r#"{"type":"start","id":"x","payload":{"data":{"query":"q"}}}"#, "as a string", Some("x")),
            (
                r#"{"type":"start","id":"x","payload":{"data":"{}","extensions":{"authorization":7}}}"#,
                "extensions.authorization",
                Some("x"),
            ),
        ] {
            let error = ClientFrame::parse(text).unwrap_err();
            assert!(error.to_string().contains(part), "{text}: {error}");
            assert_eq!(error.id(), id, "{text}");
        }
    }
}
