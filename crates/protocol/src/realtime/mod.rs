//! The realtime socket: where it is, how it is opened, and the frames on it (`spec/backend.md` §7,
//! `spec/amplify-js.md`).
//!
//! A data frame is read in two steps: [`ServerFrame::parse`] leaves its payload as it came, and
//! [`parse_event`](crate::response::parse_event) reads that into a record once the subscription's model is known.

mod authorization;
mod client;
mod fault;
mod handshake;
mod server;
mod url;

pub use authorization::Authorization;
pub use client::{ClientFrame, Start};
pub use fault::FrameError;
pub use handshake::{Handshake, HandshakeError, SUBPROTOCOL, Variant, client_protocols, read_handshake};
pub use server::{DEFAULT_TIMEOUT_MS, ServerFrame, data_frame, event_frame};
pub use url::{UrlError, api_host, realtime_url};
