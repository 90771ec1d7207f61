//! `POST /graphql`.

use super::App;
use super::reply::{authorization, last, refusal, reply, unauthorized, unavailable, unwanted};
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use syncline_protocol::{ErrorType, extension};
use syncline_service::Call;
use tokio::time::timeout;

/// Answers a request. Who asks is settled before the body is read.
pub(super) async fn post(State(app): State<App>, headers: HeaderMap, body: Body) -> Response {
    let Some(pass) = app.gate.enter().await else { return unavailable() };
    let caller = match pass.service().authenticate(&authorization(&headers)) {
        Ok(caller) => caller,
        Err(error) => {
            drop(pass);
            return unwanted(body, unauthorized(error)).await;
        }
    };
    let limit = pass.service().limits().max_body_bytes;
    // A body that is cut short while it is read does not hold a replacement of the service back.
    drop(pass);
    let declared =
        headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let too_large = || {
        let message = format!("The request body has more than {limit} bytes. Split the document.");
        refusal(413, ErrorType::BadRequest, message)
    };
    if declared.is_some_and(|length| length > limit as u64) {
        return unwanted(body, too_large()).await;
    }
    let patience = app.config.request_timeout;
    let body = match timeout(patience, to_bytes(body, limit)).await {
        Err(_) => {
            let message = "The request body did not arrive in time.";
            return last(refusal(408, ErrorType::MalformedHttpRequest, message));
        }
        Ok(Ok(body)) => body,
        Ok(Err(error)) if is_limit(&error) => return last(too_large()),
        Ok(Err(error)) => {
            let message = format!("The request body could not be read: {error}");
            return last(refusal(400, ErrorType::MalformedHttpRequest, message));
        }
    };
    let Some(pass) = app.gate.enter().await else { return unavailable() };
    let negotiated = headers.get(extension::HEADER).is_some_and(|value| value.as_bytes() == b"1");
    let call = Call { body: &body, negotiated, now_ms: app.config.clock.now_ms() };
    match timeout(patience, pass.service().execute(&caller, call)).await {
        Ok(answer) => reply(answer),
        // Not a verdict: whether a mutation was applied is not known, and its id tells when it is sent again.
        Err(_) => refusal(
            503,
            ErrorType::ServiceUnavailable,
            "The request was not answered in time. Send it again.",
        ),
    }
}

fn is_limit(error: &axum::Error) -> bool {
    use std::error::Error;
    let mut source = error.source();
    while let Some(error) = source {
        if error.to_string().contains("length limit") {
            return true;
        }
        source = error.source();
    }
    false
}

/// Whoever looks at the endpoint with a browser learns how to use it.
pub(super) async fn hint(body: Body) -> Response {
    let message = "This is a GraphQL endpoint: send {\"query\", \"variables\"} with POST and the header x-api-key. \
                   Subscriptions are at /graphql/realtime.";
    let mut response = refusal(405, ErrorType::BadRequest, message);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    unwanted(body, response).await
}
