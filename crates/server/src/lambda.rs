//! Conflict handlers that are reached over HTTP: AppSync's `LAMBDA`, as a POST of the request that answers with the
//! reply. A Lambda function with a URL is one, and so is any small web service.

use futures_util::future::BoxFuture;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use rustls::ClientConfig;
use rustls::crypto::CryptoProvider;
use rustls_platform_verifier::BuilderVerifierExt;
use std::sync::Arc;
use std::time::Duration;
use syncline_service::{ConflictHandler, HandlerError};

/// How long a handler may take for one answer, connecting included, if nobody says otherwise.
pub const HANDLER_TIMEOUT: Duration = Duration::from_secs(10);
/// The most bytes of an answer: a record of the largest size that AppSync stores, twice over.
const MOST_BYTES: usize = 1 << 20;
/// How often a connection is tried. Once a request is on its way it is never sent again: who knows what it has done.
const CONNECTS: usize = 3;

/// A conflict handler behind a URL.
#[derive(Clone)]
pub struct HttpHandler {
    client: Client,
    url: Url,
    timeout: Duration,
}

/// Without what may be secret in the URL.
impl std::fmt::Debug for HttpHandler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let host = self.url.host_str().unwrap_or_default();
        f.debug_struct("HttpHandler")
            .field("host", &host)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Why a handler cannot be reached by what was given.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpHandlerError {
    /// The address is none of HTTP.
    #[error("{0:?} is no URL that begins with https:// or http://")]
    Url(String),
    /// The system's certificates cannot be used.
    #[error("the HTTP client cannot be made: {0}")]
    Client(String),
}

impl HttpHandler {
    /// A handler at `url`, which has `timeout` for each answer.
    ///
    /// # Errors
    /// If the URL is none, or the system's certificates cannot be used.
    pub fn new(url: &str, timeout: Duration) -> Result<HttpHandler, HttpHandlerError> {
        let parsed = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = parsed.ok_or_else(|| HttpHandlerError::Url(url.to_owned()))?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls().map_err(|error| HttpHandlerError::Client(error.to_string()))?)
            // A redirect would carry the records to whoever the answer names.
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .build()
            .map_err(|error| HttpHandlerError::Client(error.to_string()))?;
        Ok(HttpHandler { client, url, timeout })
    }

    async fn post(&self, request: &str) -> Result<Vec<u8>, HandlerError> {
        let mut tries = 0;
        let mut response = loop {
            tries += 1;
            let sent = self.client.post(self.url.clone());
            let sent = sent.header("content-type", "application/json").body(request.to_owned());
            match sent.send().await {
                Ok(response) => break response,
                Err(error) if error.is_connect() && tries < CONNECTS => {}
                Err(error) => return Err(failed(error)),
            }
        };
        let status = response.status().as_u16();
        if status != 200 {
            return Err(HandlerError::Failed(format!("it answers HTTP {status}")));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(HandlerError::Failed(format!("its answer has more than {MOST_BYTES} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

impl ConflictHandler for HttpHandler {
    fn ask(&self, request: String) -> BoxFuture<'_, Result<Vec<u8>, HandlerError>> {
        Box::pin(async move {
            match tokio::time::timeout(self.timeout, self.post(&request)).await {
                Ok(answer) => answer,
                Err(_) => {
                    let ms = u64::try_from(self.timeout.as_millis()).unwrap_or(u64::MAX);
                    Err(HandlerError::Timeout(ms))
                }
            }
        })
    }
}

/// The chain of reasons, which the error alone does not say. The URL is left out: it ends in the log, and what comes after
/// its `?` may be a secret.
fn failed(error: reqwest::Error) -> HandlerError {
    let error = error.without_url();
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        reason = format!("{reason}: {error}");
        source = error.source();
    }
    HandlerError::Failed(reason)
}

/// The platform's certificates, with `ring`.
fn tls() -> Result<ClientConfig, rustls::Error> {
    let provider = CryptoProvider::get_default()
        .map_or_else(|| Arc::new(rustls::crypto::ring::default_provider()), Arc::clone);
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let mut config = config.with_platform_verifier()?.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
