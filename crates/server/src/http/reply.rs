//! Answers as HTTP responses.

use super::ERROR_TYPE;
use axum::body::{Body, HttpBody, to_bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::time::Duration;
use syncline_protocol::realtime::Authorization;
use syncline_protocol::{ErrorType, GraphqlError};
use syncline_service::AuthError;
use tokio::time::timeout;

/// The most bytes of a body that nobody wants that are read nevertheless.
const UNWANTED: usize = 64 << 10;
/// How long they may take.
const UNWANTED_PATIENCE: Duration = Duration::from_secs(2);

/// A service's answer with its headers.
pub(crate) fn reply(answer: syncline_service::Response) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json;charset=UTF-8"));
    let error_type = answer.error_type.and_then(|error_type| HeaderValue::from_str(error_type.as_str()).ok());
    if let Some(error_type) = error_type {
        headers.insert(ERROR_TYPE, error_type);
    }
    if let Some(seconds) = answer.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// An answer that no service gave.
pub(super) fn refusal(status: u16, error_type: ErrorType, message: impl Into<String>) -> Response {
    reply(syncline_service::Response::failed(status, GraphqlError::of_type(error_type, message)))
}

/// An answer to a request whose body nobody wants. What is small is read and dropped, so that the connection can be used
/// again; otherwise the answer says that it ends here, for a client that did not know would lose its next request on it.
pub(super) async fn unwanted(body: Body, response: Response) -> Response {
    let small = body.size_hint().upper().is_none_or(|most| most <= UNWANTED as u64);
    let read = small && matches!(timeout(UNWANTED_PATIENCE, to_bytes(body, UNWANTED)).await, Ok(Ok(_)));
    if read { response } else { last(response) }
}

/// The answer with the word that the connection ends with it.
pub(super) fn last(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// The caller is not known: 401, with the header that tells the JavaScript client so.
pub(crate) fn unauthorized(error: AuthError) -> Response {
    reply(syncline_service::Response::failed(401, error.to_graphql()))
}

/// There is no service now.
pub(crate) fn unavailable() -> Response {
    refusal(503, ErrorType::ServiceUnavailable, "The API is being replaced. Send the request again.")
        .into_response()
}

/// What the headers say about who asks.
pub(crate) fn authorization(headers: &HeaderMap) -> Authorization {
    let text =
        |name: &'static str| headers.get(name).and_then(|value| value.to_str().ok()).map(|text| (name, text));
    Authorization::from_fields(["x-api-key", "authorization"].into_iter().filter_map(text))
}
