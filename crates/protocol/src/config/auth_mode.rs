//! The ways to sign in to an API.

use std::fmt;

/// How a request says who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuthMode {
    /// `x-api-key`.
    ApiKey,
    /// A token of a Cognito user pool, in `Authorization`.
    UserPools,
    /// A token of another OpenID provider, in `Authorization`.
    OpenIdConnect,
    /// A token that a function of the API's owner checks, in `Authorization`.
    Lambda,
    /// A signature.
    Iam,
    /// Nothing; the application adds its own headers.
    None,
}

impl AuthMode {
    /// All of them.
    pub const ALL: [AuthMode; 6] = [
        AuthMode::ApiKey,
        AuthMode::UserPools,
        AuthMode::OpenIdConnect,
        AuthMode::Lambda,
        AuthMode::Iam,
        AuthMode::None,
    ];

    /// Its name in configuration files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            AuthMode::ApiKey => "API_KEY",
            AuthMode::UserPools => "AMAZON_COGNITO_USER_POOLS",
            AuthMode::OpenIdConnect => "OPENID_CONNECT",
            AuthMode::Lambda => "AWS_LAMBDA",
            AuthMode::Iam => "AWS_IAM",
            AuthMode::None => "NONE",
        }
    }

    /// The mode of that name.
    #[must_use]
    pub fn from_text(text: &str) -> Option<AuthMode> {
        match text {
            "LAMBDA" => Some(AuthMode::Lambda),
            text => AuthMode::ALL.into_iter().find(|mode| mode.as_str() == text),
        }
    }
}

impl fmt::Display for AuthMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
