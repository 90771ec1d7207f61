//! Who calls.

use crate::service::Service;
use ring::digest;
use std::sync::Arc;
use syncline_protocol::realtime::Authorization;
use syncline_protocol::{ErrorType, GraphqlError};

/// How a caller is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// By an API key. Which one makes no difference (SYNC §4).
    ApiKey,
}

/// A caller who has been let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// How they are known.
    pub principal: Principal,
}

impl Caller {
    /// A caller with an API key.
    #[must_use]
    pub fn api_key() -> Caller {
        Caller { principal: Principal::ApiKey }
    }

    /// The text that mutation ids are remembered under (SYNC 2.1).
    #[must_use]
    pub fn principal_text(&self) -> &'static str {
        match self.principal {
            Principal::ApiKey => "apiKey",
        }
    }

    /// The origin of that name among those of this principal: nobody else can take it.
    pub(crate) fn origin(&self, name: &str) -> Arc<str> {
        format!("{}/{name}", self.principal_text()).into()
    }
}

/// Why a caller is not let in: status 401, or `connection_error` on a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// Nothing that could show it.
    #[error("Valid authorization header not provided.")]
    Missing,
    /// A key that is not one of ours.
    #[error("You are not authorized to make this call.")]
    Refused,
    /// A token, and the API takes none.
    #[error("This API accepts API keys only: send the header x-api-key and no Authorization header.")]
    Unsupported,
}

impl AuthError {
    /// The error that an HTTP 401 or a `connection_error` carries.
    #[must_use]
    pub fn to_graphql(self) -> GraphqlError {
        GraphqlError::of_type(ErrorType::UnauthorizedException, self.to_string())
    }
}

impl Service {
    /// Who shows these credentials: the headers of a request, or the authorization object of the
    /// realtime protocol. An API key goes before a token, as in AppSync.
    ///
    /// # Errors
    /// If there are none, or they are not good.
    pub fn authenticate(&self, credentials: &Authorization) -> Result<Caller, AuthError> {
        match (credentials.get("x-api-key"), credentials.get("authorization")) {
            (Some(key), _) => {
                let shown = digest::digest(&digest::SHA256, key.as_bytes());
                // Digests, so that the time this takes tells nothing of how much of a key was right.
                let known = |own: &digest::Digest| own.as_ref() == shown.as_ref();
                if self.keys.iter().any(known) { Ok(Caller::api_key()) } else { Err(AuthError::Refused) }
            }
            (None, Some(_)) => Err(AuthError::Unsupported),
            (None, None) => Err(AuthError::Missing),
        }
    }
}
