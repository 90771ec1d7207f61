//! Answers: the body of a response, its errors, and its status.

use std::fmt::Write;
use syncline_protocol::error::{Location, error_body};
use syncline_protocol::{ErrorType, GraphqlError};

/// The answer to one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status: 200, also with errors in the body; 400 for a body that is not a request; 503 for a fault of
    /// the store that may go away, which no client may take for a verdict; 500 for one that does not.
    pub status: u16,
    /// The JSON body.
    pub body: Vec<u8>,
    /// The value of the header `x-amzn-errortype`, for every status but 200.
    pub error_type: Option<ErrorType>,
    /// The value of the header `Retry-After`, in seconds.
    pub retry_after: Option<u32>,
}

/// Why a request or a field is refused. Boxed: it is large and rare.
pub(crate) type Refusal = Box<GraphqlError>;

/// A refusal of a type.
pub(crate) fn refused(error_type: ErrorType, message: impl Into<String>) -> Refusal {
    Box::new(GraphqlError::of_type(error_type, message))
}

/// A refusal without a type, as AppSync sends it for variables.
pub(crate) fn untyped(message: impl Into<String>) -> Refusal {
    Box::new(GraphqlError::new(message))
}

/// Something in the document or its variables that does not fit.
pub(crate) fn invalid(message: impl Into<String>) -> Refusal {
    refused(ErrorType::ValidationError, message)
}

/// Something in the request that cannot be.
pub(crate) fn bad_request(message: impl Into<String>) -> Refusal {
    refused(ErrorType::BadRequest, message)
}

/// The same error, with a place in the document unless it has one.
pub(crate) fn located(mut error: GraphqlError, location: Option<Location>) -> GraphqlError {
    if error.locations.is_none() {
        error.locations = location.map(|location| vec![location]);
    }
    error
}

/// Writes `text` as a JSON string.
pub(crate) fn write_text(out: &mut String, text: &str) {
    let is_escaped = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    out.push('"');
    let mut clean = 0;
    // Most texts have nothing to escape. Without a branch for each byte, that is found out many bytes at a time.
    let escapes = text.bytes().fold(false, |found, byte| found | is_escaped(byte));
    for (place, byte) in text.bytes().enumerate().take(if escapes { text.len() } else { 0 }) {
        if !is_escaped(byte) {
            continue;
        }
        out.push_str(&text[clean..place]);
        clean = place + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            control => {
                let _ = write!(out, "\\u{control:04x}");
            }
        }
    }
    out.push_str(&text[clean..]);
    out.push('"');
}

impl Response {
    pub(crate) fn ok(body: String) -> Response {
        Response { status: 200, body: body.into_bytes(), error_type: None, retry_after: None }
    }

    /// A request that is refused as a whole: status 200, as AppSync does.
    pub(crate) fn refused(errors: &[GraphqlError]) -> Response {
        Response::ok(error_body(errors, true))
    }

    /// An answer that is not GraphQL's: a body that is no request, a caller who is not known, a fault.
    #[must_use]
    pub fn failed(status: u16, error: GraphqlError) -> Response {
        let retry_after = (status == 503).then_some(1);
        let error_type = error.error_type.clone();
        Response { status, body: error_body(&[error], false).into_bytes(), error_type, retry_after }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_written_as_json() {
        for text in ["", "plain", "é 漢 😀", "a\"b\\c/d", "\n\r\t\u{1}\u{1f}\u{7f}\u{2028}"] {
            let mut out = String::new();
            write_text(&mut out, text);
            assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text, "{out}");
        }
    }
}
