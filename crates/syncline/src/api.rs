//! The API to sync with.

use crate::Error;
use crate::transport::tls;
use rustls::pki_types::CertificateDer;
use std::fmt;
use std::path::Path;
use syncline_protocol::config::{ApiConfig, AuthMode};

/// An AppSync API, or a Syncline server, which speaks the same protocol.
#[derive(Clone)]
pub struct AppSync {
    pub(crate) endpoint: String,
    pub(crate) auth: Auth,
    /// Certificates that are trusted besides the platform's.
    pub(crate) trusted: Vec<CertificateDer<'static>>,
}

/// How the client says who it is.
#[derive(Clone)]
pub(crate) enum Auth {
    /// An API key.
    ApiKey(String),
}

/// Without the secret.
impl fmt::Debug for AppSync {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppSync").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl AppSync {
    /// The API at `endpoint` (for example `https://….appsync-api.eu-west-1.amazonaws.com/graphql`), with an API key.
    pub fn api_key(endpoint: impl Into<String>, key: impl Into<String>) -> AppSync {
        AppSync { endpoint: endpoint.into(), auth: Auth::ApiKey(key.into()), trusted: Vec::new() }
    }

    /// Trusts these certificates, besides those that the platform trusts: PEM text, for instance the file that
    /// `syncline dev --tls-self-signed` names. Certificates of servers and of authorities will do. On Android, only the
    /// platform says whom to trust.
    ///
    /// # Errors
    /// If there is no certificate in the text, or it is damaged.
    pub fn trust(mut self, pem: impl AsRef<[u8]>) -> Result<AppSync, Error> {
        self.trusted.extend(tls::certificates(pem.as_ref())?);
        Ok(self)
    }

    /// Reads `amplifyconfiguration.json`, `amplify_outputs.json` or `aws-exports.js`.
    ///
    /// # Errors
    /// If the file cannot be read, says something wrong (the message names the key), or asks for a way to
    /// authenticate that is not there yet.
    pub fn from_file(path: impl AsRef<Path>) -> Result<AppSync, Error> {
        let path = path.as_ref();
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Error::Config(format!("{shown} cannot be read: {error}")))?;
        let config = ApiConfig::parse(&shown, &text).map_err(|error| Error::Config(error.to_string()))?;
        match (config.auth, config.api_key) {
            (AuthMode::ApiKey, Some(key)) => Ok(AppSync::api_key(config.endpoint, key)),
            (AuthMode::ApiKey, None) => {
                Err(Error::Config(format!("{shown}: the API wants a key, and there is none in the file")))
            }
            (other, _) => Err(Error::Config(format!(
                "{shown}: the API's way to authenticate is {other:?}; this version knows API_KEY"
            ))),
        }
    }
}
