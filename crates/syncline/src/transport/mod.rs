//! The network: one HTTP client and one socket. Nothing in here decides; it does what it is told and says what came
//! of it.

mod error;
mod http;
mod realtime;
pub(crate) mod tls;

pub(crate) use error::{TransportError, failure_of};
pub(crate) use http::Http;
pub(crate) use realtime::{Realtime, RealtimeEvent, Subscriber};
