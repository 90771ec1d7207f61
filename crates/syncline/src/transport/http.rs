//! Requests over HTTP.

use super::tls::{self, Tls};
use super::{TransportError, failure_of};
use crate::Error;
use crate::api::{AppSync, Auth};
use reqwest::header::HeaderValue;
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
    /// Marked as a secret, so that no layer below shows it or keeps it for later requests.
    key: HeaderValue,
    pub(super) api: AppSync,
    /// For `https://`.
    pub(super) tls: Option<Tls>,
}

impl Http {
    pub(crate) fn new(api: AppSync) -> Result<Http, Error> {
        let url = reqwest::Url::parse(&api.endpoint)
            .map_err(|error| Error::Config(format!("the endpoint {} is no URL: {error}", api.endpoint)))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Error::Config(format!(
                "the endpoint {} must begin with https:// or http://",
                api.endpoint
            )));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::Config(
                "the endpoint holds a user name or a password: take them out, the API has no use for them"
                    .to_owned(),
            ));
        }
        let tls = if url.scheme() == "https" { Some(Tls::of(&api)?) } else { None };
        let config = tls.as_ref().map_or_else(tls::unused, |tls| Ok(tls.requests.clone()))?;
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(config)
            .connect_timeout(CONNECT)
            .read_timeout(PATIENCE)
            .timeout(WHOLE)
            // A redirect would carry the key to whoever the answer names, and the request without its body.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| Error::Config(format!("the HTTP client cannot be made: {error}")))?;
        let Auth::ApiKey(key) = &api.auth;
        // Every request would fail as if the server were not there. The key itself is not for logs.
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::Config(
                "the API key is empty or holds something else than visible ASCII characters: \
                 take away what is around it, such as a line's end or a space"
                    .to_owned(),
            ));
        }
        let mut key = HeaderValue::from_str(key)
            .map_err(|_| Error::Config("the API key cannot be sent in a header".to_owned()))?;
        key.set_sensitive(true);
        Ok(Http { client, key, api, tls })
    }

    /// Posts a GraphQL request and returns the body of its answer.
    pub(crate) async fn post(&self, body: String) -> Result<Vec<u8>, TransportError> {
        let sent = self
            .client
            .post(&self.api.endpoint)
            .header("content-type", "application/json; charset=UTF-8")
            .header("x-api-key", self.key.clone())
            .header(HEADER, VERSION)
            .body(body)
            .send()
            .await;
        let mut response = sent.map_err(TransportError::unanswered)?;
        let status = response.status().as_u16();
        let said = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        let retry_after = said("retry-after").and_then(|header| retry_after_seconds(header, said("date")));
        let expected = response.content_length().and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(0);
        let mut body = Vec::with_capacity(expected.min(FIRST_BYTES));
        while let Some(chunk) = response.chunk().await.map_err(TransportError::unanswered)? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(TransportError {
                    failure: failure_of(ErrorClass::TooLarge),
                    answered: true,
                    forbidden: false,
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
    let errors = read_error_body(body);
    let failure = failure_of(classify(status, retry_after, &errors).unwrap_or(ErrorClass::Permanent));
    let said = match errors.first() {
        Some(error) => error.message.clone(),
        None => shown(body),
    };
    let help = match status {
        401 | 403 => "check the API key",
        300..=399 | 404 | 405 => "check the endpoint's URL: there is no API at that path",
        _ => "",
    };
    let parts = [format!("the server answers HTTP {status}"), said, help.to_owned()];
    let parts: Vec<_> =
        parts.iter().map(|part| part.trim_end_matches('.')).filter(|part| !part.is_empty()).collect();
    TransportError { failure, answered: true, forbidden: false, reason: parts.join("; ") }
}

/// The beginning of a body that is no error of the API, if a person can read it: no markup, one line.
fn shown(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let line = text.trim().lines().next().unwrap_or_default();
    let odd = |letter: char| letter.is_control() || letter == char::REPLACEMENT_CHARACTER;
    let readable = !line.starts_with(['<', '{', '[']) && !line.contains(odd);
    if readable { line.chars().take(200).collect() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_in_words() {
        let key = br#"{"errors":[{"errorType":"UnauthorizedException","message":"You are not authorized to make this call."}]}"#;
        for (status, body, reason) in [
            (
                401,
                &key[..],
                "the server answers HTTP 401; You are not authorized to make this call; check the API key",
            ),
            (403, b"{}", "the server answers HTTP 403; check the API key"),
            (
                404,
                b"Not Found\n",
                "the server answers HTTP 404; Not Found; check the endpoint's URL: there is no API at that path",
            ),
            (
                404,
                b"<!doctype html><html>",
                "the server answers HTTP 404; check the endpoint's URL: there is no API at that path",
            ),
            (502, b"", "the server answers HTTP 502"),
            (500, b"\xff\xfe\0", "the server answers HTTP 500"),
        ] {
            assert_eq!(refused(status, None, body).reason, reason);
        }
    }

    #[test]
    fn certificates_are_read_for_https_only() {
        for (endpoint, reads) in
            [("http://127.0.0.1:9/graphql", false), ("https://127.0.0.1:9/graphql", true)]
        {
            let http = Http::new(AppSync::api_key(endpoint, "a-secret")).unwrap();
            assert_eq!(http.tls.is_some(), reads, "{endpoint}");
            assert!(!format!("{http:?}").contains("a-secret"), "{http:?}");
        }
    }
}
