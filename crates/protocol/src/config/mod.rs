//! The configuration files of Amplify applications (`spec/client.md` §11, `spec/backend.md` §10.6): where the API is
//! and how to sign in to it.
//!
//! | file | known by |
//! |---|---|
//! | `amplifyconfiguration.json` (Swift, Android, Flutter) | `api.plugins.awsAPIPlugin` |
//! | `amplifyconfiguration.json` (JavaScript), `aws-exports.js` | `aws_appsync_graphqlEndpoint` |
//! | `amplify_outputs.json` | `data.url` |
//!
//! The form is told by the content; the name of the file only appears in errors.

mod api_config;
mod auth_mode;
mod fault;
mod form;
mod literal;
#[cfg(test)]
mod tests;

pub use api_config::ApiConfig;
pub use auth_mode::AuthMode;
pub use fault::ConfigError;
