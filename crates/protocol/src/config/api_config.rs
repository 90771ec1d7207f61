//! What an application needs to know of its API.

use super::fault::Problem;
use super::form::{self, Found};
use super::{AuthMode, ConfigError, literal};
use crate::realtime::api_host;

/// Where an API is and how to sign in to it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiConfig {
    /// The URL that operations are posted to.
    pub endpoint: String,
    /// The region, which only signatures need; empty if the file names none.
    pub region: String,
    /// How to sign in unless a model's rules say otherwise.
    pub auth: AuthMode,
    /// The API key, if there is one.
    pub api_key: Option<String>,
}

/// Without the key.
impl std::fmt::Debug for ApiConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiConfig")
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .field("auth", &self.auth)
            .field("api_key", &self.api_key.as_ref().map(|_| "…"))
            .finish()
    }
}

impl ApiConfig {
    /// Reads the content of a configuration file; `file` is its name, for errors.
    ///
    /// # Errors
    /// What is wrong, naming the file, the key and the way out.
    pub fn parse(file: &str, content: &str) -> Result<ApiConfig, ConfigError> {
        read(content).map_err(|problem| ConfigError { file: file.to_owned(), problem })
    }
}

fn read(content: &str) -> Result<ApiConfig, Problem> {
    let found: Found = form::find(&literal::read(content)?)?;
    let endpoint = found.endpoint.value.clone();
    api_host(&endpoint).map_err(|error| found.endpoint.problem(error.to_string()))?;
    let auth = match &found.auth {
        Some(auth) => AuthMode::from_text(&auth.value).ok_or_else(|| {
            let known: Vec<&str> = AuthMode::ALL.iter().map(|mode| mode.as_str()).collect();
            auth.problem(format!(
                "{:?} is no authorization type; use one of {}",
                auth.value,
                known.join(", ")
            ))
        })?,
        None if found.api_key.is_some() => AuthMode::ApiKey,
        None => return Err(Problem::at(found.auth_key, "it is missing; write for example \"API_KEY\"")),
    };
    let api_key = found.api_key.map(|key| key.value).filter(|key| !key.is_empty());
    if auth == AuthMode::ApiKey && api_key.is_none() {
        let hint =
            "it is missing, but the authorization type is API_KEY; copy the key from the API's settings";
        return Err(Problem::at(found.api_key_key, hint));
    }
    Ok(ApiConfig {
        endpoint,
        region: found.region.map_or_else(String::new, |region| region.value),
        auth,
        api_key,
    })
}
