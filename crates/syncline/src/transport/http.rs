//! Requests over HTTP.

use super::{TransportError, failure_of, tls};
use crate::Error;
use crate::api::{AppSync, Auth};
use std::time::Duration;
use syncline_protocol::error::{ErrorClass, classify, retry_after_seconds};
use syncline_protocol::extension::{HEADER, VERSION};
use syncline_protocol::response::read_error_body;

/// AppSync ends a request after 30 s; an answer that has not begun by then will not come, nor go on after such a pause.
const PATIENCE: Duration = Duration::from_secs(35);
/// How long an answer may take altogether: a page may be large and the line slow.
const WHOLE: Duration = Duration::from_secs(600);
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);
/// The most bytes of an answer: a page of 1,000 records of the largest size AppSync stores fits many times over.
const MOST_BYTES: usize = 256 * 1024 * 1024;

/// The most that is set aside for an answer because it says that it is so long.
const FIRST_BYTES: usize = 4 * 1024 * 1024;

/// A client of one endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Http {
    client: reqwest::Client,
    api: AppSync,
}

impl Http {
    pub(crate) fn new(api: AppSync) -> Result<Http, Error> {
        let tls = tls::config(&api, &[b"h2", b"http/1.1"])?;
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .connect_timeout(CONNECT)
            .read_timeout(PATIENCE)
            .timeout(WHOLE)
            // A redirect would carry the key to whoever the answer names, and the request without its body.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| Error::Config(format!("the HTTP client cannot be made: {error}")))?;
        let url = reqwest::Url::parse(&api.endpoint)
            .map_err(|error| Error::Config(format!("the endpoint {} is no URL: {error}", api.endpoint)))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Error::Config(format!(
                "the endpoint {} must begin with https:// or http://",
                api.endpoint
            )));
        }
        let Auth::ApiKey(key) = &api.auth;
        // Every request would fail as if the server were not there. The key itself is not for logs.
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::Config(
                "the API key is empty or holds something else than visible ASCII characters: \
                 take away what is around it, such as a line's end or a space"
                    .to_owned(),
            ));
        }
        Ok(Http { client, api })
    }

    /// Posts a GraphQL request and returns the body of its answer.
    pub(crate) async fn post(&self, body: String) -> Result<Vec<u8>, TransportError> {
        let Auth::ApiKey(key) = &self.api.auth;
        let sent = self
            .client
            .post(&self.api.endpoint)
            .header("content-type", "application/json; charset=UTF-8")
            .header("x-api-key", key)
            .header(HEADER, VERSION)
            .body(body)
            .send()
            .await;
        // The URL of an error is the endpoint, which holds no secret; the key is in a header.
        let mut response = sent.map_err(|error| TransportError::unanswered(&error))?;
        let status = response.status().as_u16();
        let said = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        let retry_after = said("retry-after").and_then(|header| retry_after_seconds(header, said("date")));
        let expected = response.content_length().and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(0);
        let mut body = Vec::with_capacity(expected.min(FIRST_BYTES));
        while let Some(chunk) = response.chunk().await.map_err(|error| TransportError::unanswered(&error))? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(TransportError {
                    failure: failure_of(ErrorClass::TooLarge),
                    answered: true,
                    reason: format!("the answer has more than {MOST_BYTES} bytes"),
                });
            }
            body.extend_from_slice(&chunk);
        }
        match status {
            200 => Ok(body),
            _ => Err(refused(status, retry_after, &body)),
        }
    }
}

fn refused(status: u16, retry_after: Option<u64>, body: &[u8]) -> TransportError {
    let failure =
        failure_of(classify(status, retry_after, &read_error_body(body)).unwrap_or(ErrorClass::Permanent));
    let shown = String::from_utf8_lossy(&body[..body.len().min(300)]);
    let help = match status {
        401 | 403 => "; check the API key",
        300..=399 | 404 => "; check the endpoint's URL",
        _ => "",
    };
    let reason = format!("the server answers HTTP {status}: {}{help}", shown.trim());
    TransportError { failure, answered: true, reason }
}
