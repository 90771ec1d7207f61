//! The AppSync dialect, both ways: what a client sends, what a server answers, and what travels on the realtime
//! socket. Texts go in and come out; nothing in here opens a socket, stores a record or reads a clock.
//!
//! | module | holds |
//! |---|---|
//! | [`request`] | the body of an operation |
//! | [`mod@document`], [`variables`] | the operations a client sends |
//! | [`response`] | answers, read straight into records |
//! | [`error`] | the error envelope, and what an error means for a retry |
//! | [`extension`] | what Syncline adds to AppSync, for those who ask for it |
//! | [`exchange`] | from what the engine wants to a request, and from an answer to what the store is told |
//! | [`realtime`] | the socket: handshake, frames, events |
//! | [`config`] | the configuration files of Amplify applications |

pub mod config;
pub mod document;
pub mod error;
pub mod exchange;
pub mod extension;
pub mod raw;
pub mod realtime;
pub mod request;
pub mod response;
pub mod variables;

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod testing;

pub use config::{ApiConfig, AuthMode, ConfigError};
pub use error::{ErrorClass, ErrorType, GraphqlError};
pub use raw::RawJson;
